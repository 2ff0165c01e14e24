"""The probe asks a connected account in a scratch folder and leaves nothing behind in the ledger."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select

from app.context import Context
from app.errors import NotFound
from app.moves.probing import FOLDER, probe
from app.storage.models import StoreItem
from tests.tree.clouds import SCHOOL, Sky, google_sky, microsoft_sky

OFFICER = "hieutruong@truong-a.example"


@pytest.mark.parametrize("sky_of", [google_sky, microsoft_sky])
def test_every_call_is_answered_by_either_cloud(
    context: Context, sky_of: Callable[[Context], AbstractContextManager[Sky]]
) -> None:
    with sky_of(context) as sky:
        sky.connect()
        lines = probe(sky.context, SCHOOL, OFFICER)
        assert [line for line in lines if not line.startswith("ok ")] == []
        assert not any(word in line for line in lines for word in ("TAKEN", "OTHER", "STILL"))
        assert any(FOLDER in path for path in sky.paths())
        with sky.context.database.transaction() as session:
            paths = session.scalars(select(StoreItem.path)).all()
        assert not any(FOLDER in path for path in paths)


def test_a_call_that_fails_is_named_and_the_others_go_on(context: Context) -> None:
    with google_sky(context) as sky:
        sky.connect()
        sky.fault(operation="files.update", status=403, reason="insufficientFilePermissions", times=1)
        lines = probe(sky.context, SCHOOL)
    assert "FAILED move: store_no_right" in lines[9]
    assert lines[-1].startswith("ok ")


def test_a_school_without_a_cloud_has_nothing_to_probe(context: Context) -> None:
    with pytest.raises(NotFound):
        probe(context, SCHOOL)

"""Nothing is filed that the check after the seal did not find right."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any, BinaryIO

import pikepdf
import pytest
from sqlalchemy import select

from app.context import Context
from app.records.models import OfficialFile, Record
from app.running.worker import run_worker
from app.staging.store import Staging
from app.stuck.models import StuckJob
from app.stuck.reasons import OfficialDiffers
from app.tree.sealing import seal_record
from tests.pdf.sealing import with_smooth_picture
from tests.pdf.signing import Authority, sign_anew
from tests.tree.steps import sign_off
from workflows.model import State

Cast = Any
Pdf = Callable[..., bytes]


class ChangingStaging:
    """A staging that keeps sealed bytes other than it was given."""

    def __init__(self, staging: Staging, change: Callable[[bytes], bytes]) -> None:
        self._staging = staging
        self._change = change

    def __getattr__(self, name: str) -> Any:
        return getattr(self._staging, name)

    def keep(self, key: str, source: BinaryIO) -> None:
        content = source.read()
        self._staging.keep(key, BytesIO(self._change(content) if key.startswith("official/") else content))


def covered(content: bytes) -> bytes:
    """Return a PDF on whose first page something was painted over."""
    target = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        pdf.pages[0].contents_add(b"1 g 0 0 600 500 re f")
        pdf.save(target)
    return target.getvalue()


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def in_tree(context: Context) -> list[str]:
    return [path.name for path in (context.settings.data_dir / "tree").rglob("*.pdf")]


def seen(context: Context, record: Record) -> tuple[str, list[str], int]:
    """Return the state of the record, what is stuck, and how many official files are noted."""
    with context.database.transaction() as session:
        state = session.get_one(Record, record.id).state
        stuck = list(session.scalars(select(StuckJob.code)))
        return state, stuck, len(session.scalars(select(OfficialFile)).all())


@pytest.mark.parametrize("change", [covered, truncated])
def test_sealed_bytes_that_change_in_staging_are_never_filed(
    context: Context, cast: Cast, pdf: Pdf, change: Callable[[bytes], bytes]
) -> None:
    record = sign_off(context, cast, pdf("Bài 1"))
    run_worker(replace(context, staging=ChangingStaging(context.staging, change)), wait=False)

    assert seen(context, record) == (State.SIGNED_OFF, ["official_differs"], 0)
    assert in_tree(context) == []


def test_once_staging_is_sound_again_the_record_is_filed(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = sign_off(context, cast, pdf("Bài 1"))
    run_worker(replace(context, staging=ChangingStaging(context.staging, covered)), wait=False)

    seal_record(context, str(record.id))
    run_worker(context, wait=False)

    assert seen(context, record)[0] == State.FILED
    assert len(in_tree(context)) == 1


def test_the_certificate_of_a_signed_file_is_checked_too(context: Context, cast: Cast, pdf: Pdf) -> None:
    content = sign_anew(pdf("Bài 1"), Authority.new().signer("Giáo viên Một A"))
    record = sign_off(context, cast, content)

    with pytest.raises(OfficialDiffers):
        seal_record(replace(context, staging=ChangingStaging(context.staging, truncated)), str(record.id))

    assert seen(context, record)[2] == 0


def test_a_picture_that_pdfa_would_make_coarser_stays_smooth_in_an_ordinary_pdf(
    context: Context, cast: Cast
) -> None:
    record = sign_off(context, cast, with_smooth_picture())
    run_worker(context, wait=False)

    assert seen(context, record) == (State.FILED, [], 1)
    with context.database.transaction() as session:
        official = session.scalars(select(OfficialFile)).one()
    assert official.pdfa == ""
    assert "look different" in official.pdfa_reason

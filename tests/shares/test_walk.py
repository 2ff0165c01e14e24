"""The look at every permission in the cloud: finds what people did there, mends ours, asks about the rest."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select, text, update

from app.context import Context
from app.errors import NotAllowed, NotFound
from app.running.worker import run_worker
from app.shares.commands import share_audit
from app.shares.links import close_link
from app.shares.models import Share, ShareCheck, ShareFinding
from app.shares.refusals import LinkAbove
from app.shares.walk import BATCH, audit_every_share
from app.tree.models import Folder
from tests.shares.sharing import OFFICER, SKIES, give, lets_in, permissions, remote, wish, year
from tests.tree.clouds import SCHOOL, Sky
from tests.tree.steps import file_one

Cast = Any
Pdf = Callable[..., bytes]
STRANGER = "nguoi.la@ngoai.example"
PASSER_BY = "khach.qua@ngoai.example"


@pytest.fixture(params=[*SKIES])
def sky(request: pytest.FixtureRequest, context: Context, cast: Cast, pdf: Pdf) -> Iterator[Sky]:
    """Connect school A, file a lesson plan and a sensitive book, and share the year."""
    with SKIES[request.param](context) as opened:
        opened.connect()
        file_one(opened.context, cast, pdf("Bài"), period=f"{year()}/W12")
        file_one(opened.context, cast, pdf("Sổ"), record_type="SCN", period=year())
        give(opened.context, cast.principal)
        run_worker(opened.context, wait=False)
        yield opened


def found(sky: Sky) -> set[tuple[str, str, str]]:
    """Look at everything now, and return kind, address and path of each finding."""
    with sky.context.database.transaction() as session:
        session.execute(text("DELETE FROM buckets"))
    audit_every_share(sky.context)
    run_worker(sky.context, wait=False)
    return findings(sky)


def findings(sky: Sky) -> set[tuple[str, str, str]]:
    with sky.context.database.transaction() as session:
        return {(each.kind, each.email, each.path) for each in session.scalars(select(ShareFinding))}


def meddle(sky: Sky, verb: str, path: str, **order: Any) -> None:
    sky.emulator.meddle({"verb": verb, "file": remote(sky, path)["id"], **order})


def plan_path(sky: Sky) -> str:
    return path_of(sky, f"{year()}/")


def book_path(sky: Sky) -> str:
    return path_of(sky, f"{year()} – Hạn chế/")


def path_of(sky: Sky, beginning: str) -> str:
    official = text("SELECT path FROM official_files WHERE starts_with(path, :beginning)")
    with sky.context.database.transaction() as session:
        return str(session.scalar(official, {"beginning": beginning}))


def test_what_is_as_decided_is_no_news(sky: Sky) -> None:
    assert found(sky) == set()
    with sky.context.database.transaction() as session:
        check = session.scalars(select(ShareCheck)).one()
        places = session.scalar(text("SELECT count(*) FROM folders WHERE made_at IS NOT NULL"))
    assert check.ended_at
    assert check.looked_at == places + 2


def test_strangers_and_links_are_found_wherever_they_were_let_in_and_left_to_people(sky: Sky) -> None:
    meddle(sky, "share", year(), **{"with": STRANGER, "role": "writer"})
    meddle(sky, "share", plan_path(sky), **{"with": PASSER_BY})
    meddle(sky, "share", book_path(sky), type="anyone")
    expected = {
        ("stranger", STRANGER, year()),
        ("stranger", PASSER_BY, plan_path(sky)),
        ("public", "", book_path(sky)),
    }
    assert found(sky) == expected
    assert found(sky) == expected
    assert lets_in(sky, plan_path(sky), PASSER_BY)


def test_what_is_missing_is_given_again_and_then_no_news(sky: Sky) -> None:
    meddle(sky, "unshare", year(), **{"with": OFFICER})
    assert found(sky) == {("missing", OFFICER, year())}
    assert lets_in(sky, year(), OFFICER)
    assert found(sky) == set()


def test_a_permission_that_outlived_its_share_is_taken_away(sky: Sky, cast: Cast) -> None:
    with sky.context.database.transaction() as session:
        session.execute(update(Share).values(state="closed"))
    give(sky.context, cast.principal, wish(sky.context, email="khac@phong.example"))
    run_worker(sky.context, wait=False)
    assert {kind for kind, *_ in found(sky)} <= {"left_over"}
    assert not lets_in(sky, year(), OFFICER)
    assert found(sky) == set()


def test_a_link_is_closed_when_the_school_says_so(sky: Sky, cast: Cast) -> None:
    meddle(sky, "share", year(), type="anyone")
    assert found(sky) == {("public", "", year())}
    with sky.context.database.transaction() as session:
        finding = session.scalars(select(ShareFinding)).one()
        with pytest.raises(NotAllowed):
            close_link(session, cast.clerk, finding.id)
        with pytest.raises(NotFound):
            close_link(session, cast.b_principal, finding.id)
        close_link(session, cast.principal, finding.id)
    run_worker(sky.context, wait=False)
    assert findings(sky) == set()
    assert not [each for each in permissions(sky, year()) if "anyone" in repr(each) or "link" in each]
    assert found(sky) == set()


def test_a_link_from_above_cannot_be_closed_below(sky: Sky, cast: Cast) -> None:
    finding = ShareFinding(
        school_id=cast.principal.posts[0].school_id,
        path=year(),
        kind="public",
        email="",
        role="reader",
        grant_id="x",
        closable=False,
    )
    with sky.context.database.transaction() as session:
        session.add(finding)
        session.flush()
        with pytest.raises(LinkAbove):
            close_link(session, cast.principal, finding.id)


def test_a_long_tree_is_looked_at_piece_by_piece(sky: Sky) -> None:
    with sky.context.database.transaction() as session:
        top = session.scalars(select(Folder).where(Folder.key == year())).one()
        for number in range(BATCH):
            path = f"{top.path}/{number:03}"
            session.add(
                Folder(
                    school_id=top.school_id,
                    key=f"{top.key}/x{number}",
                    parent_id=top.id,
                    name=f"{number:03}",
                    path=path,
                    made_at=top.made_at,
                )
            )
    meddle(sky, "share", plan_path(sky), **{"with": STRANGER})
    assert found(sky) == {("stranger", STRANGER, plan_path(sky))}
    with sky.context.database.transaction() as session:
        check = session.scalars(select(ShareCheck)).one()
    assert check.looked_at > BATCH
    assert check.ended_at


def test_the_command_lists_what_differs_and_closes_links_only_when_told(sky: Sky) -> None:
    meddle(sky, "share", year(), type="anyone")
    meddle(sky, "share", plan_path(sky), **{"with": STRANGER})
    meddle(sky, "unshare", year(), **{"with": OFFICER})
    with sky.context.database.transaction() as session:
        session.execute(text("DELETE FROM buckets"))
    lines = share_audit(sky.context, "admin", SCHOOL, close_links=False)
    assert sorted(lines) == sorted(
        [
            f"public anyone (reader): {year()}",
            f"missing {OFFICER} (reader): {year()} (is given again)",
            f"stranger {STRANGER} (reader): {plan_path(sky)}",
        ]
    )
    run_worker(sky.context, wait=False)
    assert lets_in(sky, year(), OFFICER)
    assert len(share_audit(sky.context, "admin", SCHOOL, close_links=True)) == 2
    run_worker(sky.context, wait=False)
    assert share_audit(sky.context, "admin", SCHOOL, close_links=False) == [
        f"stranger {STRANGER} (reader): {plan_path(sky)}"
    ]


def test_a_school_that_shares_nothing_has_nothing_to_look_at(context: Context) -> None:
    with SKIES["google"](context) as sky:
        sky.connect()
        before = sky.calls()
        assert share_audit(sky.context, "admin", SCHOOL, close_links=True) == []
        assert sky.calls() == before

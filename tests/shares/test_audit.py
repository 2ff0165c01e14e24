"""What a store shows against what was decided: every way to differ, and what is no difference."""

from datetime import UTC, datetime, timedelta

import pytest

from app.shares.audit import Difference, Expected, differences_at_top, differences_below, expected_of
from app.shares.models import FindingKind, Share, ShareState
from app.storage.abilities import Grant

UNTIL = datetime(2027, 7, 31, 17, tzinfo=UTC)
ACCOUNT = "kho@truong-a.example"
OFFICER = "canbo@phong.example"
TOP = "2026-2027"
OWNER = Grant("own", ACCOUNT, "owner", public=False, inherited=False, until=None)


def grant(
    email: str = OFFICER,
    *,
    id: str = "g1",  # noqa: A002 - as the field is called
    role: str = "reader",
    public: bool = False,
    inherited: bool = False,
    until: datetime | None = UNTIL,
) -> Grant:
    return Grant(id, email, role, public, inherited, until)


def share(state: ShareState = ShareState.OPEN, email: str = OFFICER) -> Share:
    return Share(id=7, email=email, state=state, until=UNTIL, grant_id="g1")


def expected(*shares: Share) -> Expected:
    return expected_of(shares, ACCOUNT)


def kinds(found: list[Difference]) -> list[str]:
    return [each.kind for each in found]


@pytest.mark.parametrize(
    ("grants", "found"),
    [
        ([grant()], []),
        ([grant(until=None)], []),
        ([grant(OFFICER.upper())], []),
        ([grant(until=UNTIL + timedelta(seconds=30))], []),
        ([], ["missing"]),
        ([grant(inherited=True)], ["missing", "above"]),
        ([grant(until=UNTIL + timedelta(days=1))], ["other_end"]),
        ([grant(until=UNTIL - timedelta(days=1))], ["other_end"]),
        ([grant(role="writer")], ["too_much"]),
        ([grant(), grant("la@ngoai.example", id="g2")], ["stranger"]),
        ([grant(), grant("", id="g2")], ["stranger"]),
        ([grant(), grant("", id="g2", public=True)], ["public"]),
        ([grant(), grant("", id="g2", public=True, inherited=True)], ["public"]),
        ([grant(), grant("", id="g2", inherited=True)], []),
        ([grant(), grant(ACCOUNT, id="g2", role="writer")], []),
    ],
)
def test_the_folder_at_the_top_shows_whom_it_should(grants: list[Grant], found: list[str]) -> None:
    assert kinds(list(differences_at_top(TOP, expected(share()), [OWNER, *grants]))) == found


@pytest.mark.parametrize(
    ("state", "grants", "found"),
    [
        (ShareState.CLOSED, [grant()], ["left_over"]),
        (ShareState.CLOSED, [grant(id="by hand")], ["stranger"]),
        (ShareState.CLOSED, [], []),
        (ShareState.REFUSED, [grant()], ["stranger"]),
        (ShareState.REQUESTED, [], []),
        (ShareState.REQUESTED, [grant()], ["stranger"]),
        (ShareState.OPENING, [], []),
        (ShareState.OPENING, [grant()], []),
        (ShareState.CLOSING, [grant()], []),
    ],
)
def test_what_counts_is_what_was_decided_and_not_what_a_job_is_about(
    state: ShareState, grants: list[Grant], found: list[str]
) -> None:
    assert kinds(list(differences_at_top(TOP, expected(share(state)), [OWNER, *grants]))) == found


@pytest.mark.parametrize(
    ("grants", "found"),
    [
        ([grant(inherited=True)], []),
        ([grant(id="on top")], []),
        ([grant(id="here")], ["stranger"]),
        ([grant("la@ngoai.example", id="here", role="writer")], ["stranger"]),
        ([grant("", id="link", public=True)], ["public"]),
        ([grant("", id="link", public=True, inherited=True)], []),
    ],
)
def test_below_nobody_is_let_in_on_his_own(grants: list[Grant], found: list[str]) -> None:
    at_top = frozenset({"on top"})
    below = differences_below(f"{TOP}/a.pdf", expected(share()), at_top, [OWNER, *grants])
    assert kinds(list(below)) == found


def test_a_link_is_closed_where_it_was_made() -> None:
    made, seen = grant("", id="a", public=True), grant("", id="b", public=True, inherited=True)
    found = list(differences_at_top(TOP, expected(), [OWNER, made, seen]))
    assert [(each.grant_id, each.closable) for each in found] == [("a", True), ("b", False)]


def test_a_share_of_ours_is_named_so_that_it_can_be_mended() -> None:
    (missing,) = differences_at_top(TOP, expected(share()), [OWNER])
    assert (missing.kind, missing.share_id, missing.email) == (FindingKind.MISSING, 7, OFFICER)

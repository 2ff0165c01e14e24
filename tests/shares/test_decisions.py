"""Sharing as people decide on it: each step by the right person, written down, and to an end."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.audit.chain import verify
from app.audit.models import AuditEntry
from app.clock import VIETNAM, today
from app.context import Context
from app.db import now
from app.errors import NotAllowed, NotFound, Refused
from app.people.authority import authority_of
from app.people.delegations import Mandate, Term, delegate
from app.records.models import OfficialFile
from app.running.worker import run_worker
from app.shares.decisions import consent, refuse, revoke
from app.shares.jobs import end_shares
from app.shares.models import Share, ShareDecision, ShareState
from app.shares.refusals import (
    AlreadyShared,
    BadReader,
    BadShareTerm,
    NotOverseeing,
    SensitiveInside,
    ShareNotNow,
)
from tests.shares.sharing import OFFICER, PROVINCE, ask, decide, give, state_of, wish
from tests.tree.steps import file_one

Cast = Any
Pdf = Callable[..., bytes]


def decisions(context: Context, share: Share) -> list[tuple[str, str, str, bool]]:
    """List the steps of a share: what, in which post, in which capacity, and whether a person did it."""
    rows = select(ShareDecision).where(ShareDecision.share_id == share.id).order_by(ShareDecision.id)
    with context.database.transaction() as session:
        return [(row.step, row.role, row.capacity, row.user_id is not None) for row in session.scalars(rows)]


def happenings(context: Context, share: Share) -> list[str]:
    rows = select(AuditEntry).where(AuditEntry.subject == str(share.id), AuditEntry.kind.like("share.%"))
    with context.database.transaction() as session:
        assert verify(session) == []
        return [entry.kind for entry in session.scalars(rows.order_by(AuditEntry.number))]


@pytest.mark.parametrize("who", ["principal", "records_admin"])
def test_a_school_shares_its_year_with_the_office_that_oversees_it(
    context: Context, cast: Cast, who: str
) -> None:
    share = give(context, getattr(cast, who))
    run_worker(context, wait=False)
    assert state_of(context, share) == ShareState.OPEN
    assert decisions(context, share) == [("give", who, "", True)]
    assert happenings(context, share) == ["share.give", "share.opened"]


@pytest.mark.parametrize("who", ["teacher", "head", "clerk", "vice_principal", "officer", "b_principal"])
def test_nobody_else_shares_it(context: Context, cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        give(context, getattr(cast, who))


def test_a_deputy_shares_while_the_principals_authority_is_lent_to_him(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        mandate = Mandate(cast.vice_principal.user_id, "KT.", Term(today(), today()))
        delegate(session, cast.principal, mandate)
    with context.database.transaction() as session:
        deputy = authority_of(session, cast.vice_principal.user_id)
    assert deputy
    assert decisions(context, give(context, deputy)) == [("give", "principal", "KT.", True)]


def test_the_province_reads_by_request_of_the_office_and_consent_of_the_principal(
    context: Context, cast: Cast
) -> None:
    share = ask(context, cast.officer)
    run_worker(context, wait=False)
    assert state_of(context, share) == ShareState.REQUESTED
    decide(context, consent, cast.principal, share)
    run_worker(context, wait=False)
    assert state_of(context, share) == ShareState.OPEN
    assert decisions(context, share) == [
        ("request", "officer", "", True),
        ("consent", "principal", "", True),
    ]
    assert happenings(context, share) == ["share.request", "share.consent", "share.opened"]


@pytest.mark.parametrize("verb", [consent, refuse])
@pytest.mark.parametrize("who", ["records_admin", "officer", "provincial_officer", "vice_principal"])
def test_a_request_is_for_the_principal_alone_to_decide_on(
    context: Context, cast: Cast, who: str, verb: Callable[..., None]
) -> None:
    share = ask(context, cast.officer)
    with pytest.raises(NotAllowed):
        decide(context, verb, getattr(cast, who), share)
    assert state_of(context, share) == ShareState.REQUESTED


def test_a_refused_request_opens_nothing_and_may_be_made_again(context: Context, cast: Cast) -> None:
    share = ask(context, cast.officer)
    decide(context, refuse, cast.principal, share)
    assert state_of(context, share) == ShareState.REFUSED
    with pytest.raises(ShareNotNow):
        decide(context, consent, cast.principal, share)
    assert ask(context, cast.officer).id != share.id


def test_a_school_does_not_share_past_the_office_that_oversees_it(context: Context, cast: Cast) -> None:
    with pytest.raises(NotOverseeing):
        give(context, cast.principal, wish(context, "so", PROVINCE))


def test_an_office_asks_for_those_above_and_not_for_itself(context: Context, cast: Cast) -> None:
    with pytest.raises(NotOverseeing):
        ask(context, cast.officer, wish(context))


@pytest.mark.parametrize("who", ["provincial_officer", "principal"])
def test_only_the_office_that_oversees_the_school_asks(context: Context, cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        ask(context, getattr(cast, who))


def test_another_school_knows_nothing_of_a_share(context: Context, cast: Cast) -> None:
    share = give(context, cast.principal)
    with pytest.raises(NotFound):
        decide(context, revoke, cast.b_principal, share)


def test_two_requests_for_one_reader_are_one_too_many(context: Context, cast: Cast) -> None:
    ask(context, cast.officer)
    with pytest.raises(AlreadyShared):
        ask(context, cast.officer)


def test_sharing_again_gives_another_end(context: Context, cast: Cast) -> None:
    share = give(context, cast.principal)
    run_worker(context, wait=False)
    last = today() + timedelta(days=10)
    again = give(context, cast.records_admin, wish(context, email=OFFICER.upper(), last_day=last))
    run_worker(context, wait=False)
    assert again.id == share.id
    assert (again.until - now()).days == 10
    assert [step for step, *_ in decisions(context, share)] == ["give", "change"]
    assert state_of(context, share) == ShareState.OPEN


def test_a_share_without_an_end_lasts_for_the_school_year(context: Context, cast: Cast) -> None:
    wanted = wish(context)
    share = give(context, cast.principal, wanted)
    end_of_july = datetime(int(wanted.year[5:]), 8, 1, tzinfo=VIETNAM)
    assert timedelta(0) <= end_of_july - share.until <= timedelta(days=2)  # in August a year is too long


@pytest.mark.parametrize("days", [-1, 365, 4000])
def test_an_end_is_ahead_and_within_a_year(context: Context, cast: Cast, days: int) -> None:
    with pytest.raises(BadShareTerm):
        give(context, cast.principal, wish(context, last_day=today() + timedelta(days=days)))


@pytest.mark.parametrize("email", ["", "canbo", "can bo@phong.example", "cán.bộ@phong.example"])
def test_a_reader_has_an_address(context: Context, cast: Cast, email: str) -> None:
    with pytest.raises(BadReader):
        give(context, cast.principal, wish(context, email=email))


@pytest.mark.parametrize("year", ["2026", "2026-2028", "2026-2027/HK1", "'; --"])
def test_what_is_shared_is_a_school_year(context: Context, cast: Cast, year: str) -> None:
    wanted = wish(context)
    wanted = type(wanted)(wanted.school_id, wanted.office_id, wanted.email, year, date(2027, 5, 31))
    with pytest.raises(Refused):
        give(context, cast.principal, wanted)


def test_a_share_is_taken_back_once(context: Context, cast: Cast) -> None:
    share = give(context, cast.principal)
    run_worker(context, wait=False)
    decide(context, revoke, cast.records_admin, share)
    run_worker(context, wait=False)
    assert state_of(context, share) == ShareState.CLOSED
    with pytest.raises(ShareNotNow):
        decide(context, revoke, cast.principal, share)
    assert happenings(context, share)[-2:] == ["share.revoke", "share.closed"]
    assert give(context, cast.principal).id != share.id


def test_shares_and_unanswered_requests_end_when_their_time_is_up(context: Context, cast: Cast) -> None:
    open_share, request = give(context, cast.principal), ask(context, cast.officer)
    run_worker(context, wait=False)
    end_shares(context)
    assert state_of(context, open_share) == ShareState.OPEN
    with context.database.transaction() as session:
        session.execute(text("UPDATE shares SET until = now() - interval '1 second'"))
    end_shares(context)
    run_worker(context, wait=False)
    assert state_of(context, open_share) == ShareState.CLOSED
    assert state_of(context, request) == ShareState.REFUSED
    assert happenings(context, open_share)[-2:] == ["share.ended", "share.closed"]


def test_a_year_with_sensitive_records_in_its_ordinary_folder_is_not_shared(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(context, cast, pdf("Sổ"), record_type="SCN", period=wish(context).year)
    give(context, cast.principal)
    with context.database.transaction() as session:
        official = session.scalars(select(OfficialFile).where(OfficialFile.record_id == record.id)).one()
        assert official.path
        official.path = official.path.replace(" – Hạn chế/", "/")
    with pytest.raises(SensitiveInside):
        give(context, cast.principal, wish(context, email="khac@phong.example"))

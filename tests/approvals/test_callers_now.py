"""What somebody may do is asked when his verb is carried out: what he was before, when he asked, is over.

Each verb begins with the authority that its caller had, while another transaction takes that away.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.approvals.actions import Decision, act, act_on_many
from app.approvals.submissions import resubmit
from app.calendar.exceptions import Grace, grant_exception, revoke_exception
from app.catalogue.periods import present_year, year_after
from app.catalogue.switching import Choice, switch_off
from app.clock import today
from app.context import Context
from app.corrections import deciding
from app.corrections.requesting import request_correction
from app.corrections.witnessing import confirm
from app.db import now
from app.errors import NotAllowed, NotFound
from app.handovers.confirming import confirm_giving, confirm_taking
from app.handovers.drawing_up import Draft, cancel, draw_up
from app.laptops import registering as laptop
from app.locks.locking import Closing, lift, lock
from app.people import asking, confirming
from app.people.account_queries import Place
from app.people.accounts import change_places
from app.people.authority import Authority, authority_of
from app.people.delegation_papers import given_by
from app.people.delegations import Mandate, Term, delegate, revoke
from app.people.holding import hold_posts
from app.people.leaving import end_posts
from app.people.models import Delegation, Membership, Role, User
from app.records.models import Record
from app.records.queries import view_of
from app.running.worker import run_worker
from app.schools.models import School
from app.shares import decisions as shares
from app.shares.decisions import share_folder
from app.teaching.duties import Task, begin_duty
from app.teaching.models import Duty
from tests.conftest import Cast, authority
from tests.handing_in import decide, hand_in, hand_in_again, uploaded
from tests.people.test_lapsing import administrator, department_of
from tests.shares.sharing import ask, wish
from tests.waiting import until_somebody_waits
from workflows.model import Action

Pdf = Callable[..., bytes]
PATIENCE = 60


@dataclass
class Stage:
    """A school in which each verb of the table could be carried out by its caller."""

    context: Context
    cast: Cast
    pdf: Pdf
    records: dict[str, Record] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)


Verb = Callable[[Session, Authority, Stage], object]


def _act(action: Action, name: str) -> Verb:
    def verb(session: Session, who: Authority, stage: Stage) -> None:
        act(session, who, _decision(stage, action, name))

    return verb


def _in_bulk(session: Session, who: Authority, stage: Stage) -> None:
    (outcome,) = act_on_many(session, who, [_decision(stage, Action.SIGN_OFF, "approved")])
    if outcome.refusal is not None:
        raise outcome.refusal


def _decision(stage: Stage, action: Action, name: str) -> Decision:
    record = stage.records[name]
    return Decision(record.id, action, record.turn, record.sha256, "Lý do")


def _submit(_session: Session, who: Authority, stage: Stage) -> None:
    hand_in(stage.context, who, stage.pdf("mới"), period="2026-2027/W20")


def _resubmit(session: Session, _who: Authority, stage: Stage) -> None:
    view = view_of(session, stage.cast.teacher, stage.records["returned"].id)
    session.commit()
    with uploaded(stage.context, stage.pdf("nộp lại")) as upload:
        resubmit(stage.context, stage.cast.teacher, upload, view)


def _draw_up(session: Session, who: Authority, stage: Stage) -> None:
    giver, taker = stage.cast.teacher.user_id, stage.cast.teacher2.user_id
    draw_up(session, who, stage.records["filed"].school_id, Draft(giver, taker, today(), "Nghỉ", True, []))


def _lend(session: Session, who: Authority, stage: Stage) -> None:
    term, unit = Term(today(), today()), department_of(stage.cast, "head")
    delegate(session, who, Mandate(stage.cast.teacher.user_id, "TUQ.", term, department_id=unit))


def _lock(session: Session, who: Authority, stage: Stage) -> None:
    lock(session, who, stage.records["filed"].school_id, Closing("2026-2027/M09", "Hết hạn", None, "QĐ 1"))


def _register(session: Session, who: Authority, stage: Stage) -> None:
    laptop.register(
        session, who, stage.records["filed"].school_id, laptop.Registration(present_year(), True, True, True)
    )


def _begin_duty(session: Session, who: Authority, stage: Stage) -> None:
    task = Task(stage.cast.teacher5.user_id, Duty.YOUTH_LEADER)
    begin_duty(session, who, stage.records["filed"].school_id, present_year(), task, today())


def _grant(session: Session, who: Authority, stage: Stage) -> None:
    grace = Grace(stage.cast.teacher.user_id, "2026-2027/W12", None, "Nghỉ ốm")
    grant_exception(session, who, stage.records["filed"].school_id, grace)


def _share(session: Session, who: Authority, stage: Stage) -> None:
    share_folder(session, who, wish(stage.context))


def _switch_off(session: Session, who: Authority, stage: Stage) -> None:
    school_id = stage.records["filed"].school_id
    switch_off(session, who, Choice(school_id, "SDB", year_after(present_year())))


BY_POST: Mapping[str, tuple[str, Verb]] = {
    "approve": ("head", _act(Action.APPROVE, "submitted")),
    "return": ("head", _act(Action.RETURN, "submitted")),
    "sign off": ("principal", _act(Action.SIGN_OFF, "approved")),
    "sign off in bulk": ("principal", _in_bulk),
    "consent to a correction": (
        "principal",
        lambda s, who, on: deciding.consent(s, who, on.ids["asked"], now() + timedelta(days=1)),
    ),
    "refuse a correction": (
        "principal",
        lambda s, who, on: deciding.refuse(s, who, on.ids["asked"], "Không"),
    ),
    "witness a correction": ("vice_principal", lambda s, who, on: confirm(s, who, on.ids["open"])),
    "draw a handover up": ("clerk", _draw_up),
    "cancel a handover": ("clerk", lambda s, who, on: cancel(s, who, on.ids["handover"])),
    "lock": ("principal", _lock),
    "lock on an order": ("clerk", _lock),
    "lift": ("principal", lambda s, who, on: lift(s, who, on.ids["lock"])),
    "lend a post": ("head", _lend),
    "confirm an appointment": ("principal", lambda s, who, on: confirming.confirm(s, who, on.ids["request"])),
    "refuse an appointment": (
        "principal",
        lambda s, who, on: confirming.refuse(s, who, on.ids["request"], "Không"),
    ),
    "permit a laptop": ("principal", lambda s, who, on: laptop.permit(s, who, on.ids["laptop"])),
    "share a folder": ("principal", _share),
    "consent to a share": ("principal", lambda s, who, on: shares.consent(s, who, on.ids["share"])),
    "refuse a share": ("principal", lambda s, who, on: shares.refuse(s, who, on.ids["share"])),
    "switch a record type off": ("records_admin", _switch_off),
    "begin a duty": ("principal", _begin_duty),
    "grant an exception": ("principal", _grant),
    "revoke an exception": ("principal", lambda s, who, on: revoke_exception(s, who, on.ids["exception"])),
}
"""Who does it by a post."""
BY_NAME: Mapping[str, tuple[str, Verb]] = {
    "hand in": ("teacher", _submit),
    "hand in again": ("teacher", _resubmit),
    "withdraw": ("teacher", _act(Action.WITHDRAW, "submitted")),
    "ask for a correction": (
        "teacher",
        lambda s, who, on: request_correction(s, who, on.records["filed"].id, "Nhầm"),
    ),
    "witness one's own correction": ("teacher", lambda s, who, on: confirm(s, who, on.ids["open"])),
    "give": ("teacher", lambda s, who, on: confirm_giving(s, who, on.ids["handover"])),
    "take": ("teacher2", lambda s, who, on: confirm_taking(s, who, on.ids["handover"])),
    "revoke a delegation": ("head", lambda s, who, on: revoke(s, who, on.ids["delegation"])),
    "attach a paper": ("head", lambda s, who, on: given_by(s, who, on.ids["delegation"])),
    "register a laptop": ("teacher5", _register),
    "take a registration back": ("teacher2", lambda s, who, on: laptop.withdraw(s, who, on.ids["laptop"])),
    "take a request back": (
        "records_admin",
        lambda s, who, on: confirming.refuse(s, who, on.ids["request"], ""),
    ),
}
"""Who does it because it is his own, as long as he is in the school."""
LENT = {name for name, (who, _) in BY_POST.items() if who == "principal"} - {
    "confirm an appointment",
    "refuse an appointment",
}
"""What a vice principal does by the principal's delegation."""
BEGIN_OUTSIDE = {"hand in", "hand in again"}
"""What opens its own transactions, with the gate between them."""


def _shut_out(session: Session, who: Authority, _stage: Stage) -> None:
    session.get_one(User, who.user_id).disabled_at = now()


def _leaves(session: Session, who: Authority, stage: Stage) -> None:
    end_posts(session, stage.records["filed"].school_id, who.user_id, stage.cast.clerk.user_id)


def _moves(session: Session, who: Authority, stage: Stage) -> None:
    """To another post in the school, which entitles to none of what the table holds."""
    user, school = session.get_one(User, who.user_id), administrator(session, stage.cast).school
    held = {Place(each.role, each.department_id) for each in who.posts if not each.delegated}
    elsewhere = Place(Role.TEACHER, department_of(stage.cast, "head2"))
    by = str(stage.cast.records_admin.user_id)
    change_places(session, school, by, user, {elsewhere} - held, held - {elsewhere})


def _takes_back(session: Session, who: Authority, stage: Stage) -> None:
    lent = select(Delegation.id).where(Delegation.to_user_id == who.user_id, Delegation.revoked_at.is_(None))
    revoke(session, stage.cast.principal, session.scalars(lent).one())


CASES = [
    *((_shut_out, {**BY_POST, **BY_NAME}),),
    *((_leaves, {**BY_POST, **BY_NAME}),),
    (_moves, BY_POST),
    (_takes_back, {name: ("vice_principal", BY_POST[name][1]) for name in sorted(LENT)}),
]


@pytest.fixture
def stage(context: Context, cast: Cast, pdf: Pdf) -> Stage:
    made = Stage(context, cast, pdf)
    _plant_records(made)
    with context.database.transaction() as session:
        school = session.get_one(School, made.records["filed"].school_id)
        # The school's only administrator could neither leave nor be moved.
        session.add(Membership(user_id=cast.teacher5.user_id, role=Role.RECORDS_ADMIN, school_id=school.id))
        session.flush()
        admin, units = administrator(session, cast), department_of(cast, "head")
        places = {Place(Role.TEACHER, units), Place(Role.DEPUTY_HEAD, units)}
        asked = asking.set_places(session, admin, cast.teacher.user_id, places)
        assert asked is not None
        made.ids |= {
            "request": asked.id,
            "handover": draw_up(
                session,
                cast.clerk,
                school.id,
                Draft(cast.teacher.user_id, cast.teacher2.user_id, today(), "Nghỉ", True, []),
            ).id,
            "lock": lock(session, cast.principal, school.id, Closing("2026-2027/M10", "Hết hạn")).id,
            "laptop": laptop.register(
                session, cast.teacher2, school.id, laptop.Registration(present_year(), True, True, True)
            ).id,
            "exception": grant_exception(
                session, cast.principal, school.id, Grace(cast.teacher.user_id, "2026-2027/W13", None, "Ốm")
            ).id,
            "delegation": _lent(session, cast.head, cast.teacher2, units),
        }
        _lent(session, cast.principal, cast.vice_principal, None)
    made.ids["share"] = ask(context, cast.officer).id
    return made


def _lent(session: Session, lender: Authority, to: Authority, department: int | None) -> int:
    mandate = Mandate(to.user_id, "", Term(today(), today()), department_id=department)
    return delegate(session, lender, mandate).id


def _plant_records(made: Stage) -> None:
    context, cast, pdf = made.context, made.cast, made.pdf
    for week, name in enumerate(("submitted", "approved", "returned", "filed", "asked", "open"), 12):
        record = hand_in(context, cast.teacher, pdf(name), period=f"2026-2027/W{week}").record
        if name != "submitted":
            decide(context, cast.head, record, Action.RETURN if name == "returned" else Action.APPROVE, "Sửa")
        if name in {"filed", "asked", "open"}:
            decide(context, cast.principal, record, Action.SIGN_OFF)
        made.records[name] = record
    run_worker(context, wait=False)
    for name in ("asked", "open"):
        with context.database.transaction() as session:
            asked = request_correction(session, cast.teacher, made.records[name].id, "Nhầm ngày")
            made.ids[name] = asked.id
    with context.database.transaction() as session:
        deciding.consent(session, cast.principal, made.ids["open"], now() + timedelta(days=1))
    hand_in_again(context, cast.teacher, pdf("đã sửa"), made.records["open"])
    with context.database.transaction() as session:
        made.records = {name: session.get_one(Record, each.id) for name, each in made.records.items()}


@pytest.mark.parametrize(("change", "verbs"), CASES, ids=lambda each: getattr(each, "__name__", ""))
def test_what_is_taken_away_while_a_verb_waits_no_longer_entitles_to_it(
    context: Context,
    owner: psycopg.Connection,
    stage: Stage,
    change: Callable[[Session, Authority, Stage], None],
    verbs: Mapping[str, tuple[str, Verb]],
) -> None:
    for name, (role, verb) in verbs.items():
        with context.database.transaction() as session:
            caller = authority_of(session, authority(stage.cast, role).user_id)
        assert caller is not None
        if name not in BEGIN_OUTSIDE:
            with context.database.sessions() as session:  # He could: nothing is committed.
                verb(session, caller, stage)
        began = now()
        assert _refused_meanwhile(stage, caller, verb, change), name
        _undo(owner, began)


@pytest.mark.parametrize(
    "name",
    ["lift", "revoke a delegation", "attach a paper", "confirm an appointment", "refuse an appointment"],
)
def test_a_stranger_is_refused_without_a_lock_of_the_school(
    context: Context, stage: Stage, name: str
) -> None:
    _, verb = {**BY_POST, **BY_NAME}[name]
    with context.database.transaction() as busy, context.database.sessions() as session:
        hold_posts(busy, stage.records["filed"].school_id)
        session.execute(text("SET LOCAL lock_timeout = '5s'"))
        with pytest.raises(NotFound):
            verb(session, stage.cast.b_principal, stage)


def _refused_meanwhile(
    stage: Stage,
    caller: Authority,
    verb: Verb,
    change: Callable[[Session, Authority, Stage], None],
) -> bool:
    """Take something from the caller while his verb waits; tell whether that was refused then."""

    def carry_out() -> bool:
        try:
            with stage.context.database.transaction() as session:
                verb(session, caller, stage)
        except (NotAllowed, NotFound):
            return True
        return False

    with ThreadPoolExecutor(1) as pool:
        with stage.context.database.transaction() as session:
            hold_posts(session, stage.records["filed"].school_id)
            change(session, caller, stage)
            session.flush()
            trying = pool.submit(carry_out)
            until_somebody_waits(stage.context)
        return trying.result(PATIENCE)


def _undo(owner: psycopg.Connection, since: object) -> None:
    """Give everybody back what was taken from him since a moment."""
    for statement in (
        "UPDATE users SET disabled_at = NULL WHERE disabled_at >= %s",
        "DELETE FROM memberships WHERE began_at >= %s",
        "UPDATE memberships SET ended_at = NULL WHERE ended_at >= %s",
        "UPDATE delegations SET revoked_at = NULL, lapsed = false WHERE revoked_at >= %s",
        "UPDATE account_requests SET outcome = '', answered_at = NULL WHERE answered_at >= %s",
    ):
        owner.execute(statement, [since])

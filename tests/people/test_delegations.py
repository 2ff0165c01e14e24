"""Lending authority and taking it back: who, to whom, when, and what it is good for meanwhile."""

import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.approvals.facts import actions_for
from app.approvals.standing import FREE
from app.audit.chain import Happening, append, verify
from app.audit.models import AuditEntry
from app.clock import today
from app.context import Context
from app.db import now
from app.errors import InvalidRequest, NotAllowed, NotFound, Refused
from app.people import asking
from app.people.accounts import administrator_of
from app.people.authority import Authority, authority_of
from app.people.capacities import fitting
from app.people.confirming import confirm
from app.people.delegation_queries import candidates_for, delegations_known_to
from app.people.delegations import (
    BadDelegate,
    BadTerm,
    DelegationOver,
    DelegationOverlaps,
    Mandate,
    NotADeputy,
    Term,
    delegate,
    revoke,
)
from app.people.holding import hold_posts
from app.people.models import AccountRequest, Delegation, Membership, Role, User
from app.people.passwords import PasswordGiven
from app.people.sign_in import hash_password, set_password
from app.records.models import Record
from tests.browsing import send, signed_in
from tests.handing_in import decide, hand_in
from tests.two_schools import only_school_of
from tests.waiting import until_somebody_waits
from workflows.model import Action

Cast = SimpleNamespace
WEEK = timedelta(days=7)


def mandate(to: Authority, **changes: object) -> Mandate:
    """Lend for a week, in the capacity that fits."""
    days = Term(today(), today() + WEEK)
    return replace(Mandate(to.user_id, "", days), **changes)  # type: ignore[arg-type]


def lend(context: Context, lender: Authority, wanted: Mandate) -> int:
    with context.database.transaction() as session:
        return delegate(session, lender, wanted).id


def fresh(context: Context, person: Authority) -> Authority:
    with context.database.transaction() as session:
        found = authority_of(session, person.user_id)
    assert found is not None
    return found


def department_of(person: Authority) -> int | None:
    return next(post.department_id for post in person.posts if post.department_id is not None)


def move_term(context: Context, begins: timedelta, ends: timedelta) -> None:
    with context.database.transaction() as session:
        session.execute(update(Delegation).values(starts_at=now() + begins, ends_at=now() + ends))


def test_a_vice_principal_signs_off_for_the_principal_while_the_delegation_lasts(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.teacher, pdf("ký thay")).record
    decide(context, cast.head, record, Action.APPROVE)
    with context.database.transaction() as session:
        waiting = session.get_one(Record, record.id)

    assert Action.SIGN_OFF not in actions_for(cast.vice_principal, waiting, FREE)
    lend(context, cast.principal, mandate(cast.vice_principal))
    assert Action.SIGN_OFF in actions_for(fresh(context, cast.vice_principal), waiting, FREE)


@pytest.mark.parametrize(("begins", "ends"), [(1, 2), (-2, -1)])
def test_a_delegation_that_has_not_begun_or_is_over_lends_nothing(
    context: Context, cast: Cast, begins: int, ends: int
) -> None:
    lend(context, cast.principal, mandate(cast.vice_principal))
    move_term(context, timedelta(hours=begins), timedelta(hours=ends))

    assert fresh(context, cast.vice_principal).posts == cast.vice_principal.posts


def test_a_revoked_delegation_lends_nothing(context: Context, cast: Cast) -> None:
    given = lend(context, cast.principal, mandate(cast.vice_principal))
    with context.database.transaction() as session:
        revoke(session, cast.principal, given)

    assert fresh(context, cast.vice_principal).posts == cast.vice_principal.posts


def test_a_delegation_lapses_when_the_lender_loses_the_post(context: Context, cast: Cast) -> None:
    lend(context, cast.principal, mandate(cast.vice_principal))
    with context.database.transaction() as session:
        own = Membership.user_id == cast.principal.user_id
        session.execute(update(Membership).where(own).values(ended_at=now()))

    assert fresh(context, cast.vice_principal).posts == cast.vice_principal.posts
    with context.database.transaction() as session:
        (view,) = delegations_known_to(session, cast.vice_principal)
        assert view.phase == "lapsed"


def test_a_head_lends_to_a_member_of_the_department(context: Context, cast: Cast) -> None:
    department = department_of(cast.head)
    lend(context, cast.head, mandate(cast.teacher, department_id=department))

    post = fresh(context, cast.teacher).heads(department)

    assert post is not None
    assert post.delegated
    assert post.capacity == "TUQ."


def test_a_vice_principal_signs_in_the_principals_stead_unless_a_mandate_says_otherwise(
    context: Context, cast: Cast
) -> None:
    lend(context, cast.principal, mandate(cast.vice_principal))

    post = fresh(context, cast.vice_principal).leads(cast.principal.posts[0].school_id or 0)

    assert post is not None
    assert post.capacity == "KT."


def deputy_of(context: Context, cast: Cast, person: Authority) -> Authority:
    """Make a member of the first department its deputy head."""
    with context.database.transaction() as session:
        school_id, department_id = cast.head.posts[0].school_id, department_of(cast.head)
        session.add(
            Membership(
                user_id=person.user_id, role="deputy_head", school_id=school_id, department_id=department_id
            )
        )
    return fresh(context, person)


def test_only_a_deputy_signs_in_the_heads_stead(context: Context, cast: Cast) -> None:
    department = department_of(cast.head)
    with pytest.raises(NotADeputy):
        lend(context, cast.head, mandate(cast.teacher, capacity="KT.", department_id=department))

    deputy = deputy_of(context, cast, cast.teacher)
    lend(context, cast.head, mandate(deputy, capacity="KT.", department_id=department))
    lent = [post for post in fresh(context, deputy).posts if post.delegated]
    assert [post.capacity for post in lent] == ["KT."]


def test_who_is_a_deputy_no_more_signs_by_mandate_whatever_was_written(context: Context, cast: Cast) -> None:
    department = department_of(cast.head)
    deputy = deputy_of(context, cast, cast.teacher)
    lend(context, cast.head, mandate(deputy, department_id=department))
    with context.database.transaction() as session:
        no_more = Membership.user_id == deputy.user_id, Membership.role == "deputy_head"
        session.execute(update(Membership).where(*no_more).values(ended_at=now()))

    lent = [post for post in fresh(context, deputy).posts if post.delegated]
    assert {post.capacity for post in lent} <= {"TUQ."}
    with context.database.transaction() as session:
        (view,) = delegations_known_to(session, cast.head)
        assert view.capacity == "TUQ."


@pytest.mark.parametrize(
    ("lent", "own", "signs"),
    [
        (Role.PRINCIPAL, Role.VICE_PRINCIPAL, ("KT.", "TUQ.")),
        (Role.HEAD, Role.DEPUTY_HEAD, ("KT.", "TUQ.")),
        (Role.HEAD, Role.TEACHER, ("TUQ.",)),
        (Role.PRINCIPAL, Role.DEPUTY_HEAD, ("TUQ.",)),
        (Role.PRINCIPAL, Role.HEAD, ("TUQ.",)),
        (Role.HEAD, Role.VICE_PRINCIPAL, ("TUQ.",)),
    ],
)
def test_the_capacity_goes_by_whether_one_is_the_posts_own_deputy(
    lent: Role, own: Role, signs: tuple[str, ...]
) -> None:
    assert fitting(lent, own) == signs


def test_the_form_says_for_each_person_how_he_may_sign(
    context: Context, client: FlaskClient, cast: Cast
) -> None:
    deputy_of(context, cast, cast.teacher)
    page = signed_in(client.application, cast.head.email).get("/uy-quyen").text

    options = re.findall(r'<option data-capacities="([^"]+)"[^>]*value="\d+:\d+:([0-9a-f-]+)"', page)
    by_person = {person: signs for signs, person in options}
    assert by_person[str(cast.teacher.user_id)] == "KT. TUQ."
    assert by_person[str(cast.teacher2.user_id)] == "TUQ."


def test_what_was_lent_may_not_be_lent_on(context: Context, cast: Cast) -> None:
    department = department_of(cast.head)
    lend(context, cast.head, mandate(cast.teacher, department_id=department))

    with pytest.raises(NotAllowed):
        lend(context, fresh(context, cast.teacher), mandate(cast.teacher2, department_id=department))


def test_a_delegation_of_today_begins_now_and_ends_with_its_last_day(context: Context, cast: Cast) -> None:
    before = now()
    lend(context, cast.principal, mandate(cast.vice_principal, term=Term(today(), today())))

    with context.database.transaction() as session:
        (view,) = delegations_known_to(session, cast.principal)
    assert view.delegation.starts_at >= before
    assert (view.first_day, view.last_day, view.phase) == (today(), today(), "current")


@pytest.mark.parametrize(
    ("first", "last"), [(-1, 3), (5, 4), (0, 367)], ids=["in the past", "wrong way round", "over a year"]
)
def test_days_that_make_no_sense_are_refused(context: Context, cast: Cast, first: int, last: int) -> None:
    days = Term(today() + timedelta(days=first), today() + timedelta(days=last))

    with pytest.raises(BadTerm):
        lend(context, cast.principal, mandate(cast.vice_principal, term=days))


def test_a_term_at_the_end_of_the_calendar_is_refused_and_not_a_crash(context: Context, cast: Cast) -> None:
    with pytest.raises(BadTerm):
        lend(context, cast.principal, mandate(cast.vice_principal, term=Term(date.max, date.max)))


@pytest.mark.parametrize(
    ("lender", "to", "refusal"),
    [
        ("principal", "teacher", BadDelegate),
        ("principal", "clerk", BadDelegate),
        ("principal", "principal", BadDelegate),
        ("principal", "b_vice_principal", NotFound),
        ("principal", "officer", NotFound),
        ("teacher", "teacher2", NotAllowed),
        ("vice_principal", "teacher", NotAllowed),
        ("records_admin", "vice_principal", NotAllowed),
    ],
)
def test_authority_is_lent_only_by_its_holder_to_his_deputies(
    context: Context, cast: Cast, lender: str, to: str, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        lend(context, getattr(cast, lender), mandate(getattr(cast, to)))


def test_a_head_may_not_lend_to_another_department(context: Context, cast: Cast) -> None:
    with pytest.raises(BadDelegate):
        lend(context, cast.head, mandate(cast.teacher5, department_id=department_of(cast.head)))
    with pytest.raises(NotAllowed):
        lend(context, cast.head, mandate(cast.teacher5, department_id=department_of(cast.head2)))


@pytest.mark.parametrize(("days", "refused"), [(0, True), (29, True), (31, False)])
def test_who_may_be_somebody_elses_account_is_lent_nothing(
    context: Context, cast: Cast, days: int, refused: bool
) -> None:
    """Else an administrator resets a teacher's password and signs with what her head lends her."""
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        asking.reset_password(session, admin, cast.teacher.user_id)
    wanted = mandate(cast.teacher, department_id=department_of(cast.head))
    with pytest.raises(PasswordGiven):
        lend(context, cast.head, wanted)
    with context.database.transaction() as session:
        user = session.get_one(User, cast.teacher.user_id)
        set_password(user, hash_password("Tự#Chọn2026"))
        user.password_given_at = now() - timedelta(days=days)

    if refused:
        with pytest.raises(PasswordGiven):
            lend(context, cast.head, wanted)
    else:
        lend(context, cast.head, wanted)


def test_a_deputy_whose_password_two_people_gave_is_lent_to_once_he_chose_his_own(
    context: Context, cast: Cast
) -> None:
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        asked = asking.reset_password(session, admin, cast.vice_principal.user_id)
        assert isinstance(asked, AccountRequest)
        assert confirm(session, cast.principal, asked.id).half
    with pytest.raises(PasswordGiven):
        lend(context, cast.principal, mandate(cast.vice_principal))
    with context.database.transaction() as session:
        set_password(session.get_one(User, cast.vice_principal.user_id), hash_password("Tự#Chọn2026"))
    lend(context, cast.principal, mandate(cast.vice_principal))


def test_only_capacities_of_the_decree_are_taken(context: Context, cast: Cast) -> None:
    with pytest.raises(InvalidRequest):
        lend(context, cast.principal, mandate(cast.vice_principal, capacity="TM."))


def test_the_same_person_is_not_given_the_same_authority_twice_at_a_time(
    context: Context, cast: Cast
) -> None:
    given = lend(context, cast.principal, mandate(cast.vice_principal))

    with pytest.raises(DelegationOverlaps):
        lend(context, cast.principal, mandate(cast.vice_principal, capacity="TUQ."))
    with context.database.transaction() as session:
        revoke(session, cast.principal, given)
    lend(context, cast.principal, mandate(cast.vice_principal, capacity="TUQ."))


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("vice_principal", NotAllowed), ("head", NotFound), ("b_principal", NotFound), ("officer", NotFound)],
)
def test_only_the_lender_takes_a_delegation_back(
    context: Context, cast: Cast, who: str, refusal: type[Refused]
) -> None:
    given = lend(context, cast.principal, mandate(cast.vice_principal))

    with pytest.raises(refusal), context.database.transaction() as session:
        revoke(session, getattr(cast, who), given)


def test_who_takes_back_waits_for_whoever_changes_posts_before_he_locks_anything(
    context: Context, cast: Cast
) -> None:
    """Whoever changes posts writes the chain, then ends delegations: the other order would be a ring."""
    given = lend(context, cast.principal, mandate(cast.vice_principal))

    def take_back() -> None:
        with context.database.transaction() as session:
            revoke(session, cast.principal, given)

    with ThreadPoolExecutor(1) as pool:
        with context.database.transaction() as session:
            hold_posts(session, cast.principal.posts[0].school_id)
            append(session, "truong-a", [Happening("account.places", "system", "nobody", {})])
            taken = pool.submit(take_back)
            until_somebody_waits(context)
            session.get_one(Delegation, given, with_for_update={"nowait": True})
        taken.result(timeout=30)
    with context.database.transaction() as session:
        assert session.get_one(Delegation, given).revoked_at is not None


def test_the_principal_takes_back_what_a_head_lent(context: Context, cast: Cast) -> None:
    given = lend(context, cast.head, mandate(cast.teacher, department_id=department_of(cast.head)))

    with context.database.transaction() as session:
        revoke(session, cast.principal, given)
    with pytest.raises(DelegationOver), context.database.transaction() as session:
        revoke(session, cast.head, given)


def test_giving_and_taking_back_are_in_the_schools_audit_chain(context: Context, cast: Cast) -> None:
    given = lend(context, cast.principal, mandate(cast.vice_principal))
    with context.database.transaction() as session:
        revoke(session, cast.principal, given)

    with context.database.transaction() as session:
        chain = select(AuditEntry.kind).where(AuditEntry.chain == "truong-a").order_by(AuditEntry.number)
        kinds = chain.where(AuditEntry.kind.startswith("delegation."))
        assert session.scalars(kinds).all() == ["delegation.given", "delegation.revoked"]
        assert verify(session) == []


def test_a_principal_is_offered_vice_principals_and_a_head_his_members(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        principals = {each.user_id for each in candidates_for(session, cast.principal)}
        heads = {each.user_id for each in candidates_for(session, cast.head)}

    assert principals == {cast.vice_principal.user_id}
    assert {cast.teacher.user_id, cast.teacher2.user_id} <= heads
    assert not heads & {cast.teacher5.user_id, cast.head.user_id, cast.b_teacher.user_id}


@pytest.mark.parametrize(
    ("lender", "given", "count"),
    [("principal", "clerk", 1), ("principal", "vice_principal", 0), ("head", "clerk", 2)],
)
def test_whom_the_form_offers_the_rule_takes_and_whom_it_leaves_out_the_rule_refuses(
    context: Context, cast: Cast, lender: str, given: str, count: int
) -> None:
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        asking.reset_password(session, admin, cast.teacher.user_id)
        asking.disable(session, admin, cast.teacher2.user_id)
        session.get_one(User, getattr(cast, given).user_id).password_given_at = now()
        school_id, own = admin.school.id, getattr(cast, lender)
        offered = {each.user_id for each in candidates_for(session, own) if not each.may_be_anothers}
        staff = set(session.scalars(select(Membership.user_id).where(Membership.school_id == school_id)))
    department = department_of(own) if lender == "head" else None
    taken = {person for person in staff if takes(context, own, person, department)}
    assert taken == offered
    assert len(offered) == count


def takes(context: Context, lender: Authority, person: uuid.UUID, department: int | None) -> bool:
    wanted = Mandate(person, "", Term(today(), today()), department_id=department)
    try:
        lend(context, lender, wanted)
    except Refused:
        return False
    return True


def test_the_page_names_who_is_left_out_and_says_why(
    context: Context, client: FlaskClient, cast: Cast
) -> None:
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        asking.reset_password(session, admin, cast.teacher.user_id)
    head = signed_in(client.application, cast.head.email)
    page = head.get("/uy-quyen").text
    assert f":{cast.teacher.user_id}" not in page
    assert f":{cast.teacher2.user_id}" in page
    assert f"Mật khẩu của {cast.teacher.name} là mật khẩu tạm hoặc vừa được người khác cấp" in page
    sent = send(
        head,
        "/uy-quyen",
        "/uy-quyen",
        who=f"{only_school_of(cast.head)}:{department_of(cast.head)}:{cast.teacher.user_id}",
        capacity="",
        first=today().isoformat(),
        last=today().isoformat(),
    )
    assert sent.status_code == 422
    assert f"Mật khẩu của {cast.teacher.name}" in sent.text


def test_a_delegation_is_given_seen_and_taken_back_in_the_browser(client: FlaskClient, cast: Cast) -> None:
    principal = signed_in(client.application, cast.principal.email)
    deputy = signed_in(client.application, cast.vice_principal.email)
    fields = {
        "who": f"{only_school_of(cast.principal)}::{cast.vice_principal.user_id}",
        "capacity": "TUQ.",
        "first": today().isoformat(),
        "last": (today() + WEEK).isoformat(),
        "reason": "Giấy ủy quyền số 07",
    }

    assert send(principal, "/uy-quyen", "/uy-quyen", **fields).status_code == 302
    seen = deputy.get("/uy-quyen").text
    assert "Giấy ủy quyền số 07" in seen
    assert "Đang hiệu lực" in seen
    assert "Thu hồi" not in seen

    again = send(principal, "/uy-quyen", "/uy-quyen", **fields)
    assert again.status_code == 409
    assert "đã được ủy quyền trong thời gian đó" in again.text

    back = re.search(r'action="(/uy-quyen/\d+/thu-hoi)"', again.text)
    assert back
    assert send(principal, back[1], "/uy-quyen").status_code == 302
    assert "Đã thu hồi" in deputy.get("/uy-quyen").text


def test_a_form_with_a_missing_day_is_shown_again_with_what_is_missing(
    client: FlaskClient, cast: Cast
) -> None:
    principal = signed_in(client.application, cast.principal.email)

    answer = send(
        principal,
        "/uy-quyen",
        "/uy-quyen",
        who=f"{only_school_of(cast.principal)}::{cast.vice_principal.user_id}",
        capacity="KT.",
    )

    assert answer.status_code == 422
    assert "Chọn ngày kết thúc." in answer.text


def test_a_delegate_decides_everything_but_his_own_records(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    own = hand_in(context, cast.vice_principal, pdf("của phó hiệu trưởng")).record
    other = hand_in(context, cast.head, pdf("của tổ trưởng")).record
    lend(context, cast.principal, mandate(cast.vice_principal, capacity="TUQ."))
    delegate_now = fresh(context, cast.vice_principal)

    with pytest.raises(NotAllowed):
        decide(context, delegate_now, own, Action.SIGN_OFF)
    decide(context, delegate_now, other, Action.SIGN_OFF)


def test_a_heads_delegate_does_not_approve_his_own_record(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    own = hand_in(context, cast.teacher, pdf("của người được ủy quyền")).record
    lend(context, cast.head, mandate(cast.teacher, department_id=department_of(cast.head)))

    with pytest.raises(NotAllowed):
        decide(context, fresh(context, cast.teacher), own, Action.APPROVE)

"""Lesson plans on a computer: who may register, who permits, and the list that is printed."""

from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
from flask.testing import FlaskClient

from app.clock import today
from app.context import Context
from app.db import now
from app.errors import CommentRequired, NotAllowed, NotFound
from app.laptops.models import LaptopPermission
from app.laptops.paper import laptop_list
from app.laptops.queries import LaptopState, registrations_known_to
from app.laptops.registering import (
    AlreadyRegistered,
    ConditionsMissing,
    Registration,
    RegistrationMoved,
    permit,
    refuse,
    register,
    revoke,
    withdraw,
)
from app.papers.printing import as_pdf
from app.people.authority import Authority, authority_of
from app.people.delegations import Mandate, Term, delegate
from app.people.models import Role
from app.schools.queries import school_by_code
from app.schools.years import present_year, year_after
from tests.browsing import application_on, send, signed_in
from tests.two_schools import FIRST, SECOND, also_at, only_school_of

Cast = SimpleNamespace
ALL: dict[str, Any] = {"brings_computer": True, "skilled": True, "voluntary": True}


def asked(context: Context, person: Authority, year: str = "") -> int:
    with context.database.transaction() as session:
        school_id = next(iter(person.own_schools()), school_by_code(session, "truong-a").id)
        return register(session, person, school_id, Registration(year or present_year(), **ALL)).id


def state_of(context: Context, permission_id: int) -> str:
    with context.database.transaction() as session:
        return session.get_one(LaptopPermission, permission_id).state


@pytest.mark.parametrize("missing", ALL)
def test_every_condition_must_be_confirmed(context: Context, cast: Cast, missing: str) -> None:
    with context.database.transaction() as session, pytest.raises(ConditionsMissing):
        register(
            session,
            cast.teacher,
            only_school_of(cast.teacher),
            Registration(present_year(), **ALL | {missing: False}),
        )


def test_a_teacher_registers_once_a_year_and_again_after_a_refusal(context: Context, cast: Cast) -> None:
    first = asked(context, cast.teacher)
    with pytest.raises(AlreadyRegistered):
        asked(context, cast.teacher)
    asked(context, cast.teacher, year_after(present_year()))
    with context.database.transaction() as session:
        refuse(session, cast.principal, first, "Chưa có máy riêng")
    asked(context, cast.teacher)


@pytest.mark.parametrize("role", ["clerk", "records_admin", "officer"])
def test_who_does_not_teach_does_not_register(context: Context, cast: Cast, role: str) -> None:
    with pytest.raises(NotAllowed):
        asked(context, getattr(cast, role))


def test_the_principal_permits_and_revokes_with_a_reason(context: Context, cast: Cast) -> None:
    permission = asked(context, cast.teacher)
    with context.database.transaction() as session:
        permit(session, cast.principal, permission)
    assert state_of(context, permission) == LaptopState.PERMITTED
    with context.database.transaction() as session:
        with pytest.raises(RegistrationMoved):
            permit(session, cast.principal, permission)
        with pytest.raises(CommentRequired):
            revoke(session, cast.principal, permission, " ")
        revoke(session, cast.principal, permission, "Máy hỏng")
    assert state_of(context, permission) == LaptopState.REVOKED


def test_nobody_but_the_principal_or_his_delegate_decides(context: Context, cast: Cast) -> None:
    permission = asked(context, cast.teacher)
    for person, refusal in (
        (cast.vice_principal, NotAllowed),
        (cast.clerk, NotAllowed),
        (cast.head, NotFound),
    ):
        with context.database.transaction() as session, pytest.raises(refusal):
            permit(session, person, permission)
    with context.database.transaction() as session:
        delegate(
            session, cast.principal, Mandate(cast.vice_principal.user_id, "TUQ.", Term(today(), today()))
        )
    with context.database.transaction() as session:
        deputy = authority_of(session, cast.vice_principal.user_id)
        assert deputy is not None
        permit(session, deputy, permission)
        assert session.get_one(LaptopPermission, permission).capacity == "TUQ."


def test_the_principal_does_not_decide_about_himself(context: Context, cast: Cast) -> None:
    permission = asked(context, cast.principal)
    with context.database.transaction() as session, pytest.raises(NotAllowed):
        permit(session, cast.principal, permission)


def test_the_other_school_knows_of_nothing(context: Context, cast: Cast) -> None:
    permission, school_id = asked(context, cast.teacher), only_school_of(cast.teacher)
    with context.database.transaction() as session:
        with pytest.raises(NotFound):
            permit(session, cast.b_principal, permission)
        assert registrations_known_to(session, cast.b_principal, school_id, present_year()) == []
        assert registrations_known_to(session, cast.teacher2, school_id, present_year()) == []


def test_a_teacher_takes_back_his_own_alone(context: Context, cast: Cast) -> None:
    permission = asked(context, cast.teacher)
    with context.database.transaction() as session:
        with pytest.raises(NotAllowed):
            withdraw(session, cast.principal, permission)
        withdraw(session, cast.teacher, permission)
    assert state_of(context, permission) == LaptopState.WITHDRAWN


def test_the_list_names_who_is_permitted_how_many_and_by_whom(context: Context, cast: Cast) -> None:
    permission = asked(context, cast.teacher)
    asked(context, cast.teacher2)
    with context.database.transaction() as session:
        permit(session, cast.principal, permission)
        school_id = cast.principal.school_ids({Role.PRINCIPAL})[0]
        paper = as_pdf(laptop_list(session, school_id, present_year(), now()))
    text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(paper))
    assert "Danh sách có 1 giáo viên." in text
    assert cast.teacher.name in text
    assert cast.teacher2.name not in text
    assert cast.principal.name in text


def test_the_page_takes_a_registration_and_shows_it_to_the_principal(cast: Cast, client: FlaskClient) -> None:
    teacher = signed_in(client.application, cast.teacher.email)
    refused = send(teacher, "/may-tinh", "/may-tinh", skilled="1")
    assert refused.status_code == 422
    taken = send(teacher, "/may-tinh", "/may-tinh", brings_computer="1", skilled="1", voluntary="1")
    assert taken.status_code == 302
    principal = signed_in(client.application, cast.principal.email)
    assert cast.teacher.name in principal.get("/may-tinh").text
    assert principal.get("/may-tinh/danh-sach.pdf").mimetype == "application/pdf"


def test_a_missing_reason_leaves_its_box_open_and_one_that_came_too_late_is_shown(
    context: Context, cast: Cast, client: FlaskClient
) -> None:
    principal = signed_in(client.application, cast.principal.email)
    refusing = f"/may-tinh/{asked(context, cast.teacher)}/tu-choi"

    assert '<details class="return" open>' in send(principal, refusing, "/may-tinh", comment=" ").text

    assert send(principal, refusing, "/may-tinh", comment="Máy chưa đủ.").status_code == 302
    late = send(principal, refusing, "/may-tinh", comment="Chưa thành thạo.")
    assert late.status_code == 409
    assert "Chưa thành thạo.</textarea>" in late.text


def test_who_leads_two_schools_is_led_to_the_one_where_a_registration_waits(
    web_context: Context, cast: Cast
) -> None:
    also_at(web_context, cast.principal, SECOND, Role.PRINCIPAL)
    browser = signed_in(application_on(web_context), cast.principal.email)
    assert f'school={FIRST}" aria-current="page"' in browser.get("/may-tinh").text
    asked(web_context, cast.b_teacher)
    assert f'school={SECOND}" aria-current="page"' in browser.get("/may-tinh").text
    assert f'school={FIRST}" aria-current="page"' in browser.get(f"/may-tinh?school={FIRST}").text

"""Departments, campuses and levels: changed on the school's page, never losing what belongs to them."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.context import Context
from app.errors import NotAllowed, NotFound
from app.obligations.building import build
from app.schools.models import School
from app.schools.queries import campuses_of, departments_of, school_by_code
from app.schools.refusals import BadCampus, DepartmentInUse, NameTaken
from app.schools.units import (
    add_campus,
    add_department,
    close_campus,
    remove_department,
    rename_campus,
    rename_department,
)
from app.teaching.arranging import BadLevels, LevelInUse, arrange, set_levels
from tests.browsing import send, signed_in
from tests.conftest import Cast

YEAR = "2026-2027"
HOME = "/nha-truong/truong-a"


def school_a(session: Session) -> School:
    return school_by_code(session, "truong-a")


def names(session: Session) -> list[str]:
    return [each.name for each in departments_of(session, school_a(session).id)]


def test_a_department_is_added_renamed_and_never_called_like_another(context: Context) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        added = add_department(session, school, "system", "Tổ 3")
        with pytest.raises(NameTaken):
            add_department(session, school, "system", "tổ 3")
        rename_department(session, school, "system", added.id, "Tổ Ngoại ngữ")

        assert names(session) == ["Tổ 1", "Tổ 2", "Tổ Ngoại ngữ"]
        other = departments_of(session, school_by_code(session, "truong-b").id)[0]
        with pytest.raises(NotFound):
            rename_department(session, school, "system", other.id, "Tổ lạ")


def test_a_department_with_people_stays_and_an_empty_one_goes_even_when_duties_were_built(
    context: Context,
) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        empty = add_department(session, school, "system", "Tổ thêm nhầm")
        build(session, school.id, YEAR)
        remove_department(session, school, "system", empty.id)
        with pytest.raises(DepartmentInUse):
            remove_department(session, school, "system", departments_of(session, school.id)[0].id)

        assert names(session) == ["Tổ 1", "Tổ 2"]


def test_a_school_has_one_main_campus_and_any_number_of_others(context: Context) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        main = add_campus(session, school, "system", "Trường chính", "main")
        for kind in ("main", "palace"):
            with pytest.raises(BadCampus):
                add_campus(session, school, "system", "Cơ sở khác", kind)
        add_campus(session, school, "system", "Điểm Đồi", "satellite")
        rename_campus(session, school, "system", main.id, "Cơ sở 1")
        close_campus(session, school, "system", main.id, date(2026, 7, 31))
        add_campus(session, school, "system", "Cơ sở mới", "main")

        assert [each.name for each in campuses_of(session, school.id)] == ["Cơ sở 1", "Điểm Đồi", "Cơ sở mới"]


def test_a_school_may_teach_several_levels_but_drops_none_that_has_classes(context: Context) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        set_levels(session, school, "system", ["lower_secondary", "primary"])
        assert school.levels == ["primary", "lower_secondary"]
        with pytest.raises(LevelInUse):
            set_levels(session, school, "system", ["lower_secondary"])
        for wrong in ([], ["primary", "university"]):
            with pytest.raises(BadLevels):
                set_levels(session, school, "system", wrong)


def test_only_principal_and_administrator_change_the_school(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        for who, refusal in ((cast.clerk, NotAllowed), (cast.b_principal, NotFound)):
            with pytest.raises(refusal):
                arrange(session, who, school.id, lambda db, own, by: add_department(db, own, by, "Tổ 9"))


def test_the_page_changes_departments_names_and_levels(
    context: Context, client: FlaskClient, cast: Cast
) -> None:
    browser = signed_in(client.application, cast.principal.email)
    assert browser.get("/nha-truong").location == HOME

    added = send(browser, f"{HOME}/to", HOME, name="Tổ 3")
    taken = send(browser, f"{HOME}/to", HOME, name="Tổ 3")
    named = send(
        browser, f"{HOME}/ten", HOME, name="Trường Mẫu Mới", superior="UBND XÃ MẪU", first="2026-11-01"
    )
    levels = send(browser, f"{HOME}/cap-hoc", HOME, level=["primary", "lower_secondary"])

    assert [each.status_code for each in (added, taken, named, levels)] == [302, 409, 302, 302]
    assert "Trường đã có “Tổ 3”." in taken.text
    page = browser.get(HOME).text
    assert "Trường Mẫu Mới" in page
    assert "tên ban đầu" in page
    with context.database.transaction() as session:
        assert school_a(session).levels == ["primary", "lower_secondary"]
        assert "Tổ 3" in names(session)

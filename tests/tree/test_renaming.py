"""A department's folders follow its name where somebody wishes it, from this school year on."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.context import Context
from app.errors import NotAllowed
from app.schools.models import Department
from app.schools.queries import departments_of, school_by_code
from app.schools.years import present_year, year_after
from app.tree.commands import tree_apply, tree_check, tree_plan
from app.tree.folders import make_in_store, rows_for
from app.tree.models import Folder
from app.tree.plan import planned
from app.tree.renaming import arrange_tree, rename
from app.tree.stores import store_of
from tests.browsing import send, signed_in
from tests.conftest import Cast

SCHOOL, PRINCIPAL = "truong-a", "hieutruong@truong-a.example"
YEAR, LAST_YEAR, NEXT_YEAR = present_year(), year_after(present_year(), -1), year_after(present_year())


def department(context: Context) -> Department:
    with context.database.sessions() as session:
        return departments_of(session, school_by_code(session, SCHOOL).id)[0]


def renamed(context: Context, client: FlaskClient, name: str, *, folders: bool) -> str:
    browser, page = signed_in(client.application, PRINCIPAL), f"/nha-truong/{SCHOOL}"
    fields = {"name": name} | ({"folders": "on"} if folders else {})
    answer = send(browser, f"{page}/to/{department(context).id}", page, **fields)
    return answer.text if answer.status_code >= 400 else browser.get(answer.location).text


def with_folders_of(context: Context, *years: str) -> Path:
    """Make the folders of school years, and return where the school's tree lies."""
    with context.database.transaction() as session:
        school = school_by_code(session, SCHOOL)
        rows = [
            row for year in years for row in rows_for(session, school.id, planned(session, school.id, year))
        ]
    make_in_store(context, store_of(context, SCHOOL), rows)
    return context.settings.data_dir / "tree" / SCHOOL


def test_the_plan_shows_the_folders_of_a_renamed_department_and_the_job_renames_them(
    context: Context, client: FlaskClient
) -> None:
    tree_apply(context, SCHOOL)
    assert "sẽ được đổi tên ngay sau đây" in renamed(context, client, "Tổ Khoa học", folders=True)

    assert tree_plan(context, SCHOOL) == [
        f"rename {YEAR}/2 Tổ chuyên môn/Tổ 1 -> {YEAR}/2 Tổ chuyên môn/Tổ Khoa học",
        f"rename {YEAR}/3 Giáo viên/Tổ 1 -> {YEAR}/3 Giáo viên/Tổ Khoa học",
        f"rename {YEAR} – Hạn chế/3 Giáo viên/Tổ 1 -> {YEAR} – Hạn chế/3 Giáo viên/Tổ Khoa học",
    ]
    arrange_tree(context, SCHOOL)
    assert (context.settings.data_dir / "tree" / SCHOOL / YEAR / "3 Giáo viên/Tổ Khoa học").is_dir()
    assert tree_plan(context, SCHOOL) == []
    assert tree_check(context) == []


def test_without_the_wish_the_folders_keep_their_names(context: Context, client: FlaskClient) -> None:
    tree_apply(context, SCHOOL)
    assert "Thư mục giữ tên cũ" in renamed(context, client, "Tổ Khoa học", folders=False)

    assert department(context).name == "Tổ Khoa học"
    assert tree_plan(context, SCHOOL) == []


def test_years_before_keep_the_names_of_their_time_and_later_ones_follow(
    context: Context, client: FlaskClient
) -> None:
    tree = with_folders_of(context, LAST_YEAR, YEAR, NEXT_YEAR)
    renamed(context, client, "Tổ Khoa học", folders=True)
    arrange_tree(context, SCHOOL)

    names = {
        year: {each.name for each in (tree / year / "2 Tổ chuyên môn").iterdir()}
        for year in (LAST_YEAR, NEXT_YEAR)
    }
    assert names == {LAST_YEAR: {"Tổ 1", "Tổ 2"}, NEXT_YEAR: {"Tổ Khoa học", "Tổ 2"}}


def test_each_folder_that_follows_is_in_the_chain_with_who_wished_it(
    context: Context, client: FlaskClient
) -> None:
    tree_apply(context, SCHOOL)
    renamed(context, client, "Tổ Khoa học", folders=True)

    with context.database.sessions() as session:
        events = session.scalars(select(AuditEntry).where(AuditEntry.kind == "folder.rename")).all()
    assert [event.facts for event in events] == [{"from": "Tổ 1", "to": "Tổ Khoa học"}] * 3


@pytest.mark.parametrize("name", ["Tổ 2", ""])
def test_a_name_that_is_refused_changes_neither_department_nor_folders(
    context: Context, client: FlaskClient, name: str
) -> None:
    tree_apply(context, SCHOOL)
    renamed(context, client, name, folders=True)

    assert department(context).name == "Tổ 1"
    assert tree_plan(context, SCHOOL) == []


def test_a_person_outside_all_departments_has_a_folder_that_can_be_renamed(
    context: Context, cast: Cast
) -> None:
    tree_apply(context, SCHOOL)
    with context.database.transaction() as session:
        own_folders = select(Folder).where(Folder.owner_id == cast.principal.user_id).order_by(Folder.key)
        own = session.scalars(own_folders).all()
        assert {folder.department_id for folder in own} == {None}
        rename(session, cast.records_admin, own[0], "Hiệu trưởng")
        with pytest.raises(NotAllowed):
            rename(session, cast.records_admin, session.get_one(Folder, own[0].parent_id), "Ngoài")
    assert [line.rpartition("/")[2] for line in tree_plan(context, SCHOOL)] == ["Hiệu trưởng"]

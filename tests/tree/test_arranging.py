"""The plan of a school's tree, made as often as one likes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.context import Context
from app.errors import NotFound
from app.people.models import User
from app.schools.queries import school_by_code
from app.storage.local import LocalStore
from app.tree.commands import tree_apply, tree_check, tree_plan
from app.tree.folders import rename_folder
from app.tree.models import Folder
from app.tree.plan import school_year_at

Cast = Any


def tree(context: Context) -> Path:
    return context.settings.data_dir / "tree/truong-a"


def rename(context: Context, path: str, name: str) -> None:
    with context.database.transaction() as session:
        rename_folder(session, session.scalars(select(Folder).where(Folder.path == path)).one(), name)


def year() -> str:
    return school_year_at(datetime.now(UTC))


def test_a_plan_is_only_a_plan(context: Context) -> None:
    lines = tree_plan(context, "truong-a")
    assert f"make {year()}/3 Giáo viên/Tổ 1/Giáo viên Một A (GV01)/KHBD Kế hoạch bài dạy" in lines
    assert f"make {year()}/2 Tổ chuyên môn/Tổ 2/SSHCM Sinh hoạt chuyên môn" in lines
    assert f"make {year()}/1 Nhà trường/KHGDNT Kế hoạch giáo dục" in lines
    assert list(tree(context).iterdir()) == []
    with context.database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Folder)) == 0


def test_what_was_planned_is_done_and_made_again_changes_nothing(context: Context) -> None:
    planned = tree_plan(context, "truong-a")
    assert tree_apply(context, "truong-a") == planned
    restricted = tree(context) / f"{year()} – Hạn chế"
    assert (restricted / "3 Giáo viên/Tổ 2/Giáo viên Năm A (GV05)/SCN Sổ chủ nhiệm").is_dir()
    assert tree_plan(context, "truong-a") == []
    assert tree_apply(context, "truong-a") == []
    assert tree_check(context) == []


def test_what_holds_sensitive_data_lies_beside_the_year_that_is_shared_and_not_in_it(
    context: Context,
) -> None:
    lines = tree_plan(context, "truong-a")
    assert [line for line in lines if "SCN" in line and f" {year()} – Hạn chế/" not in line] == []
    assert [line for line in lines if "KHBD" in line and f" {year()}/" not in line] == []


def test_a_person_who_is_renamed_keeps_the_folder(context: Context, cast: Cast) -> None:
    tree_apply(context, "truong-a")
    with context.database.transaction() as session:
        session.get_one(User, cast.teacher.user_id).name = "Giáo viên Đổi Tên"
    assert tree_plan(context, "truong-a") == []


def test_two_people_of_one_name_and_code_get_a_folder_each(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        for person, name in ((cast.teacher, "Một Tên"), (cast.teacher2, "MỘT TÊN")):
            user = session.get_one(User, person.user_id)
            user.name, user.staff_code = name, ""
    tree_apply(context, "truong-a")
    department = tree(context) / year() / "3 Giáo viên/Tổ 1"
    alike = {folder.name for folder in department.iterdir() if folder.name.lower().startswith("một")}
    assert len({name.casefold() for name in alike}) == 2


def test_a_folder_that_somebody_removed_is_made_again(context: Context) -> None:
    tree_apply(context, "truong-a")
    lost = f"{year()}/1 Nhà trường/KHGDNT Kế hoạch giáo dục"
    (tree(context) / lost).rmdir()
    assert tree_plan(context, "truong-a") == [f"make {lost}"]
    assert tree_apply(context, "truong-a") == [f"make {lost}"]
    assert (tree(context) / lost).is_dir()


def test_a_new_name_is_carried_out_with_all_that_lies_below(context: Context) -> None:
    tree_apply(context, "truong-a")
    old, new = f"{year()}/3 Giáo viên/Tổ 1", f"{year()}/3 Giáo viên/Tổ Một"
    rename(context, old, "Tổ Một")
    assert tree_plan(context, "truong-a") == [f"rename {old} -> {new}"]
    assert tree_apply(context, "truong-a") == [f"rename {old} -> {new}"]
    assert (tree(context) / new / "Giáo viên Một A (GV01)").is_dir()
    assert not (tree(context) / old).exists()
    assert tree_plan(context, "truong-a") == []


def test_a_rename_killed_after_the_store_moved_is_finished_by_the_next_run(context: Context) -> None:
    tree_apply(context, "truong-a")
    old, new = f"{year()}/3 Giáo viên/Tổ 1", f"{year()}/3 Giáo viên/Tổ Một"
    rename(context, old, "Tổ Một")
    LocalStore(context.settings.data_dir / "tree", "truong-a").move(old, new)
    tree_apply(context, "truong-a")
    assert tree_plan(context, "truong-a") == []
    assert (tree(context) / new / "Giáo viên Một A (GV01)").is_dir()
    assert not (tree(context) / old).exists()


def test_a_renamed_folder_that_the_store_has_lost_is_made_under_its_new_name(context: Context) -> None:
    tree_apply(context, "truong-a")
    old, new = (f"{year()}/1 Nhà trường/{name}" for name in ("KHGDNT Kế hoạch giáo dục", "Kế hoạch năm"))
    rename(context, old, "Kế hoạch năm")
    (tree(context) / old).rmdir()
    assert tree_plan(context, "truong-a") == [f"rename {old} -> {new}", f"make {new}"]
    assert tree_apply(context, "truong-a") == [f"rename {old} -> {new}", f"make {new}"]
    assert (tree(context) / new).is_dir()
    assert tree_plan(context, "truong-a") == []


def test_a_school_nobody_knows_has_no_plan(context: Context) -> None:
    with pytest.raises(NotFound):
        tree_plan(context, "truong-z")


def test_the_schools_do_not_share_folders(context: Context) -> None:
    tree_apply(context, "truong-a")
    with context.database.transaction() as session:
        other = school_by_code(session, "truong-b").id
        assert session.scalar(select(func.count()).where(Folder.school_id == other)) == 0


@pytest.mark.parametrize(
    ("moment", "school_year"),
    [
        (datetime(2026, 7, 31, 16, 59, tzinfo=UTC), "2025-2026"),
        (datetime(2026, 7, 31, 17, 0, tzinfo=UTC), "2026-2027"),
        (datetime(2027, 5, 31, tzinfo=UTC), "2026-2027"),
    ],
)
def test_a_school_year_begins_in_august_in_vietnam(moment: datetime, school_year: str) -> None:
    assert school_year_at(moment) == school_year

"""Founding offices and schools from the command line, with their first people."""

import pytest
from sqlalchemy import select

from app.audit.chain import verify
from app.commands.founding import (
    AlreadyThere,
    BadCode,
    NoSuchOffice,
    add_first_administrator,
    add_officer,
    found_office,
    found_school,
)
from app.context import Context
from app.errors import Refused
from app.people.authority import authority_of
from app.people.guessing import Attempt
from app.people.models import Role, User
from app.people.passwords import may_be_anothers
from app.people.sign_in import check_password, hash_password, set_password
from app.schools.queries import overseen_schools


def test_a_school_is_founded_below_its_office_with_an_administrator(context: Context) -> None:
    with context.database.transaction() as session:
        found_office(session, "xa-mau", "Phòng VH-XH", "commune_culture_society_office", "so")
        school = found_school(session, "th-mau", "Trường Mẫu", "primary", "xa-mau", ["Tổ 1"])
        password = add_first_administrator(session, school, " QuanTri@TH-Mau.example ", "Quản trị")
        officer = add_officer(session, "xa-mau", "canbo@xa-mau.example", "Cán bộ")

    with context.database.transaction() as session:
        user = check_password(session, Attempt("quantri@th-mau.example", password, "127.0.0.1"))
        authority = authority_of(session, user.id)
        assert authority is not None
        assert authority.holds({Role.RECORDS_ADMIN}, school.id)
        watcher = check_password(session, Attempt("canbo@xa-mau.example", officer, "127.0.0.1"))
        seen = authority_of(session, watcher.id)
        assert seen is not None
        assert list(session.scalars(select(overseen_schools(seen.office_ids()).subquery()))) == [school.id]
        assert verify(session) == []


@pytest.mark.parametrize(
    ("code", "office", "refusal"),
    [
        ("truong-a", None, AlreadyThere),
        ("so", None, AlreadyThere),
        ("Trường A", None, BadCode),
        ("../truong", None, BadCode),
        ("-truong", None, BadCode),
        ("a" * 41, None, BadCode),
        ("th-mau", "khong-co", NoSuchOffice),
    ],
)
def test_a_school_needs_a_plain_code_of_its_own_and_an_office_that_exists(
    context: Context, code: str, office: str | None, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal), context.database.transaction() as session:
        found_school(session, code, "Trường Mẫu", "primary", office, [])


def test_the_password_of_a_founders_account_counts_as_given_by_another(context: Context) -> None:
    with context.database.transaction() as session:
        found_office(session, "phong-c", "Phòng C", "ward", None)
        add_officer(session, "phong-c", "canbo@phong-c.example", "Cán bộ C")
        user = session.scalars(select(User).where(User.email == "canbo@phong-c.example")).one()
        set_password(user, hash_password("Tự#Chọn2026"))
        assert may_be_anothers(user)


def test_an_address_belongs_to_one_person(context: Context) -> None:
    with pytest.raises(AlreadyThere), context.database.transaction() as session:
        add_officer(session, "so", "GV1@truong-a.example", "Ai đó")

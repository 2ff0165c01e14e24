"""Schools with people, classes, duties and records, put straight into the database for the boards."""

from datetime import UTC, date, datetime
from uuid import uuid4

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.catalogue.models import TypeSwitch
from app.catalogue.periods import present_year
from app.catalogue.queries import catalogue_of
from app.demo.people import PASSWORD
from app.people.models import Membership, Role, User
from app.people.sign_in import hash_password
from app.schools.models import Department, Office, School
from app.teaching.models import Assignment, Duty, SchoolClass, Subject

TEACHERS, DEPARTMENTS, CLASSES, SUBJECTS = 60, 6, 30, 10
_SINCE = datetime(2020, 8, 1, tzinfo=UTC)

_RECORDS = text(
    """
    INSERT INTO records (id, code, school_id, department_id, owner_id, record_type_id, period, class_name,
        subject, slot_title, title, route, route_version, state, turn, version, sha256, size, pages,
        created_at, updated_at)
    SELECT gen_random_uuid(), 'OWED-' || owed.id, owed.school_id, owed.department_id, owed.owner_id,
        owed.record_type_id, owed.period, owed.class_name, owed.subject, '', 'Hồ sơ', 'teacher', 1,
        (ARRAY['filed', 'filed', 'filed', 'filed', 'filed', 'submitted', 'returned'])[1 + owed.id % 7],
        1, 1, repeat('0', 64), 118000, 3, now(), now()
    FROM obligations AS owed
    WHERE owed.school_id = :school_id AND owed.owner_id IS NOT NULL AND owed.id % 10 < 8
        AND owed.due_at < now()
    """
)


_ROWS_EACH = 400
"""Obligations of each further school."""

_SCHOOLS = text(
    """
    WITH made AS (
        INSERT INTO schools (code, name, levels, office_id)
        SELECT 'bench-' || n, 'Trường bench-' || n, ARRAY['lower_secondary'], :office_id
        FROM generate_series(2, :count) AS n
        ON CONFLICT (code) DO NOTHING
        RETURNING id
    ), owed AS (
        INSERT INTO obligations (school_id, year, record_type_id, party, owner_id, class_name, subject, title,
            period, opens_at, due_at)
        SELECT made.id, year, record_type_id, party, owner_id, class_name, subject, title, period, opens_at,
            due_at
        FROM made, (SELECT * FROM obligations WHERE school_id = :like ORDER BY id LIMIT :each) AS own
    ), handed_in AS (
        INSERT INTO records (id, code, school_id, owner_id, record_type_id, period, class_name, subject,
            slot_title, title, route, route_version, state, turn, version, sha256, size, pages, created_at,
            updated_at)
        SELECT gen_random_uuid(), made.id || '-' || own.code, made.id, owner_id, record_type_id, period,
            class_name, subject, made.id || '', title, route, route_version, state, turn, version, sha256,
            size, pages, created_at, updated_at
        FROM made, (SELECT * FROM records WHERE school_id = :like ORDER BY code LIMIT :each / 4) AS own
    ), summed AS (
        INSERT INTO obligation_summaries
        SELECT made.id, year, record_type_code, missing, late, under_way, returned, filed
        FROM made, obligation_summaries WHERE school_id = :like
    )
    INSERT INTO obligation_counts (school_id, year, audit_number, counted_at)
    SELECT made.id, year, 0, counted_at FROM made, obligation_counts WHERE school_id = :like
    """
)


def plant_school(session: Session, code: str, office: Office, *, teachers: int = TEACHERS) -> School:
    """Add a school that keeps every record type of its levels, with teachers who each have four classes."""
    school = School(code=code, name=f"Trường {code}", levels=["lower_secondary"], office_id=office.id)
    session.add(school)
    session.flush()
    departments = [
        Department(school_id=school.id, code=f"T{n}", name=f"Tổ {n}") for n in range(1, DEPARTMENTS + 1)
    ]
    session.add_all(departments)
    session.flush()
    people = _people(session, school, [each.id for each in departments], teachers)
    _switch_everything_on(session, school, people[0])
    _duties(session, school, people)
    return school


def add_schools(session: Session, like: int, office_id: int, count: int) -> None:
    """Bring the schools of an office to `count`, each with obligations, records and kept counts of its own.

    They have some of the rows of the school that they are `like`: what is measured in one school must not
    depend on how many rows others have.
    """
    session.execute(_SCHOOLS, {"like": like, "office_id": office_id, "count": count, "each": _ROWS_EACH})


def hand_most_in(session: Session, school_id: int) -> None:
    """Add records for four of five obligations that are due, in every state."""
    session.execute(_RECORDS, {"school_id": school_id})


def _people(session: Session, school: School, departments: list[int], teachers: int) -> list[User]:
    people = [
        User(id=uuid4(), email=f"{n}@{school.code}.bench", name=f"Giáo viên {n}", password_hash="")
        for n in range(teachers + 2)
    ]
    people[0].password_hash = hash_password(PASSWORD)
    session.add_all(people)
    session.flush()
    posts = [{"role": Role.PRINCIPAL}, {"role": Role.CLERK}] + [
        {
            "role": Role.HEAD if n < len(departments) else Role.TEACHER,
            "department_id": departments[n % len(departments)],
        }
        for n in range(teachers)
    ]
    rows = [
        {"department_id": None, **post, "user_id": person.id, "school_id": school.id, "began_at": _SINCE}
        for post, person in zip(posts, people, strict=True)
    ]
    session.execute(insert(Membership), rows)
    return people


def _switch_everything_on(session: Session, school: School, principal: User) -> None:
    year = present_year()
    for entry in catalogue_of(session, school.id, year):
        if not entry.on:
            code = entry.record_type.code
            session.add(
                TypeSwitch(
                    school_id=school.id,
                    code=code,
                    year=year,
                    on=True,
                    switched_by_id=principal.id,
                    switched_at=_SINCE,
                )
            )


def _duties(session: Session, school: School, people: list[User]) -> None:
    year = present_year()
    subjects = [Subject(school_id=school.id, code=f"M{n}", name=f"Môn {n}") for n in range(SUBJECTS)]
    rooms = [
        SchoolClass(
            school_id=school.id, year=year, name=f"{6 + n % 4}{n}", grade=6 + n % 4, level="lower_secondary"
        )
        for n in range(CLASSES)
    ]
    session.add_all([*subjects, *rooms])
    session.flush()
    first = date(int(year[:4]), 8, 1)
    teachers = people[2:]
    common = {"school_id": school.id, "year": year, "starts_on": first, "subject_id": None}
    homes = [
        {**common, "user_id": teachers[n % len(teachers)].id, "duty": Duty.HOMEROOM, "class_id": room.id}
        for n, room in enumerate(rooms)
    ]
    lessons = [
        {
            **common,
            "user_id": teacher.id,
            "duty": Duty.SUBJECT,
            "class_id": rooms[(number + shift) % CLASSES].id,
            "subject_id": subjects[number % SUBJECTS].id,
        }
        for number, teacher in enumerate(teachers)
        for shift in range(4)
    ]
    session.execute(insert(Assignment), homes + lessons)

"""The demo's school years: calendars, classes, who teaches and leads which class, and a plan of lessons."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.calendar.making import whole_year
from app.calendar.saving import ensure_calendar
from app.catalogue.periods import present_year
from app.curriculum.importing import Place, add_plan
from app.curriculum.plans import PlannedLesson
from app.people.models import Membership, User
from app.schools.models import Level, School
from app.teaching.models import Assignment, Duty, SchoolClass, Subject

_YEARS = ("2025-2026", "2026-2027")
"""The years whose calendars the demo has, whenever it is planted."""
_TAUGHT = "2026-2027"
"""The year with classes and duties; the present one has them too."""

_SUBJECTS: Mapping[str, Mapping[str, str]] = {
    Level.PRIMARY: {
        "TOAN": "Toán",
        "TV": "Tiếng Việt",
        "DD": "Đạo đức",
        "TNXH": "Tự nhiên và Xã hội",
        "KH": "Khoa học",
        "LSDL": "Lịch sử và Địa lí",
        "HDTN": "Hoạt động trải nghiệm",
        "TA": "Tiếng Anh",
        "GDTC": "Giáo dục thể chất",
    },
    Level.LOWER_SECONDARY: {
        "TOAN": "Toán",
        "VAN": "Ngữ văn",
        "TA": "Tiếng Anh",
        "KHTN": "Khoa học tự nhiên",
        "LSDL": "Lịch sử và Địa lí",
        "GDCD": "Giáo dục công dân",
        "CN": "Công nghệ",
        "TIN": "Tin học",
        "GDTC": "Giáo dục thể chất",
    },
}
_GRADES: Mapping[str, range] = {Level.PRIMARY: range(1, 6), Level.LOWER_SECONDARY: range(6, 10)}
_LETTERS = ("A", "B")
_CORE = {
    range(1, 4): ("TOAN", "TV", "DD", "TNXH", "HDTN"),
    range(4, 6): ("TOAN", "TV", "DD", "KH", "LSDL", "HDTN"),
}
"""What a homeroom teacher of a primary school teaches in his class, by grade."""

HOMEROOMS: Mapping[str, Mapping[str, str]] = {
    Level.PRIMARY: {
        "gv1": "1A",
        "gv2": "1B",
        "gv3": "2A",
        "gv4": "2B",
        "totruong1": "3A",
        "gv5": "3B",
        "gv6": "4A",
        "gv7": "4B",
        "totruong2": "5A",
        "gv8": "5B",
    },
    Level.LOWER_SECONDARY: {
        "gv1": "6A",
        "gv2": "6B",
        "gv3": "7A",
        "gv4": "7B",
        "gv5": "8A",
        "gv6": "8B",
        "gv7": "9A",
        "gv8": "9B",
    },
}
_SPECIALISTS: Mapping[str, tuple[tuple[str, str, range], ...]] = {
    Level.PRIMARY: (("gv7", "TA", range(3, 6)), ("gv8", "GDTC", range(1, 6))),
    Level.LOWER_SECONDARY: (
        ("gv1", "TOAN", range(6, 8)),
        ("totruong1", "TOAN", range(8, 10)),
        ("gv2", "KHTN", range(6, 8)),
        ("gv3", "KHTN", range(8, 10)),
        ("gv4", "TIN", range(6, 10)),
        ("gv4", "CN", range(6, 10)),
        ("gv5", "VAN", range(6, 8)),
        ("totruong2", "VAN", range(8, 10)),
        ("gv6", "LSDL", range(6, 10)),
        ("gv6", "GDCD", range(6, 10)),
        ("gv7", "TA", range(6, 10)),
        ("gv8", "GDTC", range(6, 10)),
    ),
}
"""Who teaches which subject in all classes of which grades."""
_YOUTH_LEADER = "gv8"
_PLANNED = ("TOAN", "totruong1")
"""The subject whose lowest grade has a curriculum plan, and who imported it."""
_CHAPTERS: Mapping[str, tuple[str, ...]] = {
    Level.PRIMARY: (
        "Đếm và nhận biết",
        "So sánh và sắp thứ tự",
        "Phép cộng trong phạm vi đã học",
        "Phép trừ trong phạm vi đã học",
        "Hình và khối quanh em",
        "Đo độ dài và xem đồng hồ",
        "Ôn tập và giải toán có lời văn",
    ),
    Level.LOWER_SECONDARY: (
        "Tập hợp và số tự nhiên",
        "Tính chia hết",
        "Số nguyên và các phép tính",
        "Phân số và số thập phân",
        "Hình phẳng trong thực tiễn",
        "Điểm, đường thẳng và góc",
        "Dữ liệu và xác suất",
    ),
}
_STEPS = ("Mở đầu", "Khám phá", "Thực hành", "Vận dụng", "Luyện tập chung")
"""Of a chapter, a week each: seven chapters fill the 35 weeks."""


@dataclass(frozen=True)
class _Duty:
    teacher: str
    duty: Duty
    class_name: str | None = None
    subject: str | None = None


def plant_years(session: Session, school: School) -> None:
    """Give one of the demo's schools its calendars, and classes and duties for the year that is taught."""
    level = school.levels[0]
    for year in sorted({*_YEARS, present_year()}):
        ensure_calendar(session, school.id, year)
    subjects = [Subject(school_id=school.id, code=code, name=name) for code, name in _SUBJECTS[level].items()]
    session.add_all(subjects)
    session.flush()
    ids = {subject.code: subject.id for subject in subjects}
    for year in sorted({_TAUGHT, present_year()}):
        _add_duties(session, school, year, ids)
        code, author = _PLANNED
        place = Place(year, ids[code], _GRADES[level][0])
        add_plan(session, school.id, place, list(_lessons(level)), _teachers(session, school)[author])


def _add_duties(session: Session, school: School, year: str, subjects: Mapping[str, int]) -> None:
    level = school.levels[0]
    classes = [
        SchoolClass(school_id=school.id, year=year, name=f"{grade}{letter}", grade=grade, level=level)
        for grade in _GRADES[level]
        for letter in _LETTERS
    ]
    session.add_all(classes)
    session.flush()
    class_ids = {each.name: each.id for each in classes}
    teachers = _teachers(session, school)
    session.add_all(
        Assignment(
            school_id=school.id,
            year=year,
            user_id=teachers[each.teacher],
            duty=each.duty,
            class_id=class_ids[each.class_name] if each.class_name else None,
            subject_id=subjects[each.subject] if each.subject else None,
            starts_on=whole_year(year).starts_on,
        )
        for each in _duties(level)
    )


def _lessons(level: str) -> Iterator[PlannedLesson]:
    """Yield two lessons a week, the first of two periods."""
    topics = [f"{chapter} – {step}" for chapter in _CHAPTERS[level] for step in _STEPS]
    for week, topic in enumerate(topics, start=1):
        yield PlannedLesson(week, f"Bài {2 * week - 1}: {topic}", 3 * week - 2, 2)
        yield PlannedLesson(week, f"Bài {2 * week}: {topic} (tiếp theo)", 3 * week, 1)


def _duties(level: str) -> Iterator[_Duty]:
    for teacher, class_name in HOMEROOMS[level].items():
        yield _Duty(teacher, Duty.HOMEROOM, class_name)
        if level == Level.PRIMARY:
            yield from (_Duty(teacher, Duty.SUBJECT, class_name, code) for code in _core_of(class_name))
    for teacher, subject, grades in _SPECIALISTS[level]:
        for class_name in (f"{grade}{letter}" for grade in grades for letter in _LETTERS):
            yield _Duty(teacher, Duty.SUBJECT, class_name, subject)
    yield _Duty(_YOUTH_LEADER, Duty.YOUTH_LEADER)


def _core_of(class_name: str) -> tuple[str, ...]:
    return next(codes for grades, codes in _CORE.items() if int(class_name[:-1]) in grades)


def _teachers(session: Session, school: School) -> dict[str, uuid.UUID]:
    """Return the ids of the school's people by what stands before the @ of their addresses."""
    staff = select(User.email, User.id).join(Membership, Membership.user_id == User.id)
    rows = session.execute(staff.where(Membership.school_id == school.id))
    return {email.partition("@")[0]: user_id for email, user_id in rows}

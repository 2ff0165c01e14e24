"""What people read for duties and campuses, and how names of classes and subjects are compared."""

import re
from collections.abc import Mapping

from app.fields import as_number
from app.schools.models import Level
from app.schools.units import CampusKind
from app.teaching.models import Duty
from app.text import N_
from app.words import folded

DUTIES: Mapping[str, str] = {
    Duty.SUBJECT: N_("Dạy môn"),
    Duty.HOMEROOM: N_("Chủ nhiệm"),
    Duty.YOUTH_LEADER: N_("Tổng phụ trách Đội"),
}

CAMPUS_KINDS: Mapping[str, str] = {
    CampusKind.MAIN: N_("Trường chính"),
    CampusKind.BRANCH: N_("Phân hiệu"),
    CampusKind.SATELLITE: N_("Điểm trường"),
}

_LAST_GRADES = (
    (0, Level.PRESCHOOL),
    (5, Level.PRIMARY),
    (9, Level.LOWER_SECONDARY),
    (12, Level.UPPER_SECONDARY),
)
_NUMBER = re.compile("[0-9]+")


def level_of_grade(grade: int) -> Level | None:
    """Return the level of schooling of a grade from 0 (preschool) to 12."""
    if grade < 0:
        return None
    return next((level for last, level in _LAST_GRADES if grade <= last), None)


def grade_in(class_name: str) -> int | None:
    """Return the grade that a class's name begins with, like 10 of `10A1`."""
    found = _NUMBER.search(class_name)
    grade = as_number(found[0]) if found else None
    return grade if grade is not None and 1 <= grade <= 12 else None


def class_key(name: str) -> str:
    """Return what makes two spellings of a class's name the same: `Lớp 5 a` is 5A."""
    return folded(name).removeprefix("lop ").replace(" ", "").replace(".", "").replace("/", "")


def subject_key(name: str) -> str:
    """Return what makes two spellings of a subject's name the same: `Địa lý` is `Địa lí`."""
    return folded(name).replace("y", "i").replace("&", "va").removeprefix("mon ")

"""What a school says of a record type of its own, and what it may not say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.catalogue.models import OwnerKind, PeriodKind, SlotFormat
from app.catalogue.retention import Retention, check_retention
from app.errors import Refused
from app.text import N_
from app.words import tidy

LONGEST_CODE = 10
LONGEST_NAME = 150
LONGEST_SHORT_NAME = 40
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}", re.ASCII)
_NOT_IN_FOLDERS = re.compile(r'["*:<>?/\\|#%]|^\.|\.$')

SUBMITTERS: Mapping[OwnerKind, tuple[str, ...]] = {
    OwnerKind.TEACHER: ("teacher", "homeroom_teacher", "subject_teacher", "youth_leader"),
    OwnerKind.CLASS: ("homeroom_teacher",),
    OwnerKind.DEPARTMENT: ("head",),
    OwnerKind.SCHOOL: ("office",),
}
"""Who may owe the records of an owner."""
_FORMATS: Mapping[str, frozenset[SlotFormat]] = {
    "teacher": frozenset({SlotFormat.PERSON}),
    "subject_teacher": frozenset({SlotFormat.CLASS_SUBJECT, SlotFormat.LESSON}),
    "homeroom_teacher": frozenset({SlotFormat.PERSON, SlotFormat.CLASS}),
}
"""How many records whoever owes them owes; all others owe one."""


class BadOwnType(Refused):
    """Code, name or folder name cannot be one, or owner, submitter and number do not fit together."""

    code, status = "bad_own_type", 422
    detail = N_("Thông tin của loại hồ sơ chưa hợp lệ.")
    hint = N_(
        "Mã gồm 2 đến 10 chữ cái không dấu hoặc chữ số; tên thư mục không dùng ký tự cấm; "
        "người nộp và cách tính số lượng phải hợp với chủ của hồ sơ."
    )


@dataclass(frozen=True)
class OwnType:
    """A record type as a school describes it."""

    code: str
    name: str
    short_name: str
    owner_kind: OwnerKind
    submitter: str
    period_kind: PeriodKind
    slot_format: SlotFormat
    paper_required: bool
    sensitive: bool
    retention: Retention


def checked(draft: OwnType) -> OwnType:
    """Return a description as it is kept; raises `BadOwnType`, or `InvalidRequest` for its retention."""
    name, short_name = tidy(draft.name), tidy(draft.short_name)
    tidied = replace(draft, code=tidy(draft.code).upper(), name=name, short_name=short_name)
    check_retention(draft.retention)
    if not (_is_named(tidied) and _fits_together(tidied)):
        raise BadOwnType
    return tidied


def _is_named(draft: OwnType) -> bool:
    return (
        _CODE.fullmatch(draft.code) is not None
        and 0 < len(draft.name) <= LONGEST_NAME
        and 0 < len(draft.short_name) <= LONGEST_SHORT_NAME
        and _NOT_IN_FOLDERS.search(draft.short_name) is None
    )


def _fits_together(draft: OwnType) -> bool:
    one = SlotFormat.CLASS if draft.owner_kind is OwnerKind.CLASS else SlotFormat.PERSON
    formats = {one} if draft.owner_kind is not OwnerKind.TEACHER else _FORMATS.get(draft.submitter, {one})
    return draft.submitter in SUBMITTERS[draft.owner_kind] and draft.slot_format in formats

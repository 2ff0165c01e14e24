"""What a school says of a record type of its own, and what it may not say."""

import re
from dataclasses import dataclass, replace

from app.catalogue.models import OwnerKind, PeriodKind, SlotFormat
from app.catalogue.retention import Retention, check_retention
from app.catalogue.words import WAYS
from app.errors import Refused
from app.text import N_
from app.words import tidy

LONGEST_CODE = 10
LONGEST_NAME = 150
LONGEST_SHORT_NAME = 40
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}", re.ASCII)
_NOT_IN_FOLDERS = re.compile(r'["*:<>?/\\|#%]|^\.|\.$')


class BadOwnType(Refused):
    """Code, name or folder name cannot be one, or owner, submitter and number do not fit together."""

    code, status = "bad_own_type", 422
    detail = N_("Thông tin của loại hồ sơ chưa hợp lệ.")
    hint = N_(
        "Mã gồm 2 đến 10 chữ cái không dấu hoặc chữ số; tên thư mục không bắt đầu hay kết thúc bằng "
        'dấu chấm, không có \\ / : * ? " < > | # hay dấu phần trăm; '
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
    way = (tidied.owner_kind, tidied.submitter, tidied.slot_format)
    if not _is_named(tidied) or way not in WAYS:
        raise BadOwnType
    return tidied


def _is_named(draft: OwnType) -> bool:
    return (
        _CODE.fullmatch(draft.code) is not None
        and 0 < len(draft.name) <= LONGEST_NAME
        and 0 < len(draft.short_name) <= LONGEST_SHORT_NAME
        and _NOT_IN_FOLDERS.search(draft.short_name) is None
    )

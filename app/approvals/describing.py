"""What entries of the audit log say of the record that a step is about, so that nobody changes it unseen."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.catalogue.models import RecordType
from app.records.intake import Document
from app.records.models import Record
from workflows.model import Action

KEPT = "record.keep"
"""The kind of the entries of a record that somebody else answers for from now on; it is no step."""

DESCRIBED_BEFORE = "record.described_before"
"""The kind of the entries that stand in for what those of steps did not say of their records at first."""

COLUMNS: Mapping[str, str] = {
    "class": "class_name",
    "code": "code",
    "department": "department_id",
    "keeper": "keeper_id",
    "owner": "owner_id",
    "period": "period",
    "route": "route",
    "route_version": "route_version",
    "slot": "slot_title",
    "slot_owner": "slot_owner_id",
    "subject": "subject",
    "title": "title",
    "type_id": "record_type_id",
}
"""Columns of `records` by their names in a description, which leaves out what is empty."""

DOCUMENT = ("size", "pages", "signed", "signature_traces")
"""Columns of `versions` that the entries of steps hold which bring bytes, besides their hash."""

NAME = "type_name"
"""What the record's type was called. It alone may differ from today's: types are renamed."""

TYPE = "type"
"""The code of the record's type, which all versions of the catalogue share."""

_ROUTE = ("route",)
_HANDED_OVER = ("owner", "slot_owner", "route")
CHANGING: Mapping[str, tuple[str, ...]] = {
    f"record.{Action.RESUBMIT}": _ROUTE,
    f"record.{Action.REROUTE}": _ROUTE,
    f"record.{Action.HAND_OVER}": _HANDED_OVER,
    KEPT: ("keeper",),
    DESCRIBED_BEFORE: (*_HANDED_OVER, "keeper"),
}
"""What may differ from the description before, by the entry's kind; all else stays as it was handed in."""

KINDS = (*(f"record.{action}" for action in Action), KEPT, DESCRIBED_BEFORE)


def described(record: Record, type_code: str, type_name: str) -> Mapping[str, str]:
    """Return the description of a record as it now stands, of a type with this code and name."""
    values = {name: getattr(record, column) for name, column in COLUMNS.items()}
    told = {name: "" if value is None else str(value) for name, value in values.items()}
    return {name: value for name, value in told.items() if value} | {TYPE: type_code, NAME: type_name}


def described_with_type(session: Session, record: Record) -> Mapping[str, str]:
    """Return the description of a record whose type is looked up, or at hand already."""
    record_type = session.get_one(RecordType, record.record_type_id)
    return described(record, record_type.code, record_type.name)


def documents(number: int, document: Document) -> Mapping[str, Mapping[str, Any]]:
    """Return what the entry of the step that brings a version holds of it, by its number."""
    return {str(number): {name: getattr(document, name) for name in DOCUMENT}}


def described_row(record: str, record_type: str) -> str:
    """Return the same description as SQL over rows of `records` and `record_types` by these names."""
    pairs = [f"'{name}', nullif({record}.{column}::text, '')" for name, column in COLUMNS.items()]
    pairs += [f"'{TYPE}', {record_type}.code", f"'{NAME}', {record_type}.name"]
    return f"jsonb_strip_nulls(jsonb_build_object({', '.join(pairs)}))"

"""One way to read the fields of a query or of a form: each has a type, its bounds, and a refusal by its name.

A field that is missing is the same as one left empty; of one that is repeated the first counts, unless it is
read by `several`. The functions that end in `_or_none` take an empty field, all others refuse it. Texts come
as they were typed: the verb that keeps one tidies it.
"""

import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, time

from werkzeug.datastructures import MultiDict

from app.errors import InvalidRequest, TextTooLong
from app.parameters import LARGEST_ID, LONGEST_TEXT
from app.sheets.cells import Cell
from app.sheets.dates import date_in
from app.words import lined, tidy

Sent = Mapping[str, str]
"""What was sent, by the names of the fields."""

LONGEST_LINE = 200
"""Characters of what stands on one line."""
IDS = range(LARGEST_ID + 1)
"""Numbers of rows, turns and versions."""

_NUMBER = re.compile("[0-9]{1,10}")
_IDENTITY = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HOUR = re.compile("([01]?[0-9]|2[0-3]):([0-5][0-9])")
_LONGEST_DAY = 40


def text(sent: Sent, name: str, longest: int = LONGEST_TEXT) -> str:
    """Return a text as it was typed; raises `TextTooLong`."""
    return bounded(sent.get(name, ""), name, longest)


def line(sent: Sent, name: str, longest: int = LONGEST_LINE) -> str:
    """Return a text in NFC on one line, without characters that cannot be seen; raises `TextTooLong`."""
    return bounded(tidy(sent.get(name, "")), name, longest)


def paragraphs(sent: Sent, name: str, longest: int) -> str:
    """Return a text in NFC with its line breaks, without other characters that cannot be seen.

    Raises `TextTooLong`.
    """
    return bounded(lined(sent.get(name, "")), name, longest)


def several(sent: "MultiDict[str, str]", name: str, most: int, longest: int = LONGEST_LINE) -> Sequence[str]:
    """Return every value of a field that may be repeated; raises `InvalidRequest` and `TextTooLong`."""
    values = sent.getlist(name)
    if len(values) > most:
        raise InvalidRequest(fields=name)
    return [bounded(value, name, longest) for value in values]


def choice(sent: Sent, name: str, choices: Collection[str]) -> str:
    """Return a value that is one of `choices`; raises `InvalidRequest`."""
    value = sent.get(name, "").strip()
    if value not in choices:
        raise InvalidRequest(fields=name)
    return value


def choice_or_none(sent: Sent, name: str, choices: Collection[str]) -> str | None:
    """Return a value that is one of `choices`, or None; raises `InvalidRequest`."""
    return choice(sent, name, choices) if _is_filled(sent, name) else None


def number(sent: Sent, name: str, bounds: range = IDS) -> int:
    """Return a whole number within `bounds`; raises `InvalidRequest`."""
    return number_of(sent.get(name, ""), name, bounds)


def number_or_none(sent: Sent, name: str, bounds: range = IDS) -> int | None:
    """Return a whole number within `bounds`, or None; raises `InvalidRequest`."""
    return number(sent, name, bounds) if _is_filled(sent, name) else None


def number_of(written: str, name: str, bounds: range = IDS) -> int:
    """Return the whole number that a part of the field `name` writes; raises `InvalidRequest`."""
    found = as_number(written)
    if found is None or found not in bounds:
        raise InvalidRequest(fields=name)
    return found


def identity(sent: Sent, name: str) -> uuid.UUID:
    """Return the id of a person, a record or a row; raises `InvalidRequest`."""
    return identity_of(sent.get(name, ""), name)


def identity_or_none(sent: Sent, name: str) -> uuid.UUID | None:
    """Return the id of a person, a record or a row, or None; raises `InvalidRequest`."""
    return identity(sent, name) if _is_filled(sent, name) else None


def identity_of(written: str, name: str) -> uuid.UUID:
    """Return the id that a part of the field `name` writes; raises `InvalidRequest`."""
    found = as_identity(written)
    if found is None:
        raise InvalidRequest(fields=name)
    return found


def day(sent: Sent, name: str) -> date:
    """Return a day as browsers send it, or as people write it; raises `InvalidRequest`."""
    found = as_day(sent.get(name, ""))
    if found is None:
        raise InvalidRequest(fields=name)
    return found


def hour(sent: Sent, name: str) -> time:
    """Return a time of day, like `17:30`; raises `InvalidRequest`."""
    found = _HOUR.fullmatch(sent.get(name, "").strip())
    if found is None:
        raise InvalidRequest(fields=name)
    return time(int(found[1]), int(found[2]))


def hour_or_none(sent: Sent, name: str) -> time | None:
    """Return a time of day, or None; raises `InvalidRequest`."""
    return hour(sent, name) if _is_filled(sent, name) else None


def bounded(value: str, name: str, longest: int) -> str:
    """Return a text that a verb is to keep, whoever sent it; raises `TextTooLong` by the field's name."""
    if len(value) > longest:
        raise TextTooLong(name, longest)
    return value


def as_number(written: str) -> int | None:
    """Return the whole number from 0 to `LARGEST_ID` that a text is, or None."""
    digits = written.strip()
    if not _NUMBER.fullmatch(digits) or int(digits) > LARGEST_ID:
        return None
    return int(digits)


def as_identity(written: str) -> uuid.UUID | None:
    """Return the id that a text is, in its usual form, or None."""
    typed = written.strip()
    return uuid.UUID(typed) if _IDENTITY.fullmatch(typed) else None


def as_day(written: str) -> date | None:
    """Return the day that a text is, or None."""
    typed = written.strip()
    if len(typed) > _LONGEST_DAY or typed.isdecimal():
        return None  # Mere digits are a day in a workbook, but nobody types that.
    found = date_in(Cell("A1", typed))
    return found if isinstance(found, date) else None


def _is_filled(sent: Sent, name: str) -> bool:
    return bool(sent.get(name, "").strip())

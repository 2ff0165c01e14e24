"""Reading what the pages of this room send: filters, decisions, descriptions of files and list positions."""

import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from werkzeug.datastructures import FileStorage

from app.approvals.actions import Decision
from app.approvals.submissions import Upload
from app.approvals.suggestions import LONGEST_TITLE, title_of
from app.errors import InvalidRequest
from app.records.intake import Description
from app.records.queries import Cursor, Filters
from app.staging.store import Spool
from workflows.model import Action, State

MOST_DECIDED = 500
"""Records that one request may decide on."""
MOST_FILES = 20
LONGEST_COMMENT = 2000

_LONGEST_WORD = 100
_DECISIONS = {each.value: each for each in (Action.APPROVE, Action.SIGN_OFF, Action.RETURN, Action.WITHDRAW)}


def filters_from(sent: Mapping[str, str], owner: uuid.UUID | None) -> Filters:
    """Read what a list is to be narrowed to; an unknown state narrows nothing."""
    state = sent.get("state", "")
    return Filters(
        state=state if state in frozenset(State) else None,
        record_type=one_line(sent.get("record_type", "")) or None,
        period=one_line(sent.get("period", "")) or None,
        q=one_line(sent.get("q", "")) or None,
        owner=owner,
    )


def position_from(sent: Mapping[str, str]) -> Cursor | None:
    """Read where a list goes on, as `position_after` wrote it; raises `InvalidRequest`."""
    written = sent.get("after", "")
    if not written:
        return None
    moment, _, record_id = written.partition("~")
    try:
        at = datetime.fromisoformat(moment)
        place = uuid.UUID(record_id)
    except ValueError as error:
        raise InvalidRequest(fields="after") from error
    if at.tzinfo is None:
        raise InvalidRequest(fields="after")
    return at, place


def position_after(at: datetime | None, record_id: uuid.UUID) -> str:
    """Write where a list goes on after a row; raises ValueError for a row without a time."""
    if at is None:
        raise ValueError("a row in a list by time has a time")
    return f"{at.isoformat()}~{record_id}"


def decision_from(sent: Mapping[str, str], record_id: uuid.UUID) -> Decision:
    """Read one decision with the turn and the bytes it is about; raises `InvalidRequest`."""
    return _decision(sent, record_id, sent.get("turn", ""), sent.get("sha256", ""))


def decisions_from(sent: Mapping[str, str], items: Sequence[str]) -> list[Decision]:
    """Read one decision for each of `items`, written as `item_of` does; raises `InvalidRequest`."""
    if not 1 <= len(items) <= MOST_DECIDED:
        raise InvalidRequest(fields="item")
    return [_one_of_many(sent, item) for item in items]


def item_of(record_id: uuid.UUID, turn: int, sha256: str) -> str:
    """Write what a decision is about, as a list carries it in each row."""
    return f"{record_id}:{turn}:{sha256}"


def description_from(sent: Mapping[str, str], file: FileStorage) -> Description:
    """Read what a file is for; without a title of its own it is called by the file's name.

    Files for several schools in one batch come with a department for each, as `department-` and its code.
    """
    title = one_line(sent.get("title", ""), LONGEST_TITLE)
    school = one_line(sent.get("school", ""))
    return Description(
        record_type=one_line(sent.get("record_type", "")),
        period=one_line(sent.get("period", "")),
        title=title or title_of(file.filename or ""),
        class_name=one_line(sent.get("class", "")),
        subject=one_line(sent.get("subject", "")),
        school=school,
        department=one_line(sent.get("department") or sent.get(f"department-{school}", "")),
    )


def uploads_from(files: Sequence[FileStorage]) -> list[tuple[FileStorage, Upload]]:
    """Return the files that were really chosen, each with its spool; raises `InvalidRequest`."""
    chosen = [file for file in files if file.filename]
    if not 1 <= len(chosen) <= MOST_FILES:
        raise InvalidRequest(fields="files")
    return [(file, _upload(file)) for file in chosen]


def one_line(text: str, longest: int = _LONGEST_WORD) -> str:
    """Return a text in NFC on one line, without characters that cannot be seen."""
    return " ".join(_seen(part) for part in unicodedata.normalize("NFC", text).split())[:longest].strip()


def paragraphs(text: str) -> str:
    """Return a comment in NFC with its line breaks, without other characters that cannot be seen."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").split("\n")
    return "\n".join(_seen(line) for line in lines).strip()[:LONGEST_COMMENT]


def _decision(sent: Mapping[str, str], record_id: uuid.UUID, turn: str, sha256: str) -> Decision:
    action = _DECISIONS.get(sent.get("action", ""))
    if action is None:
        raise InvalidRequest(fields="action")
    if not (turn.isascii() and turn.isdecimal()) or len(turn) > 9:
        raise InvalidRequest(fields="turn")
    return Decision(record_id, action, int(turn), sha256, paragraphs(sent.get("comment", "")))


def _one_of_many(sent: Mapping[str, str], item: str) -> Decision:
    record_id, _, rest = item.partition(":")
    turn, _, sha256 = rest.partition(":")
    try:
        return _decision(sent, uuid.UUID(record_id), turn, sha256)
    except ValueError as error:
        raise InvalidRequest(fields="item") from error


def _upload(file: FileStorage) -> Upload:
    if not isinstance(file.stream, Spool):
        raise InvalidRequest(fields="files")
    return Upload(file.stream, file.filename or "")


def _seen(text: str) -> str:
    return "".join(character for character in text if not unicodedata.category(character).startswith("C"))

"""Reading what the pages of this room send: filters, decisions, descriptions of files and list positions."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from werkzeug.datastructures import FileStorage, MultiDict

from app import fields
from app.approvals.actions import Decision
from app.approvals.submissions import Upload
from app.approvals.suggestions import LONGEST_TITLE, title_of
from app.errors import CommentRequired, InvalidRequest
from app.records.intake import Description
from app.records.lists import Cursor, Filters
from app.staging.store import Spool
from app.text import N_
from app.words import name_of_file
from workflows.model import Action, State

MOST_DECIDED = 500
"""Records that one request may decide on."""
MOST_FILES = 20
LONGEST_COMMENT = 2000

_DECISIONS = {each.value: each for each in (Action.APPROVE, Action.SIGN_OFF, Action.RETURN, Action.WITHDRAW)}


class NothingChosen(InvalidRequest):
    """A decision on many was sent without a record to decide on."""

    detail = N_("Chưa chọn hồ sơ nào.")
    hint = N_("Đánh dấu ít nhất một hồ sơ rồi gửi lại.")


def filters_from(sent: Mapping[str, str], owner: uuid.UUID | None) -> Filters:
    """Read what a list is to be narrowed to; raises `InvalidRequest`."""
    return Filters(
        state=fields.choice_or_none(sent, "state", frozenset(State)),
        record_type=fields.line(sent, "record_type") or None,
        period=fields.line(sent, "period") or None,
        school=fields.line(sent, "school") or None,
        q=fields.line(sent, "q") or None,
        owner=owner,
    )


def position_from(sent: Mapping[str, str]) -> Cursor | None:
    """Read where a list goes on, as `position_after` wrote it; raises `InvalidRequest`."""
    written = fields.line(sent, "after")
    if not written:
        return None
    moment, _, record_id = written.partition("~")
    place = fields.identity_of(record_id, "after")
    try:
        at = datetime.fromisoformat(moment)
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
    return _decision(sent, record_id, fields.line(sent, "turn"), fields.line(sent, "sha256"))


def decisions_from(sent: "MultiDict[str, str]") -> list[Decision]:
    """Read one decision for each `item`, written as `item_of` does.

    Raises `NothingChosen`, `InvalidRequest`, or `CommentRequired` where many are returned without a word.
    """
    items = fields.several(sent, "item", MOST_DECIDED)
    if not items:
        raise NothingChosen(fields="item")
    decisions = [_one_of_many(sent, item) for item in items]
    if decisions[0].action is Action.RETURN and not decisions[0].comment:
        raise CommentRequired
    return decisions


def item_of(record_id: uuid.UUID, turn: int, sha256: str) -> str:
    """Write what a decision is about, as a list carries it in each row."""
    return f"{record_id}:{turn}:{sha256}"


def description_from(sent: Mapping[str, str], file: FileStorage) -> Description:
    """Read what a file is for; without a title of its own it is called by the file's name.

    Files for several schools in one batch come with a department for each, as `department-` and its code.
    """
    title = fields.line(sent, "title", LONGEST_TITLE)
    school = fields.line(sent, "school")
    return Description(
        record_type=fields.line(sent, "record_type"),
        period=fields.line(sent, "period"),
        title=title or title_of(file.filename or ""),
        class_name=fields.line(sent, "class"),
        subject=fields.line(sent, "subject"),
        school=school,
        department=fields.line(sent, "department") or fields.line(sent, f"department-{school}"),
    )


def uploads_from(files: Sequence[FileStorage]) -> list[tuple[FileStorage, Upload]]:
    """Return the files that were really chosen, each with its spool; raises `InvalidRequest`."""
    chosen = [file for file in files if file.filename]
    if not 1 <= len(chosen) <= MOST_FILES:
        raise InvalidRequest(fields="files")
    return [(file, _upload(file)) for file in chosen]


def _decision(sent: Mapping[str, str], record_id: uuid.UUID, turn: str, sha256: str) -> Decision:
    action = _DECISIONS.get(fields.line(sent, "action"))
    if action is None:
        raise InvalidRequest(fields="action")
    comment = fields.paragraphs(sent, "comment", LONGEST_COMMENT)
    return Decision(record_id, action, fields.number_of(turn, "turn"), sha256, comment)


def _one_of_many(sent: Mapping[str, str], item: str) -> Decision:
    record_id, _, rest = item.partition(":")
    turn, _, sha256 = rest.partition(":")
    return _decision(sent, fields.identity_of(record_id, "item"), turn, sha256)


def _upload(file: FileStorage) -> Upload:
    if not isinstance(file.stream, Spool):
        raise InvalidRequest(fields="files")
    return Upload(file.stream, name_of_file(file.filename or ""))

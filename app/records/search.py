"""Words a record is found by, folded so that they match with or without Vietnamese accents."""

import re
import unicodedata

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import REGCONFIG, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import cast

from app.records.models import Record, SearchEntry

_MOST = 200_000
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
"""Unicode's blocks of combining marks."""
_WORD = re.compile(r"[^\W_]+")
_SIMPLE = cast("simple", REGCONFIG)


def fold(text: str) -> str:
    """Return `text` in lower case without accents; đ becomes d."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text.lower())).replace("đ", "d")


def index_words(session: Session, record: Record, *texts: str) -> None:
    """Make the record found by the words of `texts` and by no others."""
    words = func.to_tsvector(_SIMPLE, " ".join(_WORD.findall(fold(" ".join(texts))[:_MOST])))
    entry = insert(SearchEntry).values(record_id=record.id, words=words)
    session.execute(entry.on_conflict_do_update(index_elements=["record_id"], set_={"words": words}))


def matches(query: str) -> ColumnElement[bool] | None:
    """Return the condition that a record holds every word of `query`, or the beginning of it.

    None when the query has no word at all.
    """
    words = _WORD.findall(fold(query))[:20]
    if not words:
        return None
    asked = func.to_tsquery(_SIMPLE, " & ".join(f"{word}:*" for word in words))
    found = select(SearchEntry.record_id).where(SearchEntry.words.op("@@")(asked))
    return Record.id.in_(found)

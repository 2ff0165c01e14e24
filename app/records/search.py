"""Words a record is found by, folded so that they match with or without Vietnamese accents.

Each is kept with its school's number before it, as `12/toan`: who looks in a school meets the words of no
other, however many schools there are and whatever stands in their records.
"""

import re
import unicodedata
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    String,
    Text,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import cast

from app.records.models import Record, SearchEntry

_MOST = 200_000
_MOST_ASKED = 20
_LONGEST = 60
"""Characters of a word that count; PostgreSQL takes no endless ones."""
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
"""Unicode's blocks of combining marks."""
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return `text` in lower case without accents; đ becomes d."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text.lower())).replace("đ", "d")


def index_words(session: Session, record: Record, *texts: str) -> None:
    """Make the record found by the words of `texts` and by no others."""
    found = {word[:_LONGEST] for word in _WORD.findall(fold(" ".join(texts))[:_MOST])}
    kept = [f"{record.school_id}/{word}" for word in sorted(found)]
    words = func.array_to_tsvector(literal(kept, ARRAY(Text)))
    entry = insert(SearchEntry).values(record_id=record.id, words=words)
    session.execute(entry.on_conflict_do_update(index_elements=["record_id"], set_={"words": words}))


def words_of(query: str) -> Sequence[str]:
    """Return the words that a query asks for, each of which a record holds, or the beginning of it."""
    return [word[:_LONGEST] for word in _WORD.findall(fold(query))[:_MOST_ASKED]]


def found_in(words: Sequence[str], school_ids: Sequence[int], most: int | None = None) -> Select[uuid.UUID]:
    """Select the records of schools that hold all words, up to `most` of them.

    Each school is asked for by itself: of the schools of a province at once PostgreSQL would compare every
    entry that it finds with all of them.
    """
    schools = (
        func.unnest(literal(school_ids, ARRAY(Integer))).table_valued("id", name="schools").render_derived()
    )
    held = select(SearchEntry.record_id).where(SearchEntry.words.op("@@")(_asked(words, schools.c.id)))
    entries = held.limit(most).lateral()
    return select(entries.c.record_id).select_from(schools).join(entries, true()).limit(most)


def holds(
    words: Sequence[str], record_id: ColumnElement[uuid.UUID], school_id: ColumnElement[int]
) -> ColumnElement[bool]:
    """Return the condition that one record of a school holds all words: its own entry is looked at.

    No `EXISTS`, for which PostgreSQL may read the entries of all schools before it asks of a few records.
    """
    held = select(SearchEntry.words.op("@@", return_type=Boolean())(_asked(words, school_id)))
    return held.where(SearchEntry.record_id == record_id).scalar_subquery()


def _asked(words: Sequence[str], school_id: ColumnElement[int]) -> ColumnElement[Any]:
    """Write what is asked for in a school as PostgreSQL reads it; words hold only letters and digits."""
    pattern = literal(" & ".join(f"'#/{word}':*" for word in words))
    return cast(func.replace(pattern, "#", cast(school_id, String)), TSQUERY)

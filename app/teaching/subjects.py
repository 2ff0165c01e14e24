"""Changing a school's subjects."""

import re
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.calendar.rights import school_to_edit
from app.catalogue.changes import rebuild_obligations
from app.catalogue.periods import present_year
from app.errors import NotFound
from app.people.authority import Authority
from app.schools.models import School
from app.teaching.models import Subject
from app.teaching.queries import subjects_of
from app.teaching.refusals import BadSubject, SubjectInUse, SubjectTaken
from app.teaching.words import subject_key
from app.words import folded, tidy

LONGEST_NAME = 80
_CODE = re.compile(r"[A-Z0-9]{1,12}", re.ASCII)
_WORD = re.compile(r"[a-z0-9]+", re.ASCII)


def add_subject(session: Session, authority: Authority, school_id: int, name: str, code: str = "") -> Subject:
    """Add a subject; without a code one is made from its name.

    Raises `NotFound`, `NotAllowed`, `BadSubject` or `SubjectTaken`.
    """
    school = school_to_edit(session, authority, school_id)
    added = put_subject(session, school, name, code)
    _finish(session, authority, school, "subject.add", added.code)
    return added


def put_subject(session: Session, school: School, name: str, code: str = "") -> Subject:
    """Add a subject of a school that is locked already; raises `BadSubject` or `SubjectTaken`."""
    present = subjects_of(session, school.id)
    tidied = _checked_name(name)
    codes = {each.code for each in present}
    wanted = tidy(code).upper() or code_for(tidied, codes)
    if not _CODE.fullmatch(wanted):
        raise BadSubject
    if wanted in codes or subject_key(tidied) in {subject_key(each.name) for each in present}:
        raise SubjectTaken
    added = Subject(school_id=school.id, code=wanted, name=tidied)
    session.add(added)
    session.flush()
    return added


def rename_subject(
    session: Session, authority: Authority, school_id: int, subject_id: int, name: str
) -> None:
    """Give a subject another name; its code stays. Raises as `add_subject` does."""
    school = school_to_edit(session, authority, school_id)
    renamed = _subject(session, school_id, subject_id)
    others = {subject_key(each.name) for each in subjects_of(session, school_id) if each.id != subject_id}
    tidied = _checked_name(name)
    if subject_key(tidied) in others:
        raise SubjectTaken
    renamed.name = tidied
    _finish(session, authority, school, "subject.rename", renamed.code)


def remove_subject(session: Session, authority: Authority, school_id: int, subject_id: int) -> None:
    """Take away a subject that nobody ever taught and that has no plan.

    Raises `NotFound`, `NotAllowed` or `SubjectInUse`.
    """
    school = school_to_edit(session, authority, school_id)
    removed = _subject(session, school_id, subject_id)
    try:
        with session.begin_nested():
            session.delete(removed)
    except IntegrityError as error:
        raise SubjectInUse from error
    _finish(session, authority, school, "subject.remove", removed.code)


def code_for(name: str, taken: Collection[str]) -> str:
    """Return a code that is not taken: the word itself, or the first letters of several words."""
    words = _WORD.findall(folded(name))
    plain = ("".join(words) if len(words) == 1 else "".join(word[0] for word in words))[:10].upper()
    numbered = (f"{plain}{number}" for number in range(2, 100))
    return next((code for code in (plain, *numbered) if code not in taken), "")


def _subject(session: Session, school_id: int, subject_id: int) -> Subject:
    own = select(Subject).where(Subject.id == subject_id, Subject.school_id == school_id)
    found = session.scalars(own).one_or_none()
    if found is None:
        raise NotFound
    return found


def _checked_name(name: str) -> str:
    tidied = tidy(name)
    if not subject_key(tidied) or len(tidied) > LONGEST_NAME:
        raise BadSubject
    return tidied


def _finish(session: Session, authority: Authority, school: School, kind: str, code: str) -> None:
    rebuild_obligations(session, school, {present_year()})
    append(session, school.code, [Happening(kind, str(authority.user_id), code, {})])

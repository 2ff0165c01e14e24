"""What a decision rests on stays while it is made: a school's posts and closures, and who the caller is.

Every verb takes its locks in this order, so that no two wait for each other in a ring:

1. the posts of the schools concerned, by their numbers: alone by whoever changes posts, delegations, accounts
   or closures, together by whoever decides by them;
2. the handover or the records, by their ids;
3. corrections, delegations and requests, and then what hangs on them;
4. accounts;
5. the heads of audit chains, by the schools' codes: nothing is locked after them.

Whoever may not know of a thing never holds posts alone: else a stranger could make a school's people wait. To
keep them together, while it is asked who the caller is now, lets all but changes of posts go on.

What the caller was when his request began may have ended since: while he sent its body, or while his verb
waited. So it is asked once posts are held, and counts from then on. Only an office's windows, and the moves
and findings of a school's store, go by what he was when his request had come in.
"""

from collections.abc import Iterable

from sqlalchemy import BindParameter, Executable, Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session

from app.errors import NotAllowed
from app.people.authority import Authority, authority_of
from app.schools.models import School

_POSTS = 0x6B64
"""The class of the advisory locks of schools' posts; a row's lock would be written at every decision."""


def hold_posts(session: Session, school_id: int | None) -> None:
    """Let nobody's posts in a school change, nobody lend one, no period close and nobody decide meanwhile.

    That holds until this transaction ends. Comes first, also before `keep_posts`: of two that keep them and
    then want them alone neither would go on.
    """
    session.execute(_ALONE, {_SCHOOL.key: school_id})


def keep_posts(session: Session, school_ids: Iterable[int]) -> None:
    """Let nobody hold the posts of these schools until this transaction ends; others may keep them, too."""
    if ids := sorted(set(school_ids)):
        session.execute(_TOGETHER, {_SCHOOLS.key: ids})


def keeping(units: Select[int]) -> Executable:
    """Return the statement that keeps the posts of the schools that another one selects."""
    each = units.distinct().order_by(*units.selected_columns).subquery("units")
    return select(func.pg_advisory_xact_lock_shared(_POSTS, *each.c))


def caller_now(session: Session, caller: Authority) -> Authority:
    """Return the caller with the authority of this moment, where posts are held or kept.

    Raises `NotAllowed` for who is shut out by now.
    """
    present = authority_of(session, caller.user_id)
    if present is None:
        raise NotAllowed
    return present


_SCHOOL: BindParameter[int] = bindparam("school", type_=Integer)
_SCHOOLS: BindParameter[int] = bindparam("schools", type_=Integer, expanding=True)
_ALONE = select(func.pg_advisory_xact_lock(_POSTS, _SCHOOL))
_TOGETHER = keeping(select(School.id).where(School.id.in_(_SCHOOLS)))

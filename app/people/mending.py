"""What would mend a lack in one school at this moment: an account let in again, an appointment asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.people.account_queries import Place, is_asked_for
from app.people.authority import HEADS, LEADERS
from app.people.lacks import ADVICE, Advice, Lack
from app.people.models import AccountRequest, Membership, RequestKind, Role, User
from app.text import N_

Lacking = tuple[Lack, int, int | None]
"""Who is lacking, in which school, and in which department of it."""

_REOPEN = N_("Hoặc mở lại tài khoản đang khóa.")
_ASKED = N_("Đã có đề nghị đang chờ xác nhận ở trang Xác nhận nhân sự.")
_REQUESTS = "people.account_requests"
_DEPUTIES, _ADMINISTRATORS = frozenset({Role.VICE_PRINCIPAL}), frozenset({Role.RECORDS_ADMIN})
_MENDING: Mapping[Lack, frozenset[Role]] = {
    Lack.HEAD: frozenset(HEADS),
    Lack.OTHER_HEAD: frozenset(HEADS),
    Lack.PRINCIPAL: frozenset({Role.PRINCIPAL}),
    Lack.DELEGATION: _DEPUTIES,
    Lack.CONSENT: _DEPUTIES,
    Lack.ADMINISTRATOR: _ADMINISTRATORS,
    Lack.LEADER: frozenset(LEADERS),
    Lack.THIRD_PERSON: LEADERS | _ADMINISTRATORS,
    Lack.REQUESTER: frozenset(Role),
}
"""With which posts somebody could decide who is lacking."""


def advice_on(session: Session, lack: Lack, school_id: int, department_id: int | None) -> Advice:
    """Return what is wrong and what to do, with what is under way already; for the page of one place."""
    (advice,) = advice_on_each(session, [(lack, school_id, department_id)])
    return advice


def advice_on_each(session: Session, lacks: Sequence[Lacking]) -> list[Advice]:
    """Return what `advice_on` does for each of several places, in their order, by one statement."""
    if not lacks:
        return []
    looks = union_all(*(_under_way(number, each) for number, each in enumerate(lacks)))
    found = {number: under_way for number, *under_way in session.execute(looks)}
    return [_advice(lack, *found[number]) for number, (lack, *_) in enumerate(lacks)]


def _under_way(number: int, lacking: Lacking) -> Select[int, bool, bool]:
    """Select, with a place's number, whether a locked holder could help, and whether a request waits."""
    locked = _locked_holders(*lacking)
    return select(literal(number), locked.exists(), _asked_for(locked, *lacking).exists())


def _advice(lack: Lack, is_locked: bool, is_asked: bool) -> Advice:
    advice = ADVICE[lack]
    more = (_REOPEN,) * is_locked + (_ASKED,) * is_asked
    return replace(advice, more=more, mended_at=(*advice.mended_at, *(_REQUESTS,) * is_asked))


def _locked_holders(lack: Lack, school_id: int, department_id: int | None) -> Select[object]:
    """Select who holds such a post, but may not sign in."""
    held: list[ColumnElement[bool]] = [
        Membership.school_id == school_id,
        Membership.role.in_(sorted(_MENDING[lack])),
        Membership.ended_at.is_(None),
        User.disabled_at.is_not(None),
    ]
    if department_id is not None:
        held.append(Membership.department_id == department_id)
    return select(User.id).join(Membership, Membership.user_id == User.id).where(*held)


def _asked_for(
    locked: Select[object], lack: Lack, school_id: int, department_id: int | None
) -> Select[object]:
    """Select the requests, for such a post or for a locked holder of one, that wait for a second person."""
    places = [Place(role, department_id).key for role in sorted(_MENDING[lack])]
    appointed = and_(
        AccountRequest.kind == RequestKind.PLACES,
        or_(*(AccountRequest.change.contains({"add": [key]}) for key in places)),
    )
    let_in = and_(AccountRequest.kind == RequestKind.ENABLE, AccountRequest.user_id.in_(locked))
    return select(AccountRequest.id).where(
        AccountRequest.school_id == school_id, is_asked_for(), or_(appointed, let_in)
    )

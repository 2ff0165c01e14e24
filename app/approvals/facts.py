"""What is true of a caller and a record: the facts that the workflow's guards ask for."""

from dataclasses import dataclass

from app.approvals.standing import Standing
from app.people.authority import HEADS, Authority, Post
from app.people.positions import TITLES, own_post
from app.records.models import Record
from app.records.queries import is_answerable
from app.records.rereading import is_taken
from app.text import N_
from workflows.definitions import definition
from workflows.engine import available
from workflows.model import Action, Facts, State

_HAS_APPROVED = N_(
    "Bạn đã duyệt hồ sơ này ở tổ nên không ký duyệt nữa; một người khác có quyền ký sẽ ký duyệt."
)
_IS_OWN = N_("Đây là hồ sơ của bạn nên bạn không tự duyệt; một người khác có quyền sẽ quyết định.")
_HANDED_IN = N_("Bạn đã nộp phiên bản này nên bạn không tự duyệt; một người khác có quyền sẽ quyết định.")

SYSTEM_FACTS = Facts(
    is_owner=False,
    is_system=True,
    heads_department=False,
    is_principal=False,
    holds_principals_delegation=False,
    handed_in=False,
    has_approved=False,
)


@dataclass(frozen=True, slots=True)
class ActingPost:
    """In which role, and in which capacity ("KT.", "TUQ." or none), somebody acts; `title` is his own post's.

    `unit_id` is the department that the title names.
    """

    role: str
    capacity: str = ""
    title: str = ""
    unit_id: int | None = None


def facts_of(authority: Authority, record: Record, standing: Standing) -> Facts:
    """Return the facts of this person and this record, as it stands at this moment.

    Whoever handed it over decides on it no more than its owner does.
    """
    is_own = record.slot_owner == authority.user_id
    principal = None if is_own else authority.leads(record.school_id)
    return Facts(
        is_owner=is_answerable(authority, record),
        is_system=False,
        heads_department=not is_own and authority.heads(record.department_id) is not None,
        is_principal=principal is not None and not principal.delegated,
        holds_principals_delegation=principal is not None and principal.delegated,
        handed_in=record.handed_in_by_id == authority.user_id,
        has_approved=record.approved_by_id == authority.user_id,
        correction_open=standing.correction_open,
        under_correction=standing.under_correction,
        locked=standing.closure is not None,
        not_taken=not is_taken(record),
    )


def actions_for(authority: Authority, record: Record, standing: Standing) -> tuple[Action, ...]:
    """List what the person may do with the record now, as the buttons and the API show it."""
    route = definition(record.route, record.route_version)
    return available(route, State(record.state), facts_of(authority, record, standing))


def reason_against(authority: Authority, record: Record) -> str:
    """Return why a person who holds the authority a record waits for may not use it there, else nothing."""
    if record.waiting_for is None or _deciding_post(authority, record) is None:
        return ""
    if record.waiting_for == "principal" and record.approved_by_id == authority.user_id:
        return _HAS_APPROVED
    if is_answerable(authority, record) or record.slot_owner == authority.user_id:
        return _IS_OWN
    return _HANDED_IN if record.handed_in_by_id == authority.user_id else ""


def acting_post_for(authority: Authority, record: Record) -> ActingPost:
    """Say with which post a person decides on the record in its present state, or that he owns it."""
    post = None if is_answerable(authority, record) else _deciding_post(authority, record)
    own = own_post(authority, record.school_id, post)
    title = TITLES[own.role] if own is not None else ""
    unit_id = own.department_id if own is not None and own.role in HEADS else None
    if post is None:
        return ActingPost("owner", title=title, unit_id=unit_id)
    return ActingPost(post.role.value, post.capacity, title, unit_id)


def _deciding_post(authority: Authority, record: Record) -> Post | None:
    if record.waiting_for == "head":
        return authority.heads(record.department_id)
    return authority.leads(record.school_id)

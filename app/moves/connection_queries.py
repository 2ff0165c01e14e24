"""What the page "Lưu trữ" tells of each school's store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.jobs import Waiting, waiting_under
from app.moves.connections import has_filed
from app.people.authority import Authority
from app.people.permissions import Permission, schools_where
from app.schools.models import School
from app.storage.accounts import active_store, closed_until, store_lock
from app.storage.models import Provider, StoreAccount, StoreState
from app.stuck.reasons import reason_with
from app.text import N_

PROVIDERS = {
    Provider.LOCAL: N_("Thư mục trên máy chủ"),
    Provider.GOOGLE: "Google Drive",
    Provider.MICROSOFT: "OneDrive / SharePoint",
}
STATES = {
    StoreState.CONNECTED: N_("Đang hoạt động"),
    StoreState.RECONNECT: N_("Cần kết nối lại"),
    StoreState.STOPPED: N_("Đang dừng, chờ trường xử lý"),
}


@dataclass(frozen=True)
class StoreView:
    """One school's store, as its leaders and administrators see it."""

    school: School
    account: StoreAccount | None
    waiting: Waiting
    next_try: datetime | None
    """When the system goes on by itself; None: at once, or not before somebody has acted."""
    holds_files: bool
    """Records lie there, so that another store has to be moved to."""

    @property
    def provider(self) -> Provider:
        """Who keeps the bytes."""
        return Provider(self.account.provider) if self.account else Provider.LOCAL

    @property
    def provider_name(self) -> str:
        """The provider's name; to be translated."""
        return PROVIDERS[self.provider]

    @property
    def state(self) -> StoreState:
        """Whether the account lets us in."""
        return StoreState(self.account.state) if self.account else StoreState.CONNECTED

    @property
    def state_name(self) -> str:
        """The state in words; to be translated."""
        return STATES[self.state]

    @property
    def reason(self) -> type[Refused] | None:
        """What went wrong last and what to do about it; to be translated."""
        return reason_with(self.account.error_code) if self.account and self.account.error_code else None

    @property
    def percent_used(self) -> int | None:
        """How full the account is, where it has a limit."""
        account = self.account
        if account is None or account.used_bytes is None or not account.limit_bytes:
            return None
        return min(100, round(100 * account.used_bytes / account.limit_bytes))


def store_views(session: Session, authority: Authority) -> Sequence[StoreView]:
    """List the stores of the schools that the person leads or whose records he administers."""
    own = School.id.in_(schools_where(authority, Permission.CONNECT_STORE))
    return [
        _view(session, school) for school in session.scalars(select(School).where(own).order_by(School.name))
    ]


def _view(session: Session, school: School) -> StoreView:
    account = active_store(session, school.id)
    waiting = waiting_under(session, store_lock(school.code))
    next_try = _next_try(session, account, waiting)
    return StoreView(school, account, waiting, next_try, has_filed(session, school.id))


def _next_try(session: Session, account: StoreAccount | None, waiting: Waiting) -> datetime | None:
    if account is None or account.state != StoreState.CONNECTED:
        return None
    known = [moment for moment in (waiting.next_try, closed_until(session, account)) if moment]
    return max(known, default=None)

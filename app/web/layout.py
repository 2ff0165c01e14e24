"""What every page shows around its content: navigation by role, times, sizes and words for readers."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app, g, request, url_for
from flask_babel import format_datetime, format_decimal, get_locale, gettext, ngettext
from flask_login import current_user
from markupsafe import Markup

from app.approvals.also_waiting import count_with_others
from app.approvals.standstills import MOST_LISTED, TOLD, Standstill, standstills_for
from app.catalogue.periods import label_parts
from app.corrections.confirmable import count_confirmable_corrections
from app.db import now
from app.handovers.queries import count_to_confirm
from app.labels import ACTIONS, DECIDERS, ICONS, ROLES, STATES, STEPS, TAKEN
from app.page import session
from app.people.authority import HEADS, LEADERS, SCHOOL_WIDE, Authority
from app.people.invitation_queries import count_invitations
from app.people.models import Role
from app.people.school_choice import FIELD, school_choice, stay_within_the_school
from app.people.second_persons import count_confirmable
from app.proof.kept_sheets import count_lost
from app.text import N_
from app.web.assets import asset_url, assets, compress_page

MOST_COUNTED = 999
"""Beyond this many the navigation says only that there are more."""

_DECIDERS = HEADS | {Role.PRINCIPAL}
_TEACHING = HEADS | {Role.TEACHER}
_HANDING_IN = _TEACHING | SCHOOL_WIDE
_OVERLOOKING = SCHOOL_WIDE | {Role.OFFICER}
_HEAD_KEEPERS = LEADERS | {Role.RECORDS_ADMIN, Role.OFFICER}
_SEEING_MANY = _OVERLOOKING | HEADS


@dataclass(frozen=True)
class Entry:
    """One destination of the navigation."""

    label: str
    icon: str
    url: str
    current: bool
    place: str
    """`bar`: always in the bar; `wide`: there on wide screens, else in the menu; `menu`: always there."""
    count: str = ""


@dataclass(frozen=True)
class _Place:
    endpoint: str
    label: str
    icon: str
    roles: frozenset[Role] | set[Role]
    daily: frozenset[Role] | set[Role] = frozenset()
    """For whom it is daily work, always in the bar."""
    wide: bool = False
    personal: bool = False
    """Only for posts of one's own; what was lent does not count."""
    when_waiting: bool = False
    """Only there while something waits for the reader."""
    leads_to: str = ""
    """Another endpoint that some readers are led on to."""


_ANYONE = frozenset(Role)
_QUEUE, _REQUESTS, _HEADS = "approvals.queue_page", "people.account_requests", "proof.heads_page"
_HANDOVERS, _CORRECTIONS = "handovers.handovers_page", "corrections.corrections_page"
_INVITATIONS = "people.own_invitations"
_COUNTED: Mapping[str, Callable[..., int]] = {
    _INVITATIONS: count_invitations,
    _QUEUE: count_with_others,
    _HANDOVERS: count_to_confirm,
    _CORRECTIONS: count_confirmable_corrections,
    _REQUESTS: count_confirmable,
    _HEADS: count_lost,
}
_PLACES = (
    _Place(_QUEUE, N_("Chờ duyệt"), "inbox", _DECIDERS, daily=_DECIDERS),
    _Place("obligations.my_duties", N_("Việc của tôi"), "check", _TEACHING | TOLD, daily=_TEACHING),
    _Place("approvals.my_records", N_("Hồ sơ của tôi"), "file", _HANDING_IN, daily=_TEACHING),
    _Place(
        "approvals.all_records", N_("Toàn bộ hồ sơ"), "files", _SEEING_MANY, daily=_OVERLOOKING, wide=True
    ),
    _Place(
        "obligations.board_page",
        N_("Theo dõi"),
        "search",
        _SEEING_MANY,
        daily=_OVERLOOKING,
        leads_to="oversight.schools_page",
    ),
    _Place("approvals.upload_page", N_("Nộp"), "upload", _HANDING_IN, daily=_HANDING_IN),
    _Place("tree.root", N_("Cây thư mục"), "folder", _ANYONE, daily={Role.OFFICER}, wide=True),
    _Place("catalogue.home", N_("Danh mục hồ sơ"), "file", _ANYONE),
    _Place("calendar.home", N_("Năm học"), "clock", _ANYONE),
    _Place("teaching.school_home", N_("Nhà trường"), "people", _ANYONE),
    _Place("curriculum.home", N_("Phân phối chương trình"), "file", _ANYONE),
    _Place("shares.shares_page", N_("Chia sẻ"), "people", _OVERLOOKING),
    _Place("moves.stores", N_("Lưu trữ"), "archive", LEADERS | {Role.RECORDS_ADMIN}),
    _Place("stuck.stuck_jobs", N_("Việc bị kẹt"), "alert", SCHOOL_WIDE | {Role.OFFICER}),
    _Place("drift.drift_page", N_("Thay đổi trong kho"), "search", SCHOOL_WIDE),
    _Place(_HEADS, N_("Đầu chuỗi nhật ký"), "shield", _HEAD_KEEPERS),
    _Place("locks.locks_page", N_("Khóa sổ"), "key", _HANDING_IN),
    _Place("oversight.windows_page", N_("Lịch đóng, mở sổ"), "key", {Role.OFFICER}),
    _Place(_CORRECTIONS, N_("Sửa chữa"), "pen", _HANDING_IN),
    _Place("people.delegations_page", N_("Ủy quyền"), "people", HEADS | LEADERS | {Role.CLERK}),
    _Place(_HANDOVERS, N_("Bàn giao"), "people", _HANDING_IN),
    _Place("laptops.laptop_page", N_("Giáo án trên máy tính"), "file", _HANDING_IN),
    _Place("regulations.regulations_page", N_("Quy chế"), "shield", _HANDING_IN),
    _Place("people.accounts", N_("Tài khoản"), "key", {Role.RECORDS_ADMIN, Role.PRINCIPAL}, personal=True),
    _Place(
        _REQUESTS,
        N_("Xác nhận nhân sự"),
        "people",
        LEADERS | {Role.RECORDS_ADMIN, Role.OFFICER},
        personal=True,
    ),
    _Place(_INVITATIONS, N_("Lời mời"), "people", _ANYONE, when_waiting=True),
    _Place("proof.check_page", N_("Kiểm tra tệp"), "shield", _ANYONE),
)


def register_layout(app: Flask) -> None:
    """Give templates the navigation and the filters that they all use."""
    app.register_blueprint(assets)
    app.after_request(compress_page)
    app.url_defaults(stay_within_the_school)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # A global is looked up only where a page names it: a page about a lost database asks for nobody.
    app.jinja_env.globals["current_user"] = current_user
    app.jinja_env.globals.update(
        asset=asset_url,
        navigation=navigation,
        ways_to=ways_to,
        waiting_at=waiting_at,
        own_standstills=own_standstills,
        most_listed=MOST_LISTED,
        exists=exists,
        school_choice=school_choice,
        language=lambda: str(get_locale() or "vi"),
    )
    app.jinja_env.filters.update(
        local_time=local_time,
        ago=ago,
        duration=duration,
        size=size,
        period=period,
        unbroken=unbroken,
        state=lambda value: _word(STATES, value),
        state_icon=lambda value: ICONS.get(value, "file"),
        action=lambda value: _word(ACTIONS, value),
        taken=lambda value: _word(TAKEN, value),
        role=lambda value: _word(ROLES, value),
        decider=lambda value: _word(DECIDERS, value),
        step=lambda value: _word(STEPS, value),
    )


def exists(endpoint: str) -> bool:
    """Tell whether the application has a page of that name."""
    return endpoint in current_app.view_functions


def navigation() -> list[Entry]:
    """List where the signed-in person may go, in the order of daily work."""
    authority = _reader()
    if authority is None:
        return []
    entries = [(place, _entry(place, authority)) for place in _open_to(authority)]
    return [entry for place, entry in entries if entry.count or not place.when_waiting]


def ways_to(endpoints: Collection[str]) -> list[tuple[str, str]]:
    """Return name and address of those of some destinations where the reader may go, in their order."""
    authority = _reader()
    found = {place.endpoint: place for place in _open_to(authority)} if authority else {}
    return [(gettext(found[each].label), _address(each)) for each in endpoints if each in found]


def waiting_at(endpoint: str) -> int:
    """Return how much waits for the reader at a destination, as the navigation counts it."""
    authority = _reader()
    return _count(endpoint, authority) if authority else 0


def own_standstills() -> list[Standstill]:
    """Return what waits for nobody in the schools whose posts are the reader's to mend."""
    authority = _reader()
    return standstills_for(session(), authority) if authority else []


def local_time(moment: datetime) -> str:
    """Return a moment as schools write it, in the time of Vietnam: `21/11/2026 19:05`."""
    return str(format_datetime(moment, "dd/MM/yyyy HH:mm"))


def duration(since: datetime) -> str:
    """Return how long it has been since a moment, in its largest whole unit."""
    minutes = int((now() - since).total_seconds() // 60)
    if minutes < 1:
        return str(gettext("dưới 1 phút"))
    if minutes < 60:
        return str(ngettext("%(num)s phút", "%(num)s phút", minutes))
    if minutes < 24 * 60:
        return str(ngettext("%(num)s giờ", "%(num)s giờ", minutes // 60))
    return str(ngettext("%(num)s ngày", "%(num)s ngày", minutes // (24 * 60)))


def ago(moment: datetime) -> str:
    """Return how long ago a moment was."""
    return str(gettext("%(duration)s trước", duration=duration(moment)))


_RANGE = re.compile(r"(\d+–\d+)")
_UNBROKEN = Markup('<span class="text-nowrap">{}</span>')
_UNITS = ((2, "MB"), (3, "GB"), (4, "TB"))


def size(count: int) -> str:
    """Return a number of bytes in KB, MB, GB or TB of 1024, as file managers show it."""
    if count < 1024 * 1024:
        return f"{format_decimal(max(min(count, 1), round(count / 1024)))} KB"
    power, unit = next((each for each in _UNITS if count < 1024 ** (each[0] + 1)), _UNITS[-1])
    return f"{format_decimal(round(count / 1024**power, 1))} {unit}"


def period(stored: str) -> str:
    """Return a stored period in the reader's words, like `Tuần 12 · 2026-2027`."""
    message, number, year = label_parts(stored)
    return f"{gettext(message) % {'number': number}} · {year}"


def unbroken(text: str) -> Markup:
    """Return a text for a page in which ranges like `3–4` are never broken after the dash.

    The letters stay as they are: whoever copies the text finds it again by searching.
    """
    parts = enumerate(_RANGE.split(text))
    return Markup("").join(_UNBROKEN.format(part) if number % 2 else part for number, part in parts)


def _reader() -> Authority | None:
    found: Authority | None = getattr(current_user, "authority", None)
    return found


def _open_to(authority: Authority) -> list[_Place]:
    held = {post.role for post in authority.posts}
    own = {post.role for post in authority.posts if not post.delegated}
    return [
        place
        for place in _PLACES
        if exists(place.endpoint) and place.roles & (own if place.personal else held)
    ]


def _entry(place: _Place, authority: Authority) -> Entry:
    held = {post.role for post in authority.posts}
    waiting = _count(place.endpoint, authority)
    shown = f"{MOST_COUNTED}+" if waiting > MOST_COUNTED else str(waiting or "")
    return Entry(
        label=gettext(place.label),
        icon=place.icon,
        url=_address(place.endpoint),
        current=request.endpoint in (place.endpoint, place.leads_to),
        place="bar" if held & place.daily else "wide" if place.wide else "menu",
        count=shown,
    )


def _address(endpoint: str) -> str:
    """Return where a destination is, for any of the reader's schools: it may not be open in the one shown."""
    return url_for(endpoint, **{FIELD: None})


def _count(endpoint: str, authority: Authority) -> int:
    """Count what waits at a destination, once in a request."""
    count, known = _COUNTED.get(endpoint), g.setdefault("counted", {})
    if count is not None and endpoint not in known:
        known[endpoint] = count(session(), authority, most=MOST_COUNTED + 1)
    return int(known.get(endpoint, 0))


def _word(words: Mapping[str, str], value: str) -> str:
    return str(gettext(words[value])) if value in words else value

"""Shares in tests: who gives what to whom, and what the emulated clouds then show."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from sqlalchemy import select

from app.context import Context
from app.db import now
from app.people.authority import Authority
from app.schools.models import Office, School
from app.shares.decisions import request_share, share_folder
from app.shares.models import Share
from app.shares.steps import Wish
from app.tree.plan import school_year_at
from tests.tree.clouds import SCHOOL, Sky, google_sky, microsoft_sky

OFFICER = "canbo@phong.example"
PROVINCE = "canbo@so.example"
SKIES: dict[str, Callable[..., AbstractContextManager[Sky]]] = {
    "google": google_sky,
    "microsoft": microsoft_sky,
}


def year() -> str:
    return school_year_at(now())


def wish(context: Context, office: str = "phong", email: str = OFFICER, last_day: date | None = None) -> Wish:
    """Wish that somebody of an office may read the present year of school A."""
    with context.database.transaction() as session:
        school_id = session.scalars(select(School.id).where(School.code == SCHOOL)).one()
        office_id = session.scalars(select(Office.id).where(Office.code == office)).one()
    return Wish(school_id, office_id, email, year(), last_day)


def give(context: Context, by: Authority, wanted: Wish | None = None) -> Share:
    """Share as a person of the school."""
    with context.database.transaction() as session:
        return share_folder(session, by, wanted or wish(context))


def ask(context: Context, by: Authority, wanted: Wish | None = None) -> Share:
    """Ask as a person of an office."""
    with context.database.transaction() as session:
        return request_share(session, by, wanted or wish(context, "so", PROVINCE))


def decide(context: Context, verb: Callable[..., None], by: Authority, share: Share) -> None:
    """Let a person decide on a share."""
    with context.database.transaction() as session:
        verb(session, by, share.id)


def state_of(context: Context, share: Share) -> str:
    with context.database.transaction() as session:
        return session.get_one(Share, share.id).state


def remote(sky: Sky, path: str) -> dict[str, Any]:
    """Return a folder or file of the tree as the cloud itself keeps it."""
    kept = sky.emulator.state()
    drives = [drive for tenant in kept.get("tenants", ()) for drive in tenant["drives"]]
    items = [*kept.get("files", ()), *(item for drive in drives for item in drive["items"])]
    found: list[dict[str, Any]] = [each for each in items if each["path"].endswith(f"/{path}")]
    assert len(found) == 1, path
    return found[0]


def permissions(sky: Sky, path: str) -> list[dict[str, Any]]:
    """List the permissions on that very folder or file."""
    kept: list[dict[str, Any]] = remote(sky, path)["permissions"]
    return kept


def lets_in(sky: Sky, path: str, address: str) -> bool:
    """Tell whether the very folder or file has a permission for an address."""
    return any(address in repr(permission) for permission in permissions(sky, path))

"""Comparing the permissions that a store shows with those that were decided on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from app.shares.models import FindingKind, Share, ShareState
from app.storage.abilities import Grant

_SAME_MOMENT = timedelta(minutes=1)
"""Stores round the end of a permission."""
_OWNER, _READER = "owner", "reader"


@dataclass(frozen=True)
class Difference:
    """One permission that is not as decided, or is not there."""

    path: str
    kind: FindingKind
    email: str = ""
    role: str = ""
    grant_id: str = ""
    share_id: int | None = None
    closable: bool = False


@dataclass(frozen=True)
class Expected:
    """What was decided about one folder at the top of the tree."""

    account: str
    """As whom the store is connected: it lets itself in."""
    open: Mapping[str, Share] = field(default_factory=dict)
    """The shares that are carried out, by the reader's address."""
    coming: frozenset[str] = frozenset()
    """Addresses on whose shares a job is at work: neither missing nor strange."""
    over: Mapping[str, Share] = field(default_factory=dict)
    """Shares that have ended, by the store's id of their permission."""


def expected_of(shares: Sequence[Share], account: str) -> Expected:
    """Sort the shares of one folder by what the store should show of them."""
    under_way = {ShareState.OPENING, ShareState.CLOSING}
    return Expected(
        account.lower(),
        {share.email: share for share in shares if share.state == ShareState.OPEN},
        frozenset(share.email for share in shares if share.state in under_way),
        {share.grant_id: share for share in shares if share.state == ShareState.CLOSED and share.grant_id},
    )


def differences_at_top(path: str, expected: Expected, grants: Sequence[Grant]) -> Iterator[Difference]:
    """Yield what differs on a folder at the top of the tree: what is missing, and what is too much."""
    own = {grant.email.lower(): grant for grant in grants if not (grant.public or grant.inherited)}
    for email, share in expected.open.items():
        if email not in own:
            yield Difference(path, FindingKind.MISSING, email, _READER, share_id=share.id)
    for grant in grants:
        found = _difference(path, expected, grant)
        if found is not None:
            yield found


def differences_below(
    path: str, expected: Expected, at_top: frozenset[str], grants: Sequence[Grant]
) -> Iterator[Difference]:
    """Yield what was given on a folder or file below, where we never give anything.

    `at_top`: the permissions' ids on the folder at the top, which some stores repeat on all below.
    """
    for grant in grants:
        if grant.inherited or grant.id in at_top or _is_ours(grant, expected):
            continue
        kind = FindingKind.PUBLIC if grant.public else FindingKind.STRANGER
        yield _found(path, kind, grant)


def _difference(path: str, expected: Expected, grant: Grant) -> Difference | None:
    email = grant.email.lower()
    if grant.public:
        return _found(path, FindingKind.PUBLIC, grant)
    if _is_ours(grant, expected) or email in expected.coming:
        return None
    if grant.inherited:
        return _found(path, FindingKind.ABOVE, grant) if grant.email else None
    if email in expected.open:
        return _of_reader(path, grant, expected.open[email])
    if grant.id in expected.over:
        return _found(path, FindingKind.LEFT_OVER, grant, expected.over[grant.id])
    return _found(path, FindingKind.STRANGER, grant)


def _of_reader(path: str, grant: Grant, share: Share) -> Difference | None:
    """Judge the permission of somebody who may read; where the store keeps no end, we do."""
    if grant.role != _READER:
        return _found(path, FindingKind.TOO_MUCH, grant, share)
    if grant.until is not None and abs(grant.until - share.until) > _SAME_MOMENT:
        return _found(path, FindingKind.OTHER_END, grant, share)
    return None


def _is_ours(grant: Grant, expected: Expected) -> bool:
    return grant.role == _OWNER or (bool(grant.email) and grant.email.lower() == expected.account)


def _found(path: str, kind: FindingKind, grant: Grant, share: Share | None = None) -> Difference:
    closable = kind is FindingKind.PUBLIC and not grant.inherited
    return Difference(path, kind, grant.email, grant.role, grant.id, share.id if share else None, closable)

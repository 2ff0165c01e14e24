"""Browser sessions and API tokens at the server: begun, seen, listed and ended there."""

import hashlib
import secrets
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session

from app.audit.chain import DEPLOYMENT, Happening, append
from app.db import now
from app.errors import NotFound
from app.people.models import BrowserSession, Token, User

SEEN_EVERY = timedelta(minutes=1)
"""How exact the moments are at which sessions and tokens were last used: one write in so long at most."""

_MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Limits:
    """How long a browser session lasts at most, and how long when nothing is done in it."""

    absolute: timedelta
    idle: timedelta


@dataclass(frozen=True)
class Living:
    """A browser session that has not ended, and whose it is."""

    id: uuid.UUID
    user_id: uuid.UUID
    must_change_password: bool
    is_due: bool
    """Whether it was last noted as seen long enough ago to note it anew."""


def begin_session(session: Session, user: User, browser: str, network: str) -> str:
    """Begin a browser session and return the secret for its cookie."""
    secret = secrets.token_urlsafe(32)
    session.add(BrowserSession(digest=digest_of(secret), user_id=user.id, browser=browser, network=network))
    return secret


def living_session(session: Session, secret: str, limits: Limits) -> Living | None:
    """Return the session whose cookie holds `secret`, unless it or the account has ended."""
    asked = (
        select(
            BrowserSession.id,
            BrowserSession.user_id,
            User.must_change_password,
            BrowserSession.last_seen_at < now() - SEEN_EVERY,
        )
        .join(User, User.id == BrowserSession.user_id)
        .where(BrowserSession.digest == digest_of(secret), User.disabled_at.is_(None), _is_living(limits))
    )
    row = session.execute(asked).one_or_none()
    return None if row is None else Living(*row)


def note_seen(session: Session, session_id: uuid.UUID) -> None:
    """Write down that a browser session is in use."""
    session.execute(update(BrowserSession).where(BrowserSession.id == session_id).values(last_seen_at=now()))


def sessions_of(session: Session, user_id: uuid.UUID, limits: Limits) -> Sequence[BrowserSession]:
    """List a person's living browser sessions, the one used last first."""
    mine = select(BrowserSession).where(BrowserSession.user_id == user_id, _is_living(limits))
    return session.scalars(mine.order_by(BrowserSession.last_seen_at.desc(), BrowserSession.id)).all()


def tokens_of(session: Session, user_id: uuid.UUID) -> Sequence[Token]:
    """List a person's living tokens, the newest first."""
    mine = select(Token).where(Token.user_id == user_id, Token.expires_at > now())
    return session.scalars(mine.order_by(Token.created_at.desc(), Token.id)).all()


def end_session(session: Session, user_id: uuid.UUID, session_id: uuid.UUID) -> None:
    """End one of a person's own browser sessions; raises `NotFound`."""
    ended = _end(session, BrowserSession.id == session_id, BrowserSession.user_id == user_id)
    if not ended:
        raise NotFound
    append(session, DEPLOYMENT, [Happening("session.ended", str(user_id), str(session_id), {})])


def end_session_with(session: Session, secret: str) -> None:
    """End the browser session whose cookie holds `secret`, if there is one."""
    _end(session, BrowserSession.digest == digest_of(secret))


def end_token(session: Session, user_id: uuid.UUID, token_id: uuid.UUID) -> None:
    """End one of a person's own tokens; raises `NotFound`."""
    mine = delete(Token).where(Token.id == token_id, Token.user_id == user_id).returning(Token.id)
    if session.scalar(mine) is None:
        raise NotFound
    append(session, DEPLOYMENT, [Happening("token.ended", str(user_id), str(token_id), {})])


def note_used(session: Session, token: str) -> None:
    """Write down that a token is in use."""
    session.execute(update(Token).where(Token.digest == digest_of(token)).values(last_used_at=now()))


def lock_account(session: Session, user_id: uuid.UUID) -> None:
    """Let nobody give the account a password, session or token until this transaction ends; read it anew."""
    fresh = select(User).where(User.id == user_id).with_for_update(key_share=True)
    session.scalars(fresh.execution_options(populate_existing=True)).one()


def end_others(session: Session, user_id: uuid.UUID, kept: uuid.UUID) -> None:
    """End all of a person's browser sessions but one, and all tokens."""
    lock_account(session, user_id)
    _end(session, BrowserSession.user_id == user_id, BrowserSession.id != kept)
    session.execute(delete(Token).where(Token.user_id == user_id))
    append(session, DEPLOYMENT, [Happening("session.others_ended", str(user_id), str(user_id), {})])


def end_all(session: Session, user_id: uuid.UUID) -> None:
    """End every browser session and token of a person, those included that are begun at this moment."""
    lock_account(session, user_id)
    _end(session, BrowserSession.user_id == user_id)
    session.execute(delete(Token).where(Token.user_id == user_id))


def forget_ended(session: Session, longest: timedelta) -> None:
    """Remove tokens that have ended, and sessions begun longer ago than `longest`, none of which lives."""
    session.execute(delete(BrowserSession).where(BrowserSession.created_at < now() - longest))
    session.execute(delete(Token).where(Token.expires_at < now()))


class Uses:
    """When this process last wrote down that each token is in use, so that not each request does.

    Tokens are known by their digests, so that none stands in the memory of the process for long.
    """

    def __init__(self) -> None:
        self._noted: dict[bytes, float] = {}

    def is_due(self, token: str) -> bool:
        """Tell whether a token's use is to be written down now; whoever is told so does it."""
        moment, often = time.monotonic(), SEEN_EVERY.total_seconds()
        digest = digest_of(token)
        if moment - self._noted.get(digest, -often) < often:
            return False
        if len(self._noted) >= _MOST_REMEMBERED:
            self._noted.clear()
        self._noted[digest] = moment
        return True


def digest_of(secret: str) -> bytes:
    """Return what is kept of a cookie's or a token's secret."""
    return hashlib.sha256(secret.encode()).digest()


def _end(session: Session, *which: ColumnElement[bool]) -> bool:
    living = update(BrowserSession).where(*which, BrowserSession.ended_at.is_(None))
    return bool(session.execute(living.values(ended_at=now()).returning(BrowserSession.id)).all())


def _is_living(limits: Limits) -> ColumnElement[bool]:
    moment = now()
    return and_(
        BrowserSession.ended_at.is_(None),
        BrowserSession.created_at > moment - limits.absolute,
        BrowserSession.last_seen_at > moment - limits.idle,
    )

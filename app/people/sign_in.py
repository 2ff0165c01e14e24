"""Signing in: checking a password with a brake on guessing, and giving out API tokens."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.audit.chain import DEPLOYMENT, Happening, append
from app.db import now
from app.errors import Refused, TooManyAttempts
from app.people.models import SignInFailure, Token, User
from app.text import N_

WINDOW = timedelta(minutes=15)
MOST_PER_ACCOUNT = 5
"""Wrong tries on one account within the window; QCVN 12:2026/BCA asks for five at most."""
MOST_PER_ADDRESS = 50
"""Wrong tries from one network address: a school's people share one."""
TOKEN_LIFE = timedelta(days=30)

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash(secrets.token_hex(16))


class BadCredentials(Refused):
    """No enabled account has this address and password."""

    code, status = "bad_credentials", 401
    detail = N_("Địa chỉ thư hoặc mật khẩu không đúng.")
    hint = N_("Kiểm tra phím Caps Lock và bộ gõ tiếng Việt; quên mật khẩu thì nhờ ban quản trị đặt lại.")


@dataclass(frozen=True)
class Attempt:
    """One try to sign in."""

    email: str
    password: str
    network_address: str


def hash_password(password: str) -> str:
    """Return the Argon2id hash that is stored in place of a password."""
    return _hasher.hash(password)


class PasswordChangeDue(Refused):
    """The password was given by an administrator and is only good for choosing one's own."""

    code, status = "password_change_due", 403
    detail = N_("Mật khẩu hiện tại là mật khẩu tạm.")
    hint = N_("Đăng nhập trên trang web để đặt mật khẩu của riêng bạn, rồi thử lại.")


def is_password_of(user: User, password: str) -> bool:
    """Tell whether it is the user's present password."""
    return _matches(user.password_hash, password)


def sign_in(session: Session, attempt: Attempt) -> User:
    """Return the user who signs in with his password; raises as `check_password` does."""
    user = check_password(session, attempt)
    append(session, DEPLOYMENT, [Happening("sign_in", str(user.id), str(user.id), {})])
    return user


def check_password(session: Session, attempt: Attempt) -> User:
    """Return the user whose password it is; a failure is counted.

    Raises `TooManyAttempts` before looking at the password, or `BadCredentials`; the caller commits
    in either case, so that the count holds.
    """
    keys = _keys(attempt)
    _refuse_guessing(session, keys)
    user = _user_at(session, attempt.email.strip().lower())
    enabled = user is not None and user.disabled_at is None
    if not _matches(user.password_hash if user else _NOBODY, attempt.password) or user is None or not enabled:
        session.add_all(SignInFailure(key=key) for key in keys)
        append(session, DEPLOYMENT, [Happening("sign_in.failed", "nobody", keys[0], {})])
        raise BadCredentials
    session.execute(delete(SignInFailure).where(SignInFailure.key == keys[0]))
    if _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = hash_password(attempt.password)
    return user


def record_sign_out(session: Session, user_id: uuid.UUID) -> None:
    """Write into the audit chain that a person left."""
    append(session, DEPLOYMENT, [Happening("sign_out", str(user_id), str(user_id), {})])


def give_token(session: Session, user: User) -> tuple[str, datetime]:
    """Make an API token for a user and return it with its end; only its hash is kept.

    Raises `PasswordChangeDue` while the user has a temporary password.
    """
    if user.must_change_password:
        raise PasswordChangeDue
    token = f"kd_{secrets.token_urlsafe(32)}"
    expires_at = now() + TOKEN_LIFE
    digest = hashlib.sha256(token.encode()).digest()
    session.add(Token(digest=digest, user_id=user.id, expires_at=expires_at))
    return token, expires_at


def end_sessions(session: Session, user: User) -> None:
    """End every browser session and token of a user."""
    user.sessions_valid_from = now()
    session.execute(delete(Token).where(Token.user_id == user.id))


def forget_old_failures(session: Session) -> None:
    """Remove failures that no longer count and tokens that have ended."""
    session.execute(delete(SignInFailure).where(SignInFailure.at < now() - WINDOW))
    session.execute(delete(Token).where(Token.expires_at < now()))


def _user_at(session: Session, email: str) -> User | None:
    """PostgreSQL has no text with NUL in it, so nobody has such an address."""
    if "\0" in email:
        return None
    return session.scalars(select(User).where(User.email == email)).one_or_none()


def _refuse_guessing(session: Session, keys: tuple[str, str]) -> None:
    account, address = keys
    counted = (
        select(SignInFailure.key, func.count())
        .where(SignInFailure.key.in_(keys), SignInFailure.at > now() - WINDOW)
        .group_by(SignInFailure.key)
    )
    recent = dict(session.execute(counted).all())
    if recent.get(account, 0) >= MOST_PER_ACCOUNT or recent.get(address, 0) >= MOST_PER_ADDRESS:
        raise TooManyAttempts(minutes=int(WINDOW.total_seconds() // 60))


def _keys(attempt: Attempt) -> tuple[str, str]:
    account, address = f"account:{attempt.email.strip().lower()}", f"address:{attempt.network_address}"
    return hashlib.sha256(account.encode()).hexdigest(), hashlib.sha256(address.encode()).hexdigest()


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except VerifyMismatchError:
        return False

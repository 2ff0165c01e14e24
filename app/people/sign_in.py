"""Signing in: checking a password with a brake on guessing, and giving out API tokens."""

import secrets
import uuid
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import DEPLOYMENT, Happening, append
from app.db import now
from app.errors import Refused
from app.people.guessing import Attempt, account_key, count_failure, forgive, refuse_guessing
from app.people.models import Token, User
from app.people.sessions import digest_of, end_all, lock_account
from app.text import N_, is_writable

TOKEN_LIFE = timedelta(days=30)
TEMPORARY_LIFE = timedelta(days=7)
"""How long a password given by somebody else is good for, unless the deployment says otherwise."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash(secrets.token_hex(16))


class BadCredentials(Refused):
    """No enabled account has this address and password."""

    code, status = "bad_credentials", 401
    detail = N_("Địa chỉ thư hoặc mật khẩu không đúng.")
    hint = N_("Kiểm tra phím Caps Lock và bộ gõ tiếng Việt; quên mật khẩu thì nhờ ban quản trị đặt lại.")


class AccountLocked(BadCredentials):
    """The password is right, but the account is locked; nobody else is told that there is one."""

    detail = N_("Tài khoản này đang bị khóa.")
    hint = N_("Hỏi ban quản trị của trường vì sao và khi nào mở lại; mật khẩu của bạn không đổi.")


def hash_password(password: str) -> str:
    """Return the Argon2id hash that is stored in place of a password."""
    return _hasher.hash(password)


class PasswordChangeDue(Refused):
    """The password was given by an administrator and is only good for choosing one's own."""

    code, status = "password_change_due", 403
    detail = N_("Mật khẩu hiện tại là mật khẩu tạm.")
    hint = N_("Đăng nhập trên trang web để đặt mật khẩu của riêng bạn, rồi thử lại.")


class TemporaryPasswordOver(Refused):
    """The password was given by somebody else, who meant it to be replaced within days."""

    code, status = "temporary_password_over", 403
    detail = N_("Mật khẩu tạm đã quá hạn dùng.")
    hint = N_("Nhờ ban quản trị của trường cấp mật khẩu tạm mới, rồi đổi sang mật khẩu riêng trong hạn.")


def set_password(user: User, password_hash: str, *, temporary: bool = False, in_halves: bool = False) -> None:
    """Give a person a password; a temporary one is only good for choosing his own within days.

    One whose halves two people give is known to neither of them.
    """
    user.password_hash, user.must_change_password, user.password_set_at = password_hash, temporary, now()
    if temporary:
        user.password_given_at = None if in_halves else user.password_set_at


def is_password_of(user: User, password: str) -> bool:
    """Tell whether it is the user's present password."""
    return _matches(user.password_hash, password)


def sign_in(session: Session, attempt: Attempt, temporary_life: timedelta = TEMPORARY_LIFE) -> User:
    """Return the user who signs in with his password; raises as `check_password` does."""
    user = check_password(session, attempt, temporary_life)
    append(session, DEPLOYMENT, [Happening("sign_in", str(user.id), str(user.id), {})])
    return user


def check_password(session: Session, attempt: Attempt, temporary_life: timedelta = TEMPORARY_LIFE) -> User:
    """Return the user whose password it is; a failure is counted.

    Raises `TooManyAttempts` before looking at the password, `BadCredentials`, `AccountLocked`, or
    `TemporaryPasswordOver`; the caller commits in each case, so that the count holds.
    """
    refuse_guessing(session, attempt)
    user = _user_at(session, attempt.email.strip().lower())
    stored = user.password_hash if user else _NOBODY
    is_right = _matches(stored, attempt.password) and user is not None and _keeps(session, user, stored)
    if user is None or not is_right or user.disabled_at is not None:
        # Counted for a locked account, too: its password can be tried no faster than any other.
        count_failure(session, attempt)
        append(session, DEPLOYMENT, [Happening("sign_in.failed", "nobody", account_key(attempt.email), {})])
        raise AccountLocked if is_right else BadCredentials
    forgive(session, attempt)
    if user.must_change_password and user.password_set_at < now() - temporary_life:
        raise TemporaryPasswordOver
    if _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = hash_password(attempt.password)
    return user


def record_sign_out(session: Session, user_id: uuid.UUID) -> None:
    """Write into the audit chain that a person left."""
    append(session, DEPLOYMENT, [Happening("sign_out", str(user_id), str(user_id), {})])


def give_token(
    session: Session, user: User, name: str = "", life: timedelta = TOKEN_LIFE
) -> tuple[str, datetime]:
    """Make an API token for a user and return it with its end; only its hash is kept.

    Raises `PasswordChangeDue` while the user has a temporary password.
    """
    if user.must_change_password:
        raise PasswordChangeDue
    token = f"kd_{secrets.token_urlsafe(32)}"
    expires_at = now() + life
    session.add(Token(digest=digest_of(token), user_id=user.id, name=name, expires_at=expires_at))
    return token, expires_at


def end_sessions(session: Session, user: User) -> None:
    """End every browser session and token of a user."""
    end_all(session, user.id)


def _user_at(session: Session, email: str) -> User | None:
    """Nobody has an address that PostgreSQL cannot hold."""
    if not is_writable(email):
        return None
    return session.scalars(select(User).where(User.email == email)).one_or_none()


def _keeps(session: Session, user: User, stored: str) -> bool:
    """Tell whether the account has this password still, and keep it so until this transaction ends.

    Comparing takes long: meanwhile somebody may have given the account another one. Who does so from now on
    waits for the session, the token or the new password that this one is good for, and then ends it.
    """
    lock_account(session, user.id)
    return user.password_hash == stored


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password.encode(errors="surrogatepass"))
    except (VerifyMismatchError, InvalidHashError):
        return False

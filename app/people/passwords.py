"""Passwords: what a good one has, temporary ones, and changing one's own."""

import secrets
import uuid
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from app.audit.chain import DEPLOYMENT, Happening, append
from app.db import now
from app.errors import Refused
from app.people.guessing import Attempt
from app.people.models import User
from app.people.sign_in import (
    TEMPORARY_LIFE,
    BadCredentials,
    check_password,
    end_sessions,
    hash_password,
    is_password_of,
    set_password,
)
from app.text import N_

SHORTEST = 8
GIVEN_LATELY = timedelta(days=30)
"""For how long who gave a password may have chosen another with it, unnoticed by the account's owner."""

_UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz" + "ABCDEFGHJKMNPQRSTUVWXYZ" + "23456789"
"""Letters and digits that nobody confuses on paper."""
_GROUPS, _GROUP_LENGTH = 3, 4


class WeakPassword(Refused):
    """The password is too short or lacks a kind of character."""

    code, status = "weak_password", 422
    detail = N_("Mật khẩu mới chưa đủ mạnh.")
    hint = N_("Dùng ít nhất %(shortest)s ký tự, có chữ thường, chữ hoa, chữ số và ký tự đặc biệt.")


class PasswordReused(Refused):
    """The new password is the present one."""

    code, status = "password_reused", 422
    detail = N_("Mật khẩu mới trùng với mật khẩu đang dùng.")
    hint = N_("Chọn một mật khẩu khác.")


class WrongPresentPassword(BadCredentials):
    """Who is signed in and wants another password did not write the present one."""

    detail = N_("Mật khẩu hiện tại không đúng.")
    hint = N_("Kiểm tra phím Caps Lock và bộ gõ tiếng Việt; quên mật khẩu thì nhờ ban quản trị đặt lại.")


class PasswordGiven(Refused):
    """Who gave the person's password could sign, or give his word, as him."""

    code, status = "password_given", 409
    detail = N_("Mật khẩu của %(name)s là mật khẩu tạm hoặc vừa được người khác cấp trong 30 ngày qua.")
    hint = N_(
        "Chọn người khác, hoặc đợi đủ 30 ngày. Mật khẩu cấp khi bổ nhiệm cấp phó có hai nửa, do hai người"
        " trao, nên dùng được ngay khi người đó đã đổi."
    )


def check_strength(password: str) -> None:
    """Raise `WeakPassword` unless a lower and an upper letter, a digit and a sign are among 8 or more."""
    if len(password) < SHORTEST or not _has_every_kind(password):
        raise WeakPassword(shortest=SHORTEST)


def change_password(
    session: Session, attempt: Attempt, new: str, temporary_life: timedelta = TEMPORARY_LIFE
) -> User:
    """Give a person a new password, by the present one, and end the sessions begun before.

    Raises as `check_password` does (the caller commits then too), with a sentence of its own for a wrong
    password, `WeakPassword` or `PasswordReused`.
    """
    try:
        user = check_password(session, attempt, temporary_life)
    except BadCredentials as error:
        raise WrongPresentPassword from error
    check_strength(new)
    if is_password_of(user, new):
        raise PasswordReused
    set_password(user, hash_password(new))
    end_sessions(session, user)
    append(session, DEPLOYMENT, [Happening("password.changed", str(user.id), str(user.id), {})])
    return user


def may_be_anothers(user: User) -> bool:
    """Tell whether somebody else may hold the account.

    It is asked wherever a person gains authority, or gives a word that has to be another person's. So it
    is while its password is temporary, and for 30 days after one person gave it, changed since or not.
    """
    given = user.password_given_at
    return user.must_change_password or (given is not None and given > now() - GIVEN_LATELY)


def refuse_anothers(
    session: Session, user_id: uuid.UUID, refusal: type[PasswordGiven] = PasswordGiven
) -> None:
    """Raise `PasswordGiven`, or a kind of it, where somebody else may hold the account."""
    user = session.get_one(User, user_id, populate_existing=True)
    if may_be_anothers(user):
        raise refusal(name=user.name)


def temporary_password() -> str:
    """Return a password for paper, like `k7Qm-x4Tz-Wp9e`: about 68 bits, of letters nobody confuses."""
    while True:
        password = "-".join(_random_group() for _ in range(_GROUPS))
        if _has_every_kind(password):
            return password


def half_password() -> str:
    """Return half of a temporary password, like `k7Qm-x4Tz`: about 45 bits, of every kind by itself."""
    while True:
        half = "-".join(_random_group() for _ in range(2))
        if _has_every_kind(half):
            return half


def _has_every_kind(password: str) -> bool:
    return all(any(kind(letter) for letter in password) for kind in _KINDS)


def _is_sign(letter: str) -> bool:
    return not letter.isalnum() and not letter.isspace()


def _random_group() -> str:
    return "".join(secrets.choice(_UNMISTAKABLE) for _ in range(_GROUP_LENGTH))


_KINDS: tuple[Callable[[str], bool], ...] = (str.islower, str.isupper, str.isdigit, _is_sign)

"""What a browser carries from one page to the next, signed: the list agreed to, and passwords to print."""

from collections.abc import Sequence
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.errors import Refused
from app.people.account_queries import Place
from app.people.accounts import Administrator, GivenPassword
from app.people.models import Role
from app.people.persons import Person
from app.people.staff_list import Agreed, Draft
from app.text import N_

LIFE = 3600
"""Seconds for which a draft may be agreed to."""

_DRAFT, _PASSWORDS = "staff draft", "given passwords"


class DraftExpired(Refused):
    """The draft is not what this administrator was shown within the last hour."""

    code, status = "draft_expired", 409
    detail = N_("Bản xem trước đã hết hạn hoặc không còn nguyên vẹn.")
    hint = N_("Gửi lại tệp danh sách và xem lại trước khi đồng ý.")


def seal_draft(secret: str, admin: Administrator, draft: Draft) -> str:
    """Return the new lines of a draft, signed for this administrator and school."""
    people = [
        (*_columns(line.person), [(place.role.value, place.department_id) for place in line.places])
        for line in draft.new
    ]
    return _serializer(secret, _DRAFT, admin).dumps(people)


def open_draft(secret: str, admin: Administrator, sealed: str) -> list[Agreed]:
    """Return exactly what was sealed; raises `DraftExpired`."""
    return [
        (Person(name, email, code), tuple(Place(Role(role), department) for role, department in places))
        for name, email, code, places in _opened(_serializer(secret, _DRAFT, admin), sealed)
    ]


def seal_passwords(secret: str, admin: Administrator, given: Sequence[GivenPassword]) -> str:
    """Return names, addresses and temporary passwords, signed for this administrator."""
    rows = [(each.user.name, each.user.email, each.password) for each in given]
    return _serializer(secret, _PASSWORDS, admin).dumps(rows)


def open_passwords(secret: str, admin: Administrator, sealed: str) -> list[Sequence[str]]:
    """Return the rows that were sealed; raises `DraftExpired`."""
    return _opened(_serializer(secret, _PASSWORDS, admin), sealed)


def _columns(person: Person) -> tuple[str, str, str]:
    return person.name, person.email, person.staff_code


def _serializer(secret: str, purpose: str, admin: Administrator) -> URLSafeTimedSerializer:
    salt = f"{purpose} {admin.school.id} {admin.authority.user_id}"
    return URLSafeTimedSerializer(secret, salt=salt)


def _opened(serializer: URLSafeTimedSerializer, sealed: str) -> list[Any]:
    try:
        opened: list[Any] = serializer.loads(sealed, max_age=LIFE)
    except BadSignature as error:
        raise DraftExpired from error
    return opened

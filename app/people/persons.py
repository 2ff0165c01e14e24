"""What an account says of a person, and what it may not say."""

import re
from dataclasses import dataclass

from app.errors import Refused
from app.text import N_
from app.words import tidy

LONGEST_NAME = 100
LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[a-z0-9._%+'-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)


class BadPerson(Refused):
    """The name or the address cannot be one."""

    code, status = "bad_person", 422
    detail = N_("Họ tên hoặc địa chỉ thư không hợp lệ.")
    hint = N_("Ghi đủ họ tên; địa chỉ thư viết không dấu, như ten@truong.example.")


@dataclass(frozen=True)
class Person:
    """What an account says of a person."""

    name: str
    email: str
    staff_code: str = ""


def tidy_person(person: Person) -> Person:
    """Return the person's data as they are kept; raises `BadPerson`."""
    name, email = tidy(person.name), tidy(person.email).lower()
    named = 0 < len(name) <= LONGEST_NAME and any(letter.isalpha() for letter in name)
    if not named or not is_email(email):
        raise BadPerson
    return Person(name, email, tidy(person.staff_code)[:LONGEST_NAME])


def is_email(text: str) -> bool:
    """Tell whether a lower-case text can be an address."""
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None

"""All pages of the room of people, gathered on their blueprint."""

from app.people import (
    account_pages,
    delegation_pages,
    delegation_paper_pages,
    invitation_pages,
    password_pages,
    request_pages,
    session_pages,
    sign_in_pages,
    staff_pages,
)
from app.people.blueprint import people

__all__ = [
    "account_pages",
    "delegation_pages",
    "delegation_paper_pages",
    "invitation_pages",
    "password_pages",
    "people",
    "request_pages",
    "session_pages",
    "sign_in_pages",
    "staff_pages",
]

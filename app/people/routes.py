"""All pages of the room of people, gathered on their blueprint."""

from app.people import password_pages, sign_in_pages
from app.people.blueprint import people

__all__ = ["password_pages", "people", "sign_in_pages"]

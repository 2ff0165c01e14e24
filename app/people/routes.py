"""All pages of the room of people, gathered on their blueprint."""

from app.people import sign_in_pages
from app.people.blueprint import people

__all__ = ["people", "sign_in_pages"]

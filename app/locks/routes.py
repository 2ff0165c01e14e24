"""All pages of the room of locks, gathered on their blueprint."""

from app.locks import pages
from app.locks.blueprint import locks

__all__ = ["locks", "pages"]

"""All pages of the room of stuck, gathered on their blueprint."""

from app.stuck import pages
from app.stuck.blueprint import stuck

__all__ = ["pages", "stuck"]

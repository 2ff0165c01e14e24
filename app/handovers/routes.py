"""All pages of the room of handovers, gathered on their blueprint."""

from app.handovers import drawing_pages, pages
from app.handovers.blueprint import handovers

__all__ = ["drawing_pages", "handovers", "pages"]

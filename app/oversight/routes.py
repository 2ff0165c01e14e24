"""All pages of the room of oversight, gathered on their blueprint."""

from app.oversight import school_pages, window_pages
from app.oversight.blueprint import oversight

__all__ = ["oversight", "school_pages", "window_pages"]

"""All pages of the room of corrections, gathered on their blueprint."""

from app.corrections import pages, paper_pages
from app.corrections.blueprint import corrections

__all__ = ["corrections", "pages", "paper_pages"]

"""All pages of curriculum plans, gathered on their blueprint."""

from app.curriculum import import_pages, pages, suggestion_pages
from app.curriculum.blueprint import curriculum

__all__ = ["curriculum", "import_pages", "pages", "suggestion_pages"]

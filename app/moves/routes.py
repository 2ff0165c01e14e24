"""All pages of the room of moves, gathered on their blueprint."""

from app.moves import connection_pages, pages
from app.moves.blueprint import moves

__all__ = ["connection_pages", "moves", "pages"]

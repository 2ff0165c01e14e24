"""All pages of the room of proof, gathered on their blueprint."""

from app.proof import check_pages, heads_pages
from app.proof.blueprint import proof

__all__ = ["check_pages", "heads_pages", "proof"]

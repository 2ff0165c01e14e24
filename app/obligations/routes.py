"""All pages of the room of obligations, gathered on their blueprint."""

from app.obligations import (
    board_pages,
    evidence_pages,
    own_pages,
    reminder_pages,
)
from app.obligations.blueprint import obligations

__all__ = [
    "board_pages",
    "evidence_pages",
    "obligations",
    "own_pages",
    "reminder_pages",
]

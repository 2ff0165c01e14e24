"""All pages of the room of tree, gathered on their blueprint."""

from app.tree import connection_pages, department_pages, drift_pages, folder_pages, moving_pages, shares_pages
from app.tree.blueprint import tree

__all__ = [
    "connection_pages",
    "department_pages",
    "drift_pages",
    "folder_pages",
    "moving_pages",
    "shares_pages",
    "tree",
]

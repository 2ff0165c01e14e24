"""All pages of the room of tree, gathered on their blueprint."""

from app.tree import department_pages, folder_pages
from app.tree.blueprint import tree

__all__ = ["department_pages", "folder_pages", "tree"]

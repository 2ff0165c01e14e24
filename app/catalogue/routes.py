"""All pages of the catalogue, gathered on their blueprint."""

from app.catalogue import change_pages, own_pages, pages
from app.catalogue.blueprint import catalogue

__all__ = ["catalogue", "change_pages", "own_pages", "pages"]

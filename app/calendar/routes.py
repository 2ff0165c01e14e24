"""All pages of the school year, gathered on their blueprint."""

from app.calendar import deadline_pages, edit_pages, exception_pages, import_pages, year_pages
from app.calendar.blueprint import calendar

__all__ = ["calendar", "deadline_pages", "edit_pages", "exception_pages", "import_pages", "year_pages"]

"""All pages of the room of approvals, gathered on their blueprint."""

from app.approvals import list_pages, queue_pages, record_pages, upload_pages
from app.approvals.blueprint import approvals

__all__ = ["approvals", "list_pages", "queue_pages", "record_pages", "upload_pages"]

"""The addresses at which people open a store's folders in their own browsers."""

from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.storage.models import Provider, StoreAccount, StoreItem

_DRIVE_FOLDERS = "https://drive.google.com/drive/folders/"


def folder_address(session: Session, account: StoreAccount, path: str) -> str | None:
    """Return where a folder of the tree is opened; asks nobody.

    None: the store has no pages for people, or what is known of it does not tell.
    """
    if account.provider == Provider.GOOGLE:
        own = (StoreItem.store_id == account.id, StoreItem.path == path)
        remote_id = session.scalar(select(StoreItem.remote_id).where(*own))
        return f"{_DRIVE_FOLDERS}{remote_id}" if remote_id else None
    root = account.settings.get("web_url")
    return f"{root}/{quote(path)}" if root else None

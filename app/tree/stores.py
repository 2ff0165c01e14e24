"""Which store keeps the tree of which school."""

from app.context import Context
from app.storage.local import LocalStore
from app.storage.protocol import Store


def store_of(context: Context, school_code: str) -> Store:
    """Return the store of a school; for now each one's is a folder in the data directory."""
    return LocalStore(context.settings.data_dir / "tree", school_code)

"""Retention labels that make a file a locked record: the only lock there is, where a tenant has them."""

from app.storage.onedrive.client import Json
from app.storage.onedrive.drive import Drive, at
from app.storage.onedrive.errors import RequestRefused
from app.storage.onedrive.pace import WRITE
from app.storage.protocol import StorageError
from app.text import N_


class LabelMissing(StorageError):
    """The tenant has no such label, or does not let us use it."""

    code, status = "store_label_missing", 422
    permanent = True
    detail = N_("Không gắn được nhãn lưu giữ để khóa hồ sơ trên OneDrive.")
    hint = N_(
        "Người quản trị Microsoft 365 công bố nhãn lưu giữ cho trang của trường, hoặc bỏ tên nhãn"
        " ở phần kết nối."
    )


def lock_record(drive: Drive, item_id: str, label: str) -> None:
    """Declare a file a record and lock it: one request, two where the label alone locks nothing.

    Raises `LabelMissing`.
    """
    settings: Json = {"retentionSettings": {"isRecordLocked": True}}
    try:
        told = _labelled(drive, item_id, {"name": label, **settings})
    except RequestRefused as error:
        raise LabelMissing from error
    if not (told.get("retentionSettings") or {}).get("isRecordLocked"):
        _labelled(drive, item_id, settings)


def unlock_record(drive: Drive, item_id: str) -> None:
    """Let the record be changed until it is locked again."""
    _labelled(drive, item_id, {"retentionSettings": {"isRecordLocked": False}})


def _labelled(drive: Drive, item_id: str, body: Json) -> Json:
    return drive.call(WRITE, "PATCH", f"{at(item_id)}/retentionLabel", json=body)

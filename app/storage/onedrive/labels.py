"""Retention labels that make a file a locked record: the only lock there is, where a tenant has them."""

from app.storage.onedrive.client import Json
from app.storage.onedrive.drive import Drive, at
from app.storage.onedrive.errors import RequestRefused
from app.storage.onedrive.pace import READ, WRITE
from app.storage.policy import FileLocked
from app.storage.protocol import MissingError, StorageError
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

    Raises `LabelMissing`, and `FileLocked` where it is not our label that holds the file.
    """
    try:
        told = _labelled(drive, item_id, {"name": label, **_locked(True)})
    except RequestRefused as error:
        raise LabelMissing from error
    except FileLocked:
        # An earlier attempt may have come through: a record that is locked takes no label, not even its own.
        told = _present(drive, item_id)
        if told.get("name") != label or not _is_locked(told):
            raise
    if not _is_locked(told):
        _labelled(drive, item_id, _locked(True))


def unlock_record(drive: Drive, item_id: str) -> None:
    """Let the record be changed until it is locked again."""
    _labelled(drive, item_id, _locked(False))


def is_locked(drive: Drive, item_id: str) -> bool:
    """Tell whether any label keeps a file from being changed."""
    return _is_locked(_present(drive, item_id))


def _present(drive: Drive, item_id: str) -> Json:
    """Return the label on a file; nothing where it has none."""
    try:
        return drive.call(READ, "GET", _label_of(item_id))
    except MissingError:
        return {}


def _label_of(item_id: str) -> str:
    return f"{at(item_id)}/retentionLabel"


def _labelled(drive: Drive, item_id: str, body: Json) -> Json:
    return drive.call(WRITE, "PATCH", _label_of(item_id), json=body)


def _locked(locked: bool) -> Json:
    return {"retentionSettings": {"isRecordLocked": locked}}


def _is_locked(label: Json) -> bool:
    return bool((label.get("retentionSettings") or {}).get("isRecordLocked"))

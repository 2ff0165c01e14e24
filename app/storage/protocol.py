"""What a school's store can do, whoever keeps it, and how it fails."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, ClassVar, Protocol

from app.errors import Refused
from app.text import N_


class StorageError(Refused):
    """The store did not do what was asked; unless `permanent`, the same again may succeed."""

    code, status = "store_unavailable", 503
    permanent: ClassVar[bool] = False
    detail = N_("Kho lưu trữ của trường tạm thời không ghi hoặc đọc được.")
    hint = N_("Kiểm tra dung lượng trống và kết nối của kho; hệ thống tự thử lại vài phút một lần.")


class MissingError(StorageError):
    """Nothing lies at the path, or the folder it belongs to is gone."""

    code = "missing_in_store"
    detail = N_("Không thấy tệp hoặc thư mục này trong kho lưu trữ.")
    hint = N_("Có thể ai đó đã xóa hoặc chuyển nó đi. Khôi phục từ thùng rác của kho rồi thử lại.")


class OccupiedError(StorageError):
    """Other bytes lie at the path; they are not overwritten."""

    code, status = "place_taken", 409
    permanent = True
    detail = N_("Chỗ của tệp trong cây thư mục đã có một tệp khác nội dung.")
    hint = N_("Chuyển tệp lạ đó ra khỏi cây thư mục rồi bấm thử lại.")


class OutsideTreeError(StorageError):
    """The path would lead out of the school's tree."""

    code, status = "bad_path", 422
    permanent = True
    detail = N_("Đường dẫn này nằm ngoài cây thư mục của trường.")
    hint = N_("Báo ban quản trị: trong cây thư mục có lối tắt dẫn ra ngoài.")


@dataclass(frozen=True)
class Stored:
    """A file as the store knows it."""

    size: int
    """Bytes."""
    sha256: str | None
    """Lower-case hex, where the store itself vouches for it; otherwise read the bytes back."""


@dataclass(frozen=True)
class Entry:
    """Something found on a walk through the store."""

    path: str
    is_folder: bool
    remote_id: str = field(default="", compare=False)
    """The store's id for it, where it gives out ids."""


class Store(Protocol):
    """A school's tree of folders and files, addressed by path.

    A path has parts joined by "/" and starts below the tree's root. Callers write it down in the
    database before they create anything there. A store whose service gives out ids keeps its own table
    from paths to ids, with each id reserved before it is used. Every verb may be repeated after a kill.
    Raises `StorageError` or one of its kinds.
    """

    def make_folder(self, path: str) -> None:
        """Make one folder in an existing one; a folder that is there already is adopted."""
        ...

    def put(self, path: str, source: BinaryIO) -> Stored:
        """Place the bytes of `source` as a file: whole or not at all, and never over other bytes.

        Raises `OccupiedError` when other bytes are there and `MissingError` when the folder is not.
        """
        ...

    def stat(self, path: str) -> Stored:
        """Return what the store knows of a file; raises `MissingError`."""
        ...

    def open(self, path: str) -> BinaryIO:
        """Return the bytes of a file; raises `MissingError`."""
        ...

    def move(self, path: str, target: str) -> None:
        """Move or rename a file or folder with all it holds; nothing happens when it was moved already."""
        ...

    def walk(self) -> Iterator[Entry]:
        """Yield every folder and file of the tree, a folder before what it holds."""
        ...

    def found_in(self, path: str) -> Iterator[Entry]:
        """Yield what lies in a folder, looked up by name in the store itself whatever we know of it.

        Where the store takes the same name twice, each comes. A folder that is not there holds nothing.
        """
        ...

    def open_found(self, entry: Entry) -> BinaryIO:
        """Return the bytes of a file that was found; raises `MissingError`."""
        ...

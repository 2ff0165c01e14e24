"""The sheet that carries heads of audit chains out of the database: a small file for people and programs."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.audit.heads import Head
from app.clock import VIETNAM

FORMAT = "ky-duyet/chuoi-nhat-ky/1"
_NOTE = (
    "Số mục và mã băm cuối của các chuỗi nhật ký Ký Duyệt vào thời điểm ghi. Giữ tệp này ở nơi người quản "
    "trị máy chủ không sửa được: lệnh kyduyet audit verify --against TỆP cho biết nhật ký có bị cắt, xóa hay "
    "viết lại sau thời điểm đó hay không. Tệp không có dữ liệu cá nhân."
)


class BadSheet(ValueError):
    """A file is no sheet of heads; the text says which file."""


@dataclass(frozen=True)
class Sheet:
    """Heads that were kept outside, and where."""

    source: str
    heads: Sequence[Head]


def written(at: datetime, heads: Iterable[Head]) -> bytes:
    """Return a sheet as a file; the same heads at the same time give the same bytes."""
    chains = [{"chain": head.chain, "number": head.number, "hash": head.hash} for head in sorted(heads)]
    told = {
        "format": FORMAT,
        "note": _NOTE,
        "at": at.astimezone(VIETNAM).isoformat(timespec="seconds"),
        "chains": chains,
    }
    return f"{json.dumps(told, ensure_ascii=False, indent=1)}\n".encode()


def read(source: str, content: bytes) -> Sheet:
    """Return what a sheet says; `source` names it. Raises `BadSheet`."""
    try:
        told = json.loads(content)
        if told["format"] != FORMAT:
            raise BadSheet(f"{source} is no sheet of chain heads")
        heads = [Head(str(each["chain"]), int(each["number"]), str(each["hash"])) for each in told["chains"]]
    except (ValueError, TypeError, KeyError) as error:
        raise BadSheet(f"{source} is no sheet of chain heads") from error
    return Sheet(source, heads)

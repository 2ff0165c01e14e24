"""What a seal has to say: the order that the trusted side writes and the sandbox child reads."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal

from app.clock import VIETNAM


class OrderError(ValueError):
    """An order lacks something or carries a value of the wrong kind; the text names it."""


@dataclass(frozen=True)
class SealDecision:
    """One decision on the approved bytes, as it is printed."""

    action_label: str
    """What was done, e.g. "Đã duyệt" or "Đã ký duyệt"."""
    name: str
    role_label: str
    """The decider's own position, e.g. "Tổ trưởng Tổ 1" or "Phó Hiệu trưởng"."""
    at: str
    """ISO 8601 with an offset; printed in Vietnamese time."""
    capacity: str = ""
    """Empty, "KT." or "TUQ."."""
    on_behalf_of: str = ""
    """The position the capacity stands in for, e.g. "Hiệu trưởng"."""
    decider: Literal["", "head", "principal"] = ""
    """At whose step it was decided, whoever did: in that one's space of the certificate he may sign."""

    @property
    def moment(self) -> datetime:
        """When the decision was taken, in Vietnamese time."""
        return _moment(self.at)

    @property
    def positions(self) -> list[str]:
        """The lines above a name: for whom it was decided, if for another, and the own position.

        The capacity in which somebody signs for another, and his own position below it, are in capitals
        (Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần I, II.7).
        """
        own = self.role_label.upper() if self.capacity else self.role_label
        return [line for line in (self._standing_in, own) if line]

    @property
    def position(self) -> str:
        """The same on one line, where room is scarce, e.g. "KT. HIỆU TRƯỞNG, Phó Hiệu trưởng"."""
        return ", ".join(filter(None, (self._standing_in, self.role_label)))

    @property
    def _standing_in(self) -> str:
        return f"{self.capacity} {self.on_behalf_of}".strip().upper() if self.capacity else ""


@dataclass(frozen=True)
class SealVersion:
    """Who handed in one version, and when."""

    number: int
    name: str
    position: str
    """His own post, e.g. "Giáo viên"; empty where none is known."""
    at: str
    """ISO 8601 with an offset."""
    correction: int = 0
    """The number of the correction under which it was taken; 0 for none."""

    @property
    def line(self) -> str:
        """The version on one line, as it is printed."""
        who = ", ".join(filter(None, (self.name, self.position)))
        under = f", theo phiếu sửa chữa số {self.correction}" if self.correction else ""
        return f"{who}, {_moment(self.at):%H:%M:%S %d/%m/%Y}{under}"


@dataclass(frozen=True)
class SealCorrection:
    """A correction of the filed record: who asked for it and why, and who consented."""

    number: int
    requested_by: str
    requested_at: str
    """ISO 8601 with an offset, as below."""
    consented_by: str
    consented_as: str
    """The post, with the capacity where it was exercised for another, e.g. "KT. HIỆU TRƯỞNG"."""
    consented_at: str
    reason: str

    @property
    def lines(self) -> tuple[str, str]:
        """Who took part, and why, as they are printed."""
        asked = f"{self.requested_by} đề nghị ngày {_moment(self.requested_at):%d/%m/%Y}"
        granted = f"{self.consented_as} {self.consented_by} đồng ý ngày {_moment(self.consented_at):%d/%m/%Y}"
        return f"{asked}; {granted}.", f"Lý do: {self.reason}"


@dataclass(frozen=True)
class SealOrder:
    """Everything that stamp and certificate print; the same order gives the same official bytes."""

    school: str
    record_code: str
    """The public code of the check page, e.g. "KD-7F3K9-Q2M4X"."""
    check_url: str
    """Where the QR code leads."""
    record_type: str
    title: str
    period: str
    maker: str
    """Who handed in the approved version, named as on that day."""
    approved_sha256: str
    """64 hexadecimal digits."""
    approved_pages: int
    decisions: tuple[SealDecision, ...]
    """In the order they were taken; those on earlier versions are left out by the caller."""
    version: int = 1
    superior: str = ""
    """The office above the school, printed over its name."""
    department: str = ""
    class_name: str = ""
    subject: str = ""
    versions: tuple[SealVersion, ...] = ()
    """All up to the approved one, in their order."""
    corrections: tuple[SealCorrection, ...] = ()
    """Those under which versions were taken, in their order."""
    handovers: tuple[str, ...] = ()
    """What the record's history says of its handovers, in their order."""

    def __post_init__(self) -> None:
        """Raise `OrderError` for what could not be printed truthfully."""
        if not self.decisions:
            raise OrderError("an order needs at least one decision")
        if len(self.approved_sha256) != 64 or set(self.approved_sha256) - set("0123456789abcdef"):
            raise OrderError("approved_sha256 must be 64 lower-case hexadecimal digits")
        if any(datetime.fromisoformat(one.at).tzinfo is None for one in self.decisions):
            raise OrderError("the time of a decision needs an offset")

    @property
    def sealed_at(self) -> datetime:
        """The time of the last decision; stands in for "now" so that sealing twice gives equal bytes."""
        return max(one.moment for one in self.decisions)

    def to_json(self) -> dict[str, Any]:
        """Return the order as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "SealOrder":
        """Read what `to_json` wrote; text becomes NFC. Raises `OrderError`."""
        known = _known(cls, values)
        for name, kind in _PARTS.items():
            known[name] = _parts(kind, known.get(name, ()))
        try:
            return cls(**known)
        except TypeError as error:
            raise OrderError(str(error)) from error


_Part = SealDecision | SealVersion | SealCorrection
_PARTS: Mapping[str, type[_Part]] = {
    "decisions": SealDecision,
    "versions": SealVersion,
    "corrections": SealCorrection,
}


def _parts(kind: type[_Part], values: Sequence[Mapping[str, Any]]) -> tuple[_Part, ...]:
    try:
        return tuple(kind(**_known(kind, one)) for one in values)
    except TypeError as error:
        raise OrderError(str(error)) from error


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(VIETNAM)


def _known(kind: type[SealOrder | _Part], values: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: _nfc(value) for name, value in values.items() if name in names}


def _nfc(value: object) -> object:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value

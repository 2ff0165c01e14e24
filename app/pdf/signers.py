"""Who may sign in which space of the certificate: the words above each space and the name below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.pdf.orders import SealOrder

_SKIPPED = "(hồ sơ không qua bước này)"


@dataclass(frozen=True)
class Signer:
    """One space: in which capacity and post somebody signs there, each a line, and his name."""

    captions: Sequence[str]
    name: str
    is_person: bool = True
    """Not so where the name is only a remark that nobody had to decide."""


def signers(order: SealOrder) -> tuple[Signer, Signer, Signer]:
    """Return maker, department head and principal, or who decided for these.

    Whoever signs for another says so above his own post, both in capitals and his name below
    (Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần I, II.7).
    """
    return (
        Signer(("NGƯỜI LẬP HỒ SƠ",), order.maker),
        _decider(order, "head", "TỔ TRƯỞNG CHUYÊN MÔN"),
        _decider(order, "principal", "HIỆU TRƯỞNG"),
    )


def _decider(order: SealOrder, step: Literal["head", "principal"], usual: str) -> Signer:
    decision = next((one for one in reversed(order.decisions) if one.decider == step), None)
    if decision is None:
        return Signer((usual,), _SKIPPED, is_person=False)
    return Signer([line.upper() for line in decision.positions] or (usual,), decision.name)

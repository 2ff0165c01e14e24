"""quickXorHash: the same as other programs compute, however the bytes arrive."""

import hashlib

import pytest

from app.storage.onedrive.quickxor import QuickXor

LONG = b"".join(hashlib.sha256(bytes([each % 256, each // 256])).digest() for each in range(3000))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        (b"hello world", "aCgDG9jwBhDc4Q1yawMZAAAAAAA="),
        (bytes(range(256)) * 3, "rxAOGe1RimTF/e+k/m0O5nnSZT8="),
        (LONG, "OWjD+ZZ5aZMtpXmCKdbt7ZINb4A="),
    ],
    ids=["nothing", "a few bytes", "more than a period", "many periods"],
)
def test_it_agrees_with_what_rclone_computes(content: bytes, expected: str) -> None:
    assert QuickXor(content).base64() == expected


@pytest.mark.parametrize("step", [1, 7, 159, 160, 161, 4096])
def test_the_bytes_may_come_in_any_pieces(step: int) -> None:
    content = LONG[:5000]
    hashed = QuickXor()
    for first in range(0, len(content), step):
        hashed.update(content[first : first + step])
    assert hashed.base64() == QuickXor(content).base64()


def test_one_changed_bit_is_another_hash() -> None:
    assert QuickXor(LONG[:-1] + bytes([LONG[-1] ^ 1])).base64() != QuickXor(LONG).base64()

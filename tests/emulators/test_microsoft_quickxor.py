"""QuickXorHash against values that rclone's own implementation gave for the same bytes."""

import io

import pytest

from emulators.microsoft.quickxor import quick_xor_hash


class Dribble(io.BytesIO):
    """A source that gives a few bytes at a time, as a socket may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 100_001) if size and size > 0 else 100_001)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        (b"a", "YQAAAAAAAAAAAAAAAQAAAAAAAAA="),
        (b"%PDF-1.7\n", "JYACEYzQghi44AYKCQAAAAAAAAA="),
        (bytes(range(159)), "/+EGLlnQi0dVs5OEknWhEnz5Ih0="),
        (bytes(range(160)), "/+EGLlnQi0dVs5OErXWhEnz5wg4="),
        (bytes(range(161)), "X+EGLlnQi0dVs5OErHWhEnz5wg4="),
        (bytes(range(256)) * 3, "rxAOGe1RimTF/e+k/m0O5nnSZT8="),
        (b"\xff" * 655_360, "AAAAAAAAAAAAAAAAAAAKAAAAAAA="),
        (b"\xff" * 655_361, "/wAAAAAAAAAAAAAAAQAKAAAAAAA="),
        (bytes(range(251)) * 10_000, "J/5hSgvMjk66W9gBLvnSM3GxRaQ="),
    ],
)
def test_the_hash_is_the_one_that_rclone_computes(content: bytes, expected: str) -> None:
    assert quick_xor_hash(io.BytesIO(content)) == expected


def test_the_hash_does_not_depend_on_how_the_bytes_arrive() -> None:
    content = bytes(range(256)) * 8192
    assert quick_xor_hash(Dribble(content)) == quick_xor_hash(io.BytesIO(content))

"""QuickXorHash, the only hash that OneDrive for Business and SharePoint keep of a file."""

import base64
from typing import BinaryIO

_BITS = 160
_STEP = 11
# The byte at i lands on bit 11·i mod 160, so bytes 160 apart land on the same bits and may be folded first.
_PERIOD = 160
_READ = _PERIOD * 4096


def quick_xor_hash(source: BinaryIO) -> str:
    """Return the Base64 QuickXorHash of everything that `source` still holds."""
    folded, length = 0, 0
    while chunk := _read_full(source):
        folded ^= _fold(chunk)
        length += len(chunk)
    state = 0
    for place, byte in enumerate(folded.to_bytes(_PERIOD, "little")):
        turned = byte << (_STEP * place % _BITS)
        state ^= turned & ((1 << _BITS) - 1) ^ turned >> _BITS
    state ^= length << (_BITS - 64)
    return base64.b64encode(state.to_bytes(_BITS // 8, "little")).decode()


def _read_full(source: BinaryIO) -> bytes:
    """Read whole periods, however little a single read gives, so that chunks stay aligned."""
    parts, missing = [], _READ
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _fold(chunk: bytes) -> int:
    """XOR all periods of the chunk together, halving it as one large number each time."""
    while len(chunk) > _PERIOD:
        half = (len(chunk) + 2 * _PERIOD - 1) // (2 * _PERIOD) * _PERIOD
        left, right = chunk[:half], chunk[half:]
        number = int.from_bytes(left, "little") ^ int.from_bytes(right, "little")
        chunk = number.to_bytes(half, "little")
    return int.from_bytes(chunk, "little")

"""quickXorHash: the only hash that OneDrive for Business and SharePoint tell of a file.

It is no proof (anybody can make other bytes with the same hash); it finds what was damaged on the way and
what somebody edited.
"""

import base64

_PERIOD = 160
"""Bytes after which the places repeat: 11 bits further each byte, in a ring of 160 bits."""
_STEP = 11
_RING = 160
_BLOCK = _PERIOD * 8


class QuickXor:
    """The hash of what was given to `update` so far."""

    def __init__(self, data: bytes = b"") -> None:
        self._folded = 0
        self._length = 0
        self.update(data)

    def update(self, data: bytes) -> None:
        """Take further bytes in."""
        lead = self._length % _PERIOD
        self._length += len(data)
        self._folded ^= _folded(int.from_bytes(data, "little") << lead * 8)

    def base64(self) -> str:
        """Return the hash as Graph writes it."""
        ring = 0
        for place, byte in enumerate(self._folded.to_bytes(_PERIOD, "little")):
            turned = byte << _STEP * place % _RING
            ring ^= turned & (1 << _RING) - 1 ^ turned >> _RING
        ring ^= self._length << _RING - 64
        return base64.b64encode(ring.to_bytes(_RING // 8, "little")).decode()


def _folded(number: int) -> int:
    """XOR all blocks of one period onto each other, half onto half."""
    blocks = -(-number.bit_length() // _BLOCK)
    while blocks > 1:
        blocks = -(-blocks // 2)
        half = blocks * _BLOCK
        number = number & (1 << half) - 1 ^ number >> half
    return number

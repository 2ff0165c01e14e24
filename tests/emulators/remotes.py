"""What the judge has to know of an emulator."""

from dataclasses import dataclass

from emulators.frame import Emulator


@dataclass(frozen=True)
class Remote:
    """An emulator with an account for rclone: its configuration, and the hosts it stands in for."""

    emulator: Emulator
    config: str
    """The section of the remote named `cloud`."""
    hosts: tuple[str, ...]

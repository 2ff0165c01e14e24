"""The hard samples: small files made for this project, in which readers disagree, and honest oddities."""

from pathlib import Path

HARD = Path(__file__).parent / "hard_samples"


def hard(name: str) -> bytes:
    return (HARD / f"{name}.pdf").read_bytes()

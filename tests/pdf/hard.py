"""The hard samples beside the checkout: files in which readers disagree, and honest oddities."""

from pathlib import Path

HARD = Path(__file__).parents[2].parent / "shared" / "samples" / "hard" / "pdf"


def hard(name: str) -> bytes:
    return (HARD / f"{name}.pdf").read_bytes()

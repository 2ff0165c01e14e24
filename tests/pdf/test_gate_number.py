"""Whoever changes what the gate refuses, or how pages are read, says so by its number."""

import ast
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from app.pdf.gate import GATE_NUMBER

_ROOT = Path(__file__).parents[2]
_READERS = ("pikepdf", "pypdfium2")
_NOTED = (1, "1ed17a40613acab2")
"""The number of the gate and the fingerprint of what it is made of.

Where the fingerprint is another one, ask: is a file refused that was taken, or a page read otherwise? Then
raise `GATE_NUMBER`. Note number and fingerprint here either way.
"""


def test_the_number_of_the_gate_was_thought_of_when_it_was_changed() -> None:
    assert (GATE_NUMBER, fingerprint()) == _NOTED


def fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(modules_of("app.pdf.gate_examine")):
        digest.update(path.read_bytes())
    pinned = (_ROOT / "requirements/run.txt").read_text()
    for reader in _READERS:
        digest.update(re.findall(rf"^{reader}==\S+", pinned, re.MULTILINE)[0].encode())
    return digest.hexdigest()[:16]


def modules_of(first: str) -> set[Path]:
    """Return the files of the modules of `app.pdf` that one imports, by way of others too."""
    waiting, found = {first}, set[Path]()
    while waiting:
        path = _ROOT / (waiting.pop().replace(".", "/") + ".py")
        if path not in found:
            found.add(path)
            waiting |= set(_imported_by(path))
    return found


def _imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "app.pdf":
            yield from (f"app.pdf.{each.name}" for each in node.names)
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("app.pdf."):
            yield str(node.module)

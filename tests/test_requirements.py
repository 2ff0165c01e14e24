"""The pinned files: complete, with hashes, and without an address to download from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
NAME = re.compile(r"[A-Za-z0-9._-]+")
PIN = re.compile(
    r"^([a-z0-9-]+)==[^\s;]+(?: ;[^\\]+)? \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", re.MULTILINE
)


def declared(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    names = {NAME.match(line)[0].lower() for line in lines}  # type: ignore[index] # a name it must have
    return {re.sub(r"[._-]+", "-", name) for name in names} - {"kyduyet"}


def pinned(lock: str) -> set[str]:
    return set(PIN.findall((ROOT / "requirements" / lock).read_text(encoding="utf-8")))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_holds_pins_with_hashes_and_nothing_else(lock: Path) -> None:
    assert PIN.sub("", lock.read_text(encoding="utf-8")) == ""


@pytest.mark.parametrize(
    ("lock", "extras"), [("run.txt", ()), ("test.txt", ("test",)), ("dev.txt", ("test", "dev"))]
)
def test_every_declared_package_is_pinned(lock: str, extras: tuple[str, ...]) -> None:
    assert declared(*extras) - pinned(lock) == set()


def test_the_locks_agree_wherever_they_overlap() -> None:
    versions = [
        set(re.findall(r"^([a-z0-9-]+==\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))
        for lock in LOCKS
    ]
    names = [{version.partition("==")[0] for version in some} for some in versions]
    assert len(set().union(*versions)) == len(set().union(*names))

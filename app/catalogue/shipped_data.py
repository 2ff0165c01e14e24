"""The catalogue that ships with the product, read from its files: charters and record types by version."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("shipped")
_CHARTERS = _FOLDER / "charters.toml"
_FOR_EVER = "permanent"

Entry = Mapping[str, Any]
"""One version of one record type, by the names of its columns."""


@dataclass(frozen=True)
class Charter:
    """A circular or letter that record types are founded on, and the school years it holds in."""

    code: str
    title: str
    levels: tuple[str, ...]
    first_year: str
    known: str
    """"full", or "partly" where its text was not at hand; `remark` then says what is missing."""
    last_year: str | None = None
    issued_on: date | None = None
    replaced_by: str | None = None
    remark: str = ""


@cache
def charters() -> Mapping[str, Charter]:
    """Return the charters by their codes, in the order of their file."""
    rows = _read(_CHARTERS)["charter"]
    return {row["code"]: Charter(**{**row, "levels": tuple(row["levels"])}) for row in rows}


@cache
def shipped_entries() -> tuple[Entry, ...]:
    """Return every version of every record type, in the order of their places in the catalogue."""
    files = (path for path in sorted(_FOLDER.glob("*.toml")) if path != _CHARTERS)
    entries = (entry for path in files for entry in _entries(_read(path)))
    return tuple(sorted(entries, key=lambda entry: (entry["position"], entry["version"])))


def _entries(content: Mapping[str, Any]) -> Iterator[Entry]:
    """What a version does not say, its type says, and what the type does not say, the file's defaults say."""
    for record_type in content["record_type"]:
        shared = {**content["defaults"], **record_type}
        for version in shared.pop("version"):
            yield _entry({**shared, **version})


def _entry(said: dict[str, Any]) -> Entry:
    retention = said.pop("retention")
    return {
        "first_year": "",
        "last_year": None,
        **said,
        "retention_years": None if retention == _FOR_EVER else int(retention),
    }


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))

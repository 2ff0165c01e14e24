"""The days of the lunar calendar that a school year is laid around."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("lunar_days.toml")


@dataclass(frozen=True)
class LunarDays:
    """Tết and the day of the Hùng kings in one solar year."""

    tet: date
    hung_kings: date


def lunar_days(year: int) -> LunarDays:
    """Return the lunar days of a solar year.

    Beyond the table they are the middle of the spans in which they can fall; a school corrects them.
    """
    return _table().get(year) or LunarDays(date(year, 2, 5), date(year, 4, 15))


@cache
def _table() -> Mapping[int, LunarDays]:
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {int(year): LunarDays(*days) for year, days in rows.items()}

"""How every process of the product writes its log: one line an event, in UTC, on standard error.

No personal data: what a request said, and what the database says of the values it refused, stay out.
"""

import logging.config
import re
import time
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

_QUERY = re.compile(r"\?.*")
_NAMED = ("sqlstate", "constraint_name", "table_name", "column_name")
"""What a database's error is told by; its message and its details quote values."""


class Formatter(logging.Formatter):
    """`2026-11-21T07:45:12.345Z INFO app.running.supervisor[4711] started name=web`."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s[%(process)d] %(message)s")

    def formatException(  # noqa: N802 -- the name that logging calls
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Return the traceback; of what the database refused only where and of which kind it was."""
        error = ei[1]
        if error is None or not any(map(_quotes_values, _chain(error))):
            return super().formatException(ei)
        return "\n".join(line for each in _chain(error) for line in _without_values(each))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it came from, the last first."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _quotes_values(error: BaseException) -> bool:
    """Tell whether it is an error of the database or of what speaks to it."""
    return any(kind.__module__.partition(".")[0] in {"psycopg", "sqlalchemy"} for kind in type(error).__mro__)


def _without_values(error: BaseException) -> Iterator[str]:
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    diagnosis = getattr(error, "diag", None)
    told = {name: getattr(diagnosis, name, None) for name in _NAMED}
    yield " ".join([type(error).__name__, *(f"{name}={value}" for name, value in told.items() if value)])


class WithoutQueries(logging.Filter):
    """Takes the queries out of the addresses that the web server's own messages name."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, without queries."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                _QUERY.sub("?…", each) if isinstance(each, str) else each for each in record.args
            )
        return True


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": Formatter}},
    "filters": {"queries": {"()": WithoutQueries}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    # What is called in a cloud, and with which ids, is nobody's business but the audit chain's.
    "loggers": {name: {"level": "WARNING"} for name in ("httpx", "googleapiclient", "msal", "urllib3")},
}


def configure_logging() -> None:
    """Write the log of this process from now on; call it once, where the process begins."""
    logging.config.dictConfig(LOGGING)

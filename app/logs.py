"""How every process of the product writes its log: one line an event, in UTC, on standard error."""

import logging.config
import time
from typing import Any


class Formatter(logging.Formatter):
    """`2026-11-21T07:45:12.345Z INFO app.processes[4711] started name=web`."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s[%(process)d] %(message)s")


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": Formatter}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    # What is called in a cloud, and with which ids, is nobody's business but the audit chain's.
    "loggers": {name: {"level": "WARNING"} for name in ("httpx", "googleapiclient", "msal", "urllib3")},
}


def configure_logging() -> None:
    """Write the log of this process from now on; call it once, where the process begins."""
    logging.config.dictConfig(LOGGING)

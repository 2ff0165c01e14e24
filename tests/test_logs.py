"""The shape of a log line."""

import logging
import re

from app.logs import Formatter


def test_a_line_tells_time_in_utc_level_place_process_and_event() -> None:
    record = logging.makeLogRecord(
        {
            "name": "app.processes",
            "levelno": logging.INFO,
            "levelname": "INFO",
            "created": 0.25,
            "msecs": 250.0,
        }
        | {"process": 7, "msg": "started name=%s", "args": ("web",)}
    )
    assert Formatter().format(record) == "1970-01-01T00:00:00.250Z INFO app.processes[7] started name=web"


def test_an_exception_keeps_its_traceback() -> None:
    try:
        raise ValueError("wrong")
    except ValueError as error:
        record = logging.makeLogRecord(
            {"msg": "failed", "exc_info": (type(error), error, error.__traceback__)}
        )
    assert re.search(r"failed\nTraceback .*ValueError: wrong$", Formatter().format(record), re.DOTALL)

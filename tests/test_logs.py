"""The shape of a log line."""

import logging
import re

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from app.context import Context
from app.logs import Formatter, WithoutQueries
from app.people.models import User


def test_a_line_tells_time_in_utc_level_place_process_and_event() -> None:
    record = logging.makeLogRecord(
        {
            "name": "app.running.supervisor",
            "levelno": logging.INFO,
            "levelname": "INFO",
            "created": 0.25,
            "msecs": 250.0,
        }
        | {"process": 7, "msg": "started name=%s", "args": ("web",)}
    )
    written = "1970-01-01T00:00:00.250Z INFO app.running.supervisor[7] started name=web"
    assert Formatter().format(record) == written


def test_an_exception_keeps_its_traceback() -> None:
    try:
        raise ValueError("wrong")
    except ValueError as error:
        record = logging.makeLogRecord(
            {"msg": "failed", "exc_info": (type(error), error, error.__traceback__)}
        )
    assert re.search(r"failed\nTraceback .*ValueError: wrong$", Formatter().format(record), re.DOTALL)


def test_what_the_database_refused_is_told_without_its_values(context: Context) -> None:
    taken = {"email": "gv1@truong-a.example", "name": "Tên riêng", "password_hash": "bí mật"}
    with pytest.raises(IntegrityError) as refused, context.database.transaction() as session:
        session.execute(insert(User).values(**taken))
    record = logging.makeLogRecord(
        {"msg": "failed", "exc_info": (refused.type, refused.value, refused.value.__traceback__)}
    )

    line = Formatter().format(record)

    assert "constraint_name=uq_users_email" in line
    assert "test_logs.py" in line
    assert not any(value in line for value in taken.values())


def test_a_message_of_the_web_server_names_no_query() -> None:
    record = logging.makeLogRecord({"msg": "Error handling request %s", "args": ("/ho-so?q=Tên riêng",)})

    WithoutQueries().filter(record)

    assert "Tên" not in Formatter().format(record)

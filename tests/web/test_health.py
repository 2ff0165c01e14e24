"""What the product tells of itself to those who watch it."""

from collections.abc import Callable

from flask.testing import FlaskClient

from app.context import Context
from app.records.counting import count_records
from tests.conftest import Cast
from tests.handing_in import decide, hand_in
from workflows.model import Action


def _gauges(client: FlaskClient) -> dict[str, str]:
    return dict(line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines())


def test_records_are_told_by_state_as_counted_last_and_how_long_ago(
    client: FlaskClient, context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    assert "kyduyet_records_counted_seconds_ago" not in _gauges(client)
    record = hand_in(context, cast.teacher, pdf()).record
    count_records(context)
    told = _gauges(client)
    assert told['kyduyet_records{state="submitted"}'] == "1"
    assert int(told["kyduyet_records_counted_seconds_ago"]) < 60
    decide(context, cast.teacher, record, Action.WITHDRAW)
    assert _gauges(client)['kyduyet_records{state="submitted"}'] == "1"
    count_records(context)
    told = _gauges(client)
    assert told['kyduyet_records{state="submitted"}'] == "0"
    assert told['kyduyet_records{state="withdrawn"}'] == "1"

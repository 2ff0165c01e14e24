"""Days where the schools are: seven hours ahead of the times that are stored."""

from datetime import UTC, date, datetime

from app.clock import last_day_before, local_day, midnight


def test_a_day_begins_in_vietnam_while_it_is_still_yesterday_in_utc() -> None:
    assert local_day(datetime(2026, 11, 21, 16, 59, tzinfo=UTC)) == date(2026, 11, 21)
    assert local_day(datetime(2026, 11, 21, 17, 0, tzinfo=UTC)) == date(2026, 11, 22)


def test_what_ends_with_a_midnight_lasts_until_the_day_before() -> None:
    assert last_day_before(midnight(date(2026, 11, 22))) == date(2026, 11, 21)
    assert last_day_before(datetime(2026, 11, 22, 3, 0, tzinfo=UTC)) == date(2026, 11, 22)


def test_midnight_is_the_first_moment_of_a_day_there() -> None:
    assert midnight(date(2026, 11, 22)) == datetime(2026, 11, 21, 17, 0, tzinfo=UTC)

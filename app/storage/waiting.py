"""When work on a store goes on that could not be done now."""

from datetime import datetime, timedelta

from app.db import now
from app.storage.pacing import PutOff
from app.storage.policy import CloudError, Then

_PUT_OFF = {Then.PARK, Then.STOP_SCHOOL, Then.STOP_ALL}
_LOOK_AGAIN = timedelta(hours=1)


def put_off_until(failure: BaseException) -> datetime | None:
    """Return when to go on, if it is only a matter of waiting and not a failure; else None."""
    if isinstance(failure, PutOff):
        return failure.until
    if isinstance(failure, CloudError) and failure.then in _PUT_OFF:
        return failure.until or now() + _LOOK_AGAIN
    return None


def next_try(failure: BaseException) -> datetime | None:
    """Return when the same is worth trying again, put off or failed; None where nothing tells."""
    known = failure.until if isinstance(failure, CloudError) else None
    return put_off_until(failure) or known

"""What is noted with an account when several of its calls are under way at a time."""

import time

import pytest
from sqlalchemy import select

from app.context import Context
from app.schools.models import School
from app.storage.attended import AccountAttendant
from app.storage.models import Part, Provider, StoreAccount, StoreState
from app.storage.policy import DriveFull


@pytest.fixture
def account(context: Context) -> StoreAccount:
    with context.database.transaction() as session:
        row = StoreAccount(
            school_id=session.scalars(select(School.id).limit(1)).one(),
            provider=Provider.MICROSOFT,
            part=Part.ACTIVE,
            state=StoreState.CONNECTED,
            settings={},
            secrets=b"",
        )
        session.add(row)
    return row


def noted(context: Context, account: StoreAccount) -> tuple[str, str | None]:
    with context.database.transaction() as session:
        row = session.get_one(StoreAccount, account.id)
        return row.state, row.error_code


def test_a_call_that_began_before_a_refusal_does_not_clear_it(
    context: Context, account: StoreAccount
) -> None:
    attendant = AccountAttendant(context.database, account.id, troubled=True)
    began = time.monotonic()
    attendant.refused(DriveFull())
    attendant.answered(began)
    assert noted(context, account) == (StoreState.STOPPED, "store_full")


def test_a_call_that_began_after_a_refusal_clears_it(context: Context, account: StoreAccount) -> None:
    attendant = AccountAttendant(context.database, account.id, troubled=False)
    attendant.refused(DriveFull())
    attendant.answered(time.monotonic())
    assert noted(context, account) == (StoreState.CONNECTED, None)

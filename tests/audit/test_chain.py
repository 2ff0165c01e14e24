"""The audit log: whatever is changed behind the product's back is found and named."""

from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit.chain import Break, Happening, append, verify
from app.audit.models import AuditEntry
from app.context import Context

CHAIN = "truong-thu"


def _append(context: Context, count: int) -> None:
    with context.database.transaction() as session:
        append(session, CHAIN, [Happening("tried", "system", f"thing {n}", {"n": n}) for n in range(count)])


def _verify(context: Context) -> list[Break]:
    with context.database.transaction() as session:
        return verify(session, [CHAIN])


def _behind_the_back(context: Context, statement: str) -> None:
    """Do what a person with the owner's rights and bad intentions can do."""
    with psycopg.connect(context.settings.owner_database_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE audit_entries DISABLE TRIGGER only_added")
        connection.execute(statement.encode())
        connection.execute("ALTER TABLE audit_entries ENABLE TRIGGER only_added")


@pytest.fixture
def chained(context: Context) -> Context:
    """A chain of six entries in two batches."""
    _append(context, 4)
    _append(context, 2)
    return context


def test_an_untouched_chain_is_whole(chained: Context) -> None:
    assert _verify(chained) == []


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 second'",
        "actor = 'somebody'",
        "kind = 'other'",
        "subject = 'thing 9'",
        "facts = '{\"n\": 3}'",
        "hash = repeat('0', 64)",
    ],
)
def test_a_changed_column_is_named_by_its_entry(chained: Context, change: str) -> None:
    _behind_the_back(chained, f"UPDATE audit_entries SET {change} WHERE chain = '{CHAIN}' AND number = 3")
    assert _verify(chained) == [Break(CHAIN, 3, "was changed")]


def test_an_entry_that_was_rewritten_with_its_hash_breaks_at_the_next(chained: Context) -> None:
    _behind_the_back(
        chained,
        f"UPDATE audit_entries SET previous_hash = repeat('a', 64) WHERE chain = '{CHAIN}' AND number = 4",
    )
    assert _verify(chained) == [Break(CHAIN, 4, "does not follow from the entry before")]


@pytest.mark.parametrize(
    ("number", "found"), [(2, (3, "entry 2 is missing")), (6, (6, "entries are missing at the end"))]
)
def test_a_removed_entry_is_missed(chained: Context, number: int, found: tuple[int, str]) -> None:
    _behind_the_back(chained, f"DELETE FROM audit_entries WHERE chain = '{CHAIN}' AND number = {number}")
    assert _verify(chained) == [Break(CHAIN, *found)]


def test_a_chain_removed_whole_is_missed(chained: Context) -> None:
    _behind_the_back(chained, "DELETE FROM audit_entries")
    assert _verify(chained) == [Break(CHAIN, 1, "entries are missing at the end")]


@pytest.mark.parametrize("table", ["audit_entries", "events"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_forget_even_for_the_owner(
    chained: Context, owner: psycopg.Connection, table: str, statement: str
) -> None:
    assert chained
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only ever added"):
        owner.execute(statement.format(table).encode())


def test_the_database_refuses_to_change_even_for_the_owner(
    chained: Context, owner: psycopg.Connection
) -> None:
    assert chained
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only ever added"):
        owner.execute("UPDATE audit_entries SET kind = 'other'")


_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
_FACTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.dictionaries(_TEXT, _FACTS, max_size=5), words=st.tuples(_TEXT, _TEXT, _TEXT))
def test_the_hash_that_the_database_computes_is_the_one_that_is_verified(
    context: Context, facts: dict[str, Any], words: tuple[str, str, str]
) -> None:
    with context.database.transaction() as session:
        append(session, CHAIN, [Happening(*words, facts), Happening(*words, {"again": facts})])
        assert verify(session, [CHAIN]) == []


def test_chains_of_schools_do_not_mix(chained: Context) -> None:
    with chained.database.transaction() as session:
        append(session, "truong-khac", [Happening("tried", "system", "thing", {})])
    with chained.database.transaction() as session:
        numbers = session.scalars(select(AuditEntry.number).where(AuditEntry.chain == "truong-khac")).all()
        assert numbers == [1]
        assert verify(session) == []


def test_what_was_rolled_back_leaves_no_entry(chained: Context) -> None:
    with chained.database.sessions() as session:
        append(session, CHAIN, [Happening("tried", "system", "thing", {})])
        session.rollback()
    _append(chained, 1)
    assert _verify(chained) == []

"""Bringing the catalogue into the database."""

from sqlalchemy import func, select, update

from app.catalogue.models import RecordType
from app.catalogue.shipped import load_shipped_types
from app.catalogue.shipped_data import shipped_entries
from app.context import Context

CODE = "KHBD"


def test_loading_twice_adds_every_version_once(context: Context) -> None:
    with context.database.transaction() as session:
        load_shipped_types(session)
        count = session.scalar(select(func.count()).select_from(RecordType))
    assert count == len(shipped_entries())


def test_a_row_from_before_legal_bases_were_known_is_filled_in_and_keeps_what_it_said(
    context: Context,
) -> None:
    old = {
        "name": "Giáo án",
        "position": 4,
        "retention_basis": "",
        "bases": [],
        "levels": [],
        "last_year": None,
    }
    with context.database.transaction() as session:
        session.execute(update(RecordType).where(RecordType.code == CODE).values(old))
        load_shipped_types(session)
    with context.database.transaction() as session:
        first = session.scalars(select(RecordType).filter_by(code=CODE, version=1)).one()
    assert (first.name, first.last_year) == ("Giáo án", "2025-2026")
    assert first.levels
    assert first.bases
    assert first.retention_basis
    assert first.position != 4


def test_what_a_version_says_is_never_changed_by_a_later_catalogue(context: Context) -> None:
    with context.database.transaction() as session:
        session.execute(
            update(RecordType)
            .where(RecordType.code == CODE)
            .values(levels=["primary"], last_year="2024-2025")
        )
        load_shipped_types(session)
    with context.database.transaction() as session:
        kept = session.execute(select(RecordType.levels, RecordType.last_year).filter_by(code=CODE)).all()
    assert {(tuple(levels), last) for levels, last in kept} == {(("primary",), "2024-2025")}

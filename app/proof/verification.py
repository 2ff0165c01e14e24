"""Verifying the audit log whole: its chains, what was kept of them outside, and what the product shows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import DEPLOYMENT, Break, known_chains, verify
from app.audit.heads import breaks_against, breaks_against_notes, noted_before, numbers_before
from app.db import now
from app.proof.agreement import disagreements
from app.proof.sheet_reading import Gap
from app.proof.sheets import Sheet
from app.schools.models import School

_BY_THEN = timedelta(hours=26)
"""So long after a note the sheets of that night lie in the stores, unless one cannot be reached."""


@dataclass(frozen=True)
class Scope:
    """The chains to be verified: those named, or every one."""

    only: frozenset[str] | None = None

    def takes(self, chain: str) -> bool:
        """Tell whether a chain is to be verified."""
        return self.only is None or chain in self.only


def verify_whole(session: Session, scope: Scope, sheets: Iterable[Sheet]) -> list[Break]:
    """Return what is wrong, the first of each kind and chain, in the order of the chains.

    Call it in a snapshot (`Database.snapshot`) begun after the sheets were read.
    """
    schools = set(session.scalars(select(School.code)))
    chains = known_chains(session)
    found = [*verify(session, scope.only), *_unknown(scope, schools, chains)]
    found += breaks_against_notes(session, scope.only)
    found += _against_sheets(session, scope, sheets)
    found += [
        Break(chain, 0, "is missing: there is a chain, but no school of this code")
        for chain in chains
        if chain not in {*schools, DEPLOYMENT} and scope.takes(chain)
    ]
    found += disagreements(session, sorted(code for code in schools if scope.takes(code)))
    return sorted(_first_of_each(found), key=lambda each: (each.chain, each.number))


def gaps_in(session: Session, schools: Iterable[School], read: Sequence[Sheet | Gap]) -> list[Gap]:
    """Return what could not be compared: what reading found, and stores without a sheet that is new enough.

    No table beside the chains has to be believed for it.
    """
    gaps = [each for each in read if isinstance(each, Gap)]
    spoken_for = {gap.source for gap in gaps}
    newest: dict[str, int] = {}
    for head in (head for each in read if isinstance(each, Sheet) for head in each.heads):
        newest[head.chain] = max(head.number, newest.get(head.chain, 0))
    due = _numbers_due(session, [school.code for school in schools])
    return gaps + [
        Gap(code, "no sheet of heads in its store is as new as its chain was a day ago")
        for code, number in due.items()
        if code not in spoken_for and newest.get(code, 0) < number
    ]


def _numbers_due(session: Session, chains: Sequence[str]) -> dict[str, int]:
    """Return how many entries of each chain the sheets must know of, by the notes and by the chain itself."""
    noted, had = noted_before(session, now() - _BY_THEN), numbers_before(session, chains, now() - _BY_THEN)
    return {chain: max(noted.get(chain, 0), had.get(chain, 0)) for chain in chains}


def _unknown(scope: Scope, schools: set[str], chains: list[str]) -> Iterator[Break]:
    for chain in sorted(scope.only or ()):
        if chain not in schools and chain not in chains:
            yield Break(chain, 1, "is missing: there is neither a chain nor a school of this code")


def _against_sheets(session: Session, scope: Scope, sheets: Iterable[Sheet]) -> Iterator[Break]:
    told: set[str] = set()
    for sheet in sheets:
        wanted = [head for head in sheet.heads if scope.takes(head.chain) and head.chain not in told]
        for each in breaks_against(session, wanted, f"the sheet {sheet.source}"):
            told.add(each.chain)
            yield each


def _first_of_each(found: Iterable[Break]) -> list[Break]:
    """Leave out what names an entry that was named already: one line tells of it."""
    first: dict[tuple[str, int, str], Break] = {}
    for each in found:
        key = (each.chain, each.number, each.reason if each.number == 0 else "")
        first.setdefault(key, each)
    return list(first.values())

"""A school's catalogue as its page shows it: by tier and owner, with the legal bases that concern it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.catalogue.models import OwnerKind
from app.catalogue.queries import Entry
from app.catalogue.shipped_data import Charter, charters
from app.catalogue.words import TIERS, Way


@dataclass(frozen=True)
class Basis:
    """One legal basis of a record type: a charter, the place in it, and for which of the school's levels."""

    charter: Charter
    clause: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One record type as a line of the page."""

    entry: Entry
    bases: tuple[Basis, ...]

    @property
    def way(self) -> Way:
        """In which of the ways it is owed."""
        kept = self.entry.record_type
        return (kept.owner_kind, kept.submitter, kept.slot_format)


@dataclass(frozen=True)
class Group:
    """The types of one tier and owner."""

    tier: str
    owner_kind: str
    lines: tuple[Line, ...]


def groups_of(entries: Iterable[Entry], levels: Sequence[str]) -> list[Group]:
    """Arrange what a school keeps by tier and owner; a group without a line is left out."""
    lines = lines_of(entries, levels)
    places = [(tier, owner_kind.value) for tier in TIERS for owner_kind in _OWNERS]
    groups = (Group(tier, owner, tuple(_in(lines, tier, owner))) for tier, owner in places)
    return [group for group in groups if group.lines]


def lines_of(entries: Iterable[Entry], levels: Sequence[str]) -> list[Line]:
    """Return the entries with those of their bases that hold for one of the school's levels."""
    return [Line(entry, tuple(_bases(entry, levels))) for entry in entries]


def charters_named(groups: Iterable[Group]) -> list[Charter]:
    """List each charter that the lines of these groups rest on, once, in the order of the catalogue."""
    named = {basis.charter.code for group in groups for line in group.lines for basis in line.bases}
    return [charter for charter in charters().values() if charter.code in named]


def _in(lines: Iterable[Line], tier: str, owner_kind: str) -> Iterable[Line]:
    for line in lines:
        kept = line.entry.record_type
        if (kept.tier, kept.owner_kind) == (tier, owner_kind):
            yield line


def _bases(entry: Entry, levels: Sequence[str]) -> Iterable[Basis]:
    for said in entry.record_type.bases:
        concerned = tuple(level for level in levels if level in said["levels"])
        if concerned:
            yield Basis(charters()[said["charter"]], said["clause"], concerned)


_OWNERS = (OwnerKind.SCHOOL, OwnerKind.DEPARTMENT, OwnerKind.TEACHER, OwnerKind.CLASS)

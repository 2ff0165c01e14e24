"""The catalogue that ships: complete, consistent, and fit for folders."""

import itertools
import re
import unicodedata
from collections import defaultdict

import pytest

from app.catalogue.models import PeriodKind
from app.catalogue.shipped_data import Entry, charters, shipped_entries
from app.catalogue.words import WAYS
from app.schools.models import Level
from app.tree.names import legal_name

ENTRIES = shipped_entries()
NAMED = [pytest.param(entry, id=f"{entry['code']}-{entry['version']}") for entry in ENTRIES]
YEAR = re.compile(r"\d{4}-\d{4}")
OLD, NEW = "2025-2026", "2026-2027"
LISTS = {
    (Level.PRIMARY, OLD): "SDB HB BTHKQ KHCL KHGDNT SQLCB HSPCGD HSTSTC SQLVB HSKT KHBD SGCDG SCN SCTD SSHCM",
    (
        Level.LOWER_SECONDARY,
        OLD,
    ): "SDB HB STDDG HSKT KHGDNT SGDB SCPVB SQLVB HSTBTV HSTSTC HSKTDG HSSKHS HSKTKL "
    "HSPCGD KHTCM SSHCM KHGDGV KHBD STDGV SCN",
    (
        Level.UPPER_SECONDARY,
        OLD,
    ): "SDB HB STDDG HSKT KHGDNT SGDB SCPVB SQLVB HSTBTV HSTSTC HSKTDG HSSKHS HSKTKL "
    "KHTCM SSHCM KHGDGV KHBD STDGV SCN",
    (Level.PRESCHOOL, NEW): "HSQLTE SQLCB KHNDGD HSPCGD HSTSTC SQLVB KHTCM SSHCM KHNDCS STDTE STDTS",
    (Level.PRIMARY, NEW): "SGDB KHBD SCN SSHCM KHTCM KHGDNT HB SDB BTHKQ",
}
"""What the charters, or the part of them that is known, ask of schools of one level."""


def valid_in(level: Level, year: str) -> list[Entry]:
    """The entries of one level in one school year."""
    return [
        entry
        for entry in ENTRIES
        if level in entry["levels"] and entry["first_year"] <= year <= (entry["last_year"] or year)
    ]


@pytest.mark.parametrize("entry", NAMED)
def test_an_entry_says_only_what_the_product_understands(entry: Entry) -> None:
    assert entry["tier"] in {"A", "B", "C"}
    assert set(entry["levels"]) <= set(Level)
    assert entry["levels"]
    assert (entry["owner_kind"], entry["submitter"], entry["slot_format"]) in WAYS
    assert entry["period_kind"] in set(PeriodKind)
    assert entry["first_year"] == "" or YEAR.fullmatch(entry["first_year"])
    assert entry["last_year"] is None or YEAR.fullmatch(entry["last_year"])


@pytest.mark.parametrize("entry", NAMED)
def test_a_retention_has_a_basis_and_a_time_one_can_live_to_see(entry: Entry) -> None:
    assert entry["retention_basis"]
    assert entry["retention_years"] is None or 1 <= entry["retention_years"] <= 100


@pytest.mark.parametrize("entry", NAMED)
def test_names_are_composed_and_name_folders_that_every_store_takes(entry: Entry) -> None:
    for text in (entry["name"], entry["short_name"], entry["code"]):
        assert unicodedata.is_normalized("NFC", text)
    assert legal_name(entry["short_name"], 60) == entry["short_name"]
    assert entry["short_name"].startswith(entry["code"])
    assert re.fullmatch(r"[A-Z]{2,10}", entry["code"])


@pytest.mark.parametrize("entry", NAMED)
def test_what_law_names_rests_on_a_charter_of_its_level_and_time(entry: Entry) -> None:
    founded = set()
    for basis in entry["bases"]:
        charter = charters()[basis["charter"]]
        assert set(basis["levels"]) <= set(charter.levels) & set(entry["levels"])
        assert (charter.last_year or entry["last_year"]) == entry["last_year"]
        founded |= set(basis["levels"])
    assert entry["tier"] == "C" or founded == set(entry["levels"])


def test_no_two_versions_of_a_type_are_valid_in_one_year_and_each_keeps_its_folder() -> None:
    versions = defaultdict(list)
    for entry in ENTRIES:
        versions[entry["code"]].append(entry)
    for code, found in versions.items():
        assert [each["version"] for each in found] == list(range(1, len(found) + 1)), code
        assert len({(each["short_name"], each["position"]) for each in found}) == 1, code
        for earlier, later in itertools.pairwise(found):
            assert "" < (earlier["last_year"] or "") < later["first_year"], code


def test_every_type_has_a_place_of_its_own() -> None:
    places = {entry["code"]: entry["position"] for entry in ENTRIES}
    assert len(set(places.values())) == len(places)


@pytest.mark.parametrize(("level", "year"), LISTS)
def test_the_lists_of_the_charters_are_complete(level: Level, year: str) -> None:
    codes = {entry["code"] for entry in valid_in(level, year)}
    assert set(LISTS[level, year].split()) <= codes


@pytest.mark.parametrize(
    "code", ["HSKT", "HSSKHS", "HSKTKL", "HB", "BTHKQ", "STDDG", "SCN", "STDTE", "HSQLTE"]
)
def test_what_tells_of_single_pupils_is_sensitive(code: str) -> None:
    assert all(entry["sensitive"] for entry in ENTRIES if entry["code"] == code)


def test_the_books_of_a_school_management_system_are_there_and_none_beyond_the_law_is_owed_unasked() -> None:
    primary = {entry["code"]: entry for entry in valid_in(Level.PRIMARY, NEW)}
    assert {"SLL", "PBG", "BTHKQ", "HB", "SDB"} <= set(primary)
    assert not [code for code, entry in primary.items() if entry["on_by_default"] and entry["tier"] != "A"]


def test_a_charter_says_what_of_it_is_not_known_and_what_replaced_it() -> None:
    for charter in charters().values():
        assert charter.known == "full" or (charter.known == "partly" and charter.remark)
        assert charter.replaced_by is None or charter.replaced_by in charters()
    assert charters()["TT28-2020"].replaced_by == charters()["TT32-2020"].replaced_by == "TT15-2026"

"""Switching a shipped record type on or off for a school, from a school year on."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete
from sqlalchemy.orm import Session

from app.catalogue.changes import note_change, rebuild_obligations
from app.catalogue.models import TypeSwitch
from app.catalogue.periods import present_year, year_after
from app.catalogue.queries import UnknownRecordType, entry_of
from app.catalogue.rights import school_to_change
from app.catalogue.usage import living_records
from app.errors import Refused
from app.people.authority import Authority
from app.text import N_


class TypeInUse(Refused):
    """Records of the type were handed in for the school year from which it should be off."""

    code, status = "type_in_use", 409
    detail = N_("“%(name)s” đã có hồ sơ trong năm học %(year)s: %(count)s.")
    hint = N_("Tắt từ năm học %(next)s. Hồ sơ đã nộp vẫn được giữ và đi tiếp các bước còn lại.")


class YearIsOver(Refused):
    """The school year lies in the past, or so far ahead that nobody can know."""

    code, status = "bad_school_year", 422
    detail = N_("Không thể đổi danh mục của năm học “%(year)s”.")
    hint = N_("Chọn năm học này hoặc năm học sau.")


@dataclass(frozen=True)
class Choice:
    """A record type of a school, and the school year from which a word about it holds."""

    school_id: int
    code: str
    year: str


def switch_on(session: Session, authority: Authority, choice: Choice) -> None:
    """Have the school keep a type from a school year on; what it keeps already stays kept since when it was.

    Raises `NotAllowed`, `YearIsOver`, and `UnknownRecordType` for a type of other levels or years.
    """
    _say(session, authority, choice, on=True)


def switch_off(session: Session, authority: Authority, choice: Choice) -> None:
    """Have the school no longer keep a type from a school year on; records that exist go on their way.

    Raises what `switch_on` raises, and `TypeInUse` where records were handed in for that year already.
    """
    _say(session, authority, choice, on=False)


def changeable_years() -> tuple[str, str]:
    """Return the school years from which a change may hold: the present one and the next."""
    present = present_year()
    return present, year_after(present)


def check_year(year: str) -> None:
    """Raise `YearIsOver` unless a change may hold from that school year on."""
    if year not in changeable_years():
        raise YearIsOver(year=year[:20])


def check_unused(session: Session, choice: Choice, name: str) -> None:
    """Raise `TypeInUse` when the school has living records of the type from that school year on."""
    count = living_records(session, choice.school_id, choice.code, choice.year)
    if count:
        raise TypeInUse(name=name, year=choice.year, count=count, next=year_after(choice.year))


def _say(session: Session, authority: Authority, choice: Choice, *, on: bool) -> None:
    school = school_to_change(session, authority, choice.school_id)
    check_year(choice.year)
    entry = entry_of(session, choice.school_id, choice.code, choice.year)
    if entry.own:
        raise UnknownRecordType(given=choice.code)
    if not on:
        check_unused(session, choice, entry.record_type.name)
    _forget_words(session, choice, TypeSwitch.year > choice.year)
    if on is not entry.on:
        _forget_words(session, choice, TypeSwitch.year == choice.year)
        session.add(_word(authority, choice, on=on))
    session.flush()
    rebuild_obligations(session, school, set(changeable_years()))
    what = "switch_on" if on else "switch_off"
    note_change(session, authority, school, what, choice.code, {"from_year": choice.year})


def _word(authority: Authority, choice: Choice, *, on: bool) -> TypeSwitch:
    return TypeSwitch(
        school_id=choice.school_id,
        code=choice.code,
        year=choice.year,
        on=on,
        switched_by_id=authority.user_id,
    )


def _forget_words(session: Session, choice: Choice, which: ColumnElement[bool]) -> None:
    """The newest word holds for its year and all that follow, whatever was said of them before."""
    own = (TypeSwitch.school_id == choice.school_id, TypeSwitch.code == choice.code)
    session.execute(delete(TypeSwitch).where(*own, which))

"""What every change of calendar or deadlines leaves behind: an audit entry, and obligations to count anew."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.catalogue.changes import rebuild_obligations
from app.people.authority import Authority
from app.schools.models import School

Facts = Mapping[str, str | int | None]


def finish_change(
    session: Session, authority: Authority, school: School, year: str, happening: tuple[str, str, Facts]
) -> None:
    """Have the year's obligations worked out anew and write down what was done; call it last.

    `happening` is the kind of the entry, what it is about, and its facts.
    """
    kind, subject, facts = happening
    rebuild_obligations(session, school, {year})
    append(session, school.code, [Happening(kind, str(authority.user_id), subject, facts)])

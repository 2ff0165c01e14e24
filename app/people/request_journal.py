"""What the audit chain says of requests about deciders: who asked for what, and who answered."""

from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.people.models import AccountRequest, RequestKind
from app.schools.models import School


def note(
    session: Session, school: School, by: str, kind: str, request: AccountRequest, **facts: object
) -> None:
    """Write one step of a request down; an address that is asked for stays out of it."""
    told = {
        "request": request.id,
        "asks": request.kind,
        "change": {"email": ""} if request.kind == RequestKind.EMAIL else request.change,
        "asked_by": str(request.asked_by_id),
    }
    append(session, school.code, [Happening(kind, by, str(request.user_id), {**told, **facts})])

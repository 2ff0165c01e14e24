"""The letter about a school's invitation, to whoever has the address; without an account none goes."""

from sqlalchemy import select

from app.context import Context
from app.notices.mail import write_to
from app.people.models import Invitation, User
from app.schools.models import School


def mail_about_invitation(context: Context, invitation_id: int) -> None:
    """Write to the person, if there is one; raises `OSError`, `MailRefused`."""
    with context.database.transaction() as session:
        invitation = session.get_one(Invitation, invitation_id)
        own = select(User).where(User.email == invitation.email, User.disabled_at.is_(None))
        reader = session.scalars(own).one_or_none()
        school = session.get_one(School, invitation.school_id).name
        if reader is None or invitation.outcome:
            return
    write_to(context.settings, reader, "invitation", "/loi-moi", school=school)

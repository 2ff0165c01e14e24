"""The letter to a person who was let into a school year: by whom, until when, and where it is opened."""

from sqlalchemy.orm import Session

from app.context import Context
from app.labels import ROLES
from app.notices.letters import Letter, write
from app.notices.mail import post
from app.shares.models import ShareState, ShareStep
from app.shares.queries import DecisionView, ShareView, share_view
from app.storage.accounts import active_store
from app.storage.addresses import folder_address

_LANGUAGE = "vi"
"""The reader need not have an account here, and so has not chosen any."""
_OPENING = frozenset({ShareStep.GIVE, ShareStep.CONSENT, ShareStep.CHANGE})


def mail_about_share(context: Context, share_id: int) -> None:
    """Write to the reader of a share, unless it has ended meanwhile; raises `OSError`, `MailRefused`."""
    with context.database.transaction() as session:
        view = share_view(session, share_id)
        if view is None or view.share.state != ShareState.OPEN:
            return
        letter = _letter(view, _address(session, context.settings.base_url, view))
    post(context.settings, view.share.email, letter)


def _letter(view: ShareView, address: str) -> Letter:
    return write(
        "share_opened",
        _LANGUAGE,
        school=view.school.name,
        year=view.folder.name,
        office=view.office.name,
        reader=view.share.email,
        decider=_decider(view.decisions),
        last_day=view.last_day.strftime("%d/%m/%Y"),
        address=address,
    )


def _decider(decisions: list[DecisionView]) -> str:
    """Name whoever decided last that the reader may look, with the post in which he did."""
    last = [each for each in decisions if each.decision.step in _OPENING][-1]
    if last.decision.operator:
        return last.name
    return f"{last.decision.capacity} {last.name} ({ROLES[last.decision.role]})".strip()


def _address(session: Session, base_url: str, view: ShareView) -> str:
    """Return where the folder is opened: in the store, else on our own page of it."""
    account = active_store(session, view.school.id)
    there = folder_address(session, account, view.folder.path) if account else None
    return there or f"{base_url}/cay-thu-muc/{view.folder.id}"

"""As what a person can confirm a correction at this moment, and how many wait for that."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from app.corrections.models import CorrectionState, Part
from app.corrections.queries import CorrectionView, corrections_known_to
from app.corrections.witnessing import all_parts, parts_of
from app.people.authority import Authority


def can_confirm_as(authority: Authority, view: CorrectionView) -> Part | None:
    """Return as what the person can confirm a correction now, or None."""
    if view.to_confirm is None:
        return None
    could = could_confirm_as(authority, view)
    valid = [each.witness for each in view.valid.values()]
    parts = all_parts(authority.user_id, could, valid) if could else None
    return None if parts is None else parts[authority.user_id]


def could_confirm_as(authority: Authority, view: CorrectionView) -> Collection[Part]:
    """Return as what the person could confirm a correction, if its turn came."""
    return parts_of(authority, view.correction, view.record, requester_is_there=view.requester_is_there)


def count_confirmable_corrections(session: Session, authority: Authority, most: int) -> int:
    """Count the open corrections that wait for the person's confirmation, up to `most`."""
    views = corrections_known_to(session, authority, CorrectionState.OPEN)
    return min(most, sum(can_confirm_as(authority, view) is not None for view in views))

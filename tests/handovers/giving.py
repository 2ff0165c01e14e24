"""The usual steps of a handover, so that a test can begin where it becomes interesting."""

from datetime import date
from types import SimpleNamespace

from sqlalchemy.orm import Session

from app.clock import today
from app.context import Context
from app.handovers.carrying_out import carry_out_handover
from app.handovers.confirming import confirm_giving, confirm_taking
from app.handovers.drawing_up import Draft, draw_up
from app.handovers.holdings import duties_of, records_of
from app.people.authority import Authority
from app.schools.queries import school_by_code
from tests.two_schools import only_school_of

Cast = SimpleNamespace


def everything_of(session: Session, giver: Authority) -> list[str]:
    """Return the keys of all that somebody of school A holds."""
    school_id = school_by_code(session, "truong-a").id
    held = [
        *records_of(session, school_id, giver.user_id),
        *duties_of(session, school_id, giver.user_id),
    ]
    return [each.key for each in held]


def drawn_up(
    context: Context,
    cast: Cast,
    *,
    leaves: bool = False,
    day: date | None = None,
    giver: Authority | None = None,
    taker: Authority | None = None,
) -> int:
    """Have the clerk draw up that the teacher gives everything to another one."""
    gives, takes = giver or cast.teacher, taker or cast.teacher2
    with context.database.transaction() as session:
        keys = everything_of(session, gives)
        draft = Draft(gives.user_id, takes.user_id, day or today(), "Chuyển công tác", leaves, keys)
        return draw_up(session, cast.clerk, only_school_of(cast.clerk), draft).id


def agreed(context: Context, cast: Cast, handover_id: int, *, taker: Authority | None = None) -> None:
    """Have both parties confirm."""
    with context.database.transaction() as session:
        confirm_giving(session, cast.teacher, handover_id)
        confirm_taking(session, taker or cast.teacher2, handover_id)


def carried_out(context: Context, cast: Cast, *, leaves: bool = False, day: date | None = None) -> int:
    """Draw up, confirm and carry out."""
    handover_id = drawn_up(context, cast, leaves=leaves, day=day)
    agreed(context, cast, handover_id)
    carry_out_handover(context, handover_id)
    return handover_id

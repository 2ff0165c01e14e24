"""The demo's records: the weeks around today, in every state, made beside the running product.

`python -m app.demo.records` hands in, decides, locks and corrects through the product's own verbs, in the
names of the demo's people, and takes the mark away that this is still to be done. Begun again after a kill
it brings each record on from where it stands; what somebody handed in meanwhile stays as it is.
"""

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.approvals.actions import Decision, act
from app.approvals.submissions import Upload, submit
from app.calendar.queries import calendar_of
from app.catalogue.periods import present_year, vietnamese_label
from app.clock import today
from app.config import Settings
from app.context import Context, build_context
from app.corrections.deciding import consent
from app.corrections.requesting import request_correction
from app.db import now
from app.demo.documents import lesson_plan, report
from app.demo.stories import LOCKED_SCHOOL, Ending, Story, locked_week, stories
from app.errors import Refused
from app.locks.locking import Closing, lock
from app.locks.refusals import AlreadyLocked
from app.logs import configure_logging
from app.people.authority import Authority, authority_of
from app.people.models import User
from app.records.models import Record
from app.schools.models import Department, School
from app.schools.queries import school_by_code
from workflows.model import Action, State

_log = logging.getLogger(__name__)

_PATIENCE_S = 300.0
"""How long a record may be on its way into the tree."""
_PAUSE_S = 0.5
_CORRECTION_LASTS = timedelta(days=7)
_UNDECIDED = frozenset({State.SUBMITTED, State.DEPARTMENT_APPROVED})


_COMMENT = "Mục III chưa ghi hoạt động cho học sinh còn lúng túng. Thầy cô bổ sung rồi nộp lại giúp tổ nhé."
_MISTAKE = "Ghi nhầm số tiết ở mục III; cần sửa lại cho đúng phân phối chương trình."


def due_mark(data_dir: Path) -> Path:
    """Return the file that is there as long as the demo's records are still to be made."""
    return data_dir / "samples.due"


def plant_records(context: Context, told: Sequence[Story], meanwhile: Callable[[], None]) -> None:
    """Make the records of stories, as far as nobody was quicker.

    `meanwhile` is called again and again while a worker files what was signed.
    """
    for story in told:
        try:
            _tell(context, story)
        except Refused as refusal:
            _log.info("left out a record of the demo: code=%s", refusal.code)
    _wait_for_filings(context, meanwhile)
    for story in told:
        if story.ending is Ending.CORRECTED:
            _open_for_correction(context, story)


def _tell(context: Context, story: Story) -> None:
    with context.database.transaction() as session:
        owner = _person(session, story.school, story.owner)
        found = session.scalars(_record_of(owner, story)).first()
    record = found or _hand_in(context, owner, story)
    if found is None or record.state in _UNDECIDED:
        for action in _steps(record.waiting_for, story.ending):
            _decide(context, record.id, owner, action)


def _hand_in(context: Context, owner: Authority, story: Story) -> Record:
    content = _document(context, story)
    with closing(context.staging.spool(context.settings.max_upload_mb)) as spool:
        spool.write(content)
        name = f"{story.description.title}.pdf".replace("/", "-")
        return submit(context, owner, Upload(spool, name), story.description).record


def _record_of(owner: Authority, story: Story) -> Select[Record]:
    return select(Record).where(
        Record.owner_id == owner.user_id,
        Record.period == story.description.period,
        Record.slot_title == story.description.title,
    )


def _steps(waiting_for: str | None, ending: Ending) -> tuple[Action, ...]:
    """Return the decisions that bring a new record to its end."""
    approval = (Action.APPROVE,) if waiting_for == "head" else ()
    return {
        Ending.SUBMITTED: (),
        Ending.APPROVED: approval,
        Ending.RETURNED: (Action.RETURN,),
        Ending.WITHDRAWN: (Action.WITHDRAW,),
        Ending.FILED: (*approval, Action.SIGN_OFF),
        Ending.CORRECTED: (*approval, Action.SIGN_OFF),
    }[ending]


def _decide(context: Context, record_id: uuid.UUID, owner: Authority, action: Action) -> None:
    with context.database.transaction() as session:
        record = session.get_one(Record, record_id)
        actor = owner if action is Action.WITHDRAW else _decider(session, record)
        comment = _COMMENT if action is Action.RETURN else ""
        act(session, actor, Decision(record.id, action, record.turn, record.sha256, comment))


def _decider(session: Session, record: Record) -> Authority:
    school = session.get_one(School, record.school_id).code
    if record.waiting_for != "head":
        return _person(session, school, "hieutruong")
    department = session.get_one(Department, record.department_id)
    return _person(session, school, f"totruong{department.code.removeprefix('T')}")


def _person(session: Session, school: str, local_part: str) -> Authority:
    user = session.scalars(select(User).where(User.email == f"{local_part}@{school}.example")).one()
    authority = authority_of(session, user.id)
    if authority is None:
        raise LookupError(f"{local_part} of {school} has no account that lives")
    return authority


def _document(context: Context, story: Story) -> bytes:
    description, moment = story.description, now()
    with context.database.transaction() as session:
        school = school_by_code(session, story.school).name.upper()
        author = _person(session, story.school, story.owner).name
    period = vietnamese_label(description.period)
    if description.record_type == "KHBD":
        topic = description.title.partition(" (")[0]
        return lesson_plan(school, author, story.class_name, topic, period, moment)
    return report(school, author, description.title, period, moment)


def _wait_for_filings(context: Context, meanwhile: Callable[[], None]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while _is_any_on_its_way(context) and time.monotonic() < deadline:
        meanwhile()


def _is_any_on_its_way(context: Context) -> bool:
    with context.database.transaction() as session:
        on_the_way = select(Record.id).where(Record.state == State.SIGNED_OFF).limit(1)
        return session.scalar(on_the_way) is not None


def _open_for_correction(context: Context, story: Story) -> None:
    with suppress(Refused), context.database.transaction() as session:
        owner = _person(session, story.school, story.owner)
        filed = _record_of(owner, story).where(Record.state == State.FILED)
        for record in session.scalars(filed).all():
            correction = request_correction(session, owner, record.id, _MISTAKE)
            principal = _person(session, story.school, "hieutruong")
            consent(session, principal, correction.id, now() + _CORRECTION_LASTS)


def lock_week(context: Context, period: str) -> None:
    """Close the lesson plans of a week at the first school, as its principal, unless they are closed."""
    with suppress(AlreadyLocked), context.database.transaction() as session:
        school = school_by_code(session, LOCKED_SCHOOL)
        principal = _person(session, LOCKED_SCHOOL, "hieutruong")
        lock(session, principal, school.id, Closing(period, "Đã đối chiếu đủ hồ sơ của tuần.", "KHBD"))


def main() -> None:
    """Make the demo's records with the settings of the environment."""
    configure_logging()
    settings = Settings.from_environment()
    context = build_context(settings, pool_size=1)
    with context.database.transaction() as session:
        calendar = calendar_of(session, school_by_code(session, LOCKED_SCHOOL).id, present_year())
    day = today()
    plant_records(context, stories(calendar, day), partial(time.sleep, _PAUSE_S))
    lock_week(context, locked_week(calendar, day))
    context.database.engine.dispose()
    due_mark(settings.data_dir).unlink(missing_ok=True)


if __name__ == "__main__":
    main()

"""Whatever somebody is at two schools: what they hand in goes by the posts of its own school alone."""

import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.approvals.actions import begin
from app.approvals.deciders import schools_on_another_route
from app.approvals.facts import actions_for
from app.approvals.queue import waiting_for
from app.approvals.standing import FREE
from app.context import Context
from app.people.authority import Authority, authority_of
from app.people.models import Membership, Role
from app.people.which_school import WhichSchool
from app.records.intake import Description, Document, find_slot, new_record
from app.schools.models import Department, School
from tests.conftest import Cast
from tests.two_schools import FIRST, SECOND

Post = tuple[str, str, str]
"""A role, the code of a school, and that of a department, empty where there is none."""
Unit = tuple[str, str]

UNITS: list[Unit] = [(school, unit) for school in (FIRST, SECOND) for unit in ("T1", "T2")]
POSTS: list[Post] = [
    *((role, *unit) for role in ("teacher", "head", "deputy_head") for unit in UNITS),
    *((role, school, "") for role in ("principal", "vice_principal", "clerk") for school in (FIRST, SECOND)),
]
LEADERS = {"principal", "vice_principal"}
TEACHING = LEADERS | {"teacher", "head", "deputy_head"}


@dataclass(frozen=True)
class Plain:
    """Who is what, told a second time in plain Python: by school and department, and by nothing else."""

    owner: frozenset[Post]
    colleague: frozenset[Post]

    def hands_in_at(self) -> set[str]:
        """Return the schools where the owner hands a plan in."""
        return {school for role, school, _ in self.owner if role in TEACHING}

    def departments_at(self, school: str) -> set[str]:
        """Return the departments for which the owner does."""
        return {unit for role, where, unit in self.owner if where == school and role in TEACHING and unit}

    def skips_the_head(self, school: str, unit: str) -> bool:
        """Tell whether the owner is above the head there."""
        leads = any(role in LEADERS and where == school for role, where, _ in self.owner)
        return leads or not unit or ("head", school, unit) in self.owner

    def colleague_decides(self, school: str, unit: str) -> bool:
        """Tell whether the colleague is who decides first."""
        if self.skips_the_head(school, unit):
            return ("principal", school, "") in self.colleague
        return bool({("head", school, unit), ("deputy_head", school, unit)} & self.colleague)


_SOME_POSTS = st.frozensets(st.sampled_from(POSTS), min_size=1, max_size=3)
_TEACHES = st.tuples(st.sampled_from(["teacher", "teacher", "head", "deputy_head"]), st.sampled_from(UNITS))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(teaches=_TEACHES, besides=_SOME_POSTS, colleague=_SOME_POSTS, data=st.data())
def test_a_record_goes_by_the_posts_of_its_school(
    context: Context,
    cast: Cast,
    teaches: tuple[str, Unit],
    besides: frozenset[Post],
    colleague: frozenset[Post],
    data: st.DataObject,
) -> None:
    role, (school, own) = teaches
    owner = besides | {(role, school, own)}
    model = Plain(owner, colleague)
    unit = data.draw(st.sampled_from(sorted(model.departments_at(school))))
    with holding(context, {cast.teacher.user_id: owner, cast.teacher2.user_id: colleague}) as session:
        maker = present(session, cast.teacher)
        said = Description("KHBD", "2026-2027/W12", department=unit)
        if len(model.hands_in_at()) > 1:
            assert refuses_to_guess(session, maker, said)
        slot = find_slot(session, maker, Description("KHBD", said.period, school=school, department=unit))
        record = new_record(session, slot, 1)
        begin(session, maker, record, _DOCUMENT)
        session.flush()

        first = "principal" if model.skips_the_head(school, unit) else "head"
        assert record.waiting_for == first
        assert schools_on_another_route(session) == set()
        other = present(session, cast.teacher2)
        waits = [view.record.id for view in waiting_for(session, other, limit=9)]
        decides = model.colleague_decides(school, unit)
        assert waits == [record.id] * decides
        actions = {each.value for each in actions_for(other, record, FREE)}
        assert actions == (
            {"sign_off" if first == "principal" else "approve", "return"} if decides else set()
        )
        assert waiting_for(session, maker, limit=9) == []


@contextmanager
def holding(context: Context, posts: dict[uuid.UUID, Collection[Post]]) -> Iterator[Session]:
    """Let people hold exactly these posts until the block ends; then nothing has happened."""
    with context.database.sessions() as session:
        schools = dict(session.execute(select(School.code, School.id)).all())
        rows = session.execute(select(Department.school_id, Department.code, Department.id))
        units = {(school, code): number for school, code, number in rows}
        session.execute(delete(Membership).where(Membership.user_id.in_(posts)))
        session.add_all(
            Membership(
                user_id=person,
                role=Role(role),
                school_id=schools[school],
                department_id=units.get((schools[school], unit)),
            )
            for person, own in posts.items()
            for role, school, unit in own
        )
        session.flush()
        yield session
        session.rollback()


def present(session: Session, person: Authority) -> Authority:
    found = authority_of(session, person.user_id)
    assert found is not None
    return found


def refuses_to_guess(session: Session, maker: Authority, said: Description) -> bool:
    try:
        find_slot(session, maker, said)
    except WhichSchool:
        return True
    return False


_DOCUMENT = Document(
    sha256="0" * 64, size=4, pages=1, signed=False, blob="uploads/none", file_name="tep.pdf", text="bài"
)

"""What schools and offices were called on a day, who oversaw whom, and what papers are headed with."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from app.clock import today
from app.commands.founding import found_office, office_of
from app.commands.schools import office as office_commands
from app.commands.schools import school as school_commands
from app.context import Context
from app.errors import NotFound
from app.schools.letterheads import letterhead_of
from app.schools.models import School
from app.schools.names import Naming, drop_name, name_school, names_of
from app.schools.offices import (
    close_office,
    office_name_on,
    oversee,
    overseer_on,
    oversights_of,
    rename_office,
)
from app.schools.queries import overseen_schools, school_by_code
from app.schools.refusals import BadName, NameInForce, NeedsSuccessor, OfficeClosed
from app.schools.taking_effect import take_effect, take_effect_today
from app.tree.seal_orders import seal_order
from tests.conftest import Cast
from tests.handing_in import decide, hand_in
from workflows.model import Action

LAST_OF_DISTRICTS = date(2025, 6, 30)
FIRST_OF_COMMUNES = date(2025, 7, 1)
ONE_DAY = timedelta(days=1)


def school_a(session: Session) -> School:
    return school_by_code(session, "truong-a")


def name(session: Session, text: str, first: date, superior: str = "", place: str = "") -> None:
    name_school(session, school_a(session), "system", Naming(first, text, superior, place), today())


def test_an_older_paper_keeps_the_older_name(context: Context) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        before = school.name
        name(session, "Trường Tiểu học Mới", FIRST_OF_COMMUNES, "UBND XÃ MẪU", "Mẫu")

        assert school.name == "Trường Tiểu học Mới"
        assert letterhead_of(session, school.id, FIRST_OF_COMMUNES).school == school.name
        assert letterhead_of(session, school.id, FIRST_OF_COMMUNES).superior == "UBND XÃ MẪU"
        assert letterhead_of(session, school.id, LAST_OF_DISTRICTS).school == before


def test_a_name_of_a_day_to_come_waits_for_it_and_can_be_taken_back(context: Context) -> None:
    later = today() + timedelta(days=30)
    with context.database.transaction() as session:
        school = school_a(session)
        before = school.name
        name(session, "Trường Ngày Mai", later)
        assert school.name == before

        take_effect(session, later)
        session.refresh(school)
        assert school.name == "Trường Ngày Mai"

        take_effect(session, today())
        drop_name(session, school, "system", later, today())
        assert [each.name for each in names_of(session, school.id)] == [before]
        with pytest.raises(NameInForce):
            drop_name(session, school, "system", names_of(session, school.id)[0].valid_from, today())
        with pytest.raises(NotFound):
            drop_name(session, school, "system", later, today())


@pytest.mark.parametrize("text", ["", " \u200b ", "12", "x" * 151])
def test_a_school_has_a_name(context: Context, text: str) -> None:
    with context.database.transaction() as session, pytest.raises(BadName):
        name(session, text, FIRST_OF_COMMUNES)


def test_a_seal_is_headed_as_on_the_day_of_the_decision(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.teacher, pdf("tên cũ")).record
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.SIGN_OFF)
    with context.database.transaction() as session:
        session.add(record)
        before = school_a(session).name
        name(session, "Trường Đổi Tên", today() + ONE_DAY)
        take_effect(session, today() + ONE_DAY)

        order = seal_order(session, record, "https://kd.example")

        assert school_a(session).name == "Trường Đổi Tên"
        assert order.school == before


def test_a_closed_office_leaves_its_schools_and_offices_to_its_successor(context: Context) -> None:
    with context.database.transaction() as session:
        found_office(session, "huyen", "Phòng GDĐT huyện Mẫu", "legacy_district_office", "so")
        found_office(session, "duoi", "Cụm trường Mẫu", "commune_culture_society_office", "huyen")
        district, commune, school = (
            office_of(session, "huyen"),
            office_of(session, "phong"),
            school_a(session),
        )
        oversee(session, school, "system", district, date(2020, 9, 1), today())
        assert school.office_id == district.id

        close_office(session, district, "system", LAST_OF_DISTRICTS, commune, today())

        assert overseer_on(session, school, LAST_OF_DISTRICTS) is district
        assert overseer_on(session, school, FIRST_OF_COMMUNES) is commune
        assert school.office_id == commune.id
        assert office_of(session, "duoi").parent_id == commune.id
        assert school.id in session.scalars(overseen_schools([commune.id])).all()
        assert school.id not in session.scalars(overseen_schools([district.id])).all()
        assert letterhead_of(session, school.id, LAST_OF_DISTRICTS).superior == "Phòng GDĐT huyện Mẫu"
        with pytest.raises(OfficeClosed):
            oversee(session, school, "system", district, FIRST_OF_COMMUNES, today())


def test_an_overseer_of_a_day_to_come_waits_for_it(context: Context) -> None:
    later = today() + timedelta(days=10)
    with context.database.transaction() as session:
        school, province = school_a(session), office_of(session, "so")
        present = school.office_id
        oversee(session, school, "system", province, later, today())
        oversee(session, school, "system", province, later, today())

        assert school.office_id == present
        assert len(oversights_of(session, school.id)) == 2
        take_effect(session, later)
        session.refresh(school)
        assert school.office_id == province.id


def test_an_office_with_schools_closes_only_with_a_successor(context: Context) -> None:
    with context.database.transaction() as session:
        commune = office_of(session, "phong")
        for heir in (None, commune):
            with pytest.raises(NeedsSuccessor):
                close_office(session, commune, "system", LAST_OF_DISTRICTS, heir, today())


def test_an_office_keeps_its_former_names(context: Context) -> None:
    with context.database.transaction() as session:
        commune = office_of(session, "phong")
        before = commune.name
        rename_office(session, commune, "system", "Phòng Văn hóa Mới", FIRST_OF_COMMUNES, today())

        assert commune.name == "Phòng Văn hóa Mới"
        assert office_name_on(session, commune, LAST_OF_DISTRICTS) == before


def test_the_commands_change_names_and_overseers(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in environment(context).items():
        monkeypatch.setenv(key, value)
    run = CliRunner().invoke

    renamed = run(office_commands, ["rename", "phong", "Phòng Mới", "--from", "2025-07-01"])
    moved = run(school_commands, ["oversee", "truong-a", "--office", "so", "--from", "2025-07-01"])
    refused = run(office_commands, ["close", "phong", "--on", "2025-06-30"])

    assert (renamed.exit_code, moved.exit_code) == (0, 0), renamed.output + moved.output
    assert refused.exit_code != 0
    with context.database.transaction() as session:
        assert office_of(session, "phong").name == "Phòng Mới"
        assert school_a(session).office_id == office_of(session, "so").id


def environment(context: Context) -> dict[str, str]:
    settings = context.settings
    return {
        "KYDUYET_DATABASE_URL": settings.database_url,
        "KYDUYET_DATA_DIR": str(settings.data_dir),
        "KYDUYET_SECRET_KEY": settings.secret_key,
    }


def test_the_chore_makes_the_present_day_count(context: Context) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        name(session, "Trường Hôm Nay", today())
        school.name = "Tên chưa kịp đổi"
    take_effect_today(context)
    with context.database.transaction() as session:
        assert school_a(session).name == "Trường Hôm Nay"


def test_the_committee_of_the_commune_heads_the_papers_of_its_schools(context: Context) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        overseer = overseer_on(session, school, today())
        assert overseer is not None
        assert overseer.kind == "commune_culture_society_office"
        assert letterhead_of(session, school.id, today()).superior == "UBND xã Mẫu"


def test_an_office_that_no_committee_is_known_of_heads_them_itself(context: Context) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        alone = found_office(session, "phong-le", "Phòng Văn hóa Lẻ", "commune_culture_society_office", None)
        oversee(session, school, "system", alone, FIRST_OF_COMMUNES, today())
        assert letterhead_of(session, school.id, today()).superior == "Phòng Văn hóa Lẻ"

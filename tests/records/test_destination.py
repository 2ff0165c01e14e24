"""For which school and department a record is: told by whoever belongs to several."""

import io
from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.approvals.submissions import submit
from app.context import Context
from app.errors import NotAllowed, NotFound
from app.people.authority import Authority, authority_of
from app.people.models import Membership, Role
from app.people.which_school import WhichSchool
from app.records.intake import Description
from app.records.models import Record
from app.records.queries import RecordView, view_of
from app.records.refusals import WhichDepartment
from app.schools.queries import school_by_code
from tests.browsing import application_on, send, signed_in
from tests.conftest import Cast
from tests.handing_in import uploaded
from tests.people.test_lapsing import change, places

Pdf = Callable[..., bytes]


def handed_in(context: Context, who: Authority, content: bytes, **said: str) -> RecordView:
    with context.database.transaction() as session:
        person = authority_of(session, who.user_id)
    assert person is not None
    record_type = said.pop("record_type", "KHBD")
    period = {"KHBD": "2026-2027/W12", "SSHCM": "2026-2027/M09"}[record_type]
    described = Description(record_type, period, **said)
    with uploaded(context, content) as upload:
        return submit(context, person, upload, described)


@pytest.fixture
def in_both(context: Context, cast: Cast) -> Authority:
    """A teacher of both departments."""
    change(context, cast, places("teacher", (Role.TEACHER, "head"), (Role.TEACHER, "head2")))
    found: Authority = cast.teacher
    return found


@pytest.mark.parametrize(("said", "sees", "sees_not"), [("T1", "head", "head2"), ("Tổ 2", "head2", "head")])
def test_only_the_head_of_the_department_it_is_for_sees_it(
    context: Context, cast: Cast, pdf: Pdf, in_both: Authority, said: str, sees: str, sees_not: str
) -> None:
    record = handed_in(context, in_both, pdf("bài"), department=said).record
    with context.database.transaction() as session:
        assert view_of(session, getattr(cast, sees), record.id)
        with pytest.raises(NotFound):
            view_of(session, getattr(cast, sees_not), record.id)


def test_who_is_in_two_departments_is_asked_and_who_is_in_one_is_not(
    context: Context, cast: Cast, pdf: Pdf, in_both: Authority
) -> None:
    with pytest.raises(WhichDepartment) as refused:
        handed_in(context, in_both, pdf("bài"))
    assert "T1" in str(refused.value.values["choices"])
    assert handed_in(context, cast.teacher2, pdf("bài")).department_name == "Tổ 1"
    with pytest.raises(NotAllowed):
        handed_in(context, cast.teacher2, pdf("bài khác"), department="T2")


def test_a_departments_record_is_for_the_one_that_is_headed(context: Context, cast: Cast, pdf: Pdf) -> None:
    change(context, cast, places("head", (Role.HEAD, "head"), (Role.TEACHER, "head2")))
    assert handed_in(context, cast.head, pdf("sổ"), record_type="SSHCM").department_name == "Tổ 1"


def test_who_heads_one_department_and_teaches_in_another_is_told_for_which_he_hands_in(
    web_context: Context, cast: Cast, pdf: Pdf
) -> None:
    change(web_context, cast, places("head", (Role.HEAD, "head"), (Role.TEACHER, "head2")))
    with pytest.raises(WhichDepartment) as refused:
        handed_in(web_context, cast.head, pdf("sổ"), record_type="SSHCM", department="T2")
    assert refused.value.values == {"named": "T2", "choices": "T1 (Tổ 1)"}

    browser = signed_in(application_on(web_context), cast.head.email)
    book = {
        "record_type": "SSHCM",
        "period": "2026-2027/M09",
        "school": "truong-a",
        "department-truong-a": "T2",
    }
    page = send(browser, "/nop", "/nop", **book, files=[(io.BytesIO(pdf("sổ")), "so.pdf")]).text
    assert "Ở tổ “T2”, bạn không nộp loại hồ sơ này; bạn nộp được cho: T1 (Tổ 1)." in page


def test_who_hands_in_for_two_schools_is_asked(context: Context, cast: Cast, pdf: Pdf) -> None:
    with context.database.transaction() as session:
        school_id = school_by_code(session, "truong-b").id
        session.add(Membership(user_id=cast.teacher.user_id, role=Role.TEACHER, school_id=school_id))
    with pytest.raises(WhichSchool):
        handed_in(context, cast.teacher, pdf("bài"))
    assert handed_in(context, cast.teacher, pdf("bài"), school="truong-b").school_code == "truong-b"


def test_the_page_offers_the_departments_to_who_is_in_several(
    context: Context, cast: Cast, in_both: Authority
) -> None:
    app = application_on(context)
    assert 'name="department"' in signed_in(app, in_both.email).get("/nop").text
    assert 'name="department"' not in signed_in(app, cast.teacher2.email).get("/nop").text


def test_what_was_chosen_for_a_batch_goes_with_each_file_and_stays_after_a_refusal(
    web_context: Context, cast: Cast, pdf: Pdf
) -> None:
    change(web_context, cast, places("teacher", (Role.TEACHER, "head"), (Role.TEACHER, "head2")))
    browser = signed_in(application_on(web_context), cast.teacher.email)
    assert 'name="department-truong-a"' in browser.get("/viec-cua-toi").text
    batch = {"record_type": "KHBD", "period": "2026-2027/W12", "school": "truong-a"}
    files = [(io.BytesIO(pdf("bài")), "bai.pdf")]
    said = {"department-truong-a": "T2"}
    taken = send(browser, "/nop", "/nop", **batch, **said, files=files).text
    assert "answer-good" in taken
    with web_context.database.transaction() as session:
        assert view_of(session, cast.head2, session.scalars(select(Record.id)).one())
    refused = send(
        browser, "/nop", "/nop", **batch, department="T2", files=[(io.BytesIO(b"x"), "x.pdf")]
    ).text
    assert "answer-bad" in refused
    assert '<option value="T2" selected>' in refused

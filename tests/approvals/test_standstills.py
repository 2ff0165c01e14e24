"""Nothing waits for nobody: who decides is found anew, and where nobody can, it is said and written."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import event, select, text

from app.approvals.history import history_of, steps_of
from app.approvals.queue import waiting_for
from app.approvals.standstill_letters import ask_for_deciders
from app.approvals.standstills import lack_of, standstills_for, standstills_in, stuck_records
from app.audit.models import AuditEntry
from app.catalogue.models import OwnerKind
from app.clock import today
from app.context import Context
from app.people.accounts import disable, enable
from app.people.authority import Authority, authority_of
from app.people.delegations import Mandate, Term, delegate, revoke
from app.people.lacks import Lack
from app.people.models import Role
from app.proof.agreement import disagreements
from app.records.models import Record
from app.records.routing import route_for, route_now
from app.running.worker import run_worker
from tests.api.piles import pile
from tests.browsing import application_on, send, signed_in
from tests.conftest import Cast
from tests.handing_in import decide, hand_in
from tests.notices.post_office import PostOffice
from tests.people.test_confirming import ask_for, place
from tests.people.test_lapsing import account, change, leave, places
from tests.two_schools import only_school_of
from workflows.model import Action

Pdf = Callable[..., bytes]


def as_now(context: Context, record: Record) -> Record:
    with context.database.transaction() as session:
        return session.get_one(Record, record.id)


def now_of(context: Context, person: Authority) -> Authority:
    with context.database.transaction() as session:
        found = authority_of(session, person.user_id)
    assert found is not None
    return found


def notice_in(page: str) -> str:
    """Return what a page says of records that nobody can decide on."""
    return "".join(re.findall(r'aria-label="Hồ sơ chưa có người quyết định".*?</section>', page, re.DOTALL))


def lacking(context: Context, record: Record) -> list[Lack]:
    with context.database.transaction() as session:
        return [each.place.lack for each in standstills_in(session, [record.school_id])]


def test_who_becomes_head_has_what_he_handed_in_decided_on_by_the_principal(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("chờ")).record
    change(context, cast, places("head", (Role.TEACHER, "head")), places("teacher", (Role.HEAD, "head")))
    run_worker(context, wait=False)
    assert as_now(context, record).waiting_for == "principal"
    decide(context, cast.principal, record, Action.SIGN_OFF)
    with context.database.transaction() as session:
        history = history_of(session, record.id)
        assert [entry.event.action for entry in history] == ["submit", "reroute", "sign_off"]
        kinds = session.scalars(select(AuditEntry.kind).where(AuditEntry.subject == str(record.id))).all()
        assert kinds == ["record.submit", "record.reroute", "record.sign_off"]
        assert len(steps_of(session.get_one(Record, record.id), history)) == 3
        assert list(disagreements(session, ["truong-a"])) == []


def test_who_is_head_no_more_has_it_decided_on_by_the_new_one_first(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.head, pdf("của tổ trưởng")).record
    change(context, cast, places("head", (Role.TEACHER, "head")), places("teacher", (Role.HEAD, "head")))
    run_worker(context, wait=False)
    decide(context, now_of(context, cast.teacher), record, Action.APPROVE)
    assert as_now(context, record).state == "department_approved"


def test_a_head_is_nobody_above_in_another_department_or_school(cast: Cast) -> None:
    department = next(post.department_id for post in cast.teacher.posts)
    school_id = cast.teacher.posts[0].school_id
    kind = OwnerKind.TEACHER
    assert route_for(kind, cast.head, school_id, department) == "department"
    assert route_for(kind, cast.head2, school_id, department) == "teacher"
    assert route_for(kind, cast.b_principal, school_id, department) == "teacher"
    assert route_for(kind, cast.vice_principal, school_id, department) == "department"
    assert route_for(kind, cast.principal, school_id, None) == "department"


def test_a_new_record_and_its_row_are_given_the_same_route(context: Context, cast: Cast, pdf: Pdf) -> None:
    for person in (cast.teacher, cast.head, cast.head2, cast.principal, cast.vice_principal):
        hand_in(context, person, pdf(person.email))
    with context.database.transaction() as session:
        rows = session.execute(select(Record.route, route_now()))
        assert all(route == now for route, now in rows)


@pytest.mark.parametrize(
    ("maker", "changes", "lack"),
    [
        ("teacher", [account(disable, "head")], Lack.HEAD),
        ("teacher", [leave("head")], Lack.HEAD),
        ("teacher", [places("head", (Role.HEAD, "head2"))], Lack.HEAD),
        (
            "teacher",
            [places("teacher", (Role.DEPUTY_HEAD, "head")), account(disable, "head")],
            Lack.OTHER_HEAD,
        ),
        ("head", [account(disable, "principal")], Lack.PRINCIPAL),
        ("principal", [], Lack.DELEGATION),
    ],
)
def test_what_waits_for_nobody_is_the_task_of_principal_and_administrator_with_what_is_missing(
    context: Context, cast: Cast, pdf: Pdf, maker: str, changes: list[Callable[..., None]], lack: Lack
) -> None:
    record = hand_in(context, getattr(cast, maker), pdf("chờ")).record
    assert lacking(context, record) == ([] if changes else [lack])
    change(context, cast, *changes)
    run_worker(context, wait=False)
    with context.database.transaction() as session:
        told = {"principal", "vice_principal", "records_admin"}
        for person in told - {"principal" if lack is Lack.PRINCIPAL else ""}:
            (standstill,) = standstills_for(session, getattr(cast, person))
            assert (standstill.place.lack, [each.record_id for each in standstill.records]) == (
                lack,
                [record.id],
            )
        assert standstills_for(session, cast.teacher2) == standstills_for(session, cast.b_principal) == []
        assert lack_of(session, session.get_one(Record, record.id)) is not None


def test_a_principals_own_waits_for_a_delegation_and_goes_on_with_it(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.principal, pdf("của hiệu trưởng")).record
    assert lacking(context, record) == [Lack.DELEGATION]
    with context.database.transaction() as session:
        delegate(session, cast.principal, Mandate(cast.vice_principal.user_id, "", Term(today(), today())))
    assert lacking(context, record) == []
    deputy = now_of(context, cast.vice_principal)
    with context.database.transaction() as session:
        assert [view.record.id for view in waiting_for(session, deputy, limit=5)] == [record.id]
    decide(context, deputy, record, Action.SIGN_OFF)


def test_a_head_who_approved_and_became_principal_leaves_it_to_a_deputy(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("đã duyệt")).record
    decide(context, cast.head, record, Action.APPROVE)
    change(
        context,
        cast,
        places("principal", (Role.TEACHER, "head")),
        places("head", (Role.PRINCIPAL, "principal")),
    )
    assert lacking(context, record) == [Lack.DELEGATION]


def test_each_incident_is_written_of_once_to_who_can_mend_it(
    writing: Context, office: PostOffice, cast: Cast, pdf: Pdf
) -> None:
    hand_in(writing, cast.teacher, pdf("chờ"))
    for turn in range(2):
        change(writing, cast, account(disable, "head"))
        office.letters.clear()
        run_worker(writing, wait=False)
        ask_for_deciders(writing)
        run_worker(writing, wait=False)
        to = sorted(letter["To"] for letter in office.letters)
        told = (cast.principal, cast.vice_principal, cast.records_admin)
        assert to == sorted(person.email for person in told), turn
        assert "Tổ 1 chưa có tổ trưởng hay tổ phó nào duyệt được." in office.letters[0].get_content()
        change(writing, cast, account(enable, "head"))
        run_worker(writing, wait=False)


def test_a_delegation_given_or_taken_back_is_looked_at_at_once(
    writing: Context, office: PostOffice, cast: Cast, pdf: Pdf
) -> None:
    hand_in(writing, cast.principal, pdf("kế hoạch của hiệu trưởng"))
    with writing.database.transaction() as session:
        term = Term(today(), today())
        lent = delegate(session, cast.principal, Mandate(cast.vice_principal.user_id, "KT.", term))
    run_worker(writing, wait=False)
    assert not [each for each in office.letters if each["To"] == cast.records_admin.email]

    with writing.database.transaction() as session:
        revoke(session, cast.principal, lent.id)
    run_worker(writing, wait=False)
    assert [each for each in office.letters if each["To"] == cast.records_admin.email]


def test_the_office_above_sees_on_its_board_what_is_lacking_but_no_record(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("chờ")).record
    change(context, cast, account(disable, "head"))
    app = application_on(context)
    for officer in (cast.officer, cast.provincial_officer):
        board = signed_in(app, officer.email).get("/theo-doi?school=truong-a").text
        assert "Tổ 1 chưa có tổ trưởng hay tổ phó nào duyệt được. 1 hồ sơ đang chờ" in board
        assert record.title not in board
        assert str(record.id) not in board


def test_it_stands_on_the_board_the_tasks_and_the_record_itself(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("chờ")).record
    change(context, cast, account(disable, "head"))
    app, said = application_on(context), "Tổ 1 chưa có tổ trưởng hay tổ phó nào duyệt được."
    lists = ("/viec-cua-toi", "/cho-duyet", "/truong", "/theo-doi")
    for person, pages in (
        (cast.principal, lists),
        (cast.vice_principal, lists),
        (cast.records_admin, lists),
        (cast.teacher, (f"/ho-so/{record.id}",)),
    ):
        browser = signed_in(app, person.email)
        for page in pages:
            assert said in browser.get(page).text, page
    assert said not in signed_in(app, cast.head2.email).get("/theo-doi").text
    told = "Đã báo cho: Hiệu trưởng, Phó hiệu trưởng, Ban quản trị hồ sơ."
    assert told in signed_in(app, cast.teacher.email).get(f"/ho-so/{record.id}").text
    assert (
        "Bổ nhiệm tổ trưởng hoặc tổ phó cho Tổ 1"
        in signed_in(app, cast.principal.email).get("/theo-doi").text
    )
    assert told not in signed_in(app, cast.records_admin.email).get(f"/ho-so/{record.id}").text


REOPEN = "Hoặc mở lại tài khoản đang khóa."
ASKED = "Đã có đề nghị đang chờ xác nhận ở trang Xác nhận nhân sự."


def test_to_open_an_account_again_is_only_advised_where_one_is_locked(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    hand_in(context, cast.teacher, pdf("chờ"))
    principal = signed_in(application_on(context), cast.principal.email)
    change(context, cast, account(disable, "head"))
    assert REOPEN in notice_in(principal.get("/cho-duyet").text)

    change(context, cast, account(enable, "head"), places("head", (Role.TEACHER, "head")))

    notice = notice_in(principal.get("/cho-duyet").text)
    assert "Bổ nhiệm tổ trưởng hoặc tổ phó cho Tổ 1." in notice
    assert REOPEN not in notice


def test_an_appointment_that_waits_for_its_confirmation_is_told(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    hand_in(context, cast.teacher, pdf("chờ"))
    change(context, cast, places("head", (Role.TEACHER, "head")))
    admin = signed_in(application_on(context), cast.records_admin.email)
    assert ASKED not in notice_in(admin.get("/truong").text)

    ask_for(context, cast, cast.clerk, place(cast, Role.HEAD))

    notice = notice_in(admin.get("/truong").text)
    assert ASKED in notice
    assert 'href="/tai-khoan/xac-nhan"' in notice


def test_who_ends_the_last_heads_post_reads_at_once_what_waits_for_nobody_now(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    hand_in(context, cast.teacher, pdf("chờ"))
    admin, page = (
        signed_in(application_on(context), cast.records_admin.email),
        f"/tai-khoan/{cast.head.user_id}",
    )
    assert notice_in(admin.get(page).text) == ""

    answer = send(admin, f"{page}/vai-tro", page, place=["teacher:"])

    notice = notice_in(admin.get(answer.location).text)
    assert "Tổ 1 chưa có tổ trưởng hay tổ phó nào duyệt được. 1 hồ sơ đang chờ" in notice


def test_who_approved_as_a_head_and_signs_for_the_principal_now_reads_why_he_has_no_buttons(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("đã duyệt")).record
    decide(context, cast.head, record, Action.APPROVE)
    change(context, cast, places("head", (Role.VICE_PRINCIPAL, "principal")))
    with context.database.transaction() as session:
        delegate(session, cast.principal, Mandate(cast.head.user_id, "", Term(today(), today())))

    page = signed_in(application_on(context), cast.head.email).get(f"/ho-so/{record.id}").text

    assert "Bạn đã duyệt hồ sơ này ở tổ nên không ký duyệt nữa" in page
    assert "Quyết định của bạn" not in page
    principal = signed_in(application_on(context), cast.principal.email).get(f"/ho-so/{record.id}").text
    assert "không ký duyệt nữa" not in principal


def test_the_owner_reads_who_was_told_of_those_who_are_there(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf("chờ")).record
    decide(context, cast.head, record, Action.APPROVE)
    change(context, cast, places("principal", (Role.TEACHER, "head")))
    page = signed_in(application_on(context), cast.teacher.email).get(f"/ho-so/{record.id}").text
    assert "Đã báo cho: Phó hiệu trưởng, Ban quản trị hồ sơ." in page


def test_my_tasks_say_how_many_wait_for_which_appointment_and_lead_to_where_one_appoints(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    for content in ("một", "hai"):
        hand_in(context, cast.teacher, pdf(content), title=content)
    change(context, cast, account(disable, "head"))
    app = application_on(context)
    notices = {
        name: notice_in(signed_in(app, getattr(cast, name).email).get("/viec-cua-toi").text)
        for name in ("principal", "vice_principal", "records_admin")
    }
    for name, notice in notices.items():
        assert "Bổ nhiệm tổ trưởng hoặc tổ phó cho Tổ 1" in notice, name
        assert "2 hồ sơ đang chờ" in notice, name
        assert notice.count('href="/ho-so/') == 2, name
        assert ('href="/tai-khoan"' in notice) is (name != "vice_principal"), "only where he may go"


def test_nobody_else_has_what_waits_for_nobody_among_his_tasks(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    hand_in(context, cast.teacher, pdf("chờ"))
    change(context, cast, account(disable, "head"))
    app = application_on(context)
    for person in (cast.teacher, cast.teacher5, cast.head2, cast.clerk, cast.officer, cast.b_principal):
        page = signed_in(app, person.email).get("/viec-cua-toi").text
        assert notice_in(page) == "", person.email
    of_another = signed_in(app, cast.principal.email).get(f"/theo-doi/nguoi/{cast.teacher.user_id}").text
    assert notice_in(of_another) == "", "the tasks of somebody else, as his leader sees them"


def test_whose_task_it_is_finds_his_tasks_in_the_menu(context: Context, cast: Cast) -> None:
    app = application_on(context)
    for person in (cast.principal, cast.vice_principal, cast.records_admin, cast.teacher):
        assert 'href="/viec-cua-toi"' in signed_in(app, person.email).get("/ho-so").text, person.email


def test_who_left_and_nobody_took_over_is_brought_to_an_end_by_the_heads_and_the_office(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.head, pdf("của người đi")).record
    change(context, cast, leave("head"), places("teacher", (Role.HEAD, "head")))
    run_worker(context, wait=False)
    decide(context, now_of(context, cast.teacher), record, Action.APPROVE)
    decide(context, cast.principal, record, Action.SIGN_OFF)


def test_what_stands_still_is_found_along_what_waits(context: Context, cast: Cast) -> None:
    pile(context, cast.teacher, 300)
    with context.database.transaction() as session:
        session.execute(text("UPDATE records SET state = 'filed', waiting_for = NULL WHERE title > 'Bài 1'"))
        session.execute(text("ANALYZE records"))
    with context.database.transaction() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        school = cast.teacher.posts[0].school_id
        assert school is not None
        asked = stuck_records(Record.school_id == school, [school])
        written = asked.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(session.scalars(text(f"EXPLAIN {written}")))
    assert "ix_records_waiting_school" in plan
    assert plan.count(f"school_id = {school})") >= 3, "deciders of other schools are read"


def test_the_advice_on_two_places_costs_as_many_statements_as_on_one(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    sent: list[str] = []
    event.listen(context.database.engine, "before_cursor_execute", lambda *call: sent.append(call[2]))

    def statements_for(found: int) -> int:
        sent.clear()
        with context.database.transaction() as session:
            school_id = only_school_of(cast.teacher)
            assert len(standstills_in(session, [school_id])) == found
        return len(sent)

    for owner in (cast.teacher, cast.teacher5):
        hand_in(context, owner, pdf(owner.email))
    change(context, cast, account(disable, "head"))
    for_one = statements_for(1)
    change(context, cast, account(disable, "head2"))
    assert statements_for(2) == for_one

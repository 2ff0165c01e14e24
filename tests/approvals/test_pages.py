"""The pages of handing in, deciding and looking at records, in a browser without JavaScript."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.approvals.facts import actions_for
from app.approvals.list_pages import PER_PAGE
from app.approvals.standing import FREE
from app.catalogue.periods import present_year
from app.context import Context
from app.laptops.registering import Registration, register
from app.people.models import Role
from app.records.models import Record
from app.records.queries import RecordView
from tests.browsing import send, signed_in, token_of
from tests.conftest import Cast
from tests.handing_in import decide, hand_in, hand_in_again
from tests.people.test_confirming import ask_for, place
from tests.two_schools import only_school_of
from workflows.model import Action, State

Pdf = Callable[..., bytes]

_FIELDS = {"record_type": "KHBD", "period": "2026-2027/W12"}
_COPY = text(
    """
    INSERT INTO records SELECT (r).* FROM (
      SELECT jsonb_populate_record(records, jsonb_build_object(
        'id', gen_random_uuid(), 'code', code || n, 'slot_title', slot_title || n,
        'title', title || ' ' || n, 'created_at', created_at + n * interval '1 second')) AS r
      FROM records, generate_series(1, :copies) AS n WHERE id = :id) AS made
    """
)


@pytest.fixture
def record(context: Context, cast: Cast, pdf: Pdf) -> Record:
    """A teacher's plan, just handed in."""
    return hand_in(context, cast.teacher, pdf("bài của một", pages=2), title="Toán tuần 12").record


def browser(app: Flask, local_part: str, school: str = "a") -> FlaskClient:
    return signed_in(app, f"{local_part}@truong-{school}.example")


def now_in(context: Context, record: Record) -> Record:
    with context.database.transaction() as session:
        return session.get_one(Record, record.id)


def item(record: Record) -> str:
    return f"{record.id}:{record.turn}:{record.sha256}"


def files(*named: tuple[str, bytes]) -> list[tuple[io.BytesIO, str, str]]:
    return [(io.BytesIO(content), name, "application/pdf") for name, content in named]


def drop(client: FlaskClient, *named: tuple[str, bytes], **fields: str) -> TestResponse:
    """Send files by the form of the upload page."""
    return send(client, "/nop", "/nop", files=files(*named), **(_FIELDS | fields))


def decision(record: Record, action: str, **more: str) -> dict[str, str]:
    return {"action": action, "turn": str(record.turn), "sha256": record.sha256, **more}


class TestStartPage:
    def test_it_leads_to_the_queue_when_something_waits(self, app: Flask, record: Record) -> None:
        assert record.waiting_for == "head"
        assert browser(app, "totruong1").get("/").location == "/cho-duyet"

    def test_it_leads_a_principal_to_a_registration_that_waits_and_says_so(
        self, app: Flask, context: Context, cast: Cast
    ) -> None:
        with context.database.transaction() as session:
            registration = Registration(present_year(), True, True, True)
            register(session, cast.teacher, only_school_of(cast.teacher), registration)
        client = browser(app, "hieutruong")
        assert client.get("/").location == "/cho-duyet"
        page = client.get("/cho-duyet").text
        assert '<span>Chờ duyệt</span><span class="count">1</span>' in page
        assert "1 đăng ký giáo án trên máy tính" in page
        assert "Không có gì chờ bạn" not in page

    def test_it_leads_to_a_request_about_posts_that_waits(
        self, app: Flask, context: Context, cast: Cast
    ) -> None:
        ask_for(context, cast, cast.teacher, place(cast, Role.HEAD))
        client = browser(app, "hieutruong")
        assert client.get("/").location == "/tai-khoan/xac-nhan"
        page = client.get("/cho-duyet").text
        assert "1 đề nghị về nhân sự chờ xác nhận" in page
        assert "Không có gì chờ bạn" not in page

    @pytest.mark.parametrize(
        ("person", "page"), [("gv1", "/ho-so"), ("totruong1", "/ho-so"), ("vanthu", "/truong")]
    )
    def test_it_leads_to_the_records_when_nothing_does(self, app: Flask, person: str, page: str) -> None:
        assert browser(app, person).get("/").location == page

    def test_a_stranger_is_asked_to_sign_in_first(self, app: Flask) -> None:
        assert app.test_client().get("/ho-so?state=filed").location.startswith("/dang-nhap?next=")


class TestLists:
    def test_an_empty_list_says_what_to_do_next(self, app: Flask) -> None:
        page = browser(app, "gv1").get("/ho-so").text
        assert "Bạn chưa nộp hồ sơ nào" in page
        assert 'href="/nop"' in page

    def test_a_row_says_where_the_record_is_and_for_whom_it_waits(self, app: Flask, record: Record) -> None:
        page = browser(app, "gv1").get("/ho-so").text
        assert f'href="/ho-so/{record.id}"' in page
        assert "Chờ tổ trưởng · dưới 1 phút" in page

    def test_my_records_are_mine_alone(self, app: Flask, record: Record) -> None:
        assert record.title not in browser(app, "gv2").get("/ho-so").text
        assert record.title not in browser(app, "totruong1").get("/ho-so").text

    def test_the_head_finds_the_departments_records_among_all(self, app: Flask, record: Record) -> None:
        assert record.title in browser(app, "totruong1").get("/truong").text
        assert record.title not in browser(app, "totruong2").get("/truong").text

    def test_a_returned_record_tells_its_owner_why(
        self, app: Flask, context: Context, cast: Cast, record: Record
    ) -> None:
        decide(context, cast.head, record, Action.RETURN, "Thiếu mục tiêu.")
        page = browser(app, "gv1").get("/ho-so").text
        assert "Chờ bạn sửa" in page
        assert "Lý do: Thiếu mục tiêu." in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("state=submitted", True),
            ("state=filed", False),
            ("state=", True),
            ("record_type=KHBD&period=2026-2027/W12", True),
            ("record_type=SCN", False),
            ("period=2026-2027/W11", False),
            ("q=toan+tuan", True),
            ("q=TOÁN", True),
            ("q=sinh+hoc", False),
        ],
    )
    def test_filters_narrow_a_list(self, app: Flask, record: Record, query: str, found: bool) -> None:
        page = browser(app, "gv1").get(f"/ho-so?{query}").text
        assert (f'href="/ho-so/{record.id}"' in page) is found
        assert ("Không có hồ sơ nào khớp" in page) is not found

    def test_the_states_carry_their_numbers(
        self, app: Flask, context: Context, cast: Cast, record: Record, pdf: Pdf
    ) -> None:
        other = hand_in(context, cast.teacher, pdf("bài hai"), title="Bài hai").record
        decide(context, cast.teacher, other, Action.WITHDRAW)
        page = browser(app, "gv1").get("/ho-so").text
        assert re.findall(r'<span class="tally">(\d+)</span>', page) == ["2", "1", "1"]
        assert record.state == State.SUBMITTED

    def test_a_long_list_goes_on_without_losing_or_repeating_a_row(
        self, app: Flask, context: Context, record: Record
    ) -> None:
        with context.database.transaction() as session:
            session.execute(_COPY, {"id": record.id, "copies": PER_PAGE + 5})
        client, address, seen = browser(app, "gv1"), "/ho-so?state=submitted", list[str]()
        while address:
            page = client.get(address).text
            seen += re.findall(r'class="title" href="/ho-so/([0-9a-f-]+)"', page)
            following = re.search(r'href="([^"]+)" rel="next"', page)
            address = following[1].replace("&amp;", "&") if following else ""
        assert len(seen) == len(set(seen)) == PER_PAGE + 6

    @pytest.mark.parametrize("after", ["x", "2026-11-21~x", "2026-11-21T00:00:00~" + "0" * 32])
    def test_a_made_up_position_is_refused(self, app: Flask, after: str) -> None:
        assert browser(app, "gv1").get("/ho-so", query_string={"after": after}).status_code == 422


class TestHandingIn:
    def test_each_file_gets_its_own_answer(self, app: Flask, context: Context, pdf: Pdf) -> None:
        answer = drop(
            browser(app, "gv1"),
            ("KHBD_Toan.pdf", pdf("toán")),
            ("bai.pdf", b"PK\3\4"),
            ("Văn.pdf", pdf("văn")),
        )
        assert answer.status_code == 200
        assert answer.text.count("answer-good") == 2
        assert "Tệp này không phải là PDF." in answer.text
        with context.database.transaction() as session:
            titles = set(session.execute(text("SELECT title FROM records")).scalars())
        assert titles == {"KHBD Toan", "Văn"}

    def test_a_script_gets_the_answers_without_the_page_around_them(self, app: Flask, pdf: Pdf) -> None:
        client = browser(app, "gv1")
        answer = client.post(
            "/nop",
            data={"csrf_token": token_of(client.get("/nop")), "files": files(("a.pdf", pdf())), **_FIELDS},
            headers={"X-Part": "answers"},
        )
        assert "answer-good" in answer.text
        assert "<html" not in answer.text

    def test_a_title_of_ones_own_wins_and_is_composed(self, app: Flask, context: Context, pdf: Pdf) -> None:
        drop(browser(app, "gv1"), ("a.pdf", pdf()), title="  Ba\u0300i\n 5 ", **{"class": "4A"})
        with context.database.transaction() as session:
            row = session.execute(text("SELECT title, class_name FROM records")).one()
        assert tuple(row) == ("Bài 5", "4A")

    def test_the_same_bytes_again_are_told_where_they_are(self, app: Flask, pdf: Pdf) -> None:
        client = browser(app, "gv1")
        drop(client, ("a.pdf", pdf()))
        assert "Đúng tệp này đã được nộp" in drop(client, ("a.pdf", pdf())).text

    def test_a_wrong_period_is_said_for_the_file(self, app: Flask, pdf: Pdf) -> None:
        assert "không hợp lệ" in drop(browser(app, "gv1"), ("a.pdf", pdf()), period="2026-2027/M09").text

    def test_no_file_is_no_request(self, app: Flask) -> None:
        client = browser(app, "gv1")
        assert send(client, "/nop", "/nop", **_FIELDS).status_code == 422

    def test_a_file_too_large_is_refused_with_the_limit(self, app: Flask, context: Context) -> None:
        client = browser(app, "gv1")
        part = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-1.7'
        body = part + b"0" * (context.settings.max_upload_mb * 1024 * 1024) + b"\r\n--x--\r\n"
        answer = client.post("/nop", data=body, content_type="multipart/form-data; boundary=x")
        assert answer.status_code == 413
        assert "20 MB" in answer.text

    def test_only_what_one_may_hand_in_is_offered(self, app: Flask) -> None:
        assert 'value="KHGDNT"' not in browser(app, "gv1").get("/nop").text
        assert 'value="KHGDNT"' in browser(app, "vanthu").get("/nop").text

    def test_an_officer_hands_nothing_in(self, app: Flask) -> None:
        assert signed_in(app, "canbo@phong.example").get("/nop").status_code == 403


class TestQueue:
    @pytest.fixture
    def three(self, context: Context, cast: Cast, pdf: Pdf) -> list[Record]:
        """Three plans that wait for the head, the first one longest."""
        made = [
            hand_in(context, owner, pdf(f"bài {n}"), title=f"Bài số {n}")
            for n, owner in enumerate((cast.teacher, cast.teacher2, cast.teacher), 1)
        ]
        return [each.record for each in made]

    def test_the_longest_waiting_comes_first(self, app: Flask, three: list[Record]) -> None:
        page = browser(app, "totruong1").get("/cho-duyet").text
        assert re.findall(r"Bài số (\d)</a>", page) == ["1", "2", "3"]
        assert all(item(each) in page for each in three)

    def test_who_decides_nothing_has_an_empty_queue(self, app: Flask, three: list[Record]) -> None:
        page = browser(app, "gv1").get("/cho-duyet").text
        assert "Không có gì chờ bạn" in page
        assert three[0].title not in page

    def test_one_decision_is_carried_out_on_many(
        self, app: Flask, context: Context, three: list[Record]
    ) -> None:
        client = browser(app, "totruong1")
        chosen = [item(each) for each in three]
        answer = send(client, "/cho-duyet", "/cho-duyet", action="approve", item=chosen)
        assert "Duyệt: xong 3 hồ sơ." in answer.text
        assert {now_in(context, each).state for each in three} == {State.DEPARTMENT_APPROVED}

    def test_one_that_changed_meanwhile_spoils_no_other(
        self, app: Flask, context: Context, cast: Cast, three: list[Record]
    ) -> None:
        decide(context, cast.teacher, three[0], Action.WITHDRAW)
        chosen = [item(each) for each in three]
        answer = send(browser(app, "totruong1"), "/cho-duyet", "/cho-duyet", action="approve", item=chosen)
        assert "Duyệt: xong 2 hồ sơ." in answer.text
        assert "Hồ sơ đã thay đổi kể từ lúc bạn mở xem." in answer.text
        assert now_in(context, three[0]).state == State.WITHDRAWN

    def test_to_return_many_takes_one_word_for_all(
        self, app: Flask, context: Context, three: list[Record]
    ) -> None:
        client = browser(app, "totruong1")
        chosen = [item(each) for each in three]
        silent = send(client, "/cho-duyet", "/cho-duyet", action="return", item=chosen, comment="  ")
        assert silent.status_code == 422
        assert silent.text.count("Trả lại hồ sơ cần có lý do.") == 1
        assert silent.text.count(" checked>") == 3
        assert '<details class="return" open>' in silent.text
        send(client, "/cho-duyet", "/cho-duyet", action="return", item=chosen, comment="Nộp lại.")
        assert {now_in(context, each).state for each in three} == {State.RETURNED}

    def test_a_reason_for_many_that_is_too_long_stays_with_the_ticks(
        self, app: Flask, three: list[Record]
    ) -> None:
        said = "Thiếu mục tiêu. " * 200
        chosen = [item(each) for each in three[:2]]
        answer = send(
            browser(app, "totruong1"), "/cho-duyet", "/cho-duyet", action="return", item=chosen, comment=said
        )
        assert answer.status_code == 422
        assert answer.text.count(" checked>") == 2
        assert said in answer.text

    def test_a_record_that_changed_meanwhile_is_ticked_no_more_and_the_reason_stays(
        self, app: Flask, context: Context, cast: Cast, pdf: Pdf, three: list[Record]
    ) -> None:
        decide(context, cast.teacher, three[0], Action.WITHDRAW)
        hand_in_again(context, cast.teacher, pdf("bản hai"), three[0])
        answer = send(
            browser(app, "totruong1"),
            "/cho-duyet",
            "/cho-duyet",
            action="return",
            item=[item(three[0])],
            comment="Thiếu mục tiêu.",
        )
        assert "Hồ sơ đã thay đổi" in answer.text
        assert " checked>" not in answer.text
        assert "Thiếu mục tiêu.</textarea>" in answer.text

    @pytest.mark.usefixtures("three")
    def test_nothing_chosen_says_so_and_keeps_the_reason(self, app: Flask) -> None:
        answer = send(
            browser(app, "totruong1"), "/cho-duyet", "/cho-duyet", action="return", comment="Thiếu mục tiêu."
        )
        assert answer.status_code == 422
        assert "Chưa chọn hồ sơ nào." in answer.text
        assert "Thiếu mục tiêu.</textarea>" in answer.text

    def test_what_one_may_not_know_of_is_not_named(
        self, app: Flask, context: Context, record: Record
    ) -> None:
        stranger = browser(app, "totruong2")
        page = "/mat-khau"
        answer = send(stranger, "/cho-duyet", page, action="approve", item=[item(record)])
        assert record.title not in answer.text
        assert "Không tìm thấy nội dung này." in answer.text
        assert now_in(context, record).state == State.SUBMITTED

    @pytest.mark.parametrize(
        "sent",
        [
            {"action": "approve", "item": []},
            {"action": "file", "item": ["x"]},
            {"action": "approve", "item": ["x"]},
            {"action": "approve", "item": ["00000000-0000-0000-0000-000000000000:x:y"]},
            {"action": "approve", "item": ["00000000-0000-0000-0000-000000000000:1:y"] * 501},
        ],
    )
    def test_a_malformed_decision_is_refused(self, app: Flask, sent: dict[str, object]) -> None:
        assert send(browser(app, "totruong1"), "/cho-duyet", "/mat-khau", **sent).status_code == 422

    def test_the_principal_picks_one_department(
        self, app: Flask, context: Context, cast: Cast, pdf: Pdf, record: Record
    ) -> None:
        other = hand_in(context, cast.teacher5, pdf("tổ hai"), title="Bài của tổ hai").record
        decide(context, cast.head, record, Action.APPROVE)
        decide(context, cast.head2, other, Action.APPROVE)
        client = browser(app, "hieutruong")
        assert other.title in client.get("/cho-duyet").text
        page = client.get("/cho-duyet", query_string={"department": "Tổ 1"}).text
        assert record.title in page
        assert other.title not in page
        nowhere = client.get("/cho-duyet", query_string={"department": "Tổ không còn gì chờ"}).text
        assert record.title not in nowhere
        assert other.title not in nowhere


class TestRecordPage:
    def test_the_buttons_are_exactly_what_is_open_to_the_reader(
        self, app: Flask, context: Context, cast: Cast, record: Record
    ) -> None:
        readers = [cast.teacher, cast.head, cast.principal, cast.vice_principal, cast.clerk]
        browsers = [signed_in(app, reader.email) for reader in readers]
        for step in (Action.APPROVE, Action.SIGN_OFF):
            for reader, client in zip(readers, browsers, strict=True):
                page = client.get(f"/ho-so/{record.id}").text
                buttons = set(re.findall(r'name="action" value="(\w+)"', page))
                assert buttons == set(actions_for(reader, now_in(context, record), FREE))
            decide(context, cast.head if step is Action.APPROVE else cast.principal, record, step)

    def test_a_decision_leads_on_to_the_next_record(
        self, app: Flask, context: Context, cast: Cast, pdf: Pdf, record: Record
    ) -> None:
        following = hand_in(context, cast.teacher2, pdf("bài sau"), title="Bài sau").record
        client = browser(app, "totruong1")
        address = f"/ho-so/{record.id}"
        assert "Hồ sơ chờ tiếp theo (còn 1)" in client.get(address).text
        answer = send(client, f"{address}/quyet-dinh", address, **decision(record, "approve"))
        assert answer.location == address
        page = client.get(address).text
        assert "Hồ sơ chờ tiếp theo (còn 1)" in page
        assert "Đã duyệt “Toán tuần 12”" in page
        assert f'href="/ho-so/{following.id}"' in page
        assert now_in(context, record).state == State.DEPARTMENT_APPROVED

    def test_an_outdated_decision_shows_the_present_record(
        self, app: Flask, context: Context, cast: Cast, pdf: Pdf, record: Record
    ) -> None:
        decide(context, cast.head, record, Action.RETURN, "Sửa.")
        again: RecordView = hand_in_again(context, cast.teacher, pdf("bản hai"), record)
        address = f"/ho-so/{record.id}"
        answer = send(
            browser(app, "totruong1"), f"{address}/quyet-dinh", address, **decision(record, "approve")
        )
        assert answer.status_code == 409
        assert "Hồ sơ đã thay đổi kể từ lúc bạn mở xem." in answer.text
        assert again.record.sha256 in answer.text
        assert now_in(context, record).state == State.SUBMITTED

    def test_who_comes_too_late_reads_who_decided_and_keeps_what_was_typed(
        self, app: Flask, context: Context, cast: Cast, record: Record
    ) -> None:
        decide(context, cast.head, record, Action.APPROVE)
        decide(context, cast.principal, record, Action.SIGN_OFF)
        address, late = f"/ho-so/{record.id}", decision(record, "return", comment="Thiếu mục tiêu.")
        answer = send(browser(app, "totruong1"), f"{address}/quyet-dinh", "/mat-khau", **late)
        assert answer.status_code == 409
        assert re.search(r"Hiệu trưởng [^<]+ đã ký duyệt lúc \d\d/", answer.text)
        assert "Thiếu mục tiêu.</textarea>" in answer.text

    def test_who_may_still_decide_finds_the_box_open_with_what_was_typed(
        self, app: Flask, context: Context, cast: Cast, pdf: Pdf, record: Record
    ) -> None:
        decide(context, cast.teacher, record, Action.WITHDRAW)
        hand_in_again(context, cast.teacher, pdf("bản hai"), record)
        address, late = f"/ho-so/{record.id}", decision(record, "return", comment="Thiếu mục tiêu.")
        answer = send(browser(app, "totruong1"), f"{address}/quyet-dinh", address, **late)
        assert '<details class="return" open>' in answer.text
        assert "Thiếu mục tiêu.</textarea>" in answer.text
        assert "đã nộp phiên bản mới lúc" in answer.text

    def test_to_return_takes_a_reason_which_the_owner_reads(
        self, app: Flask, context: Context, record: Record
    ) -> None:
        client, address = browser(app, "totruong1"), f"/ho-so/{record.id}"
        silent = send(client, f"{address}/quyet-dinh", address, **decision(record, "return"))
        assert silent.status_code == 422
        assert "Trả lại hồ sơ cần có lý do." in silent.text
        blank = send(client, f"{address}/quyet-dinh", address, **decision(record, "return", comment=" "))
        assert '<details class="return" open>' in silent.text
        assert '<details class="return" open>' in blank.text
        said = decision(record, "return", comment="Thiếu <b>mục tiêu</b>.")
        send(client, f"{address}/quyet-dinh", address, **said)
        page = browser(app, "gv1").get(address).text
        assert "Thiếu &lt;b&gt;mục tiêu&lt;/b&gt;." in page
        assert "Nộp phiên bản mới" in page
        assert now_in(context, record).state == State.RETURNED

    def test_a_new_version_puts_it_back_on_its_way(
        self, app: Flask, context: Context, cast: Cast, pdf: Pdf, record: Record
    ) -> None:
        decide(context, cast.head, record, Action.RETURN, "Sửa.")
        client, address = browser(app, "gv1"), f"/ho-so/{record.id}"
        better = files(("b.pdf", pdf("bản hai")))
        assert send(client, f"{address}/phien-ban", address, file=better).location == address
        assert (now_in(context, record).state, now_in(context, record).version) == (State.SUBMITTED, 2)

    @pytest.mark.parametrize(
        ("content", "sentence"), [(b"PK\3\4", "không phải là PDF"), (b"", "không có nội dung")]
    )
    def test_a_new_version_that_is_refused_changes_nothing(
        self, app: Flask, context: Context, cast: Cast, record: Record, content: bytes, sentence: str
    ) -> None:
        decide(context, cast.head, record, Action.RETURN, "Sửa.")
        address = f"/ho-so/{record.id}"
        answer = send(browser(app, "gv1"), f"{address}/phien-ban", address, file=files(("b.pdf", content)))
        assert answer.status_code == 422
        assert sentence in answer.text
        assert (now_in(context, record).state, now_in(context, record).version) == (State.RETURNED, 1)

    def test_the_present_bytes_are_no_new_version_and_it_is_said_without_an_id(
        self, app: Flask, context: Context, cast: Cast, pdf: Pdf, record: Record
    ) -> None:
        decide(context, cast.head, record, Action.RETURN, "Sửa.")
        address = f"/ho-so/{record.id}"
        same = files(("b.pdf", pdf("bài của một", pages=2)))
        answer = send(browser(app, "gv1"), f"{address}/phien-ban", address, file=same)
        assert answer.status_code == 409
        box = answer.text.partition('role="alert"')[2].partition("</div></div>")[0]
        assert "Tệp này giống hệt phiên bản 1 đang có" in box
        assert str(record.id) not in box

    def test_while_it_is_being_filed_the_page_asks_whether_it_is_done(
        self, app: Flask, context: Context, cast: Cast, record: Record
    ) -> None:
        decide(context, cast.head, record, Action.APPROVE)
        decide(context, cast.principal, record, Action.SIGN_OFF)
        client, address = browser(app, "gv1"), f"/ho-so/{record.id}"
        assert f'hx-get="{address}?unless=signed_off" hx-trigger="every 3s"' in client.get(address).text
        asked = client.get(f"{address}?unless=signed_off")
        assert (asked.status_code, asked.headers.get("HX-Refresh")) == (204, None)
        decide(context, None, record, Action.FILE)
        assert client.get(f"{address}?unless=signed_off").headers["HX-Refresh"] == "true"
        assert "hx-trigger" not in client.get(address).text

    def test_the_history_names_person_role_and_time_in_vietnam(
        self, app: Flask, context: Context, cast: Cast, record: Record
    ) -> None:
        decide(context, cast.head, record, Action.APPROVE)
        page = browser(app, "gv1").get(f"/ho-so/{record.id}").text
        assert re.search(rf'{cast.head.name}\s*·\s*<span lang="vi">Tổ trưởng Tổ 1<', page)
        assert "Giờ Việt Nam (+07:00)." in page

    def test_a_page_is_a_picture(self, app: Flask, record: Record) -> None:
        client = browser(app, "totruong1")
        answer = client.get(f"/ho-so/{record.id}/trang/2.png?width=400")
        assert answer.mimetype == "image/png"
        assert answer.data.startswith(b"\x89PNG")
        assert client.get(f"/ho-so/{record.id}/trang/3.png").status_code == 404

    def test_the_file_comes_back_as_it_was_handed_in(
        self, app: Flask, context: Context, cast: Cast, pdf: Pdf
    ) -> None:
        content = pdf("nguyên vẹn")
        record = hand_in(context, cast.teacher, content).record
        answer = browser(app, "totruong1").get(f"/ho-so/{record.id}/tep/uploaded.pdf")
        assert answer.data == content
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Content-Security-Policy"] == "sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        answer.close()

    @pytest.mark.parametrize("rendition", ["official", "certificate", "nonsense"])
    def test_what_there_is_not_is_not_found(self, app: Flask, record: Record, rendition: str) -> None:
        assert browser(app, "gv1").get(f"/ho-so/{record.id}/tep/{rendition}.pdf").status_code == 404

    @pytest.mark.parametrize("person", ["gv1", "totruong1", "hieutruong", "vanthu", "quantri"])
    def test_the_other_school_finds_nothing(self, app: Flask, record: Record, person: str) -> None:
        client = browser(app, person, "b")
        for rest in ("", "/trang/1.png", "/tep/uploaded.pdf"):
            assert client.get(f"/ho-so/{record.id}{rest}").status_code == 404
        assert record.title not in client.get("/truong").text

    def test_a_colleague_finds_nothing_either(self, app: Flask, record: Record) -> None:
        assert browser(app, "gv2").get(f"/ho-so/{record.id}").status_code == 404

    @pytest.mark.parametrize("rest", ["/quyet-dinh", "/phien-ban"])
    def test_a_form_of_another_site_is_refused(
        self, app: Flask, context: Context, record: Record, rest: str
    ) -> None:
        client = browser(app, "totruong1")
        answer = client.post(f"/ho-so/{record.id}{rest}", data=decision(record, "approve"))
        assert answer.status_code == 400
        assert now_in(context, record).state == State.SUBMITTED

"""Pages for a reader of English: in a school whose names are ASCII, no Vietnamese letter is left."""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import func, update
from sqlalchemy.orm import Session

from app.catalogue.models import RecordType
from app.clock import today
from app.context import Context
from app.people.delegations import Mandate, Term, delegate
from app.people.models import User
from app.records.models import OfficialFile, Record
from app.schools.models import Department, Office, School
from app.stuck.models import StuckJob
from app.teaching.models import Subject
from app.tree.models import Folder
from tests.browsing import application_on, send, signed_in
from tests.conftest import Cast
from tests.handing_in import decide, hand_in
from tests.tree.steps import file_one, sign_off
from workflows.model import Action

Pdf = Callable[..., bytes]
NAMES = (
    User.name,
    School.name,
    Department.name,
    Office.name,
    RecordType.name,
    Subject.name,
    Folder.name,
    OfficialFile.path,
)
"""What people call things; it is shown as it is in every language."""
KEPT = re.compile(
    r"Ký Duyệt|(Họ và tên|Địa chỉ thư|Vai trò|Tổ|Mã định danh|Lớp|Khối|Giáo viên chủ nhiệm|Mã giáo viên"
    r"|Điểm trường|Giáo viên|Môn học|Tuần|Từ ngày|Đến ngày|Học kỳ|Tên bài học|Số tiết|Tiết PPCT|Ghi chú) \("
    r"|“(Hạn chế|Tệp lạ và tệp bị sửa)” \("
)
"""The product's name; the headings of a school's lists and the names of folders beside what they mean."""
FOREIGN = re.compile(r"\S*[^\W\d_a-zA-Z]\S*")
NO_END = {"br", "hr", "img", "input", "link", "meta"}


class Page(HTMLParser):
    """What a page says in its own language, and where it leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.language = ""
        self._languages = [""]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given["lang"]
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"].partition("#")[0].partition("?")[0])
        if tag not in NO_END:
            self._languages.append(given.get("lang", self._languages[-1]))
        self._hear(" ".join(given.values()))

    def handle_endtag(self, tag: str) -> None:
        if tag not in NO_END:
            self._languages.pop()

    def handle_data(self, data: str) -> None:
        self._hear(data)

    def foreign(self) -> list[str]:
        """Return the words with letters that English does not have."""
        return FOREIGN.findall(KEPT.sub("", " ".join(self.words)))

    def _hear(self, text: str) -> None:
        if self._languages[-1] == self.language:
            self.words.append(text)


def rename(session: Session) -> None:
    """Give everything that is there a name in ASCII."""
    for column in NAMES:
        ascii_only = func.regexp_replace(column, "[^ -~]", "", "g")
        session.execute(update(column.class_).values({column: ascii_only}))


@pytest.fixture
def records(context: Context, cast: Cast, pdf: Pdf) -> dict[str, Record]:
    """A record at every step, by its step, which is its title as well; events keep names in ASCII."""
    with context.database.transaction() as session:
        rename(session)
    decided = {
        "approved": (cast.head, Action.APPROVE),
        "returned": (cast.head, Action.RETURN),
        "withdrawn": (cast.teacher, Action.WITHDRAW),
    }
    made = {"filed": file_one(context, cast, pdf("filed"), title="filed")}
    for step in ("waiting", *decided):
        made[step] = hand_in(context, cast.teacher, pdf(step), title=step).record
    for step, (actor, action) in decided.items():
        decide(context, actor, made[step], action, "why")
    return made | {"signed": sign_off(context, cast, pdf("signed"), title="signed")}


@pytest.fixture
def app(context: Context, cast: Cast, records: dict[str, Record]) -> Flask:
    """The application on those records, a loan and a stuck job; folders are renamed too."""
    signed = records["signed"]
    step = {"school_id": signed.school_id, "task": "seal", "code": "internal_error", "attempts": 2}
    with context.database.transaction() as session:
        mandate = Mandate(cast.vice_principal.user_id, "KT.", Term(today(), today()), "why")
        delegate(session, cast.principal, mandate)
        session.add(StuckJob(subject=str(signed.id), arguments={"record_id": str(signed.id)}, **step))
        rename(session)
    return application_on(context)


def in_english(app: Flask, email: str = "") -> FlaskClient:
    """Open a browser that reads English, signed in unless there is no address."""
    browser = signed_in(app, email) if email else app.test_client()
    send(browser, "/ngon-ngu", "/kiem-tra", language="en")
    return browser


def pages(browser: FlaskClient, starts: Iterable[str]) -> Iterator[tuple[str, Page]]:
    """Walk the links to every page, but not to files, which have an ending."""
    waiting, seen = list(starts), set(starts)
    while waiting:
        path = waiting.pop(0)
        page = Page(browser.get(path, follow_redirects=True).text)
        yield path, page
        fresh = {link for link in page.links if "." not in link} - seen
        waiting += sorted(fresh)
        seen |= fresh


@pytest.mark.parametrize(
    ("role", "least"),
    [
        ("teacher", 20),
        ("head", 21),
        ("principal", 30),
        ("records_admin", 30),
        ("officer", 20),
    ],
)
def test_no_page_that_a_person_reaches_says_anything_in_vietnamese(
    app: Flask, cast: Cast, records: dict[str, Record], role: str, least: int
) -> None:
    starts = ["/ho-so", "/truong", "/cho-duyet", *(f"/ho-so/{each.id}" for each in records.values())]
    visited = dict(pages(in_english(app, getattr(cast, role).email), starts))
    assert len(visited) >= least, sorted(visited)
    assert {page.language for page in visited.values()} == {"en"}
    assert {path: page.foreign() for path, page in visited.items() if page.foreign()} == {}


def test_files_are_answered_in_english(app: Flask, cast: Cast, pdf: Pdf) -> None:
    browser = in_english(app, cast.teacher2.email)
    files = [(io.BytesIO(pdf("another")), "another.pdf"), (io.BytesIO(b"not a PDF"), "letter.pdf")]
    answer = send(browser, "/nop", "/nop", record_type="KHBD", period="2026-2027/W12", files=files)
    assert "Waiting for the department head." in answer.text
    assert "This file is not a PDF." in answer.text
    assert Page(answer.text).foreign() == []


def test_decisions_are_answered_in_english(app: Flask, cast: Cast, records: dict[str, Record]) -> None:
    browser = in_english(app, cast.head.email)
    waiting = records["waiting"]
    path, seen = f"/ho-so/{waiting.id}", {"turn": waiting.turn, "sha256": waiting.sha256}
    unexplained = send(browser, f"{path}/quyet-dinh", path, action="return", **seen)
    assert "A return needs a reason." in unexplained.text
    stale = send(
        browser, "/cho-duyet", "/cho-duyet", action="approve", item=f"{waiting.id}:9:{waiting.sha256}"
    )
    assert "The record has changed since you opened it." in stale.text
    send(browser, f"{path}/quyet-dinh", path, action="approve", **seen)
    approved = browser.get("/cho-duyet")
    assert "is approved and goes to the principal" in approved.text
    assert [Page(each.text).foreign() for each in (unexplained, stale, approved)] == [[], [], []]


def test_a_staff_list_is_judged_in_english(app: Flask, cast: Cast) -> None:
    browser = in_english(app, cast.records_admin.email)
    book = Workbook()
    for row in (
        ["ho ten", "email", "vai tro", "to", "room"],
        ["", "x", "cook", "To 9"],
        ["Ann", "a@b.example", "to truong"],
    ):
        book.worksheets[0].append(row)
    written = io.BytesIO()
    book.save(written)
    written.seek(0)
    page = send(browser, "/tai-khoan/nhap", "/tai-khoan/nhap", file=(written, "list.xlsx")).text
    assert "Columns that are not used: room." in page
    assert "The role “cook” is not known." in page
    assert Page(page).foreign() == []


def test_a_stranger_is_answered_in_english(app: Flask) -> None:
    browser = in_english(app)
    wrong = send(browser, "/dang-nhap", "/dang-nhap", email="a@b.example", password="x")
    empty = send(browser, "/dang-nhap", "/dang-nhap")
    unknown = send(browser, "/kiem-tra", "/kiem-tra", file=(io.BytesIO(b"x"), "x.pdf"))
    nowhere = browser.get("/nowhere")
    assert "The email address or the password is not right." in wrong.text
    assert "Enter your password." in empty.text
    assert "No signed record has exactly this file." in unknown.text
    assert "This could not be found." in nowhere.text
    assert [Page(each.text).foreign() for each in (wrong, empty, unknown, nowhere)] == [[]] * 4


def test_the_check_page_says_in_english_who_signed(app: Flask, records: dict[str, Record]) -> None:
    page = in_english(app).get(f"/kiem-tra/{records['filed'].code}").text
    assert "Department head" in page
    assert Page(page).foreign() == []

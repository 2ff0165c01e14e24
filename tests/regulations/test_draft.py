"""The draft of a school's rules follows its settings: catalogue, deadlines, locks, delegations, store."""

import io
from datetime import time
from types import SimpleNamespace

import docx
import pytest
from flask.testing import FlaskClient

from app.calendar.deadline_rules import set_deadline_rule
from app.calendar.deadlines import Anchor, Rule
from app.catalogue.models import PeriodKind
from app.catalogue.periods import present_year
from app.catalogue.retention import Retention, confirm_retention
from app.catalogue.switching import Choice, switch_off
from app.clock import today
from app.context import Context
from app.db import now
from app.locks.locking import Closing, lock
from app.papers.paper import Bullets, Heading, Table, Text
from app.people.delegations import Mandate, Term, delegate
from app.people.models import Role
from app.regulations.draft import regulations_of
from tests.browsing import signed_in

Cast = SimpleNamespace


def school_of(cast: Cast) -> int:
    found: int = cast.principal.school_ids({Role.PRINCIPAL})[0]
    return found


def draft(context: Context, cast: Cast) -> str:
    """Return everything that the draft says, a line for each paragraph, item and row."""
    with context.database.transaction() as session:
        paper = regulations_of(session, school_of(cast), present_year(), now())
    lines: list[str] = []
    for block in paper.blocks:
        match block:
            case Heading(text=text):
                lines.append(text)
            case Text(words=words):
                lines.append(str(words))
            case Bullets(items=items):
                lines += map(str, items)
            case Table(rows=rows):
                lines += [" | ".join(row) for row in rows]
    return "\n".join(lines)


def test_articles_are_numbered_without_a_gap(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        paper = regulations_of(session, school_of(cast), present_year(), now())
    articles = [block.text for block in paper.blocks if isinstance(block, Heading) and block.level == 2]
    assert [each.partition(".")[0] for each in articles] == [f"Điều {n}" for n in range(1, len(articles) + 1)]
    assert "DỰ THẢO" in paper.note


def test_a_deadline_that_the_school_sets_stands_in_the_catalogue(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        rule = Rule(PeriodKind.WEEK, Anchor.BEGIN, -3, time(16, 30), None, "KHBD")
        set_deadline_rule(session, cast.principal, school_of(cast), rule)
    said = draft(context, cast)
    assert "Kế hoạch bài dạy" in said
    assert "Trước khi tuần bắt đầu 3 ngày, 16:30" in said


def test_a_type_that_is_switched_off_is_not_named(context: Context, cast: Cast) -> None:
    assert "Sổ chủ nhiệm" in draft(context, cast)
    with context.database.transaction() as session:
        switch_off(session, cast.principal, Choice(school_of(cast), "SCN", present_year()))
    assert "Sổ chủ nhiệm" not in draft(context, cast)


def test_what_is_locked_and_who_signs_for_whom_is_said(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        closing = Closing(present_year(), "Đã kiểm tra", "SCN")
        lock(session, cast.principal, school_of(cast), closing)
        mandate = Mandate(cast.vice_principal.user_id, "TUQ.", Term(today(), today()))
        delegate(session, cast.principal, mandate)
    said = draft(context, cast)
    assert "Lý do: Đã kiểm tra" in said
    assert f"{cast.vice_principal.name} ký TUQ. hiệu trưởng {cast.principal.name}" in said


def test_retention_is_unconfirmed_until_the_clerk_confirms_it(context: Context, cast: Cast) -> None:
    assert "Chưa xác nhận" in draft(context, cast)
    with context.database.transaction() as session:
        known = Retention(7, "Bảng thời hạn của trường")
        confirm_retention(session, cast.clerk, school_of(cast), "KHBD", known)
    said = draft(context, cast)
    assert "7 năm | Bảng thời hạn của trường | Đã xác nhận" in said


def test_the_draft_comes_as_page_pdf_and_word_document(cast: Cast, client: FlaskClient) -> None:
    clerk = signed_in(client.application, cast.clerk.email)
    page = clerk.get("/quy-che")
    assert "Điều 1. Phạm vi và đối tượng áp dụng" in page.text
    assert len(page.data) < 150_000
    assert clerk.get("/quy-che.pdf").data.startswith(b"%PDF")
    document = docx.Document(io.BytesIO(clerk.get("/quy-che.docx").data))
    assert any("Điều 1." in paragraph.text for paragraph in document.paragraphs)


@pytest.mark.parametrize("role", ["officer", "provincial_officer"])
def test_an_officer_has_no_school_whose_rules_to_draft(cast: Cast, client: FlaskClient, role: str) -> None:
    assert signed_in(client.application, getattr(cast, role).email).get("/quy-che").status_code == 403

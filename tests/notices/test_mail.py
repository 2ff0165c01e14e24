"""Mail is handed to a real server over SMTP; what it refuses for good is not tried again."""

import pytest

from app.config import Settings
from app.notices.letters import Letter
from app.notices.mail import MailRefused, post
from app.stuck.reasons import may_pass
from tests.notices.post_office import PostOffice

LETTER = Letter("Kho lưu trữ cần bạn", "Chào bạn,\n\nKho đã đầy.\n")
READER = "quantri@truong-a.example"


def settings(office: PostOffice) -> Settings:
    return Settings(secret_key="k" * 32, mail_url=office.url, mail_from="Ký Duyệt <kyduyet@so.example>")


def test_a_letter_arrives_with_its_vietnamese_intact(office: PostOffice) -> None:
    assert post(settings(office), READER, LETTER)
    (arrived,) = office.letters
    assert arrived["Subject"] == LETTER.subject
    assert arrived["To"] == READER
    assert "kyduyet@so.example" in arrived["From"]
    assert arrived.get_content().replace("\r\n", "\n") == LETTER.body


def test_a_long_subject_keeps_the_blanks_between_its_words(office: PostOffice) -> None:
    subject = "Chờ bạn xác nhận sửa chữa: Kế hoạch bài dạy – Tuần 8, năm học 2026-2027"
    post(settings(office), READER, Letter(subject, "Chào bạn.\n"))
    assert office.letters[0]["Subject"] == subject


def test_without_a_mail_server_nothing_is_sent() -> None:
    assert not post(Settings(secret_key="k" * 32), READER, LETTER)


def test_an_address_that_is_refused_for_good_is_not_tried_again(office: PostOffice) -> None:
    office.answer = "550 nobody of that name"
    with pytest.raises(MailRefused) as refused:
        post(settings(office), READER, LETTER)
    assert not may_pass(refused.value)


def test_a_server_that_is_busy_is_tried_again(office: PostOffice) -> None:
    office.answer = "451 later"
    with pytest.raises(OSError, match="later") as refused:
        post(settings(office), READER, LETTER)
    assert may_pass(refused.value)


def test_a_server_that_is_away_is_tried_again() -> None:
    with pytest.raises(OSError) as refused:  # noqa: PT011 -- the system's own words differ
        post(Settings(secret_key="k" * 32, mail_url="smtp://127.0.0.1:9"), READER, LETTER)
    assert may_pass(refused.value)

"""The pages of drift and of moving opened in a browser."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from app.context import Context
from app.drift.looks import tree_drift
from app.drift.models import Finding
from app.moves.decisions import begin_move
from app.moves.models import Stage, StoreMove
from app.records.models import OfficialFile
from app.running.worker import run_worker
from app.web.application import create_app
from tests.browsing import application_on, send, signed_in
from tests.moves.test_connection_pages import consent, registered
from tests.tree.clouds import SCHOOL, google_sky
from tests.tree.steps import file_one

Cast = Any
Pdf = Callable[..., bytes]
PAGE = "/luu-tru/thay-doi"
MOVING = "/luu-tru/chuyen"
ADMIN = "quantri@truong-a.example"


def test_a_change_is_told_in_plain_words_and_repaired_with_one_click(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    file_one(context, cast, pdf("Bài 1"))
    with context.database.transaction() as session:
        path = session.scalars(select(OfficialFile.path)).one() or ""
    place = context.settings.data_dir / "tree" / SCHOOL / path
    content = place.read_bytes()
    place.write_bytes(b"theirs")
    browser = signed_in(application_on(context), ADMIN)
    send(browser, f"{PAGE}/xem-ngay", PAGE)
    run_worker(context, wait=False)
    told = browser.get(PAGE).text
    assert "Bị sửa nội dung" in told
    assert path.rpartition("/")[2] in told
    with context.database.transaction() as session:
        finding_id = session.scalars(select(Finding.id)).one()
    assert send(browser, f"{PAGE}/{finding_id}/sua", PAGE).status_code == 302
    assert "Đang sửa" in browser.get(PAGE).text
    run_worker(context, wait=False)
    assert place.read_bytes() == content
    after = browser.get(PAGE).text
    assert "Đã sửa" in after
    assert "Kho đúng như hệ thống đã đặt" in after


def test_who_was_let_in_behind_our_back_is_named_with_what_he_may_do(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    with google_sky(context) as sky:
        sky.connect()
        file_one(sky.context, cast, pdf("Bài 1"))
        tree_drift(sky.context, SCHOOL)
        path = next(path for path in sky.paths() if path.endswith(".pdf"))
        order = {"verb": "share", "file": path}
        sky.emulator.meddle(order | {"with": "la@ngoai.example", "role": "writer"})
        sky.emulator.meddle(order | {"type": "anyone", "role": "reader"})
        tree_drift(sky.context, SCHOOL)
        told = signed_in(create_app(sky.context), ADMIN).get(PAGE).text
        assert "Ai: la@ngoai.example. Quyền: xem và sửa." in told
        assert "Ai: bất kỳ ai có liên kết. Quyền: chỉ xem." in told


def test_a_change_may_be_left_as_it_is(context: Context, cast: Cast, pdf: Pdf) -> None:
    file_one(context, cast, pdf("Bài 1"))
    stranger = context.settings.data_dir / "tree" / SCHOOL / "2026-2027/Ảnh.jpg"
    stranger.write_bytes(b"jpg")
    assert len(tree_drift(context, SCHOOL)) == 1
    browser = signed_in(application_on(context), ADMIN)
    with context.database.transaction() as session:
        finding_id = session.scalars(select(Finding.id)).one()
    assert send(browser, f"{PAGE}/{finding_id}/de-nguyen", PAGE).status_code == 302
    assert "Để nguyên" in browser.get(PAGE).text
    assert tree_drift(context, SCHOOL) == []
    assert stranger.exists()


def test_a_move_shows_how_far_it_is_and_is_confirmed(context: Context, cast: Cast, pdf: Pdf) -> None:
    with google_sky(context) as sky:
        file_one(sky.context, cast, pdf("Bài 1"))
        browser = signed_in(create_app(sky.context), ADMIN)
        assert "Chưa chuyển kho lần nào" in browser.get(MOVING).text
        move = begin_move(sky.context, SCHOOL, sky.draft, actor="")
        assert "Bước 1/3" in browser.get(MOVING).text
        run_worker(sky.context, wait=False)
        assert "Kho cũ còn nguyên" in browser.get(MOVING).text
        assert send(browser, f"{MOVING}/{move.id}/xac-nhan", MOVING).status_code == 302
        run_worker(sky.context, wait=False)
        assert "tệp ở kho cũ không bị đụng đến" in browser.get(MOVING).text


def test_a_move_that_got_stuck_says_why_and_goes_on_at_a_click(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(context, cast, pdf("Bài 1"))
    with google_sky(context) as sky:
        move = begin_move(sky.context, SCHOOL, sky.draft, actor="")
        with context.database.transaction() as session:
            blob = session.scalars(select(OfficialFile.blob)).one()
        with context.staging.open(blob) as kept:
            content = kept.read()
        context.staging.discard(blob)
        run_worker(sky.context, wait=False)
        browser = signed_in(create_app(sky.context), ADMIN)
        assert "Không còn thấy tệp đã nộp" in browser.get(MOVING).text
        with (context.settings.data_dir / "kept.pdf").open("w+b") as restored:
            restored.write(content)
            restored.seek(0)
            context.staging.keep(blob, restored)
        assert send(browser, f"{MOVING}/{move.id}/tiep-tuc", MOVING).status_code == 302
        run_worker(sky.context, wait=False)
        assert any(path.endswith(f"{record.code}.pdf") for path in sky.paths())


def test_a_move_is_cancelled_at_a_click(context: Context, cast: Cast, pdf: Pdf) -> None:
    file_one(context, cast, pdf("Bài 1"))
    with google_sky(context) as sky:
        move = begin_move(sky.context, SCHOOL, sky.draft, actor="")
        browser = signed_in(create_app(sky.context), ADMIN)
        assert send(browser, f"{MOVING}/{move.id}/huy", MOVING).status_code == 302
        assert "Đã hủy lúc" in browser.get(MOVING).text
        with context.database.transaction() as session:
            assert session.get_one(StoreMove, move.id).stage == Stage.CANCELLED


def test_a_school_moves_to_a_cloud_and_back_from_the_page(context: Context, cast: Cast, pdf: Pdf) -> None:
    with google_sky(context) as bare, registered(bare, "google") as sky:
        record = file_one(sky.context, cast, pdf("Bài 1"))
        browser = signed_in(create_app(sky.context), ADMIN)
        assert f"/luu-tru/{SCHOOL}/ket-noi/google?chuyen=1" in browser.get(MOVING).text
        started = browser.get(f"/luu-tru/{SCHOOL}/ket-noi/google?chuyen=1")
        back = urlsplit(consent(sky, "google", started.location))
        arrived = browser.get(f"{back.path}?{back.query}", follow_redirects=True)
        assert "Bước 1/3" in arrived.text
        run_worker(sky.context, wait=False)
        assert any(path.endswith(f"{record.code}.pdf") for path in sky.paths())
        (move,) = moves_of(context)
        send(browser, f"{MOVING}/{move}/xac-nhan", MOVING)
        run_worker(sky.context, wait=False)
        assert send(browser, f"/luu-tru/{SCHOOL}/chuyen-ve-may-chu", MOVING).status_code == 302
        run_worker(sky.context, wait=False)
        assert "thư mục trên máy chủ" in browser.get(MOVING).text
        assert len(moves_of(context)) == 2


def moves_of(context: Context) -> list[int]:
    with context.database.transaction() as session:
        return list(session.scalars(select(StoreMove.id).order_by(StoreMove.id)))

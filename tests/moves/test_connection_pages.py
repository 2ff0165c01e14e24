"""The page "Lưu trữ", and connecting in the browser as far as the product has a part in it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from flask.testing import FlaskClient

from app.context import Context
from app.running.worker import run_worker
from app.storage.models import StoreState
from app.web.application import create_app
from tests.browsing import send, signed_in
from tests.notices.post_office import post_office
from tests.tree.clouds import SCHOOL, Sky, account_of, google_sky, microsoft_sky, set_up
from tests.tree.steps import file_one

Cast = Any
Pdf = Callable[..., bytes]
ADMIN = "quantri@truong-a.example"
CLIENTS: dict[str, Callable[[Sky], dict[str, str]]] = {
    "google": lambda sky: {
        "google_client_id": sky.furnished["client"]["client_id"],
        "google_client_secret": sky.furnished["client"]["client_secret"],
    },
    "microsoft": lambda sky: {
        "microsoft_client_id": sky.furnished["client_id"],
        "microsoft_client_secret": sky.furnished["client_secret"],
    },
}
SKIES = {"google": google_sky, "microsoft": microsoft_sky}


@pytest.fixture(params=[*SKIES])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sky(kind: str, context: Context) -> Iterator[Sky]:
    """A cloud in which the product is registered."""
    with SKIES[kind](context) as opened, registered(opened, kind) as ready:
        yield ready


@contextmanager
def registered(sky: Sky, kind: str, **settings: Any) -> Iterator[Sky]:
    own = set_up(sky.context, **CLIENTS[kind](sky), **settings)
    with closing(own.stores):
        yield Sky(sky.emulator, own, sky.furnished, sky.draft)


@pytest.fixture
def admin(sky: Sky) -> FlaskClient:
    return signed_in(create_app(sky.context), ADMIN)


def consent(sky: Sky, kind: str, address: str) -> str:
    """Agree at the provider as the school's account, and return where the browser is sent back to."""
    with httpx.Client() as person:
        page = person.get(address)
        assert page.status_code == 200, page.text
        asked = {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}
        if kind == "google":
            form = {"account": sky.furnished["account"], "scope": asked["scope"].split()}
        else:
            form = asked | {"user": "quantri@truong-a.example"}
        return person.post(address, data=form).headers["Location"]


def connect_in_browser(admin: FlaskClient, sky: Sky, kind: str) -> Any:
    started = admin.get(f"/luu-tru/{SCHOOL}/ket-noi/{kind}")
    assert started.status_code == 302, started.text
    back = urlsplit(consent(sky, kind, started.location))
    return admin.get(f"{back.path}?{back.query}", follow_redirects=True)


def test_a_school_is_connected_in_the_browser_and_files_there(
    admin: FlaskClient, sky: Sky, kind: str, cast: Cast, pdf: Pdf
) -> None:
    page = connect_in_browser(admin, sky, kind)
    account = account_of(sky.context)
    assert page.status_code == 200
    assert account.account in page.text
    assert account.account.endswith("@truong-a.example")
    record = file_one(sky.context, cast, pdf("Bài 1"))
    assert any(path.endswith(f"{record.code}.pdf") for path in sky.paths())


def test_no_token_of_a_browser_connection_gets_into_a_log(
    admin: FlaskClient, sky: Sky, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    connect_in_browser(admin, sky, kind)
    kept = sky.context.stores.vault.open(account_of(sky.context).secrets)
    secrets = [value for name, value in kept.items() if name in {"refresh_token", "token", "client_secret"}]
    assert all(secret not in caplog.text for secret in secrets)


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(admin: FlaskClient, kind: str) -> None:
    assert admin.get(f"/luu-tru/ket-noi/{kind}/xong?code=x&state=y").status_code == 409


def test_an_answer_with_another_state_is_refused(admin: FlaskClient, kind: str) -> None:
    admin.get(f"/luu-tru/{SCHOOL}/ket-noi/{kind}")
    assert admin.get(f"/luu-tru/ket-noi/{kind}/xong?code=x&state=forged").status_code == 409


def test_somebody_who_says_no_is_told_how_to_go_on(admin: FlaskClient, kind: str) -> None:
    started = admin.get(f"/luu-tru/{SCHOOL}/ket-noi/{kind}")
    state = parse_qs(urlsplit(started.location).query)["state"][0]
    answer = admin.get(f"/luu-tru/ket-noi/{kind}/xong?error=access_denied&state={state}")
    assert answer.status_code == 403
    assert "access_denied" in answer.text


def test_an_account_of_another_domain_is_refused_in_the_browser_too(sky: Sky, kind: str) -> None:
    with registered(sky, kind, allowed_domains=("giaoduc.example",)) as strict:
        answer = connect_in_browser(signed_in(create_app(strict.context), ADMIN), strict, kind)
    assert answer.status_code == 403
    assert "truong-a.example" in answer.text
    assert "giaoduc.example" in answer.text


def test_the_page_says_what_is_wrong_and_the_button_mends_it_and_one_letter_is_sent(
    sky: Sky, kind: str, cast: Cast, pdf: Pdf
) -> None:
    with post_office() as office, registered(sky, kind, mail_url=office.url) as ready:
        admin = signed_in(create_app(ready.context), ADMIN)
        ready.connect()
        ready.fault(path="^/(v1.0|drive|upload)/", status=401, reason="authError")
        file_one(ready.context, cast, pdf("Bài 1"))
        page = admin.get("/luu-tru").text
        assert "Cần kết nối lại" in page
        assert "việc; lâu nhất từ" in page
        assert "Kết nối lại" in page
        ready.mend()
        assert send(admin, f"/luu-tru/{SCHOOL}/thu-lai", "/luu-tru").status_code == 302
        run_worker(ready.context, wait=False)
    assert account_of(sky.context).state == StoreState.CONNECTED
    assert [letter["To"] for letter in office.letters] == [ADMIN]
    assert "Đang hoạt động" in admin.get("/luu-tru").text


def test_the_page_of_a_school_on_this_machine_offers_to_connect(admin: FlaskClient) -> None:
    page = admin.get("/luu-tru").text
    assert "Thư mục trên máy chủ" in page
    assert f"/luu-tru/{SCHOOL}/ket-noi/" in page


def test_a_school_with_records_here_is_led_to_moving_instead(
    sky: Sky, kind: str, admin: FlaskClient, cast: Cast, pdf: Pdf
) -> None:
    assert f"/ket-noi/{kind}" in admin.get("/luu-tru").text
    file_one(sky.context, cast, pdf("Bài 1"))
    told = admin.get("/luu-tru").text
    assert f"/ket-noi/{kind}" not in told
    assert "muốn dùng kho khác, mở “Chuyển kho”" in told

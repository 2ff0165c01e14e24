"""Single requests to Graph: pace, Retry-After, what breaks off, and where the token is not sent."""

import io

import httpx
import pytest

from app.storage.onedrive.client import Call, GraphClient
from app.storage.onedrive.drive import read_item
from app.storage.onedrive.pace import RATES
from app.storage.onedrive.tokens import AppTokens
from app.storage.policy import OutOfReach, TooFast
from app.storage.protocol import MissingError
from tests.storage.onedrive.school import School


def test_retry_after_closes_the_account_for_that_long(school: School) -> None:
    school.fault(kind="throttled", retry_after=33)
    with pytest.raises(TooFast):
        school.store.space()
    assert school.pacer.closed_for == [33]


def test_without_retry_after_the_account_is_closed_for_two_minutes(school: School) -> None:
    school.fault(status=429, reason="activityLimitReached")
    with pytest.raises(TooFast):
        school.store.space()
    assert school.pacer.closed_for == [120]


def test_an_outage_closes_nothing(school: School) -> None:
    school.fault(kind="server_error")
    with pytest.raises(OutOfReach):
        school.store.space()
    assert school.pacer.closed_for == []


def test_with_a_fifth_of_the_units_left_calls_count_twice(school: School) -> None:
    school.emulator.enforce_quota = True
    costs = []
    for _ in range(540):
        school.store.make_folder("year")
        costs.append(school.pacer.taken[-1][1])
        if costs[-1] > costs[0]:
            break
    assert costs[-1] == 2 * costs[0]
    assert len(costs) > 200


def test_the_pace_keeps_within_the_documented_limits_of_any_minute() -> None:
    units, sharing = RATES["units"], RATES["sharing"]
    assert units.burst + 60 * units.per_second <= 1250
    assert 60 * units.per_second >= 0.9 * 1250
    assert sharing.burst + 60 * sharing.per_second <= 60


def test_a_download_that_breaks_off_is_no_file(school: School) -> None:
    school.store.put("a.pdf", io.BytesIO(b"bytes" * 1000))
    school.fault(operation="download", cut="during")
    with pytest.raises(OutOfReach):
        school.store.open("a.pdf")
    with school.store.open("a.pdf") as file:
        assert file.read() == b"bytes" * 1000


def test_a_download_address_whose_time_is_over_is_asked_for_again(school: School) -> None:
    school.store.put("a.pdf", io.BytesIO(b"bytes"))
    school.fault(operation="download", status=401)
    with pytest.raises(OutOfReach):
        school.store.open("a.pdf")
    with school.store.open("a.pdf") as file:
        assert file.read() == b"bytes"


def test_the_bytes_of_a_folder_are_not_there(school: School) -> None:
    school.store.make_folder("year")
    with pytest.raises(MissingError):
        school.store.open("missing")


def test_a_file_whose_token_ended_on_the_way_is_sent_again_from_its_beginning(school: School) -> None:
    source = io.BytesIO(b"before|bytes")
    source.seek(7)
    school.emulator.login.grants.revoke(school.credentials["tenant_id"])
    school.store.put("a.pdf", source)
    assert school.made() == ["refused", "content.put"]
    with school.store.open("a.pdf") as file:
        assert file.read() == b"bytes"


def test_an_answer_without_an_item_is_no_answer() -> None:
    with pytest.raises(OutOfReach):
        read_item({"name": "a.pdf"})


def test_connections_that_were_lent_are_left_open(school: School) -> None:
    with httpx.Client() as lent:
        graph = GraphClient(AppTokens(school.registration()), school.credentials["graph_root"], lent)
        graph.send(Call("GET", "/organization"))
        del graph
        assert not lent.is_closed


def test_the_token_goes_to_no_other_host(school: School) -> None:
    graph = GraphClient(AppTokens(school.registration()), school.credentials["graph_root"])
    with pytest.raises(OutOfReach):
        graph.path_of("https://graph.microsoft.com.example/v1.0/drives")


def test_a_secret_address_that_has_ended_is_missing(school: School) -> None:
    graph = GraphClient(AppTokens(school.registration()), school.credentials["graph_root"])
    with pytest.raises(MissingError):
        graph.send_openly(Call("GET", f"{school.credentials['login_root']}/_upload/none"))


def test_an_answer_that_is_no_json_is_no_answer(school: School) -> None:
    root = school.credentials["login_root"]
    graph = GraphClient(AppTokens(school.registration()), root)
    page = f"/{school.credentials['tenant_id']}/oauth2/deviceauth"
    with pytest.raises(OutOfReach):
        graph.send(Call("GET", page))

"""The catalogue through the API."""

from flask import Flask

from app.api.paging import page_of_all
from tests.api.conftest import Call, code_of
from tests.conftest import Cast


def test_the_catalogue_names_every_type_of_the_contract(call: Call, cast: Cast) -> None:
    answered = call(cast.teacher).get("/record-types").json
    kinds = {kind["code"]: kind for kind in answered["items"]}
    assert {"KHBD", "SCN", "KHTCM", "SSHCM", "KHGDNT"} <= set(kinds)
    assert set(kinds["KHBD"]) == {"code", "name", "tier", "period_kind"}
    assert kinds["KHBD"]["period_kind"] == "week"
    assert answered["next"] is None


def test_the_catalogue_comes_in_pages_that_join_up(call: Call, cast: Cast) -> None:
    caller = call(cast.teacher)
    whole = caller.get("/record-types").json["items"]
    first = caller.get("/record-types?limit=2").json
    rest = caller.get("/record-types", query_string={"limit": 200, "next": first["next"]}).json
    assert first["items"] + rest["items"] == whole
    assert rest["next"] is None


def test_a_page_goes_on_where_the_row_was_that_its_cursor_names() -> None:
    rows = ["a", "b", "c", "d", "e"]
    with Flask("pages").test_request_context("/?limit=2"):
        first, following = page_of_all(rows, str)
    assert first == ["a", "b"]
    for left in (rows, ["a", "c", "d", "e"]):
        with Flask("pages").test_request_context("/", query_string={"limit": 2, "next": following}):
            assert page_of_all(left, str)[0] == ["c", "d"]


def test_a_cursor_of_another_list_is_refused(call: Call, cast: Cast) -> None:
    assert code_of(call(cast.teacher).get("/record-types?next=W10=")) == (422, "invalid_request")

"""The page of chain heads: an office keeps those of its schools, and a school its own and nobody else's."""

from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.audit.chain import DEPLOYMENT
from app.audit.heads import breaks_against
from app.context import Context
from app.proof.sheets import read
from tests.browsing import signed_in_by_password

PAGE, FILE = "/dau-chuoi", "/dau-chuoi/tep.json"


def browser(app: Flask, cast: SimpleNamespace, role: str) -> FlaskClient:
    return signed_in_by_password(app, getattr(cast, role).email)


@pytest.mark.parametrize(
    ("role", "chains"),
    [
        ("officer", [DEPLOYMENT, "truong-a", "truong-b"]),
        ("principal", [DEPLOYMENT, "truong-a"]),
        ("b_records_admin", [DEPLOYMENT, "truong-b"]),
    ],
)
def test_the_file_holds_the_heads_of_ones_own_schools_as_they_are(
    app: Flask, cast: SimpleNamespace, context: Context, role: str, chains: list[str]
) -> None:
    answer = browser(app, cast, role).get(FILE)
    sheet = read("kept", answer.data)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert [head.chain for head in sheet.heads] == chains
    with context.database.transaction() as session:
        assert breaks_against(session, sheet.heads, "kept") == []


def test_an_officer_reads_each_schools_head_on_the_page(app: Flask, cast: SimpleNamespace) -> None:
    client = browser(app, cast, "officer")
    page = client.get(PAGE).text
    for head in read("kept", client.get(FILE).data).heads:
        if head.chain != DEPLOYMENT:
            assert head.hash in page
    assert "Trường Tiểu học A" in page
    assert "Trường Trung học cơ sở B" in page
    assert FILE in page


def test_a_school_reads_nothing_of_another(app: Flask, cast: SimpleNamespace) -> None:
    assert "Trường Tiểu học A" not in browser(app, cast, "b_principal").get(PAGE).text


@pytest.mark.parametrize("role", ["teacher", "head", "clerk"])
def test_whoever_keeps_no_heads_is_refused(app: Flask, cast: SimpleNamespace, role: str) -> None:
    client = browser(app, cast, role)
    assert [client.get(path).status_code for path in (PAGE, FILE)] == [403, 403]

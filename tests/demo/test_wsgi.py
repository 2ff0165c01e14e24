"""The demo's accounts on its sign-in page, and nowhere else."""

import ast
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import app as product
from app.context import Context
from app.demo.people import OFFERED
from app.demo.wsgi import offer_accounts
from app.web.application import create_app

PAGE = "/dang-nhap"


@pytest.fixture
def demo(web_context: Context) -> FlaskClient:
    made = create_app(web_context)
    offer_accounts(made)
    return made.test_client()


@pytest.mark.parametrize("name", [name for _, name in OFFERED])
def test_each_account_of_the_demo_is_one_click_away(demo: FlaskClient, name: str) -> None:
    forms = re.findall(r"<form.*?</form>", demo.get(PAGE).text, re.DOTALL)
    chosen = next(form for form in forms if f">{name}</button>" in form)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', chosen))
    answer = demo.post(PAGE, data=fields)
    assert (answer.status_code, answer.location) == (302, "/")
    assert name in demo.get("/", follow_redirects=True).text


def test_the_product_itself_offers_no_account(client: FlaskClient) -> None:
    page = client.get(PAGE).text
    assert "demo-accounts" not in page
    assert not [email for email, _ in OFFERED if email in page]


def test_nothing_of_the_product_but_the_command_of_the_demo_knows_its_accounts() -> None:
    root = Path(product.__file__).parent
    knowing = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if any(name.startswith("app.demo") for name in imported_by(path))
    }
    others = {each for each in knowing if not each.startswith("demo/")}
    assert others == {"commands/demo.py", "commands/context.py"}
    assert "demo" not in (root.parent / "wsgi.py").read_text(encoding="utf-8")


def imported_by(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return names | {
        each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names
    }

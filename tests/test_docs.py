"""The documents tell the truth: links lead somewhere, names are the product's own, the examples run."""

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from app.commands.main import main
from app.config import Settings
from app.context import Context
from app.demo.people import PASSWORD
from app.people.authority import authority_of
from app.people.guessing import Attempt
from app.people.models import Role
from app.people.sign_in import check_password
from app.schools.queries import departments_of, school_by_code

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
ADMINISTRATOR = ROOT / "docs/administrator.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FOR_PEOPLE = [ROOT / f"docs/{name}.md" for name in ("teacher", "head", "principal", "office", "oversight")]

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_TEMPLATE_TEXT = re.compile(r'"([^"\n]+)"|\'([^\'\n]+)\'')


def _name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def _prose(document: Path) -> str:
    return _CODE.sub("", document.read_text(encoding="utf-8"))


def _anchors(document: Path) -> set[str]:
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in _HEADING.findall(_prose(document))
    }


class Asked(dict[str, str]):
    """An environment that remembers which variables it was asked for."""

    def __init__(self) -> None:
        super().__init__(KYDUYET_SECRET_KEY="s" * 32)
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        """Answer as any dictionary does."""
        self.names.add(name)
        return super().get(name, default)


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_every_link_in_the_documents_leads_somewhere(document: Path) -> None:
    for link in _LINK.findall(_prose(document)):
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link


def test_every_decision_is_listed_and_has_its_three_parts() -> None:
    listed = set(_LINK.findall(_prose(ROOT / "docs/decisions/README.md")))
    pages = set(ROOT.glob("docs/decisions/[0-9]*.md"))
    assert {page.name for page in pages} == listed
    for page in pages:
        assert _anchors(page) >= {"context", "decision", "consequences"}, page.name


def test_every_decision_says_when_it_was_taken_and_whether_it_holds() -> None:
    status = re.compile(r"\n\nDecided \d{4}-\d\d-\d\d; (in force|replaced by \[\d{4}\])")
    for page in ROOT.glob("docs/decisions/[0-9]*.md"):
        assert status.search(page.read_text()), page.name


def test_every_setting_is_explained_to_administrators_and_listed_in_the_readme() -> None:
    asked = Asked()
    Settings.from_environment(asked)
    names = {name for name in asked.names if name.startswith("KYDUYET_")}
    assert len(names) >= 10
    for document in (ADMINISTRATOR, README):
        assert names <= set(re.findall(r"KYDUYET_[A-Z_]+", _prose(document))), document.name


def _commands(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield " ".join(words), command
        return
    for name, each in command.commands.items():
        yield from _commands(each, (*words, name))


def test_every_command_and_option_is_in_the_readme() -> None:
    readme = _prose(README)
    for written, command in _commands(main, ("kyduyet",)):
        assert f"`{written}" in readme, written
        options = [each.opts[0] for each in command.params if isinstance(each, click.Option)]
        assert [option for option in options if option not in readme] == [], written


def test_the_readme_opens_with_the_two_commands_and_names_the_demo_password() -> None:
    text = README.read_text(encoding="utf-8")
    first = text[text.index("```sh") :].splitlines()[1:3]
    assert [line.split("#")[0].strip() for line in first] == ["make run", "make test"]
    assert f"`{PASSWORD}`" in text


@pytest.fixture(scope="module")
def words_of_the_product() -> list[str]:
    """Collect every text in templates and modules; pieces of one sentence are joined."""
    words = [
        each
        for template in ROOT.glob("templates/**/*.html")
        for found in _TEMPLATE_TEXT.findall(template.read_text(encoding="utf-8"))
        for each in found
        if each
    ]
    for module in ROOT.glob("app/**/*.py"):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
        words += [node.value for node in nodes if isinstance(node.value, str)]
    return words


@pytest.mark.parametrize("document", FOR_PEOPLE, ids=_name)
def test_buttons_and_pages_are_called_as_people_see_them(
    document: Path, words_of_the_product: list[str]
) -> None:
    called = {" ".join(name.split()).rstrip("…") for name in _BOLD.findall(_prose(document))}
    assert called
    unknown = [name for name in called if not any(name in words for words in words_of_the_product)]
    assert unknown == []


def test_the_commands_for_the_first_school_make_an_administrator_who_can_sign_in(context: Context) -> None:
    section = ADMINISTRATOR.read_text(encoding="utf-8").partition("### The first school")[2]
    commands = section.partition("```sh\n")[2].partition("```")[0].replace("\\\n", "").strip().splitlines()
    environment = {
        **os.environ,
        "KYDUYET_SECRET_KEY": "s" * 32,
        "KYDUYET_DATABASE_URL": context.settings.database_url,
        "KYDUYET_DATA_DIR": str(context.settings.data_dir),
    }
    printed = ""
    for command in commands:
        words = shlex.split(command)
        assert words[0] == "kyduyet"
        done = subprocess.run(
            [sys.executable, "-m", "app", *words[1:]],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        printed = done.stdout.strip()

    with context.database.transaction() as session:
        user = check_password(session, Attempt("quantri@th-mau.example", printed, "127.0.0.1"))
        authority = authority_of(session, user.id)
        school = school_by_code(session, "th-mau")
        assert authority is not None
        assert authority.holds({Role.RECORDS_ADMIN}, school.id)
        assert user.must_change_password
        assert [each.name for each in departments_of(session, school.id)] == ["Tổ 1", "Tổ 2", "Tổ Văn phòng"]

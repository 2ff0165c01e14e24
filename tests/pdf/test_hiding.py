"""What no file may hold is found wherever it was put, however the file was written; the like of it passes."""

import io
import random

import pikepdf
import pytest
from pikepdf import Name, Pdf, String

from tests.pdf import hiding, packed
from tests.pdf.hiding import ACTIONS, ANYWHERE, CLICKED, FILES, HONEST_ACTIONS, MEDIA, PLACES, hidden
from tests.pdf.packed import HARMLESS, SCRIPT, lies, with_action
from tests.pdf.sealing import SAMPLES, accepted_samples, drawn, lesson_plan
from tests.pdf.test_gate_scan import code_of, judged
from tests.pdf.written import stream

LARGEST = 200_000
PLAN = drawn(lesson_plan, pages=2)
RAW_ACTIONS = {
    "a script": b"<< /S /JavaScript /JS (x) >>",
    "a program": b"<< /S /Launch /F (cmd.exe) >>",
    "a form that sends": b"<< /S /SubmitForm /F << /FS /URL /F (http://a.example) >> >>",
    "an embedded document": b"<< /S /GoToE /T << /R /C /N (a) >> >>",
    "a rendition": b"<< /S /Rendition /OP 0 >>",
}
FORBIDDEN = [
    *((name, make, "active_content", place) for name, make in ACTIONS.items() for place in PLACES),
    *((name, make, "embedded_files", place) for name, make in FILES.items() for place in ANYWHERE),
    *((name, make, "active_content", place) for name, make in MEDIA.items() for place in ANYWHERE),
]
pytestmark = pytest.mark.filterwarnings("ignore::pikepdf.PageCopyWarning")


def honest_document(rng: random.Random) -> bytes:
    """Return a sample that the gate accepts, if the samples are there, or a lesson plan."""
    documents = [each for name in accepted_samples() if len(each := (SAMPLES / name).read_bytes()) < LARGEST]
    return rng.choice([*documents, PLAN])


@pytest.mark.parametrize("place", PLACES)
def test_what_is_forbidden_is_found_in_every_place(place: str) -> None:
    rng = random.Random(place)
    for name, make, code, where in FORBIDDEN:
        if where == place:
            assert code_of(hidden(PLAN, make, PLACES[place], rng)) == code, name


@pytest.mark.parametrize("seed", range(40))
def test_what_is_forbidden_is_found_in_any_document(seed: int) -> None:
    rng = random.Random(seed)
    name, make, code, place = rng.choice(FORBIDDEN)
    assert judged(hidden(honest_document(rng), make, PLACES[place], rng)) == code, (name, place)


@pytest.mark.parametrize("seed", range(30))
def test_an_honest_action_is_taken_in_any_document(seed: int) -> None:
    rng = random.Random(seed)
    name, place = rng.choice(list(HONEST_ACTIONS)), rng.choice([*CLICKED, *ANYWHERE])
    document = hidden(honest_document(rng), HONEST_ACTIONS[name], PLACES[place], rng)
    assert judged(document) == "accept", (name, place)


@pytest.mark.parametrize("place", [*CLICKED, *ANYWHERE])
def test_words_and_names_that_speak_of_actions_are_taken_in_every_place(place: str) -> None:
    def speak(pdf: Pdf) -> pikepdf.Object:
        words = "<< /S /JavaScript /JS (app.alert(1)) >> /Launch /EmbeddedFile"
        page = HONEST_ACTIONS["another page"](pdf)
        page.Title, page.Alt, page.Ten = String(words), String(words), Name.JavaScript
        return page

    assert code_of(hidden(PLAN, speak, PLACES[place], random.Random(place))) == "accept"


@pytest.mark.parametrize("action", RAW_ACTIONS)
@pytest.mark.parametrize("seed", range(4))
def test_an_action_that_a_later_revision_brings_is_found_however_its_names_are_written(
    seed: int, action: str
) -> None:
    rng = random.Random(seed)
    base = hidden(PLAN, HONEST_ACTIONS["another page"], hiding.PLACES["behind a link"], rng)
    catalogue = b"<< /Type /Catalog /Pages %d 0 R /OpenAction 900 0 R >>" % tree_of(base)
    opened = {901: catalogue, 900: hiding.escaped(RAW_ACTIONS[action], rng)}
    assert code_of(hiding.revised(base, opened)) == "active_content"


@pytest.mark.parametrize("seed", range(8))
def test_an_action_that_a_later_revision_took_away_is_found_in_the_bytes(seed: int) -> None:
    rng = random.Random(seed)
    first = hidden(PLAN, rng.choice(list(ACTIONS.values())), PLACES["on opening"], rng)
    with Pdf.open(io.BytesIO(first)) as pdf:
        root = int(pdf.Root.objgen[0])
    emptied = hiding.revised(first, {root: b"<< /Type /Catalog /Pages %d 0 R >>" % tree_of(first)})
    assert code_of(emptied) == "active_content"


def tree_of(document: bytes) -> int:
    with Pdf.open(io.BytesIO(document)) as pdf:
        return int(pdf.Root.Pages.objgen[0])


@pytest.mark.parametrize("lie", lies(with_action(SCRIPT)))
def test_a_script_in_an_object_stream_that_lies_is_never_taken(lie: str) -> None:
    assert judged(lies(with_action(SCRIPT))[lie].written()) in {"active_content", "damaged_pdf", "no_pages"}


@pytest.mark.parametrize(
    "way", ["the truth", "packed", "packed twice", "packed three times", "an escaped type"]
)
def test_a_harmless_object_stream_is_taken(way: str) -> None:
    assert judged(lies(with_action(HARMLESS))[way].written()) == "accept"


PAGES = packed.Packed(
    [(8, b"<< /Type /X >>"), (5, packed.PAGE.replace(b"/Contents 4", b"/Contents 6")), (3, packed.PAGE)],
    {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: packed.TREE,
        4: stream(b"0 0 80 80 re f"),
        6: stream(b"9 9 20 20 re f"),
    },
)
READ_ALIKE = {
    "the truth",
    "an object listed twice",
    "a comment among the places",
    "signs before the places",
    "zeros before the places",
    "an escaped type",
    "packed",
    "packed twice",
    "packed otherwise",
    "packed three times",
}
"""Of these, every reader that finds the page at all finds the same one."""


@pytest.mark.parametrize("lie", lies(PAGES))
def test_a_page_in_an_object_stream_is_taken_only_where_all_readers_find_it(lie: str) -> None:
    verdict = judged(lies(PAGES)[lie].written())
    assert (verdict == "accept") is (lie in READ_ALIKE), verdict

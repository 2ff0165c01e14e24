"""Where the kernel has no Landlock a child can open no file at all, and answers as it does elsewhere."""

import sys
from collections.abc import Iterator
from tempfile import TemporaryFile

import pytest

from app.pdf.checking import Claim, check_official
from app.pdf.gate import inspect
from app.pdf.sandbox import Sandbox, missing
from app.pdf.sandbox_filter import filter_of_this_machine
from app.pdf.seal import Sealed
from tests.pdf.sealing import SAMPLES, accepted_samples, drawn, lesson_plan, order_for
from tests.pdf.test_metric_twins import page_in, standard, word_font
from tests.pdf.test_seal import sealed_in
from tests.sandboxes import running_server

DOCUMENTS = {
    "a plan": drawn(lesson_plan, pages=2),
    "a standard face": page_in(standard("Times-Bold")),
    "a face of Word": page_in(word_font("ArialMT")),
    "a face without a twin": page_in(standard("Courier")),
}
SOME_SAMPLES = accepted_samples()[::6]

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or filter_of_this_machine(opens=False) is None,
    reason="the filter of calls is one of Linux",
)


@pytest.fixture(scope="module")
def shut() -> Iterator[Sandbox]:
    with running_server("tests.pdf.without_landlock") as (sandbox, _):
        assert "landlock" in (missing(sandbox.socket_path) or [])
        yield sandbox


def made_in(sandbox: Sandbox, document: bytes) -> tuple[object, Sealed, bytes]:
    """Take, seal and check a document; return all that came of it."""
    with TemporaryFile() as file, TemporaryFile() as made:
        file.write(document)
        inspection = inspect(sandbox, file, len(document))
        order = order_for(document, approved_pages=inspection.pages)
        sealed, official = sealed_in(sandbox, document, order)
        made.write(official)
        check_official(sandbox, file, made, Claim(order, sealed.stamp_box, archival=sealed.pdfa is not None))
    return inspection, sealed, official


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_becomes_the_same_official(sandbox: Sandbox, shut: Sandbox, name: str) -> None:
    assert made_in(shut, DOCUMENTS[name]) == made_in(sandbox, DOCUMENTS[name])


@pytest.mark.parametrize("name", SOME_SAMPLES)
def test_a_sample_becomes_the_same_official(sandbox: Sandbox, shut: Sandbox, name: str) -> None:
    document = (SAMPLES / name).read_bytes()
    assert made_in(shut, document) == made_in(sandbox, document)

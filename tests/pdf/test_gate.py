import csv
import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import Refused
from app.pdf import refusals
from app.pdf.gate import DEFAULT_MAX_PAGES, GATE_LIMITS, Inspection, inspect
from app.pdf.sandbox import Sandbox, SandboxDied
from app.pdf.sandbox_wire import Request, Usage
from tests.pdf import bombs, hostile, written
from tests.pdf.signing import Authority, sign_anew
from tests.pdf.test_fields import clicking

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
VERDICTS = SAMPLES / "verdicts.csv"
MOST_CPU_MS = 3_000
MOST_RSS_MB = GATE_LIMITS.memory_mb + 90  # with what the zygote has loaded already


def sample_verdicts() -> list[tuple[str, str]]:
    if not VERDICTS.exists():
        return []
    with VERDICTS.open(encoding="utf-8", newline="") as rows:
        return [(row["file"], row["verdict"]) for row in csv.DictReader(rows)]


@pytest.fixture
def judge(sandbox: Sandbox, tmp_path: Path) -> Callable[[bytes], Inspection]:
    def judge_bytes(data: bytes) -> Inspection:
        path = tmp_path / "file.pdf"
        path.write_bytes(data)
        with path.open("rb") as document:
            return inspect(sandbox, document, len(data))

    return judge_bytes


Judge = Callable[[bytes], Inspection]


@pytest.mark.skipif(not VERDICTS.exists(), reason="the folder of shared samples is not beside the checkout")
@pytest.mark.parametrize(("name", "verdict"), sample_verdicts())
def test_every_sample_gets_its_verdict(sandbox: Sandbox, name: str, verdict: str) -> None:
    path = SAMPLES / name
    with path.open("rb") as document:
        try:
            inspect(sandbox, document, path.stat().st_size)
            code = "accept"
        except Refused as refused:
            code = refused.code
    assert code == verdict


@pytest.mark.parametrize("name", hostile.REFUSED)
def test_a_hostile_file_is_refused_with_its_code(judge: Judge, name: str) -> None:
    code, make = hostile.REFUSED[name]
    with pytest.raises(refusals.RefusedFile) as refused:
        judge(make())
    assert refused.value.code == code
    assert refused.value.detail % refused.value.values
    assert refused.value.hint % refused.value.values


@pytest.mark.parametrize("name", hostile.REFUSED)
def test_a_hostile_file_costs_little_time_and_memory(sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    """Measured is the processor's time in the child, which a busy machine does not change much."""
    path = tmp_path / "file.pdf"
    path.write_bytes(hostile.REFUSED[name][1]())
    usage = usage_of_the_gate(sandbox, path)
    assert usage is not None
    assert usage.cpu_ms < MOST_CPU_MS
    assert usage.rss_mb < MOST_RSS_MB


def test_a_page_listed_a_million_times_is_refused_before_it_is_counted(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(bombs.million_kids())
    usage = usage_of_the_gate(sandbox, path)
    assert usage is not None
    assert usage.rss_mb < 200


def test_a_table_with_sixty_thousand_tagged_cells_is_taken(judge: Judge) -> None:
    assert judge(written.tagged(60_000)).pages == 1


def usage_of_the_gate(sandbox: Sandbox, path: Path) -> Usage | None:
    arguments: dict[str, object] = {"max_pages": DEFAULT_MAX_PAGES}
    request = Request("gate", arguments, GATE_LIMITS, background=False, has_output=False)
    with path.open("rb") as document:
        try:
            return sandbox.measured(request, document).usage
        except SandboxDied as death:
            return death.usage


@pytest.mark.parametrize("name", hostile.TAKEN)
def test_an_honest_file_is_taken(judge: Judge, name: str) -> None:
    assert judge(hostile.TAKEN[name]()).pages >= 1


def test_an_honest_file_after_a_bomb_is_served_as_quickly_as_before(judge: Judge) -> None:
    with pytest.raises(refusals.TooComplex):
        judge(bombs.form_calling_itself())
    started = time.monotonic()
    judge(written.honest())
    assert time.monotonic() - started < 1


def test_facts_of_a_file_are_told(judge: Judge) -> None:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    page = written.one_page(
        b"/Resources << /Font << /F 5 0 R >> >>",
        content=b"BT /F 12 Tf 20 20 Td (Giao an tuan 12) Tj ET",
        more={5: font},
    )
    assert judge(page) == Inspection(
        pages=1,
        signed=False,
        resembles_signed=False,
        pdf_version="1.7",
        text="Giao an tuan 12",
        has_text=True,
        revisions=1,
    )


def test_text_is_composed_vietnamese(judge: Judge) -> None:
    """Two code points for one letter, as some programs write them, are one letter in the answer."""
    mapping = written.stream(
        b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"2 beginbfchar <61> <0065030200> <62> <0065 0302 0323> endbfchar endcmap"
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    page = written.one_page(
        b"/Resources << /Font << /F 5 0 R >> >>",
        content=b"BT /F 12 Tf 20 20 Td (b) Tj ET",
        more={5: font, 6: mapping},
    )
    assert judge(page).text == "ệ"


def test_a_second_revision_is_counted(judge: Judge) -> None:
    assert judge(hostile.TAKEN["two revisions"]()).revisions == 2


def test_a_signed_file_is_known(judge: Judge) -> None:
    signed = sign_anew(written.honest(), Authority.new().signer("Giáo viên"))
    assert (judge(signed).signed, judge(signed).resembles_signed) == (True, False)
    assert not judge(written.honest()).signed


def test_the_limit_of_pages_is_the_callers(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(written.pages(3))
    with path.open("rb") as document:
        with pytest.raises(refusals.TooManyPages) as refused:
            inspect(sandbox, document, path.stat().st_size, max_pages=2)
        assert refused.value.values == {"pages": 3, "limit": 2}
        assert inspect(sandbox, document, path.stat().st_size, max_pages=3).pages == 3


def test_every_refusal_of_the_gate_is_a_422_with_two_sentences() -> None:
    assert set(refusals.BY_CODE) == {code for code, _ in hostile.REFUSED.values()}
    told: list[type[refusals.RefusedFile]] = [*refusals.BY_CODE.values(), refusals.MixedSigned]
    for refusal in told:
        assert refusal.status == 422
        assert refusal.detail.endswith(".")
        assert refusal.hint.endswith(".")


def test_the_owner_of_a_signed_file_is_not_told_to_print_it(judge: Judge) -> None:
    document = clicking(b"/S /Hide /T (a)")
    signed = sign_anew(document, Authority.new().signer("Giáo viên"))
    for mixed, told in ((signed, refusals.MixedSigned), (hostile.followed_by_zip(), refusals.MixedContent)):
        with pytest.raises(refusals.MixedContent) as refused:
            judge(mixed)
        assert type(refused.value) is told


def test_an_interrupted_write_is_damaged_wherever_it_stops(judge: Judge) -> None:
    whole = written.pages(2)
    for length in range(100, len(whole) - 100, 97):
        with pytest.raises(refusals.RefusedFile) as refused:
            judge(whole[:length])
        assert refused.value.code in {"damaged_pdf", "no_pages", "blank_pdf"}


def test_an_upload_in_memory_is_not_a_real_file(sandbox: Sandbox) -> None:
    with pytest.raises(io.UnsupportedOperation):
        inspect(sandbox, io.BytesIO(written.honest()), 10)

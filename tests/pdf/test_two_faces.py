from io import BytesIO

import pytest

from app.pdf.gate_examine import examine
from app.pdf.two_faces import has_two_faces
from tests.pdf.disagreeing import page_saying
from tests.pdf.hard import hard


def two_faced(blank: bytes = b" ") -> bytes:
    """Return a file whose table leads to one page from the start and to another from the header."""
    one, other = page_saying(b"1.000.000"), page_saying(b"9.000.000")
    body = one[len(b"%PDF-1.7\n") : one.index(b"xref\n0 ")]
    tail = other[len(b"%PDF-1.7\n") :]
    return blank * len(body) + b"%PDF-1.7\n" + body + tail


def refused(document: bytes) -> object:
    return examine(BytesIO(document), {"max_pages": 9}, None).get("refused")


@pytest.mark.parametrize("blank", [b" ", b"\n", b"\x00"])
def test_a_file_that_is_read_otherwise_from_its_start_is_refused(blank: bytes) -> None:
    assert refused(two_faced(blank)) == "mixed_content"


def test_the_hard_sample_with_leading_blanks_is_refused() -> None:
    assert refused(hard("two-faces-leading-blanks")) == "mixed_content"


@pytest.mark.parametrize("lead", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b" " * 500])
def test_leading_blanks_alone_are_forgiven(lead: bytes) -> None:
    assert not has_two_faces(lead + page_saying(b"1"))
    assert refused(lead + page_saying(b"1")) is None

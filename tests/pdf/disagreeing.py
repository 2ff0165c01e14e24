"""Makes PDFs that readers disagree about, and odd ones that all read alike; siblings of the hard samples."""

import re
from collections.abc import Callable
from functools import partial

from tests.pdf.written import raw_pdf, stream

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
ENTRY = re.compile(rb"(\d{10} \d{5} [nf]) \n")


def saying(words: bytes) -> bytes:
    """Return a content stream that shows `words`."""
    return stream(b"BT /F 24 Tf 20 100 Td (" + words + b") Tj ET")


def page_saying(words: bytes, *, catalog: bytes = b"", tree: bytes = b"/Count 1") -> bytes:
    """Write a page (object 3) whose content (object 4) shows `words`."""
    return raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
            2: b"<< /Type /Pages /Kids [3 0 R] " + tree + b" >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R "
            b"/Resources << /Font << /F 5 0 R >> >> >>",
            4: saying(words),
            5: FONT,
        }
    )


def hidden_object(whole: bytes, number: int = 4, body: bytes = b"") -> tuple[bytes, int]:
    """Put another object, a content by default, before the cross-reference table; tell where."""
    place = whole.rindex(b"xref\n0 ")
    other = b"%d 0 obj\n" % number + (body or saying(b"9.000.000")) + b"\nendobj\n"
    moved = whole[:place] + other + whole[place:]
    return re.sub(rb"startxref\n\d+", b"startxref\n%d" % (place + len(other)), moved), place


def two_entries_in_one_table() -> bytes:
    whole, place = hidden_object(page_saying(b"1.000.000"))
    return whole.replace(b"trailer\n", b"4 1\n%010d 00000 n \ntrailer\n" % place)


def two_subsections_overlap() -> bytes:
    whole, place = hidden_object(page_saying(b"1.000.000"))
    fonts = ENTRY.findall(whole)[5]
    return whole.replace(b"trailer\n", b"4 2\n%010d 00000 n \n%s \ntrailer\n" % (place, fonts))


def entries_of(length: int) -> bytes:
    """Return a file whose entries have `length` bytes, with a newer content that only a rebuilding finds."""
    whole, _ = hidden_object(page_saying(b"1.000.000"))
    end = {18: b"", 19: b"\n", 21: b"  \n"}[length]
    return ENTRY.sub(lambda entry: entry[1] + end, whole)


def padded(blanks: int, byte: bytes = b" ") -> bytes:
    """Return a file with so much behind its end that some readers rebuild it."""
    whole, _ = hidden_object(page_saying(b"1.000.000"))
    return whole + byte * blanks


def generation_shadow(generation: int = 1) -> bytes:
    whole = page_saying(b"1.000.000")
    previous = int(whole[whole.rindex(b"startxref\n") + 10 :].split()[0])
    other = b"4 %d obj\n" % generation + saying(b"9.000.000") + b"\nendobj\n"
    table = b"xref\n4 1\n%010d %05d n \n" % (len(whole), generation)
    trailer = b"trailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\n" % previous
    return whole + other + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (len(whole) + len(other))


def update(whole: bytes, objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """Save new versions of `objects` on top of a file, as an editor does."""
    previous = int(whole[whole.rindex(b"startxref\n") + 10 :].split()[0])
    grown, table = bytearray(whole), bytearray(b"xref\n0 1\n0000000000 65535 f \n")
    for number, body in objects.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, len(grown))
        grown += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    end = b"trailer\n<< /Size 20 /Root 1 0 R /Prev %d %s >>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(grown + table + end % (previous, trailer, len(grown)))


def two_contents(first: bytes = b"[4 0 R 6 0 R]") -> bytes:
    """Return a page with a second content (object 6), which the cross-reference table calls free."""
    whole = raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents " + first + b" "
            b"/Resources << /Font << /F 5 0 R >> >> >>",
            4: saying(b"1.000.000"),
            5: FONT,
            6: stream(b"BT /F 24 Tf 20 50 Td (9.000.000) Tj ET"),
        }
    )
    entry = ENTRY.findall(whole)[6]
    return whole.replace(entry, b"0000000000 65535 f")


def moved_offset(by: int) -> bytes:
    """Return a file with a hidden content, the true one's place told wrong by so many bytes."""
    whole, _ = hidden_object(page_saying(b"1.000.000"))
    entry = ENTRY.findall(whole)[4]
    return whole.replace(entry, b"%010d 00000 n" % (int(entry[:10]) + by))


def wrong_generation(generation: int) -> bytes:
    """Return a file with a hidden content, the true one listed under another generation than it has."""
    whole, _ = hidden_object(page_saying(b"1.000.000"))
    entry = ENTRY.findall(whole)[4]
    return whole.replace(entry, b"%s %05d n" % (entry[:10], generation))


Maker = Callable[[], bytes]

DISAGREEING: dict[str, Maker] = {
    "two entries in one table": two_entries_in_one_table,
    "overlapping subsections": two_subsections_overlap,
    "entries of 19 bytes": lambda: entries_of(19),
    "entries of 21 bytes": lambda: entries_of(21),
    "5,000 blanks behind the end": lambda: padded(5000),
    "5,000 zeros behind the end": lambda: padded(5000, b"\x00"),
    "a shadow of another generation": generation_shadow,
    "a content that is called free": two_contents,
    **{f"an offset wrong by {by}": partial(moved_offset, by) for by in (-2, 1, 2, 3, 7, 40)},
    **{f"listed as generation {number}": partial(wrong_generation, number) for number in (1, 5, 65535)},
}

ALIKE: dict[str, Maker] = {
    "a plain page": lambda: page_saying(b"1.000.000"),
    "saved on top of itself": lambda: update(page_saying(b"1"), {4: saying(b"2")}),
    "saved twice on top of itself": lambda: update(
        update(page_saying(b"1"), {4: saying(b"2")}), {4: saying(b"3")}
    ),
    "a deleted content that no page mentions": lambda: two_contents(b"4 0 R"),
    "no count": lambda: page_saying(b"1", tree=b""),
    "an absurd count": lambda: page_saying(b"1", tree=b"/Count 2000000000"),
    "no size": lambda: page_saying(b"1").replace(b"/Size 6", b""),
    "a size too small": lambda: page_saying(b"1").replace(b"/Size 6", b"/Size 2"),
    "a size too large": lambda: page_saying(b"1").replace(b"/Size 6", b"/Size 900"),
    "an empty node listed twice": lambda: raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [5 0 R 3 0 R 5 0 R 6 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R >>",
            4: stream(b"10 10 80 80 re f"),
            5: b"<< /Type /Pages /Parent 2 0 R /Kids [] /Count 0 >>",
            6: b"<< /Type /Pages /Parent 2 0 R /Kids [5 0 R 5 0 R] /Count 0 >>",
        }
    ),
}

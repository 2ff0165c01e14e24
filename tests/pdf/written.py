"""Writes small PDFs by hand, so that tests can put anything into them."""

import io

from pikepdf import Pdf

INK = b"0 0 1 rg 10 10 80 80 re f"


def raw_pdf(
    objects: dict[int, bytes], trailer: bytes = b"/Root 1 0 R", header: bytes = b"%PDF-1.7\n"
) -> bytes:
    """Write objects with a right cross-reference table; nothing else about them is checked."""
    written = bytearray(header)
    table = bytearray(b"0000000000 65535 f \n")
    for number in range(1, max(objects) + 1):
        if number not in objects:
            table += b"0000000000 65535 f \n"
            continue
        table += b"%010d 00000 n \n" % len(written)
        written += b"%d 0 obj\n" % number + objects[number] + b"\nendobj\n"
    start = len(written)
    size = max(objects) + 1
    written += b"xref\n0 %d\n" % size + table
    written += b"trailer\n<< /Size %d " % size + trailer + b" >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(written)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d " % len(content) + entries + b" >>\nstream\n" + content + b"\nendstream"


def one_page(
    page: bytes = b"", catalog: bytes = b"", content: bytes = INK, more: dict[int, bytes] | None = None
) -> bytes:
    """Write one page (object 3, its content is object 4) with extra entries in page and catalogue."""
    return raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R " + page + b" >>",
            4: stream(content),
            **(more or {}),
        }
    )


def honest() -> bytes:
    return one_page()


def pages(count: int, content: bytes = INK) -> bytes:
    with Pdf.new() as pdf:
        for _ in range(count):
            pdf.add_blank_page(page_size=(200, 200))
            pdf.pages[-1].Contents = pdf.make_stream(content)
        return saved(pdf)


def saved(pdf: Pdf, **how: object) -> bytes:
    saved = io.BytesIO()
    pdf.save(saved, **how)  # type: ignore[arg-type]
    return saved.getvalue()


def tagged(cells: int) -> bytes:
    """Write a page whose table has that many cells, each an element of structure of its own."""
    first = 7
    kids = b" ".join(b"%d 0 R" % number for number in range(first, first + cells))
    elements = {
        first
        + number: b"<< /Type /StructElem /S /TD /P 6 0 R /Pg 3 0 R /K %d /A << /O /Table /ColSpan 1 >> >>"
        % number
        for number in range(cells)
    }
    root = b"<< /Type /StructTreeRoot /K [6 0 R] >>"
    table = b"<< /Type /StructElem /S /Table /P 5 0 R /K [%b] >>" % kids
    return one_page(catalog=b"/StructTreeRoot 5 0 R", more={5: root, 6: table, **elements})

"""Makes PDFs that are small to store and huge to open.

Bombs are built by repeating one compressed block, so that making a gigabyte takes no time here.
"""

import zlib

from tests.pdf.written import INK, one_page, raw_pdf, stream

MB = 1024 * 1024


def inflating(block: bytes, times: int) -> bytes:
    """Return a zlib stream that unpacks to `block` repeated `times` times (its checksum is wrong)."""
    compressor = zlib.compressobj(9)
    head = compressor.compress(block) + compressor.flush(zlib.Z_FULL_FLUSH)
    header, body = head[:2], head[2:]
    return header + body * times + b"\x03\x00" + b"\x00" * 4


def twice_packed(block: bytes, times: int) -> bytes:
    return zlib.compress(inflating(block, times), 9)


def form_calling_itself() -> bytes:
    form = stream(
        b"/X Do " * 10,
        b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>",
    )
    return one_page(b"/Resources << /XObject << /X 5 0 R >> >>", content=b"/X Do", more={5: form})


def billion_laughs() -> bytes:
    last = 33
    forms = {
        number: stream(
            b"/X Do /X Do",
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>"
            % (number + 1),
        )
        for number in range(5, last)
    }
    forms[last] = stream(b"0 0 1 1 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    return one_page(b"/Resources << /XObject << /X 5 0 R >> >>", content=b"/X Do", more=forms)


def content_bomb() -> bytes:
    packed = inflating(b"0 0 m 1 1 l S\n" * 74_899, 1024)
    return one_page().replace(stream(INK), stream(packed, b"/Filter /FlateDecode"))


def content_bomb_packed_twice() -> bytes:
    packed = twice_packed(b"q Q " * (MB // 4), 10_000)
    return one_page().replace(stream(INK), stream(packed, b"/Filter [/FlateDecode /FlateDecode]"))


def text_bomb() -> bytes:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    packed = inflating(b"BT /F 9 Tf 9 9 Td (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ET\n" * 16_000, 100)
    body = one_page(b"/Resources << /Font << /F 5 0 R >> >>", more={5: font})
    return body.replace(stream(INK), stream(packed, b"/Filter /FlateDecode"))


def object_stream_bomb() -> bytes:
    packed = inflating(b" " * MB, 2048)
    bomb = stream(packed, b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")
    return _with_xref_stream({4: stream(INK), 5: bomb}, inside={3: (5, 0)})


def xref_bomb() -> bytes:
    objects = raw_pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [] /Count 0 >>"})
    body = objects[: objects.index(b"xref\n")]
    packed = inflating(b"\x01\x00\x00\x09\x00" * (MB // 5), 500)
    table = stream(
        packed,
        b"/Type /XRef /Size 100000000 /W [1 3 1] /Index [0 100000000] /Root 1 0 R /Filter /FlateDecode",
    )
    return body + b"9 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


def _with_xref_stream(objects: dict[int, bytes], inside: dict[int, tuple[int, int]]) -> bytes:
    """Write a file whose table says that the objects of `inside` lie in object streams."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        **objects,
    }
    written = bytearray(b"%PDF-1.7\n")
    table_number = max(objects) + 1
    entries = {0: b"\x00\x00\x00\x00\x00"}
    for number, (container, index) in inside.items():
        entries[number] = b"\x02" + container.to_bytes(3, "big") + bytes([index])
    for number, body in objects.items():
        entries[number] = b"\x01" + len(written).to_bytes(3, "big") + b"\x00"
        written += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    entries[table_number] = b"\x01" + len(written).to_bytes(3, "big") + b"\x00"
    rows = b"".join(entries[number] for number in range(table_number + 1))
    start = len(written)
    table = stream(rows, b"/Type /XRef /Size %d /W [1 3 1] /Root 1 0 R" % (table_number + 1))
    written += b"%d 0 obj\n" % table_number + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(written)


def hundred_thousand_pages() -> bytes:
    count = 100_000
    kids = b" ".join(b"%d 0 R" % number for number in range(3, count + 3))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count %d /Kids [%b] >>" % (count, kids),
    }
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << >> >>"
    return raw_pdf(objects | dict.fromkeys(range(3, count + 3), page))


def million_kids() -> bytes:
    count = 1_000_000
    return raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Count %d /Kids [%b] >>" % (count, b"3 0 R " * count),
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << >> >>",
        }
    )


def deep_nesting() -> bytes:
    return one_page(catalog=b"/Deep " + b"[" * 200_000 + b"]" * 200_000)

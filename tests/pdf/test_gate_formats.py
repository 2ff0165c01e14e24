"""A PDF that is another file as well is refused, wherever that stands; padding and small rubbish are not."""

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib

import pytest
from pikepdf import Pdf

from app.pdf.gate_scan import scan
from tests.pdf.written import honest, one_page, stream


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as writer:
        writer.writestr("a.txt", "x")
    return made.getvalue()


def archive_in_a_stream() -> bytes:
    """The packed file is in a stream of the PDF, the directory behind it, with offsets from the start."""
    whole = archive()
    directory = whole.index(b"PK\x01\x02")
    document = one_page(more={5: stream(whole[:directory])})
    end = bytearray(whole[directory:])
    record = end.index(b"PK\x05\x06")
    end[record + 16 : record + 20] = struct.pack("<I", len(document))
    return document + bytes(end)


def marked(mark: bytes, place: int) -> bytes:
    """Return a PDF with a mark at a place within a stream of zeros."""
    document = bytearray(one_page(more={5: stream(b"\0" * 70_000)}))
    assert not any(document[place : place + len(mark)])
    document[place : place + len(mark)] = mark
    return bytes(document)


def beginning(mark: bytes, place: int) -> bytes:
    """Return a PDF with a mark near its beginning, in a comment."""
    whole = honest()
    head = whole.index(b"\n") + 1
    return whole[:head] + b"%" + b"a" * (place - head - 1) + mark + b"\n" + whole[head:]


def partitions(kind: int, status: int = 0) -> bytes:
    """Return the table of a disc with one partition."""
    return struct.pack("<B3xB3xII", status, kind, 2048, 4096) + b"\0" * 48 + b"\x55\xaa"


def superblock(inodes: int) -> bytes:
    return struct.pack("<II16xI28xHH16xI", inodes, 4096, 2, 0xEF53, 1, 1)


def far_7z(broken: bool = False) -> bytes:
    head = b"\1" + b"\0" * 19
    checksum = zlib.crc32(head) ^ broken
    archive = b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", checksum) + head
    return one_page(more={5: stream(b"a" * (5 << 20) + archive)})


TWO_FORMATS = {
    "zip": honest() + archive(),
    "zip and a second, empty end record": honest() + archive() + b"PK\x05\x06" + b"\0" * 18,
    "zip and another end of the PDF": honest() + archive() + b"\n%%EOF\n",
    "zip and much padding": honest() + archive() + b"\0" * 70_000,
    "zip in a stream": archive_in_a_stream(),
    "rar 4": honest() + b"Rar!\x1a\x07\x00" + b"x" * 50,
    "rar 5 in a comment": honest() + b"%Rar!\x1a\x07\x01\x00" + b"x" * 50 + b"\n",
    "rar in a stream": one_page(more={5: stream(b"Rar!\x1a\x07\x00" + b"x" * 50)}),
    "7z": honest() + b"7z\xbc\xaf\x27\x1c\x00\x04" + b"x" * 30,
    "gzip": honest() + gzip.compress(b"x"),
    "xz": honest() + lzma.compress(b"x"),
    "bzip2": honest() + bz2.compress(b"x"),
    "cabinet": honest() + b"MSCF" + b"\0" * 30,
    "Word 97": honest() + b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 50,
    "ELF": honest() + b"\x7fELF\x02\x01\x01" + b"\0" * 60,
    "PE": honest() + b"MZ" + b"\0" * 62 + b"PE\0\0",
    "Mach-O": honest() + b"\xcf\xfa\xed\xfe" + b"\0" * 60,
    "Java": honest() + b"\xca\xfe\xba\xbe\0\0\0\x34",
    "web page": honest() + b"<html><script>x</script></html>",
    "web page in a comment": honest() + b"%<script>alert(1)</script>\n",
    "web page in a string of no object": honest() + b"(<html><body>x)",
    "vector picture with a script": honest() + b"<svg xmlns=x onload=alert(1)>",
    "HTML application": honest() + b"<hta:application id=x>",
    "web archive": honest() + b"\nMIME-Version: 1.0\nContent-Type: multipart/related\n",
    "PostScript": honest() + b"%!PS-Adobe-3.0\n/x 1 def",
    "PNG": honest() + b"\x89PNG\r\n\x1a\n" + b"x" * 60,
    "GIF": honest() + b"GIF89a" + b"x" * 20,
    "JPEG": honest() + b"\xff\xd8\xff\xe0\0\x10JFIF",
    "Apple's disc image": honest() + b"koly" + b"\0" * 508,
    "Microsoft's disc image": honest() + b"conectix" + b"\0" * 504,
    "ISO 9660": honest().ljust(0x8001, b"\0") + b"CD001",
    "UDF": marked(b"BEA01", 0x8001),
    "UDF, its second descriptor": marked(b"NSR03", 0x8801),
    "a CD as it is read raw": marked(b"CD001", 0x9311),
    "a CD of another mode": marked(b"CD001", 0x9201),
    "a disc with GPT": beginning(b"EFI PART", 512),
    "a disc with partitions": beginning(partitions(7), 446),
    "HFS+": beginning(b"H+\0\4", 1024),
    "ext4": beginning(superblock(128), 1024),
    "7z far behind": far_7z(),
    "web page in a stream": one_page(more={5: stream(b"<html><b>1</b></html>")}),
    "script in a stream": one_page(more={5: stream(b"x <script>alert(1)</script>")}),
    "commands": honest() + b"echo hello world\n" * 100,
    "bytes in an object": one_page(more={5: b"null " + bytes(range(128, 256)) * 20}),
}
ONE_FORMAT = {
    "zeros behind": honest() + b"\0" * 5000,
    "an end as DOS wrote it": honest() + b"\x1a",
    "two ends": honest() + b"%%EOF\r\n",
    "a few bytes": honest() + b"abc\xff\xfe",
    "a server's warning": honest() + b"<br />\n<b>Warning</b>: x",
    "a form's boundary": honest() + b"\r\n------WebKitFormBoundaryABC--\r\n",
    "a licence in comments": honest().replace(
        b"1.7\n", b"1.7\n%\xe2\xe3\xcf\xd3\n" + b"% licence\n" * 300, 1
    ),
    "other line ends": honest().replace(b"\n", b"\r\n"),
    "names in UTF-8": one_page(b"/X << " + "/Bài_soạn 1 /Tuần 2".encode() * 50 + b" >>"),
    "the last bytes of a boot sector": beginning(b"\x55\xaa", 510),
    "a partition of no kind": beginning(partitions(0), 446),
    "a partition that no system takes": beginning(partitions(7, status=0x61), 446),
    "the mark of ext4 alone": marked(b"\x53\xef", 1080),
    "ext4 without inodes": beginning(superblock(0), 1024),
    "the mark of 7z far behind": far_7z(broken=True),
    "a lesson on markup": one_page(content=b"BT (<html><script>) Tj ET"),
    "metadata": one_page(more={5: stream(b"<?xpacket?><html><body>", b"/Type /Metadata")}),
}


def code_of(document: bytes) -> str | None:
    with Pdf.open(io.BytesIO(document)) as pdf:
        return scan(pdf, document)


@pytest.mark.parametrize("name", TWO_FORMATS)
def test_two_formats_in_one_file_are_refused(name: str) -> None:
    assert code_of(TWO_FORMATS[name]) == "mixed_content"


@pytest.mark.parametrize("name", ONE_FORMAT)
def test_padding_and_small_rubbish_are_taken(name: str) -> None:
    assert code_of(ONE_FORMAT[name]) is None

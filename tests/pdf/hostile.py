"""Makes hostile and odd PDFs, and lists them with the verdict each must get."""

import io
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from tests.pdf import bombs
from tests.pdf.written import INK, honest, one_page, pages, raw_pdf, saved, stream


def count_lies(count: bytes) -> bytes:
    return honest().replace(b"/Count 1", b"/Count " + count)


def three_pages_called_one() -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 6 0 R >>"
    return raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 1 >>",
            3: page,
            4: page,
            5: page,
            6: stream(INK),
        }
    )


def opening(action: bytes) -> bytes:
    return one_page(catalog=b"/OpenAction " + action)


def link(action: bytes) -> bytes:
    return one_page(b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A " + action + b" >>]")


def script_behind_a_reference() -> bytes:
    """The action's type is an object of its own, so that no object holds both names."""
    return one_page(catalog=b"/OpenAction << /S 5 0 R /JS2 (x) >>", more={5: b"/Java#53cript"})


def script_after_a_destination() -> bytes:
    return opening(
        b"<< /S /GoTo /D [3 0 R /Fit] /Next [<< /S /Named /N /NextPage /Next 5 0 R >>] >>"
    ).replace(b"xref\n", b"5 0 obj\n<< /S /JavaScript /JS (app.alert\\(1\\)) >>\nendobj\nxref\n", 1)


def deeply_buried_script() -> bytes:
    return one_page(catalog=b"/Deep " + b"[" * 60 + b"<< /S /JavaScript /JS (x) >>" + b"]" * 60)


def script_in_object_stream() -> bytes:
    with Pdf.open(io.BytesIO(honest())) as pdf:
        action = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)")))
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([pikepdf.String("a"), action])))
        return saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def script_in_an_old_revision() -> bytes:
    """A second revision replaces the object which held the script; the bytes are still there."""
    first = one_page(catalog=b"/OpenAction 5 0 R", more={5: b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"})
    start = first.rindex(b"startxref\n") + 10
    previous = int(first[start : first.index(b"\n", start)])
    second = b"5 0 obj\n<< /S /GoTo /D [3 0 R /Fit] >>\nendobj\n"
    table = b"xref\n5 1\n%010d 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\n" % (
        len(first),
        previous,
    )
    return first + second + table + b"startxref\n%d\n%%%%EOF\n" % (len(first) + len(second))


def script_in_an_old_object_stream() -> bytes:
    """The same, with the old revision's objects packed and the catalogue replaced as well."""
    first = script_in_object_stream()
    with Pdf.open(io.BytesIO(first)) as pdf:
        script = next(
            number
            for number in range(1, len(pdf.objects) + 1)
            if b"/JS" in pdf.get_object(number, 0).unparse(resolved=True)
        )
        catalogue, tree = pdf.Root.objgen[0], pdf.Root.Pages.objgen[0]
        size = int(pdf.trailer.Size)
    start = first.rindex(b"startxref\n") + 10
    previous = int(first[start : first.index(b"\n", start)])
    root = b"%d 0 obj\n<< /Type /Catalog /Pages %d 0 R >>\nendobj\n" % (catalogue, tree)
    emptied = b"%d 0 obj\n<< >>\nendobj\n" % script
    table = b"xref\n%d 1\n%010d 00000 n \n%d 1\n%010d 00000 n \n" % (
        catalogue,
        len(first),
        script,
        len(first) + len(root),
    )
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (size, catalogue, previous)
    end = b"startxref\n%d\n%%%%EOF\n" % (len(first) + len(root) + len(emptied))
    return first + root + emptied + table + trailer + end


def attachment() -> bytes:
    with Pdf.open(io.BytesIO(honest())) as pdf:
        pdf.attachments["diem.xlsx"] = b"PK\x03\x04"
        return saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def attached_to_a_page() -> bytes:
    file = b"<< /Type /Filespec /F (a.txt) /EF << /F 5 0 R >> >>"
    note = b"/Annots [<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS " + file + b" >>]"
    return one_page(note, more={5: stream(b"hello", b"/Type /EmbeddedFile")})


def encrypted(owner: str, user: str) -> bytes:
    with Pdf.open(io.BytesIO(honest())) as pdf:
        return saved(pdf, encryption=pikepdf.Encryption(owner=owner, user=user))


def no_pages() -> bytes:
    return raw_pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [] /Count 0 >>"})


def white_picture() -> bytes:
    picture = stream(
        zlib.compress(b"\xff" * 10_000),
        b"/Type /XObject /Subtype /Image /Width 100 /Height 100 /ColorSpace /DeviceGray /BitsPerComponent 8"
        b" /Filter /FlateDecode",
    )
    return one_page(
        b"/Resources << /XObject << /I 5 0 R >> >>", content=b"200 0 0 200 0 0 cm /I Do", more={5: picture}
    )


def followed_by_zip() -> bytes:
    archive = io.BytesIO(honest())
    with zipfile.ZipFile(archive, "a") as writer:
        writer.writestr("run.txt", "x")
    return archive.getvalue()


def headed_by_html() -> bytes:
    return honest().replace(b"%PDF-1.7\n", b"%PDF-1.7\n<html><script>alert(1)</script></html>\n", 1)


def headed_by_pe() -> bytes:
    return b"MZ" + b"\x00" * 62 + honest()


def followed_by_a_load() -> bytes:
    return honest() + bytes(range(1, 256)) * 20


def tar_archive() -> bytes:
    return honest().replace(b"%PDF-1.7\n", b"%PDF-1.7\n%" + b"-" * 247 + b"ustar\n", 1)


def truncated() -> bytes:
    whole = pages(3)
    return whole[: len(whole) // 2]


def one_of_three_with_ink() -> bytes:
    with Pdf.open(io.BytesIO(pages(3, b""))) as pdf:
        pdf.pages[1].Contents = pdf.make_stream(INK)
        return saved(pdf)


Maker = Callable[[], bytes]

REFUSED: dict[str, tuple[str, Maker]] = {
    "nothing": ("empty_file", lambda: b""),
    "a text file": ("not_pdf", lambda: b"Ke hoach bai day"),
    "a word file": ("not_pdf", lambda: b"PK\x03\x04" + b"\x00" * 100),
    "a program before the header": ("not_pdf", headed_by_pe),
    "a header after junk": ("not_pdf", lambda: b"GIF89a" + honest()),
    "only a header": ("damaged_pdf", lambda: b"%PDF-1.7\n"),
    "truncated": ("damaged_pdf", truncated),
    "password": ("encrypted_pdf", lambda: encrypted("owner", "user")),
    "owner password only": ("encrypted_pdf", lambda: encrypted("owner", "")),
    "no pages": ("no_pages", no_pages),
    "501 pages": ("too_many_pages", lambda: pages(501)),
    "100,000 pages": ("too_many_pages", bombs.hundred_thousand_pages),
    "a million kids": ("too_complex", bombs.million_kids),
    "one page called seven": ("mixed_content", lambda: count_lies(b"7")),
    "three pages called one": ("mixed_content", three_pages_called_one),
    "blank pages": ("blank_pdf", lambda: pages(3, b"")),
    "only spaces": ("blank_pdf", lambda: pages(1, b"BT 9 9 Td (   ) Tj ET")),
    "white picture": ("blank_pdf", white_picture),
    "form calling itself": ("too_complex", bombs.form_calling_itself),
    "billion laughs": ("too_complex", bombs.billion_laughs),
    "content bomb": ("too_complex", bombs.content_bomb),
    "content bomb packed twice": ("too_complex", bombs.content_bomb_packed_twice),
    "text bomb": ("too_complex", bombs.text_bomb),
    "object stream bomb": ("too_complex", bombs.object_stream_bomb),
    "xref bomb": ("too_complex", bombs.xref_bomb),
    "deep nesting": ("too_complex", bombs.deep_nesting),
    "followed by a zip": ("mixed_content", followed_by_zip),
    "headed by html": ("mixed_content", headed_by_html),
    "followed by a load": ("mixed_content", followed_by_a_load),
    "tar archive": ("mixed_content", tar_archive),
    "attachment": ("embedded_files", attachment),
    "attached to a page": ("embedded_files", attached_to_a_page),
    "script on opening": ("active_content", lambda: opening(b"<< /S /JavaScript /JS (x) >>")),
    "script with escaped names": ("active_content", lambda: opening(b"<< /#53 /J#61vaScrip#74 /J#53 (x) >>")),
    "script behind a reference": ("active_content", script_behind_a_reference),
    "script after a destination": ("active_content", script_after_a_destination),
    "script deeply buried": ("active_content", deeply_buried_script),
    "script in an object stream": ("active_content", script_in_object_stream),
    "script in an old revision": ("active_content", script_in_an_old_revision),
    "script in an old object stream": ("active_content", script_in_an_old_object_stream),
    "script of a page": ("active_content", lambda: one_page(b"/AA << /O << /S /JavaScript /JS (x) >> >>")),
    "program": ("active_content", lambda: link(b"<< /S /Launch /F (cmd.exe) >>")),
    "form that sends": ("active_content", lambda: link(b"<< /S /SubmitForm /F (http://a.example) >>")),
    "data import": ("active_content", lambda: link(b"<< /S /ImportData /F (a.fdf) >>")),
    "web address on opening": ("active_content", lambda: opening(b"<< /S /URI /URI (http://a.example) >>")),
    "other document on the network": (
        "active_content",
        lambda: link(rb"<< /S /GoToR /F (\\\\a.example\\b.pdf) /D [0 /Fit] >>"),
    ),
    "XFA form": ("active_content", lambda: one_page(catalog=b"/AcroForm << /XFA (x) /Fields [] >>")),
    "film": (
        "active_content",
        lambda: one_page(b"/Annots [<< /Type /Annot /Subtype /RichMedia /Rect [0 0 9 9] >>]"),
    ),
    "content from the network": (
        "active_content",
        lambda: one_page(more={5: stream(b"", b"/F << /FS /URL /F (http://a.example) >>")}),
    ),
}

TAKEN: dict[str, Maker] = {
    "an honest page": honest,
    "500 pages": lambda: pages(500),
    "a byte order mark": lambda: b"\xef\xbb\xbf" + honest(),
    "line ends before the header": lambda: b"\r\n\r\n" + honest(),
    "one page of three with ink": one_of_three_with_ink,
    "opens at a destination": lambda: opening(b"<< /S /GoTo /D [3 0 R /Fit] >>"),
    "opens at a place": lambda: opening(b"[3 0 R /XYZ null null 0]"),
    "a web link": lambda: link(b"<< /S /URI /URI (https://a.example/) >>"),
    "a button that opens a web page": lambda: one_page(
        b"/Annots [<< /Subtype /Widget /Rect [0 0 9 9] /AA << /U << /S /URI /URI (http://a.example) >> >> >>]"
    ),
    "a link to a file beside it": lambda: link(b"<< /S /GoToR /F (phu-luc.pdf) /D [0 /Fit] >>"),
    "text about scripts": lambda: one_page(content=INK + b" BT (/S /JavaScript /JS \\(x\\)) Tj ET"),
    "padding at the end": lambda: honest() + b"\x00" * 5000,
    "an absurd count of pages": lambda: count_lies(b"2000000000"),
    "an empty tree of attachments": lambda: one_page(catalog=b"/Names << /EmbeddedFiles << /Names [] >> >>"),
    "a form with fields": lambda: one_page(
        b"/Annots [5 0 R]",
        b"/AcroForm << /Fields [5 0 R] >>",
        more={5: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /Rect [0 0 50 20] >>"},
    ),
    "two revisions": lambda: script_in_an_old_revision().replace(
        b"/S /JavaScript /JS (app.alert\\(1\\))", b"/S /GoTo /D [3 0 R /Fit]                "
    ),
}

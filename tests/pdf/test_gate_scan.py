"""What acts or carries files is found wherever it hides; what only looks like it passes."""

from collections.abc import Callable
from io import BytesIO

import pytest
from pikepdf import Pdf

from app.pdf.gate_examine import examine
from app.pdf.gate_scan import scan
from tests.pdf.hard import hard
from tests.pdf.hostile import link, opening
from tests.pdf.written import honest, one_page, stream

HARD_REFUSED = {
    "action-without-end": {"active_content"},
    "attachment-in-orphan-object-stream": {"embedded_files"},
    "duplicate-key-contents": {"mixed_content"},
    "external-page-by-url": {"active_content"},
    "h07-js-in-orphan-objstm": {"active_content"},
    "h08-js-behind-comment-stream": {"active_content"},
    "h12-orphan-launch-with-comment": {"active_content"},
    "h25-gotor-network-slash": {"active_content"},
    "h27-uri-file-scheme": {"active_content"},
    "h29-uri-javascript": {"active_content"},
    "h32-reference-xobject": {"active_content"},
    "h40-rf-related-files": {"embedded_files"},
    "h46-zip64-appended": {"mixed_content"},
    "h49-html-after-word-stream": {"mixed_content"},
    "h51-rar-appended-then-eof": {"mixed_content"},
    "h52-exe-appended-with-obj": {"mixed_content"},
    "h96-js-for-pdfium-only": {"active_content", "mixed_content"},
    "script-between-comment-stream": {"active_content"},
    "script-in-orphan-object-stream": {"active_content"},
}
HARD_TAKEN = (
    "honest-bookmark-html",
    "honest-chrome-links",
    "honest-destination-javascript",
    "honest-font-named-JS",
    "honest-interpolated-picture",
    "honest-link-to-javascript-page",
    "honest-note-about-scripts",
    "honest-reader-extended",
    "honest-rich-text-comment",
    "honest-structure-sound",
    "honest-title-html",
    "o12-title-speaks-of-javascript",
    "o23-link-to-mdn",
    "o24-title-html-css-javascript",
)

ACTIONS = {
    "a script": b"<< /S /JavaScript /JS (x) >>",
    "a script in a stream": b"<< /S /JavaScript /JS 9 0 R >>",
    "a script with a parent": b"<< /S /JavaScript /P 3 0 R /JS (x) >>",
    "a script called a style": b"<< /Type /StructElem /S /JavaScript /JS (x) >>",
    "a program": b"<< /S /Launch /F (cmd.exe) >>",
    "a form that sends": b"<< /S /SubmitForm /F (http://a.example) >>",
    "data from elsewhere": b"<< /S /ImportData /F (a.fdf) >>",
    "an embedded document": b"<< /S /GoToE /T << /R /C /N (a) >> >>",
    "a film": b"<< /S /Movie /Operation /Play >>",
    "a sound": b"<< /S /Sound /Sound 9 0 R >>",
    "a rendition": b"<< /S /Rendition /OP 0 >>",
}
# How any action can be written so that all or some readers still take it.
SPELLINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda action: action,
    "escaped": lambda action: action.replace(b"/S ", b"/#53 "),
    "comments": lambda action: action.replace(b" ", b" %)>> stream\n "),
    "no end": lambda action: action[:-2],
    "an array too many": lambda action: action[:-2] + b"/X [ >>",
    "a keyword too many": lambda action: action.replace(b"<<", b"<< 1 x ", 1),
}
PLACES: dict[str, Callable[[bytes], bytes]] = {
    "on opening": lambda action: one_page(catalog=b"/OpenAction 5 0 R", more={5: action}),
    "behind a link": link,
    "an orphan": lambda action: one_page(more={5: action}),
    "behind the end": lambda action: honest() + b"9 0 obj " + action + b" endobj\n",
    "after the word stream": lambda action: (
        honest() + b"%stream\n9 0 obj " + action + b" endobj\n%endstream\n"
    ),
    "in a stream": lambda action: one_page(more={5: stream(b"x 9 0 obj " + action + b" endobj")}),
    "on a line of a string": lambda action: one_page(
        more={5: b"(a\n9 0 obj " + action.replace(b"(", b"\\(").replace(b")", b"\\)") + b" endobj)"}
    ),
    "after a string without end": lambda action: honest() + b"(\n9 0 obj " + action + b" endobj\n",
}


def code_of(document: bytes) -> str:
    with Pdf.open(BytesIO(document)) as pdf:
        return scan(pdf, document) or "accept"


def judged(document: bytes) -> object:
    return examine(BytesIO(document), {"max_pages": 500}, None).get("refused", "accept")


@pytest.mark.parametrize("name", HARD_REFUSED)
def test_a_hard_sample_is_refused(name: str) -> None:
    assert judged(hard(name)) in HARD_REFUSED[name]


@pytest.mark.parametrize("name", HARD_TAKEN)
def test_an_honest_hard_sample_is_taken(name: str) -> None:
    assert judged(hard(name)) == "accept"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_found_in_any_place_and_spelling(action: str, spelling: str, place: str) -> None:
    written = SPELLINGS[spelling](ACTIONS[action])
    assert code_of(PLACES[place](written)) == "active_content"


@pytest.mark.parametrize(
    "address",
    [
        b"(javascript:alert(1))",
        b"(JavaScript:x)",
        b"( \\tjava\\nscript:x)",
        b"<6A6176617363726970743A78>",
        b"<FEFF006A006100760061007300630072006900700074003A0078>",
        b"<EFBBBF66696C653A2F2F2F78>",
        b"(file:///C:/x.exe)",
        b"(C:\\\\x.exe)",
        b"(\\\\\\\\server\\\\share)",
        b"(//server/share)",
        b"(data:text/html,x)",
        b"(ms-word:ofe|u|http://a.example)",
        b"(javascript:80/)",
        b"(ftp://a.example/)",
        b"5 0 R",
    ],
)
def test_a_link_that_leads_elsewhere_than_to_a_web_page_is_refused(address: bytes) -> None:
    more = {5: b"(javascript:x)"}
    document = one_page(
        b"/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI " + address + b" >> >>]", more=more
    )
    assert code_of(document) == "active_content"


@pytest.mark.parametrize(
    "address",
    [
        b"(https://vi.wikipedia.org/wiki/JavaScript)",
        b"(HTTP://a.example)",
        b"(mailto:a@a.example)",
        b"(tel:+84900000000)",
        b"(www.a.example/a:b)",
        b"(a.example:8080/x)",
        b"(phu-luc.docx)",
        b"(#muc-1)",
        b"(?q=javascript:)",
        b"()",
        b"<FEFF00680074007400700073003A002F002F0061>",
    ],
)
def test_an_ordinary_link_is_taken(address: bytes) -> None:
    assert code_of(link(b"<< /S /URI /URI " + address + b" >>")) == "accept"


def test_the_base_of_all_links_is_a_link() -> None:
    assert code_of(one_page(catalog=b"/URI << /Base (file:///c:/) >>")) == "active_content"
    assert code_of(one_page(catalog=b"/URI << /Base (https://a.example/) >>")) == "accept"


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"(phu-luc.pdf)", "accept"),
        (b"(../tuan 1/phu-luc.pdf)", "accept"),
        (b"(/C/tai-lieu/a.pdf)", "accept"),
        (b"<< /Type /Filespec /F (a.pdf) /UF (a.pdf) >>", "accept"),
        (b"(//server/a.pdf)", "active_content"),
        (b"(/server/share/a.pdf)", "active_content"),
        (b"(\\\\\\\\server\\\\share\\\\a.pdf)", "active_content"),
        (b"(\\\\/server/a.pdf)", "active_content"),
        (b"<FEFF005C005C0061005C0062>", "active_content"),
        (b"(file://server/a.pdf)", "active_content"),
        (b"(http://a.example/a.pdf)", "active_content"),
        (b"<< /F (a.pdf) /UF (//server/a.pdf) >>", "active_content"),
        (b"<< /F (a.pdf) /DOS (//server/a.pdf) >>", "active_content"),
        (b"<< /FS /URL /F (a) >>", "active_content"),
    ],
)
@pytest.mark.parametrize("kind", [b"/GoToR", b"/Thread"])
def test_a_document_on_the_network_is_told_from_one_beside(file: bytes, code: str, kind: bytes) -> None:
    assert code_of(link(b"<< /S " + kind + b" /D [0 /Fit] /F " + file + b" >>")) == code


FILES_AND_CONTENT = {
    "a file": ("embedded_files", {5: b"<< /F (a) /EF << /F 6 0 R >> >>", 6: stream(b"x")}),
    "a file by another key": ("embedded_files", {5: b"<< /F (a) /EF << /UF 6 0 R >> >>", 6: stream(b"x")}),
    "a file's stream": ("embedded_files", {5: stream(b"x", b"/Type /EmbeddedFile")}),
    "related files": ("embedded_files", {5: b"<< /F (a) /RF << /F [(b) 6 0 R] >> >>", 6: stream(b"x")}),
    "a tree of files": ("embedded_files", {5: b"<< /EmbeddedFiles << /Kids [6 0 R] >> >>"}),
    "a page of another file": (
        "active_content",
        {5: stream(b"", b"/Subtype /Form /Ref << /F (a.pdf) /Page 0 >>")},
    ),
    "a proxy": ("active_content", {5: stream(b"", b"/Subtype /Image /OPI << /2.0 << /F (a) >> >>")}),
    "data in another file": ("active_content", {5: stream(b"", b"/F (a.bin)")}),
    "data by reference": ("active_content", {5: stream(b"", b"/F 6 0 R"), 6: b"<< /F (a) >>"}),
    "a program for printers": ("active_content", {5: stream(b"x", b"/Type /XObject /Subtype /PS")}),
    "a form in XML": ("active_content", {5: b"<< /Fields [] /XFA 6 0 R >>", 6: stream(b"x")}),
    "packets of a form in XML": ("active_content", {5: b"<< /XFA [(template) 6 0 R] >>", 6: stream(b"x")}),
}
LOOKS_LIKE_IT = {
    "fonts": {
        5: b"<< /Font << /JS 6 0 R /EF 6 0 R /XFA 6 0 R /JavaScript 6 0 R >> >>",
        6: b"<< /Type /Font >>",
    },
    "pictures": {
        5: b"<< /XObject << /XFA 6 0 R /EF 6 0 R >> >>",
        6: stream(b"x", b"/Subtype /Image /Width 1"),
    },
    "anchors": {5: b"<< /JS [3 0 R /Fit] /EF [3 0 R /Fit] /RF [3 0 R /Fit] /JavaScript [3 0 R /Fit] >>"},
    "anchors in dictionaries": {5: b"<< /EF << /D [3 0 R /Fit] >> /JavaScript << /D [3 0 R /Fit] >> >>"},
    "styles": {5: b"<< /RoleMap << /Sound /P /Launch /Span /JavaScript /Code >> >>"},
    "an element of a style": {5: b"<< /S /JavaScript /P 6 0 R /K 0 >>"},
    "rights": {5: b"<< /Type /TransformParams /EF [/Create /Delete] /Form [/Add] >>"},
    "layers": {5: b"<< /Type /OCG /Name (Launch /JS) >>"},
    "a remark": {5: b"<< /Subtype /Text /Contents (<< /S /JavaScript /JS \\(x\\) >>) >>"},
    "what a document says": {5: b"<< /Title (a) /Title (b) /Producer (c) /Producer (d) >>"},
    "a key with one value twice": {5: b"<< /Type /Font /Type /Font /Subtype /Type1 >>"},
}


@pytest.mark.parametrize("name", FILES_AND_CONTENT)
def test_files_and_content_from_elsewhere_are_found(name: str) -> None:
    code, objects = FILES_AND_CONTENT[name]
    assert code_of(one_page(more=objects)) == code


@pytest.mark.parametrize("name", LOOKS_LIKE_IT)
def test_what_only_looks_like_it_is_taken(name: str) -> None:
    assert code_of(one_page(more=LOOKS_LIKE_IT[name])) == "accept"


@pytest.mark.parametrize(
    "action", [b"/Hide /T (a)", b"/SetOCGState /State [/OFF 6 0 R]", b"/Named /N /Print"]
)
def test_what_a_click_may_do_nothing_does_by_itself(action: bytes) -> None:
    assert code_of(opening(b"<< /S " + action + b" >>")) == "active_content"
    assert code_of(link(b"<< /S " + action + b" >>")) == "accept"


@pytest.mark.parametrize(
    "twice",
    [b"/Contents 4 0 R /Contents 5 0 R", b"/Resources 5 0 R /Resources 6 0 R", b"/Rotate 0 /Rotate 90"],
)
def test_two_values_of_a_key_that_decides_what_is_shown_are_refused(twice: bytes) -> None:
    assert code_of(one_page(more={7: b"<< /Type /Page " + twice + b" >>"})) == "mixed_content"

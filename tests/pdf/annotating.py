"""Makes pages whose words lie under random annotations, of any kind and flags, with a look or without."""

import random
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String

KINDS = (
    "Text",
    "Link",
    "FreeText",
    "Line",
    "Square",
    "Circle",
    "Polygon",
    "PolyLine",
    "Highlight",
    "Underline",
    "Squiggly",
    "StrikeOut",
    "Stamp",
    "Caret",
    "Ink",
    "Popup",
    "Redact",
    "Watermark",
    "Screen",
    "PrinterMark",
    "TrapNet",
    "Widget",
    "Projection",
    "Unknown",
)
FIELD_TYPES = ("Tx", "Ch", "Btn", "Sig")
FLAGS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
WORDS = b"BT /F 24 Tf 40 140 Td (9.000.000 dong) Tj ET BT /F 12 Tf 40 60 Td (Ke hoach bai day) Tj ET"
COVER = b"1 g 0 0 100 20 re f 0 g BT /F 14 Tf 2 4 Td (1.000.000) Tj ET"


def annotated_at_random(rng: random.Random) -> bytes:
    """Return a page with one to three random annotations over its words."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(300, 200))
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        page.Resources = Dictionary(Font=Dictionary(F=font))
        page.Contents = pdf.make_stream(WORDS)
        if rng.random() < 0.2:
            page.Rotate = rng.choice((90, 180, 270))
        annotations = [_annotation(pdf, font, rng) for _ in range(rng.choice((1, 1, 2, 3)))]
        page.Annots = Array(annotations)
        fields = [each for each in annotations if Name.FT in each]
        if fields and rng.random() < 0.8:
            pdf.Root.AcroForm = Dictionary(
                Fields=Array(fields),
                DA=String("/F 12 Tf 0 g"),
                DR=Dictionary(Font=Dictionary(F=font)),
                NeedAppearances=rng.random() < 0.3,
            )
        written = BytesIO()
        pdf.save(written, deterministic_id=True)
    return written.getvalue()


def _annotation(pdf: pikepdf.Pdf, font: pikepdf.Object, rng: random.Random) -> pikepdf.Object:
    left, bottom = rng.choice((36, 40, 120)), rng.choice((130, 136, 50))
    wide, high = rng.choice((14, 56, 100, 180)), rng.choice((14, 20, 30, 70))
    edges = [left, bottom, left + wide, bottom + high]
    annotation = Dictionary(
        Type=Name.Annot,
        Subtype=Name(f"/{rng.choice(KINDS)}"),
        Rect=Array(edges),
        F=sum(flag for flag in FLAGS if rng.random() < 0.15) | (4 if rng.random() < 0.4 else 0),
    )
    for key, value in _particulars(edges, rng).items():
        if rng.random() < 0.7:
            annotation[f"/{key}"] = value
    if annotation.Subtype == Name.Widget and rng.random() < 0.9:
        annotation.update(_field(rng))
    if rng.random() < 0.6:
        annotation.AP = _looks(pdf, font, rng)
    if rng.random() < 0.3:
        annotation.AS = Name(rng.choice(("/Co", "/Off", "/Khac")))
    return pdf.make_indirect(annotation)


def _particulars(edges: list[int], rng: random.Random) -> dict[str, pikepdf.Object | int]:
    left, bottom, right, top = edges
    middle = (bottom + top) / 2
    corners = [left, top, right, top, left, bottom, right, bottom]
    return {
        "Contents": String("1.000.000"),
        "C": Array(rng.choice(([1, 1, 1], [1, 0, 0], [0]))),
        "IC": Array(rng.choice(([1, 1, 1], [0, 0, 1]))),
        "DA": String(rng.choice(("/Helv 14 Tf 0 g", "/F 20 Tf 1 0 0 rg"))),
        "QuadPoints": Array([corner + rng.choice((0, 0, 7)) for corner in corners]),
        "InkList": Array([Array([left, middle, right, middle])]),
        "L": Array([left, middle, right, middle]),
        "Vertices": Array([left, bottom, right, top, left, top]),
        "Border": Array([0, 0, rng.choice((0, 1, 40))]),
        "BS": Dictionary(W=rng.choice((1, 40)), S=Name.S),
        "MK": Dictionary(BG=Array([1, 1, 1]), CA=String("1")),
        "Name": Name(rng.choice(("/Comment", "/Approved"))),
        "CA": rng.choice((1, 0)),
        "Open": rng.random() < 0.5,
        "PDFIUM_HasGeneratedAP": rng.random() < 0.5,
        "FixedPrint": Dictionary(Type=Name.FixedPrint, H=rng.choice((0, 0.5))),
        "BM": Name(rng.choice(("/Normal", "/Multiply"))),
    }


def _field(rng: random.Random) -> dict[str, pikepdf.Object | int]:
    field: dict[str, pikepdf.Object | int] = {
        "/FT": Name(f"/{rng.choice(FIELD_TYPES)}"),
        "/T": String(f"a{rng.randrange(10**6)}"),
        "/Ff": rng.choice((0, 0, 1, 4096, 65536, 131072)),
    }
    if rng.random() < 0.6:
        field["/V"] = rng.choice((String("1.000.000"), String("9.000.000"), Name("/Co"), Name("/Off")))
    return field


def _looks(pdf: pikepdf.Pdf, font: pikepdf.Object, rng: random.Random) -> pikepdf.Object:
    def look() -> pikepdf.Object:
        stream = pdf.make_stream(rng.choice((COVER, COVER, b"1 0 0 rg 0 0 30 9 re f", b"")))
        stream.Type, stream.Subtype = Name.XObject, Name.Form
        stream.BBox = Array([0, 0, 100, 20])
        stream.Resources = Dictionary(Font=Dictionary(F=font))
        return stream

    looks = Dictionary()
    if rng.random() < 0.9:
        looks.N = look() if rng.random() < 0.7 else Dictionary(Co=look(), Off=look())
    for other in ("/R", "/D"):
        if rng.random() < 0.3:
            looks[other] = look()
    return looks

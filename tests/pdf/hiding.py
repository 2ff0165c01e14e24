"""Hides things in honest PDFs: what may be hidden, where a reader might find it, how the file is written."""

import io
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, StreamDecodeLevel, String

from tests.pdf.written import saved

Maker = Callable[[Pdf], pikepdf.Object]
Place = Callable[[Pdf, random.Random, pikepdf.Object], None]


def act(kind: str, **entries: Any) -> Maker:
    """Make an action of that kind; entries that can be called are given the document."""

    def make(pdf: Pdf) -> pikepdf.Object:
        made = Dictionary(S=Name(f"/{kind}"))
        for key, value in entries.items():
            made[f"/{key}"] = value(pdf) if callable(value) else value
        return pdf.make_indirect(made)

    return make


def _stream(content: bytes, **entries: Any) -> Maker:
    return lambda pdf: pdf.make_stream(content, **entries)


def _file(pdf: Pdf) -> pikepdf.Object:
    kept = pdf.make_stream(b"x", Type=Name.EmbeddedFile)
    return pdf.make_indirect(Dictionary(Type=Name.Filespec, F="a.txt", UF="a.txt", EF=Dictionary(F=kept)))


def _remote(name: str) -> Maker:
    return act("GoToR", F=String(name), D=Array([0, Name.Fit]))


ACTIONS: dict[str, Maker] = {
    "a script": act("JavaScript", JS=String("app.alert(1)")),
    "a script in a stream": act("JavaScript", JS=_stream(b"app.alert(1)")),
    "a program": act("Launch", F=String("cmd.exe")),
    "a program of Windows": act("Launch", Win=Dictionary(F="cmd.exe", P="/c calc")),
    "a form that sends": act("SubmitForm", F=Dictionary(FS=Name.URL, F="http://a.example/")),
    "data from elsewhere": act("ImportData", F=String("a.fdf")),
    "an embedded document": act("GoToE", T=Dictionary(R=Name.C, N="a")),
    "a document on the network": _remote("\\\\server\\share\\a.pdf"),
    "a document on the network, as PDF spells it": _remote("/server/share/a.pdf"),
    "a document on the web": _remote("http://a.example/a.pdf"),
    "a rendition": act("Rendition", OP=0),
    "a scripted rendition": act("Rendition", JS=String("x")),
    "a film": act("Movie", Operation=Name.Play),
    "a sound": act("Sound", Sound=_stream(b"x", R=8000)),
    "a rich medium": act("RichMediaExecute", TA=Dictionary(), CMD=Dictionary()),
    "a view of a model": act("GoTo3DView", TA=Dictionary(), V=0),
    "a link to a script": act("URI", URI=String("javascript:alert(1)")),
    "a link to a file": act("URI", URI=String("file:///c:/a.exe")),
    "a link to another computer": act("URI", URI=String("//server/share")),
}
"""Actions that no file may hold, whoever would start them."""
FILES: dict[str, Maker] = {
    "a file": _file,
    "a file's stream": _stream(b"x", Type=Name.EmbeddedFile),
    "a note that holds a file": lambda pdf: Dictionary(
        Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=_file(pdf)
    ),
    "related files": lambda pdf: Dictionary(
        F="a", RF=Dictionary(F=Array([String("b"), pdf.make_stream(b"x", Type=Name.EmbeddedFile)]))
    ),
    "a tree of files": lambda pdf: Dictionary(
        EmbeddedFiles=Dictionary(Names=Array([String("a"), _file(pdf)]))
    ),
}
MEDIA: dict[str, Maker] = {
    "a screen with a rendition": lambda _: Dictionary(
        Type=Name.Annot, Subtype=Name.Screen, Rect=Array([0, 0, 9, 9]), A=Dictionary(S=Name.Rendition, OP=0)
    ),
    "rich media": lambda _: Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9])),
    "a model": lambda _: Dictionary(Type=Name.Annot, Subtype=Name("/3D"), Rect=Array([0, 0, 9, 9])),
    "a form in XML": lambda pdf: Dictionary(Fields=Array(), XFA=pdf.make_stream(b"<xdp/>")),
    "packets of a form in XML": lambda pdf: Dictionary(
        Fields=Array(), XFA=Array([String("template"), pdf.make_stream(b"<template/>")])
    ),
    "a tree of scripts": lambda pdf: Dictionary(
        JavaScript=Dictionary(Names=Array([String("a"), ACTIONS["a script"](pdf)]))
    ),
}
HONEST_ACTIONS: dict[str, Maker] = {
    "a web page": act("URI", URI=String("https://vi.wikipedia.org/wiki/JavaScript")),
    "a letter": act("URI", URI=String("mailto:a@truong-a.example?subject=/S /Launch")),
    "another page": lambda pdf: Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit])),
    "a file beside it": act("GoToR", F=String("phu luc.pdf"), D=Array([0, Name.Fit])),
}


def _page(pdf: Pdf, rng: random.Random) -> pikepdf.Object:
    return pdf.pages[rng.randrange(len(pdf.pages))].obj


def _put_annotation(pdf: Pdf, rng: random.Random, **entries: Any) -> None:
    annotation = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), F=4)
    for key, value in entries.items():
        annotation[f"/{key}"] = value
    page = _page(pdf, rng)
    annotations = list(page.Annots.as_list()) if isinstance(page.get(Name.Annots), Array) else []
    page.Annots = Array([*annotations, pdf.make_indirect(annotation)])


def _link(pdf: Pdf, rng: random.Random, action: pikepdf.Object) -> None:
    _put_annotation(pdf, rng, Subtype=Name.Link, A=action)


def _previous_action(pdf: Pdf, rng: random.Random, action: pikepdf.Object) -> None:
    _put_annotation(pdf, rng, Subtype=Name.Link, PA=action)


def _field(pdf: Pdf, **entries: Any) -> pikepdf.Object:
    if not isinstance(pdf.Root.get(Name.AcroForm), Dictionary):
        pdf.Root.AcroForm = Dictionary()
    if not isinstance(pdf.Root.AcroForm.get(Name.Fields), Array):
        pdf.Root.AcroForm.Fields = Array()
    field = pdf.make_indirect(Dictionary(FT=Name.Btn, Ff=1 << 16, T="nut", **entries))
    pdf.Root.AcroForm.Fields.append(field)
    return field


def _button(pdf: Pdf, rng: random.Random, action: pikepdf.Object) -> None:
    field = _field(pdf)
    _put_annotation(pdf, rng, Subtype=Name.Widget, Parent=field, A=action)
    field.Kids = Array([_page_with_annotations(pdf)[-1]])


def _page_with_annotations(pdf: Pdf) -> list[pikepdf.Object]:
    return [each for page in pdf.pages if Name.Annots in page.obj for each in page.obj.Annots.as_list()]


def _click(pdf: Pdf, rng: random.Random, action: pikepdf.Object) -> None:
    _put_annotation(pdf, rng, Subtype=Name.Widget, FT=Name.Btn, Ff=1 << 16, T="a", AA=Dictionary(U=action))


def _bookmark(pdf: Pdf, _rng: random.Random, action: pikepdf.Object) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Bài học về /JavaScript", 0))
    last = pdf.Root.Outlines.Last
    if Name.Dest in last:
        del last[Name.Dest]
    last.A = action


def _on_opening(pdf: Pdf, _rng: random.Random, action: pikepdf.Object) -> None:
    pdf.Root.OpenAction = action


def _next(depth: int, *, listed: bool) -> Place:
    def put(pdf: Pdf, rng: random.Random, action: pikepdf.Object) -> None:
        for _ in range(depth):
            before = Dictionary(S=Name.GoTo, D=Array([_page(pdf, rng), Name.Fit]))
            before.Next = Array([action]) if listed else action
            action = pdf.make_indirect(before) if rng.random() < 0.5 else before
        rng.choice((_on_opening, _link, _bookmark))(pdf, rng, action)

    return put


def _event(owner: Callable[[Pdf, random.Random], pikepdf.Object], *events: str) -> Place:
    def put(pdf: Pdf, rng: random.Random, action: pikepdf.Object) -> None:
        owner(pdf, rng).AA = Dictionary({f"/{rng.choice(events)}": action})

    return put


def _any_annotation(pdf: Pdf, rng: random.Random) -> pikepdf.Object:
    _put_annotation(pdf, rng, Subtype=Name.Square)
    return _page_with_annotations(pdf)[-1]


def _odd(pdf: Pdf, rng: random.Random, thing: pikepdf.Object) -> None:
    """Put it under a key that means nothing, in any dictionary of the file, or deep in lists there."""
    wrapped = thing
    for _ in range(rng.randrange(4)):
        wrapped = Array([1, wrapped]) if rng.random() < 0.5 else Dictionary(Khac=wrapped)
    rng.choice(_reached(pdf))[f"/{rng.choice(('La', 'Kids2', 'PieceInfo', 'Data'))}"] = wrapped


def _reached(pdf: Pdf) -> list[pikepdf.Object]:
    """Return the dictionaries and streams that the catalogue leads to; no others are written."""
    found: dict[tuple[int, int], pikepdf.Object] = {}
    waiting: list[object] = [pdf.Root]
    while waiting:
        each = waiting.pop()
        if not isinstance(each, (Dictionary, Array, pikepdf.Stream)) or each.objgen in found:
            continue
        if each.is_indirect and not isinstance(each, Array):
            found[each.objgen] = each
        waiting += each.as_list() if isinstance(each, Array) else [each[key] for key in each.keys()]  # noqa: SIM118
    return list(found.values())


def _in_a_picture(pdf: Pdf, rng: random.Random, thing: pikepdf.Object) -> None:
    form = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.Group = thing
    page = pdf.pages[rng.randrange(len(pdf.pages))]
    page.add_resource(form, Name.XObject)


def _in_the_look(pdf: Pdf, rng: random.Random, thing: pikepdf.Object) -> None:
    look = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    look.Resources = Dictionary(Properties=Dictionary(MC0=thing))
    _put_annotation(pdf, rng, Subtype=Name.Stamp, AP=Dictionary(N=look))


def _named(pdf: Pdf, _rng: random.Random, thing: pikepdf.Object) -> None:
    names = pdf.Root.get(Name.Names, Dictionary())
    pdf.Root.Names = Dictionary({**dict(names.items()), "/Templates": Dictionary(Names=["a", thing])})


def _in_the_trailer(pdf: Pdf, _rng: random.Random, thing: pikepdf.Object) -> None:
    pdf.trailer[Name.La] = thing


def _in_the_structure(pdf: Pdf, _rng: random.Random, thing: pikepdf.Object) -> None:
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    root.K = Array([Dictionary(Type=Name.StructElem, S=Name.P, P=root, A=Dictionary(O=Name.Layout, X=thing))])
    pdf.Root.StructTreeRoot = root


CLICKED: dict[str, Place] = {
    "behind a link": _link,
    "a link's action before": _previous_action,
    "behind a button": _button,
    "at a click on a field": _click,
    "behind a bookmark": _bookmark,
}
BY_ITSELF: dict[str, Place] = {
    "on opening": _on_opening,
    "an event of the document": _event(lambda pdf, _: pdf.Root, "WC", "WS", "DS", "WP", "DP"),
    "an event of a page": _event(_page, "O", "C"),
    "an event of an annotation": _event(_any_annotation, "E", "PO", "PV", "Fo", "PI"),
    "an event of a field": _event(lambda pdf, _: _field(pdf), "K", "F", "V", "C"),
    "after an action": _next(1, listed=False),
    "after three actions": _next(3, listed=False),
    "in a list after actions": _next(2, listed=True),
}
ANYWHERE: dict[str, Place] = {
    "under an odd key": _odd,
    "in a drawing": _in_a_picture,
    "in the look of an annotation": _in_the_look,
    "in a tree of names": _named,
    "in the trailer": _in_the_trailer,
    "in the structure": _in_the_structure,
}
PLACES = CLICKED | BY_ITSELF | ANYWHERE


@dataclass(frozen=True)
class Writing:
    """How a file is written."""

    packed: ObjectStreamMode
    linear: bool
    compressed: bool
    unpacked: bool
    readable: bool

    @classmethod
    def any_of(cls, rng: random.Random) -> "Writing":
        return cls(
            rng.choice((ObjectStreamMode.generate, ObjectStreamMode.disable, ObjectStreamMode.preserve)),
            *(rng.random() < 0.5 for _ in range(4)),
        )

    def of(self, pdf: Pdf) -> bytes:
        return saved(
            pdf,
            object_stream_mode=self.packed,
            linearize=self.linear,
            compress_streams=self.compressed,
            stream_decode_level=StreamDecodeLevel.generalized if self.unpacked else StreamDecodeLevel.none,
            qdf=self.readable and not self.linear,
        )


def hidden(document: bytes, thing: Maker, place: Place, rng: random.Random) -> bytes:
    """Return `document` with `thing` at `place`, written in some way."""
    with Pdf.open(io.BytesIO(document)) as pdf:
        place(pdf, rng, thing(pdf))
        return Writing.any_of(rng).of(pdf)


def escaped(text: bytes, rng: random.Random) -> bytes:
    """Write some letters of every name in `text` as their numbers, as any program may."""

    def spelled(name: re.Match[bytes]) -> bytes:
        letters = (b"#%02X" % letter if rng.random() < 0.4 else bytes([letter]) for letter in name[1])
        return b"/" + b"".join(letters)

    return re.sub(rb"/(\w+)", spelled, text)


def revised(document: bytes, changed: Mapping[int, bytes]) -> bytes:
    """Save `document` on top of itself with other objects of these numbers, the first being the catalogue."""
    with Pdf.open(io.BytesIO(document)) as pdf:
        size = max(int(pdf.trailer.Size), max(changed) + 1)
    previous = int(document.rstrip().splitlines()[-2])
    out, table = bytearray(document), b""
    for number, body in changed.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (size, next(iter(changed)), previous)
    return bytes(out) + b"xref\n" + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(out)

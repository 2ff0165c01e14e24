"""PDF/A-2b: makes a document conform where that changes nothing visible, and tells where it cannot."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files
from itertools import islice
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, pdfa

from app.pdf.font_programs import note_of_named_only
from app.pdf.metric_twins import embed_twins
from app.pdf.standard_keys import drop_private_keys

FLAVOUR = "2b"
LABEL = "PDF/A-2b"

# Read here, since a sandbox child can open no file where the kernel has no Landlock.
_SRGB = files(pdfa).joinpath("data", "sRGB.icc").read_bytes()
_METADATA_DATE = re.compile(rb"(<xmp:MetadataDate>)[^<]*")
_LONGEST_REASON = 300
# Producers add keys of their own, such as LibreOffice's checksum of the file as it was.
_MOST_OBJECTS = 20_000
_TRAILER_KEYS = {"/Root", "/Info", "/ID", "/Size"}


def conform(pdf: pikepdf.Pdf, at: datetime) -> str | None:
    """Prepare `pdf` for PDF/A-2b in memory; return None if it conforms, otherwise the first reason.

    `at` is written where the library would write the present time. After a refusal `pdf` has been
    changed all the same and should be dropped.
    """
    _drop_ornaments(pdf)
    _mend(pdf)
    embed_twins(pdf)
    prepared = pdfa.prepare(pdf, FLAVOUR, output_intent=_SRGB, output_condition_identifier="sRGB")
    if prepared.annotations_removed:
        return "hidden annotations, which PDF/A forbids"
    packet = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(_METADATA_DATE.sub(rb"\g<1>" + at.isoformat().encode(), packet))
    reason = _first_reason(pdfa.check(pdf, FLAVOUR, **_choices()))
    return f"{reason}{note_of_named_only(pdf)}" if reason else None


def write_archival(pdf: pikepdf.Pdf, output: BinaryIO) -> None:
    """Write a document that conforms, with the settings its check assumed."""
    pdf.save(output, **pdfa.resolve_save_kwargs(FLAVOUR, **_choices()))


def write_ordinary(pdf: pikepdf.Pdf, output: BinaryIO) -> None:
    """Write a document without any claim of PDF/A, which it may have brought along."""
    _drop_claim(pdf)
    pdf.save(output, **_choices())


def _mend(pdf: pikepdf.Pdf) -> None:
    """Write as the check expects it what means the same: no value of these is ever shown."""
    for holder in islice(pdf.objects, _MOST_OBJECTS):
        if isinstance(holder, Dictionary | pikepdf.Stream):
            _make_direct(holder)
            _name_glyph_map(holder)
            drop_private_keys(holder)
            if Name.Title in holder and (Name.Dest in holder or Name.A in holder):
                # Word lets a bookmark also name its heading's element; it leads to the same place.
                _drop(holder, "/SE")
    for key in (Name.MarkInfo, Name.ViewerPreferences):
        # Chromium adds a /Type, which the standard does not know there.
        if isinstance(pdf.Root.get(key), Dictionary):
            _drop(pdf.Root[key], "/Type")
    for page in pdf.pages:
        tabs = page.obj.get(Name.Tabs)
        if isinstance(tabs, pikepdf.String):
            page.obj[Name.Tabs] = Name(f"/{tabs}")


def _make_direct(holder: pikepdf.Object) -> None:
    """Write small values, which some programs make objects of their own, into their dictionary."""
    for key, value in list(holder.items()):
        if not isinstance(value, pikepdf.Object):
            # A number is read as itself, wherever it stands; written again, it stands here.
            if key != "/Length":
                holder[key] = value
            continue
        if isinstance(value, pikepdf.String) and value.is_indirect:
            holder[key] = pikepdf.String(bytes(value))
        elif isinstance(value, pikepdf.Name) and value.is_indirect:
            holder[key] = Name(str(value))
        elif isinstance(value, Dictionary) and not value.is_indirect:
            _make_direct(value)


def _name_glyph_map(font: pikepdf.Object) -> None:
    """Say what an embedded font without a map means; ISO 19005-2, 6.2.11.3.2 wants it said."""
    if font.get(Name.Subtype) != Name.CIDFontType2 or Name.CIDToGIDMap in font:
        return
    descriptor = font.get(Name.FontDescriptor)
    if isinstance(descriptor, Dictionary) and Name.FontFile2 in descriptor:
        font.CIDToGIDMap = Name.Identity


def _drop_ornaments(pdf: pikepdf.Pdf) -> None:
    """Remove what nobody sees on a page and the check refuses, such as fonts listed but never used."""
    pdf.remove_unreferenced_resources()
    for page in pdf.pages:
        _drop(page.obj, "/Thumb", "/Trans", "/Dur")
    _drop(pdf.trailer, *(set(pdf.trailer.keys()) - _TRAILER_KEYS))
    if _only_turns_to_a_page(pdf.Root.get("/OpenAction")):
        _drop(pdf.Root, "/OpenAction")
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary) and not form.get("/Fields"):
        _drop(pdf.Root, "/AcroForm")


def _only_turns_to_a_page(action: pikepdf.Object | None) -> bool:
    if isinstance(action, Dictionary):
        return action.get(Name.S) == Name.GoTo and Name.Next not in action
    return isinstance(action, Array)


def _drop(holder: pikepdf.Object, *keys: str) -> None:
    for key in keys:
        if key in holder:
            del holder[key]


def _choices() -> dict[str, Any]:
    return {"deterministic_id": True, "object_stream_mode": pikepdf.ObjectStreamMode.generate}


def _first_reason(report: pdfa.Report) -> str | None:
    if report.passed:
        return None
    finding = (report.violations or report.unsupported)[0]
    return f"{finding.rule}: {finding.message}"[:_LONGEST_REASON]


def _drop_claim(pdf: pikepdf.Pdf) -> None:
    if Name.Metadata not in pdf.Root:
        return
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False, strict=False) as metadata:
        for name in [name for name in metadata if name.startswith("{http://www.aiim.org/pdfa/ns/id/}")]:
            del metadata[name]


@contextmanager
def vietnam_time() -> Iterator[None]:
    """Let dates without a zone count as Vietnamese time, whatever the machine's clock says.

    This changes the whole process for a while, so it is meant for a sandbox child.
    """
    before = os.environ.get("TZ")
    _set_zone("<+07>-7")
    try:
        yield
    finally:
        _set_zone(before)


def _set_zone(zone: str | None) -> None:
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    time.tzset()

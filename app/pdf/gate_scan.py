"""What a PDF can do besides being read: actions, scripts, media, attachments, signatures.

Every object of the cross-reference table is looked at, reachable or not. Names are compared after
qpdf has decoded them, so hex escapes and object streams hide nothing. A regular expression over the
canonical text of each object finds the few that deserve a closer look, which keeps honest files cheap.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf

from app.pdf.gate_raw import suspicious_bytes

_ACTIVE_ACTIONS = frozenset(
    (
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMediaExecute",
        "/GoTo3DView",
    )
)
_MEDIA_ANNOTATIONS = frozenset(("/Movie", "/Sound", "/RichMedia", "/3D"))
_ACTIVE_NAMES = _ACTIVE_ACTIONS | _MEDIA_ANNOTATIONS
_ACTIVE_KEYS = ("/JavaScript", "/JS", "/XFA", "/RichMediaContent", "/RichMediaSettings")
_REMOTE_ACTIONS = frozenset(("/GoToR", "/GoToE", "/Thread", "/URI"))
_SUSPICIOUS = re.compile(
    rb"/(?:JavaScript|JS|XFA|Launch|SubmitForm|ImportData|Rendition|Movie|Sound|RichMedia\w*|GoTo3DView|3D"
    rb"|EmbeddedFiles?|EF|GoToR|GoToE|Thread|OpenAction|AA|ByteRange)(?=[\s/<>\[\]()]|$)"
    rb"|/F (?:[(<]|\d+ \d+ R)"
)
# Pressing, releasing, leaving: events of a field that only its reader brings about.
_CLICKS = frozenset(("/D", "/U", "/X", "/Bl"))
_REMOTE_PLACE = re.compile(r"(?:[a-z][a-z0-9+.-]+:|\\\\|//)", re.IGNORECASE)
_DEEPEST = 200  # qpdf refuses to parse deeper nesting than its own limit, which is lower.


@dataclass
class Findings:
    """What was found; `refusals` are codes in the order in which they were met."""

    refusals: list[str] = field(default_factory=list)
    signed: bool = False


def scan(pdf: pikepdf.Pdf, data: bytes) -> Findings:
    """Look at every object of `pdf`, then at the raw bytes for what no cross-reference mentions."""
    findings = Findings()
    for thing in pdf.objects:
        _look_at(thing, findings)
        if findings.refusals:
            return findings
    hidden = suspicious_bytes(data)
    if hidden:
        findings.refusals.append(hidden)
    return findings


def _look_at(thing: object, findings: Findings) -> None:
    if not isinstance(thing, pikepdf.Object):
        return
    if isinstance(thing, pikepdf.Stream) and _name(thing.stream_dict, "/Type") == "/ObjStm":
        _look_into(thing, findings)
    body = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
    if not _SUSPICIOUS.search(body.unparse(resolved=True)):
        return
    if isinstance(thing, pikepdf.Stream) and _is_remote(body.get("/F")):
        findings.refusals.append("active_content")
    if isinstance(body, pikepdf.Name) and str(body) in _ACTIVE_NAMES:
        findings.refusals.append("active_content")  # The value of somebody's /S, kept at arm's length.
    for dictionary in _dictionaries(body):
        _judge(dictionary, findings)


def _look_into(object_stream: pikepdf.Stream, findings: Findings) -> None:
    """Read what an object stream holds, since a later revision may have replaced its objects."""
    try:
        packed = object_stream.read_bytes()
    except pikepdf.PdfError:
        return  # What cannot be unpacked holds no objects for any reader.
    hidden = suspicious_bytes(packed)
    if hidden:
        findings.refusals.append(hidden)


def _dictionaries(thing: object, depth: int = 0) -> Iterator[pikepdf.Object]:
    """Yield the dictionaries written inside one object, itself included; references are other objects."""
    if depth > _DEEPEST or not isinstance(thing, (pikepdf.Dictionary, pikepdf.Array)):
        return
    if isinstance(thing, pikepdf.Dictionary):
        yield thing
        children = [thing[key] for key in thing.keys()]  # noqa: SIM118 -- iterating it is not typed
    else:
        children = list(thing)
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            yield from _dictionaries(child, depth + 1)


def _judge(dictionary: pikepdf.Object, findings: Findings) -> None:
    if _is_embedding(dictionary):
        findings.refusals.append("embedded_files")
    if _is_active(dictionary):
        findings.refusals.append("active_content")
    if "/ByteRange" in dictionary and "/Contents" in dictionary:
        findings.signed = True


def _is_embedding(dictionary: pikepdf.Object) -> bool:
    if "/EF" in dictionary or _name(dictionary, "/Type") == "/EmbeddedFile":
        return True
    tree = dictionary.get("/EmbeddedFiles")
    return isinstance(tree, pikepdf.Dictionary) and bool(len(tree.get("/Names", [])) or "/Kids" in tree)


def _is_active(dictionary: pikepdf.Object) -> bool:
    return (
        any(key in dictionary for key in _ACTIVE_KEYS)
        or _name(dictionary, "/S") in _ACTIVE_ACTIONS
        or _name(dictionary, "/Subtype") in _MEDIA_ANNOTATIONS
        or (_name(dictionary, "/S") in _REMOTE_ACTIONS and _is_remote(dictionary.get("/F")))
        or any(_leaves_by_itself(action) for action in _automatic_actions(dictionary))
    )


def _automatic_actions(dictionary: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield the actions which a reader performs without being asked."""
    opening = dictionary.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary):
        yield opening
    additional = dictionary.get("/AA")
    if isinstance(additional, pikepdf.Dictionary):
        for event in additional.keys() - _CLICKS:
            if isinstance(additional[event], pikepdf.Dictionary):
                yield additional[event]


def _leaves_by_itself(action: object, depth: int = 0) -> bool:
    """Tell whether an action, or one that follows it, opens another document or a web address."""
    if depth > _DEEPEST:
        return True
    if isinstance(action, pikepdf.Array):
        return any(_leaves_by_itself(each, depth + 1) for each in action)
    if not isinstance(action, pikepdf.Dictionary):
        return False
    return _name(action, "/S") in _REMOTE_ACTIONS or _leaves_by_itself(action.get("/Next"), depth + 1)


def _is_remote(place: object) -> bool:
    """Tell whether a file specification leads to the network rather than to a file beside this one."""
    if isinstance(place, pikepdf.String):
        return bool(_REMOTE_PLACE.match(str(place)))
    if not isinstance(place, pikepdf.Dictionary):
        return False
    names = [place.get(key) for key in ("/F", "/UF", "/DOS", "/Unix", "/Mac")]
    return _name(place, "/FS") == "/URL" or any(
        isinstance(name, pikepdf.String) and _is_remote(name) for name in names
    )


def _name(dictionary: pikepdf.Object, key: str) -> str:
    value = dictionary.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""

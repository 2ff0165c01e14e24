"""The table of what in a PDF acts or carries files, each judged by the types and the place of its entries.

A key alone says little: a font may be called /JS, an anchor /EF, a style /Sound. What a reader acts upon is
a dictionary with the entries of an action, an annotation or a file specification (ISO 32000-1, 7.11, 12.5,
12.6, 13), so that is looked for. References are followed by whoever knows the objects.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from app.pdf.gate_places import is_remote, leads_astray
from app.pdf.tokens import Dictionary, Keyword, Name, Reference, Value

_MOST_STEPS = 50  # of references to references, and of actions after actions
# What an action of each type needs to do anything, ISO 32000-1, 12.6.4.
_ACTIVE: dict[str, frozenset[str]] = {
    "JavaScript": frozenset(("JS",)),
    "Launch": frozenset(("F", "Win", "Mac", "Unix")),
    "SubmitForm": frozenset(("F", "Fields", "Flags")),
    "ImportData": frozenset(("F",)),
    "Rendition": frozenset(("OP", "AN", "JS")),
    "Movie": frozenset(("Annotation", "Operation")),
    "Sound": frozenset(("Sound", "Volume")),
    "RichMediaExecute": frozenset(("TA", "TI", "CMD")),
    "GoTo3DView": frozenset(("TA", "V")),
    "GoToE": frozenset(("F", "T", "D")),
}
_STRUCTURE = frozenset(("P", "K", "Pg"))
_LEAVING = frozenset(("GoToR", "GoToE", "Thread", "URI"))
_OPENING_FILES = frozenset(("GoToR", "GoToE", "Thread"))
# On their own, these change what is shown, or do what only a person's click may.
_NOT_BY_THEMSELVES = _LEAVING | {"Hide", "SetOCGState"}
_NAVIGATION = frozenset(("NextPage", "PrevPage", "FirstPage", "LastPage", "GoBack", "GoForward"))
_MEDIA_ANNOTATIONS = frozenset(("Movie", "Sound", "RichMedia", "3D"))
_MEDIA_STREAMS = frozenset(("U3D", "PRC", "PS"))
_MEDIA_TYPES = frozenset(("Rendition", "MediaClip", "RichMediaContent"))
# Pressing, releasing, leaving: events of a field that only its reader brings about.
_CLICKS = frozenset(("D", "U", "X", "Bl"))
_FILE_NAMES = ("F", "UF", "DOS", "Unix", "Mac")
_FORM = frozenset(("Fields", "NeedAppearances", "SigFlags"))
# Dictionaries whose keys are names that somebody gave.
_RESOURCES = frozenset(("Font", "XObject", "ExtGState", "ColorSpace", "Pattern", "Shading", "Properties"))


class Objects(Protocol):
    """Whoever knows what a reference may mean."""

    def meanings(self, reference: Reference) -> list[Value]:
        """Return every object of this number that any reader might take."""
        ...


class Seen(NamedTuple):
    """A dictionary where it stands: under which key, among which objects."""

    dictionary: Dictionary
    place: str
    objects: Objects

    def values(self, key: str) -> Iterator[Value]:
        """Yield the values of a key, references followed."""
        for value in self.dictionary.all(key):
            yield from resolved(value, self.objects)

    def names(self, key: str) -> set[str]:
        """Return the names among the values of a key."""
        return {str(value) for value in self.values(key) if isinstance(value, Name)}

    def within(self, key: str) -> "Iterator[Seen]":
        """Yield the dictionaries among the values of a key, or in its arrays."""
        for value in self.values(key):
            for each in value if isinstance(value, list) else [value]:
                for meaning in resolved(each, self.objects):
                    if isinstance(meaning, Dictionary):
                        yield Seen(meaning, key, self.objects)


def resolved(value: Value, objects: Objects, steps: int = 3) -> Iterator[Value]:
    """Yield what a value may stand for."""
    if not isinstance(value, Reference):
        yield value
    elif steps:
        for meaning in objects.meanings(value):
            yield from resolved(meaning, objects, steps - 1)


def carries_files(seen: Seen) -> bool:
    """Embedded files: their streams, the specifications that hold them, related files, the tree of names."""
    return (
        "EmbeddedFile" in seen.names("Type")
        or any(_holds_streams(files) for files in seen.within("EF"))
        or any(_relates(files) for files in seen.within("RF"))
        or any(_is_filled_tree(tree) for tree in seen.within("EmbeddedFiles"))
    )


def _holds_streams(files: Seen) -> bool:
    return not files.dictionary.is_stream and any(
        isinstance(file, (Reference, Dictionary)) for key in _FILE_NAMES for file in files.dictionary.all(key)
    )


def _relates(files: Seen) -> bool:
    lists = [value for key in _FILE_NAMES for value in files.values(key) if isinstance(value, list)]
    return any(entries and isinstance(entries[0], bytes) for entries in lists)


def _is_filled_tree(tree: Seen) -> bool:
    return any(
        isinstance(entries, list) and entries for key in ("Names", "Kids") for entries in tree.values(key)
    )


def does_something(seen: Seen) -> bool:
    """An action that runs, sends, plays or fetches, whoever starts it."""
    kinds = seen.names("S")
    return any(kind in kinds and not _is_structure(seen, needed) for kind, needed in _ACTIVE.items())


def _is_structure(seen: Seen, needed: frozenset[str]) -> bool:
    """Tell a structure element, or a map of styles, from an action of that name."""
    keys = seen.dictionary.keys()
    if keys & needed and not all(isinstance(value, Name) for value in seen.dictionary.values()):
        return False
    return "StructElem" in seen.names("Type") or bool(keys & _STRUCTURE) or seen.place == "RoleMap"


def leads_astray_by_link(seen: Seen) -> bool:
    """A link whose scheme is not let pass, or the base of all links of such a scheme."""
    return any(leads_astray(address) for address in seen.values("URI")) or any(
        leads_astray(base) for links in seen.within("URI") for base in links.values("Base")
    )


def opens_the_network(seen: Seen) -> bool:
    """An action that opens a document on the network, or a file specification that is an address."""
    if "URL" in seen.names("FS"):
        return True
    return bool(seen.names("S") & _OPENING_FILES) and (
        any(is_remote(name) for name in seen.values("F"))
        or any(
            is_remote(name) for file in seen.within("F") for key in _FILE_NAMES for name in file.values(key)
        )
    )


def shows_what_is_elsewhere(seen: Seen) -> bool:
    """Content of another file: a stream's external data, a reference XObject, a proxy for printing."""
    if seen.dictionary.is_stream and any(isinstance(file, (bytes, Dictionary)) for file in seen.values("F")):
        return True
    return any(
        "F" in target.dictionary and "Page" in target.dictionary for target in seen.within("Ref")
    ) or any({"1.3", "2.0"} & proxy.dictionary.keys() for proxy in seen.within("OPI"))


def plays(seen: Seen) -> bool:
    """Media: annotations that play, their content, programs for a printer."""
    kinds = seen.names("Subtype")
    return (
        bool(kinds & _MEDIA_ANNOTATIONS)
        or (seen.dictionary.is_stream and bool((kinds | seen.names("Subtype2")) & _MEDIA_STREAMS))
        or bool(seen.names("Type") & _MEDIA_TYPES)
        or any("Assets" in content.dictionary for content in seen.within("RichMediaContent"))
    )


def is_xfa(seen: Seen) -> bool:
    """A form in XML (XFA): packets of one form, or all in one stream."""
    if seen.place == "AcroForm" or seen.dictionary.keys() & _FORM:
        return any(value is not None for value in seen.values("XFA"))
    return seen.place not in _RESOURCES and any(_is_packets(value) for value in seen.values("XFA"))


def _is_packets(value: Value) -> bool:
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], bytes)
    if isinstance(value, Dictionary):
        return value.is_stream and not {"Subtype", "Width"} & value.keys()
    return isinstance(value, bytes)


def names_scripts(seen: Seen) -> bool:
    """The tree of a document's scripts, even empty or missing: a rebuilt file may have another."""
    trees = [
        value for value in seen.dictionary.all("JavaScript") if isinstance(value, (Reference, Dictionary))
    ]
    if trees and (seen.place == "Names" or not any(value is not None for value in seen.values("JavaScript"))):
        return True
    return any(tree.dictionary.keys() & {"Names", "Kids"} for tree in seen.within("JavaScript"))


def acts_by_itself(seen: Seen) -> bool:
    """An action performed without being asked that goes further than to a page of this file."""
    return any(_goes_further(action) for action in _automatic(seen))


def _automatic(seen: Seen) -> Iterator[Seen]:
    yield from (each for each in seen.within("OpenAction"))
    for events in seen.within("AA"):
        for event in events.dictionary.keys() - _CLICKS:
            yield from events.within(event)


def _goes_further(first: Seen) -> bool:
    waiting = [first]
    for _ in range(_MOST_STEPS):
        if not waiting:
            return False
        action = waiting.pop()
        kinds = action.names("S")
        if kinds & _NOT_BY_THEMSELVES or ("Named" in kinds and action.names("N") - _NAVIGATION):
            return True
        waiting += action.within("Next")
    return True  # a circle, or a chain longer than anybody writes


class Rule(NamedTuple):
    """What deserves a refusal: its code, the keys without which it is never met, and the question."""

    code: str
    keys: frozenset[str]
    is_met: Callable[[Seen], bool]


RULES = (
    Rule("embedded_files", frozenset(("Type", "EF", "RF", "EmbeddedFiles")), carries_files),
    Rule("active_content", frozenset(("S",)), does_something),
    Rule("active_content", frozenset(("URI",)), leads_astray_by_link),
    Rule("active_content", frozenset(("FS", "S")), opens_the_network),
    Rule("active_content", frozenset(("F", "Ref", "OPI")), shows_what_is_elsewhere),
    Rule("active_content", frozenset(("Subtype", "Subtype2", "Type", "RichMediaContent")), plays),
    Rule("active_content", frozenset(("XFA",)), is_xfa),
    Rule("active_content", frozenset(("JavaScript",)), names_scripts),
    Rule("active_content", frozenset(("OpenAction", "AA")), acts_by_itself),
)
"""In the order in which they are asked."""


def judge(seen: Seen) -> str | None:
    """Return the code of the first refusal that one dictionary deserves, None if it deserves none."""
    keys = seen.dictionary.keys()
    for rule in RULES:
        if not keys.isdisjoint(rule.keys) and rule.is_met(seen):
            return rule.code
    return None


def is_type_alone(value: Value) -> bool:
    """Tell whether an object is nothing but an action's type, kept at arm's length from its action."""
    return isinstance(value, (Name, Keyword)) and str(value) in _ACTIVE

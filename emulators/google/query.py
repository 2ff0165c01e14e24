"""The search language of files.list: read into a condition, which is then asked of each item."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

from emulators.google.access import permissions_on
from emulators.google.ask import Ask, read_time
from emulators.google.errors import DriveError, invalid_value
from emulators.google.nodes import Node, Role

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<sign>!=|<=|>=|[=<>(){}])|(?P<word>[\w.]+))"
)
_Test = Callable[[Node], bool]


@dataclass(frozen=True)
class Condition:
    """A test, and the one folder in which everything that passes must be, if that is known."""

    holds: _Test
    parent: str | None = None


def read_query(ask: Ask, text: str) -> Condition:
    """Read a search; raises `DriveError` when it cannot be understood."""
    if not text.strip():
        return Condition(lambda _: True)
    reader = _Reader(ask, _tokens(text))
    condition = reader.disjunction()
    if reader.left:
        raise invalid_value("q")
    return condition


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    stripped = text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if match is None:
            raise invalid_value("q")
        tokens.append(match[0].strip())
        at = match.end()
    return tokens


def _literal(token: str) -> str:
    if token[:1] in {"'", '"'}:
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    if token in {"true", "false"}:
        return token
    raise invalid_value("q")


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, ask: Ask, tokens: list[str]) -> None:
        self._ask = ask
        self.left = tokens

    def disjunction(self) -> Condition:
        first = self._conjunction()
        if not self._next_is("or"):
            return first
        second = self.disjunction()
        return Condition(lambda node: first.holds(node) or second.holds(node))

    def _conjunction(self) -> Condition:
        first = self._negation()
        if not self._next_is("and"):
            return first
        second = self._conjunction()
        return Condition(lambda node: first.holds(node) and second.holds(node), first.parent or second.parent)

    def _negation(self) -> Condition:
        if self._next_is("not"):
            inner = self._negation()
            return Condition(lambda node: not inner.holds(node))
        if self._next_is("("):
            inside = self.disjunction()
            self._expect(")")
            return inside
        return self._term()

    def _term(self) -> Condition:
        first = self._take()
        if first[:1] in {"'", '"'}:
            self._expect("in")
            return self._membership(_literal(first), self._take())
        operator = self._take()
        if operator == "has":
            return self._property(first)
        return Condition(_comparison(first, operator, _literal(self._take()), self._ask))

    def _membership(self, value: str, collection: str) -> Condition:
        if collection == "parents":
            parent = self._ask.resolve(value)
            return Condition(lambda node: node.parent == parent, parent)
        if value == "me":
            value = self._ask.caller.email
        least = {"owners": Role.OWNER, "writers": Role.WRITER, "readers": Role.READER}.get(collection)
        if least is None:
            raise invalid_value("q")
        tree = self._ask.world.tree
        return Condition(
            lambda node: any(
                held.grant.address == value and held.role >= least for held in permissions_on(tree, node)
            )
        )

    def _property(self, collection: str) -> Condition:
        if collection not in {"properties", "appProperties"}:
            raise invalid_value("q")
        client = self._ask.caller.client
        self._expect("{")
        pair = dict([self._assignment()])
        if self._next_is("and"):
            pair |= dict([self._assignment()])
        self._expect("}")
        key, value = pair.get("key", ""), pair.get("value", "")

        def has(node: Node) -> bool:
            private = node.app_properties.get(client, {})
            held = private if collection == "appProperties" else node.plain.get("properties", {})
            return key in held and held[key] == value

        return Condition(has)

    def _assignment(self) -> tuple[str, str]:
        name = self._take()
        self._expect("=")
        return name, _literal(self._take())

    def _take(self) -> str:
        if not self.left:
            raise invalid_value("q")
        return self.left.pop(0)

    def _next_is(self, token: str) -> bool:
        found = bool(self.left) and self.left[0].lower() == token
        if found:
            self.left.pop(0)
        return found

    def _expect(self, token: str) -> None:
        if not self._next_is(token):
            raise invalid_value("q")


_ORDER: dict[str, Callable[[object, object], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: str(a) < str(b),
    "<=": lambda a, b: str(a) <= str(b),
    ">": lambda a, b: str(a) > str(b),
    ">=": lambda a, b: str(a) >= str(b),
}


def _comparison(field: str, operator: str, value: str, ask: Ask) -> _Test:
    if operator == "contains":
        return _containment(field, value)
    compare = _ORDER.get(operator)
    if compare is None:
        raise invalid_value("q")
    if field in {"createdTime", "modifiedTime"}:
        wanted = read_time(value if re.search(r"[Z+]|-\d\d:", value) else f"{value}+00:00", "q").astimezone(
            UTC
        )
        attribute = "created" if field == "createdTime" else "modified"
        return lambda node: compare(getattr(node, attribute).isoformat(), wanted.isoformat())
    read = _fields(ask).get(field)
    if read is None or operator not in {"=", "!="}:
        raise invalid_value("q")
    return lambda node: compare(read(node), value)


def _fields(ask: Ask) -> dict[str, Callable[[Node], str]]:
    return {
        "name": lambda node: node.name,
        "mimeType": lambda node: node.mime,
        "trashed": lambda node: str(ask.world.tree.is_trashed(node)).lower(),
        "starred": lambda node: str(node.plain.get("starred", False)).lower(),
        "sharedWithMe": lambda node: str(ask.caller.email in _guests(node)).lower(),
    }


def _guests(node: Node) -> set[str]:
    return {grant.address for grant in node.grants.values() if grant.role != Role.OWNER}


def _containment(field: str, value: str) -> _Test:
    wanted = value.casefold()
    if field == "name":
        # Drive looks only at the beginnings of words.
        return lambda node: re.search(rf"(?:^|\W|_){re.escape(wanted)}", node.name.casefold()) is not None
    if field == "mimeType":
        return lambda node: node.mime.startswith(value)
    if field == "fullText":
        return lambda node: wanted in node.name.casefold()
    raise DriveError(400, "invalid", "Invalid Value", "q")

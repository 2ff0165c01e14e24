"""Reads the tokens of PDF text, finished or not: names, strings, numbers, arrays, dictionaries, references.

It is as tolerant as the most tolerant reader, because it serves to find what some reader might find. What is
not closed ends with the text; what makes no sense is stepped over. The work is linear in the text's length.
Source of the rules: ISO 32000-1, 7.2 (lexical conventions) and 7.3 (objects).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

WHITE = rb"\x00\t\n\x0c\r "
DELIMITERS = rb"()<>\[\]{}/%"
_MOST_NESTED = 300  # qpdf itself gives up at 100.
_MOST_IN_VAIN = 8  # How often a text may be gone through for the end of a string that has none.
_SMALL = 1 << 20

_TOKEN = re.compile(
    rb"[" + WHITE + rb"]++"
    rb"|%[^\r\n]*+"
    rb"|/([^" + WHITE + DELIMITERS + rb"]*+)"
    rb"|([^" + WHITE + DELIMITERS + rb"]++)"
    rb"|(<<)|(>>)|(\[)|(\])"
    rb"|<([^<>]*+)>"
    rb"|(\((?:[^()\\]++|\\.)*+\))"
    rb"|(\()",
    re.DOTALL,
)
_NAME, _REGULAR, _OPEN, _CLOSE, _LIST, _END_OF_LIST, _HEX, _TEXT, _PARENTHESIS = range(1, 10)
_ENDS = frozenset((_CLOSE, _END_OF_LIST))
_ESCAPED_BYTE = re.compile(rb"#([0-9A-Fa-f]{2})")
_LONGEST_INTEGER = 18
_NUMBER = re.compile(rb"[+-]?(?:\d{1,18}|\d{1,18}\.\d{0,18}|\.\d{1,18})")
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\s\S]))|\r\n?")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\x0c"}
_BRACKET = re.compile(rb"[()]|\\[\s\S]")
_WORDS: dict[bytes, "bool | None"] = {b"true": True, b"false": False, b"null": None}


class TooDeep(Exception):
    """More is nested in the text, or more often left open, than any reader follows."""


class Name(str):
    """A name, its escapes undone, one character for each byte."""

    __slots__ = ()


class Keyword(str):
    """A word that is neither number nor name: `obj`, `stream`, an operator, rubbish."""

    __slots__ = ()


class Reference(NamedTuple):
    """A reference to another object."""

    number: int
    generation: int


class Dictionary(dict[str, "Value"]):
    """A dictionary, or a stream's; of keys written twice it holds the last, as most readers do."""

    def __init__(self) -> None:
        super().__init__()
        self.repeated: list[tuple[str, Value]] = []
        """Entries whose key came again later with another value."""
        self.is_stream = False

    def all(self, key: str) -> "list[Value]":
        """Return every value written under `key`."""
        if key not in self:
            return []
        return [value for name, value in self.repeated if name == key] + [self[key]]


Value = None | bool | int | float | Name | Keyword | bytes | Reference | list["Value"] | Dictionary


class Strings:
    """Finds where literal strings end, in linear time however their parentheses stand."""

    def __init__(self, text: bytes, end: int) -> None:
        self._text = text
        self._end = end
        self._known: dict[int, int | None] = {}
        self._patience = _MOST_IN_VAIN * end + _SMALL

    def end_of(self, start: int) -> int | None:
        """Return the place behind the string whose parenthesis opens at `start`, None if it never closes.

        Raises `TooDeep` when the end was looked for too often in vain.
        """
        if start in self._known:
            return self._known[start]
        opened: list[int] = []
        closings: dict[int, int | None] = {}
        for bracket in _BRACKET.finditer(self._text, start, self._end):
            if bracket[0] == b"(":
                opened.append(bracket.start())
            elif bracket[0] == b")":
                closings[opened.pop()] = bracket.end()
                if not opened:
                    return bracket.end()
        self._patience -= self._end - start
        if self._patience < 0:
            raise TooDeep
        self._known |= closings
        self._known |= dict.fromkeys(opened)
        return None


class Reader:
    """Reads the values of one text in turn; `position` is behind the last token that was read."""

    def __init__(self, text: bytes, start: int = 0, end: int | None = None) -> None:
        self._text = text
        self._end = len(text) if end is None else min(end, len(text))
        self._strings = Strings(text, self._end)
        self._top: list[Value] = []
        self._siblings = self._top  # where the next value goes
        self._open: list[tuple[list[Value], bool]] = []  # what lies around, and whether a dictionary is open
        self.position = start

    def values(self) -> list[Value]:
        """Return all values up to the end; raises `TooDeep`."""
        for _ in self._steps():
            pass
        return self._closed()

    def first(self) -> list[Value]:
        """Return the values up to the end of the first that is a dictionary or an array; raises `TooDeep`."""
        for is_end in self._steps():
            if is_end and not self._open and self._top and isinstance(self._top[-1], (Dictionary, list)):
                break
        return self._closed()

    def _closed(self) -> list[Value]:
        while self._open:
            self._close()
        return self._top

    def _steps(self) -> Iterator[bool]:
        """Take tokens in turn; yield for each of some meaning whether it ended something."""
        take = (None, self._name, self._word, self._begin, self._end_of, self._begin, self._end_of, self._hex)
        takers = (*take, self._string, self._parenthesis)
        match, text, end = _TOKEN.match, self._text, self._end
        while self.position < end:
            token = match(text, self.position, end)
            if token is None:
                self.position += 1  # a stray delimiter
                continue
            self.position = token.end()
            kind = token.lastindex
            if kind:
                takers[kind](token)  # type: ignore[misc]  # there is no group 0
                yield kind in _ENDS

    def _name(self, token: re.Match[bytes]) -> None:
        raw = token[_NAME]
        if b"#" in raw:
            raw = _ESCAPED_BYTE.sub(lambda escape: bytes([int(escape[1], 16)]), raw)
        self._siblings.append(Name(raw.decode("latin-1")))

    def _word(self, token: re.Match[bytes]) -> None:
        word, siblings = token[_REGULAR], self._siblings
        if word == b"R" and len(siblings) > 1:
            number, generation = siblings[-2:]
            if type(number) is int and type(generation) is int:
                siblings[-2:] = [Reference(number, generation)]
                return
        siblings.append(_word(word))

    def _hex(self, token: re.Match[bytes]) -> None:
        self._siblings.append(_unhexed(token[_HEX]))

    def _string(self, token: re.Match[bytes]) -> None:
        self._siblings.append(_unescaped(token[_TEXT][1:-1]))

    def _parenthesis(self, token: re.Match[bytes]) -> None:
        """Take a string with parentheses in it; one that never ends is overlooked, not what is in it."""
        end = self._strings.end_of(token.start())
        if end is not None:
            self._siblings.append(_unescaped(self._text[token.start() + 1 : end - 1]))
            self.position = end

    def _begin(self, token: re.Match[bytes]) -> None:
        if len(self._open) >= _MOST_NESTED:
            raise TooDeep
        self._open.append((self._siblings, token.lastindex == _OPEN))
        self._siblings = []

    def _end_of(self, token: re.Match[bytes]) -> None:
        """Close what is open down to the kind that ends here; an end of what never began is overlooked."""
        is_dictionary = token.lastindex == _CLOSE
        if not any(kind == is_dictionary for _, kind in self._open):
            return
        while self._open[-1][1] != is_dictionary:
            self._close()
        self._close()

    def _close(self) -> None:
        entries = self._siblings
        self._siblings, is_dictionary = self._open.pop()
        self._siblings.append(_paired(entries) if is_dictionary else entries)


def read(text: bytes, start: int = 0, end: int | None = None) -> list[Value]:
    """Return the values of a text from `start` to `end`; raises `TooDeep`."""
    return Reader(text, start, end).values()


def dictionaries(values: list[Value]) -> Iterator[tuple[Dictionary, str]]:
    """Yield every dictionary in the values, the repeated ones too, and the key under which it stands."""
    waiting: list[tuple[Value, str]] = [(value, "") for value in reversed(values)]
    while waiting:
        value, key = waiting.pop()
        if isinstance(value, Dictionary):
            yield value, key
            waiting += [(child, name) for name, child in (*value.repeated, *value.items())]
        elif isinstance(value, list):
            waiting += [(child, key) for child in value]


def _paired(entries: list[Value]) -> Dictionary:
    """Make keys and values of what stood in a dictionary; what is no key where one must be is left out."""
    made = Dictionary()
    key: Name | None = None
    for entry in entries:
        if key is not None:
            _put(made, key, entry)
            key = None
        elif isinstance(entry, Name):
            key = entry
    if key is not None:
        _put(made, key, None)
    return made


def _put(made: Dictionary, key: Name, value: Value) -> None:
    if key in made and made[key] != value:
        made.repeated.append((key, made[key]))
    made[key] = value


def _word(word: bytes) -> Value:
    if word.isdigit() and len(word) < _LONGEST_INTEGER:
        return int(word)
    if _NUMBER.fullmatch(word):
        return float(word) if b"." in word else int(word)
    if word in _WORDS:
        return _WORDS[word]
    return Keyword(word.decode("latin-1"))


def _unhexed(digits: bytes) -> bytes:
    digits = _NOT_HEX.sub(b"", digits)
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _unescaped(raw: bytes) -> bytes:
    if b"\\" in raw or b"\r" in raw:
        return _ESCAPE.sub(_undone, raw)
    return raw


def _undone(escape: re.Match[bytes]) -> bytes:
    octal, other = escape[1], escape[2]
    if octal is not None:
        return bytes([int(octal, 8) & 0xFF])
    if other is None:
        return b"\n"  # an end of line, whatever its kind
    if other in (b"\n", b"\r", b"\r\n"):
        return b""  # a line that goes on
    return _ESCAPES.get(other, other)

"""Whatever legal way values are written in, they are read back as they were."""

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.pdf.tokens import Dictionary, Name, Reference, TooDeep, Value, read

BLANKS = (b" ", b"\n", b"\r\n", b"\t\x00", b"%(<< stream\n", b" % >>\r")
ENDING = b"()<>[]{}/% \t\r\n\x0c\x00#"


def as_dictionary(entries: dict[str, Value]) -> Dictionary:
    made = Dictionary()
    for key, value in entries.items():
        made[Name(key)] = value
    return made


names = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=8)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.binary(max_size=20),
    names.map(Name),
    st.builds(Reference, st.integers(0, 10**6), st.integers(0, 65535)),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5), st.dictionaries(names, inner, max_size=5).map(as_dictionary)
    ),
    max_leaves=20,
)


class Writer:
    """Writes values in ways that a source of choices picks among all that are legal."""

    def __init__(self, choose: st.DataObject) -> None:
        self._data = choose

    def blank(self) -> bytes:
        return b"".join(self._data.draw(st.lists(st.sampled_from(BLANKS), min_size=1, max_size=2)))

    def write(self, value: Value) -> bytes:
        if isinstance(value, Dictionary):
            entries = (self.name(key) + self.blank() + self.write(each) for key, each in value.items())
            return b"<<" + self.blank() + b"".join(entry + self.blank() for entry in entries) + b">>"
        if isinstance(value, list):
            return b"[" + self.blank() + b"".join(self.write(each) + self.blank() for each in value) + b"]"
        if isinstance(value, Name):
            return self.name(value)
        return self.string(value) if isinstance(value, bytes) else self.scalar(value)

    def scalar(self, value: Value) -> bytes:
        if isinstance(value, Reference):
            return b"%d%b%d%bR" % (value.number, self.blank(), value.generation, self.blank())
        if value is None or isinstance(value, bool):
            return {None: b"null", True: b"true", False: b"false"}[value]
        return str(value).encode()

    def name(self, name: str) -> bytes:
        return b"/" + b"".join(map(self.letter, name.encode("latin-1")))

    def letter(self, letter: int) -> bytes:
        escaped = letter in ENDING or self._data.draw(st.booleans())
        return b"#%02x" % letter if escaped else bytes([letter])

    def string(self, value: bytes) -> bytes:
        if self._data.draw(st.booleans()):
            return b"<" + b" ".join(b"%02X" % each for each in value) + b">"
        return b"(" + b"".join(map(self.character, value)) + b")"

    def character(self, each: int) -> bytes:
        how = self._data.draw(st.sampled_from(("plain", "octal", "line")))
        if how == "octal" or each in b"()\\\r":
            return b"\\%03o" % each
        return bytes([each]) if how == "plain" else b"\\\r\n" + bytes([each])


@settings(max_examples=40, deadline=None)
@given(st.lists(values, max_size=4), st.data())
def test_values_written_in_any_legal_way_are_read_back(written: list[Value], data: st.DataObject) -> None:
    writer = Writer(data)
    text = b"".join(writer.write(value) + writer.blank() for value in written)
    assert read(text) == written


@given(st.binary(max_size=200))
def test_any_bytes_can_be_read(text: bytes) -> None:
    assert isinstance(read(text), list)


def test_parentheses_in_balance_need_no_escape() -> None:
    assert read(b"(a(b)(c(d))) /X") == [b"a(b)(c(d))", Name("X")]


def test_what_is_not_closed_ends_with_the_text() -> None:
    assert read(b"<< /A [1 << /S /B /C (x") == [
        as_dictionary({"A": [1, as_dictionary({"S": Name("B"), "C": read(b"x")[0]})]})
    ]


def test_a_key_written_twice_has_both_values() -> None:
    (twice,) = read(b"<< /A 1 /B 2 /A 3 /B 2 >>")
    assert isinstance(twice, Dictionary)
    assert twice.all("A") == [1, 3]
    assert twice.repeated == [("A", 1)]


@pytest.mark.parametrize("text", [b"(", b"(\\", b"/A<", b"(a)(", b">", b"]", b"<<>>", b"[]"])
def test_rubbish_costs_time_in_proportion(text: bytes) -> None:
    """Were each string looked for to the end of this, it would take minutes."""
    started = time.process_time()
    with contextlib.suppress(TooDeep):
        read(text * (200_000 // len(text)))
    assert time.process_time() - started < 5


def test_nesting_has_an_end() -> None:
    with pytest.raises(TooDeep):
        read(b"[" * 1000)

"""Where a link or a file specification leads: to a web page, a file beside this one, or too far."""

import re
import unicodedata

from app.pdf.tokens import Value

# What a teacher's link may be; any other scheme starts a program, runs a script or reads a file.
SCHEMES = frozenset(("http", "https", "mailto", "tel"))
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# "example.com:8080/x" has no scheme, though it looks like one.
_HOST_AND_PORT = re.compile(r"(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+):\d{1,5}(?:[/?#]|$)", re.IGNORECASE)
_NETWORK = re.compile(r"[\\/]{2}")
# ISO 32000-1, 7.11.2: an absolute file specification begins with a solidus; what follows is a drive's letter
# or, on a network, a server's name.
_ABSOLUTE = re.compile(r"[\\/](?![A-Za-z](?:[\\/]|$))[^\\/]+[\\/]")
_DRIVE = re.compile(r"[A-Za-z]:")
_ENCODINGS = ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"), (b"\xef\xbb\xbf", "utf-8"))
# Browsers leave these out wherever they stand in an address (WHATWG URL, 4.4), readers more of the kind.
_LEFT_OUT = frozenset(("Cc", "Cf"))


def written(string: bytes) -> str:
    """Return what a PDF string says, without control and format characters and without blanks around it."""
    for mark, encoding in _ENCODINGS:
        if string.startswith(mark):
            text = string[len(mark) :].decode(encoding, errors="replace")
            break
    else:
        text = string.decode("latin-1")
    return "".join(letter for letter in text if unicodedata.category(letter) not in _LEFT_OUT).strip()


def leads_astray(address: Value) -> bool:
    """Tell whether a link's address has another scheme than those of `SCHEMES`, or names another computer."""
    if not isinstance(address, bytes):
        return False
    text = written(address)
    if _NETWORK.match(text):
        return True
    scheme = _SCHEME.match(text)
    return scheme is not None and scheme[1].lower() not in SCHEMES and not _HOST_AND_PORT.match(text)


def is_remote(name: Value) -> bool:
    """Tell whether a file's name leads to the network rather than to a file beside this one."""
    if not isinstance(name, bytes):
        return False
    text = written(name)
    scheme = _SCHEME.match(text)
    if scheme is not None and not _DRIVE.match(text):
        return True
    return bool(_NETWORK.match(text) or _ABSOLUTE.match(text))

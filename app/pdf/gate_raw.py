"""A second opinion on a PDF's raw bytes: what old revisions and orphans hold that no reader is shown.

Readers that rebuild a damaged file may bring such objects back. The insides of streams are left out:
compressed data would match by chance, and page text may well speak of scripts.
"""

import re

_STREAM = re.compile(rb"\bstream\r?\n.*?endstream", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ESCAPED_NAME = re.compile(rb"/[^\s/<>\[\]()%]*#[0-9A-Fa-f]{2}[^\s/<>\[\]()%]*")
_ACTIVE = re.compile(
    rb"/S\s*/(?:JavaScript|Launch|SubmitForm|ImportData|Rendition|Movie|Sound|RichMediaExecute|GoTo3DView)"
    rb"(?=[\s/<>\[\]()]|$)"
    rb"|/JavaScript(?=[\s/<>\[\]()]|$)"
    rb"|/JS\s*[(<]"
    rb"|/XFA\s*[\[\d]"
    rb"|/Subtype\s*/(?:RichMedia|Movie|Sound|3D)(?=[\s/<>\[\]()]|$)"
)
_EMBEDDED = re.compile(rb"/Type\s*/EmbeddedFile(?=[\s/<>\[\]()]|$)|/EF\s*<<")


def suspicious_bytes(data: bytes) -> str | None:
    """Return the refusal's code for what the bytes between the streams hold, None if it is nothing."""
    between = _STREAM.sub(b"", data)
    if b"#" in between:
        between = _ESCAPED_NAME.sub(_decoded, between)
    if _ACTIVE.search(between):
        return "active_content"
    if _EMBEDDED.search(between):
        return "embedded_files"
    return None


def _decoded(name: re.Match[bytes]) -> bytes:
    return _ESCAPED.sub(lambda escape: bytes([int(escape[1], 16)]), name[0])

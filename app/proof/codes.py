"""Record codes as people type them: `kd 7f3k 9q2m x4tb` is `KD-7F3K-9Q2M-X4TB`."""

import re

_PREFIX, _LENGTH = "KD", 12
_MISREAD = str.maketrans("OIL", "011")
_FORM = re.compile(rf"[0-9A-HJKMNP-TV-Z]{{{_LENGTH}}}", re.ASCII)


def normal_code(typed: str) -> str | None:
    """Return the code that was meant, or None where no code looks like this.

    Case, spaces, dashes and the letters that are taken for digits (O, I, L) do not matter.
    """
    letters = re.sub(r"[^0-9A-Z]", "", typed.upper()[:40])
    if len(letters) == len(_PREFIX) + _LENGTH:
        letters = letters.removeprefix(_PREFIX)
    letters = letters.translate(_MISREAD)
    if not _FORM.fullmatch(letters):
        return None
    return f"{_PREFIX}-{letters[:4]}-{letters[4:8]}-{letters[8:]}"

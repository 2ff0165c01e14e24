"""Texts that people see, marked where they are written and translated where they are shown."""


def N_(message: str) -> str:  # noqa: N802 -- the gettext keyword known to every extraction tool
    """Mark a Vietnamese sentence for the catalogue; the edge (page or API) translates it."""
    return message

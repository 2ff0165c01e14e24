"""Where `tidy` and `folded` were before rooms below the people needed them."""

from app.words import folded, tidy

__all__ = ["folded", "tidy"]

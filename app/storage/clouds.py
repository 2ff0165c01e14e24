"""The clouds there are, and how an adapter for each is made."""

from collections.abc import Mapping

from app.storage.opening import Cloud

CLOUDS: Mapping[str, Cloud] = {}
"""By provider."""

"""The parameters that every list of the API takes."""

from app.api.operations import Parameter
from app.api.paging import LONGEST, USUAL

_CURSOR = {"type": "string", "maxLength": 200}
PAGING = (
    Parameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": LONGEST, "default": USUAL},
        "How many items at most.",
    ),
    Parameter("next", _CURSOR, "The cursor that the page before gave as `next`."),
    Parameter("cursor", _CURSOR, "The same as `next`."),
)

"""What an address of the API takes and gives, declared once for its route and for its description."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flask import Response

from app.errors import Refused

Method = Literal["GET", "POST", "DELETE"]
Schema = dict[str, Any]
LARGEST = 2**31 - 1
"""The largest number that the database's ids and turns can have."""


@dataclass(frozen=True)
class Parameter:
    """One query parameter; `schema` is JSON Schema."""

    name: str
    schema: Schema
    description: str


@dataclass(frozen=True)
class Operation:
    """One method of one address.

    `view` is called with the caller's authority, unless the operation is `public`, and the parts of
    the path by their names. Every refusal that is listed here may be answered, and no other.
    """

    method: Method
    path: str
    view: Callable[..., Response]
    summary: str
    status: int
    answer: Any
    """The type of the JSON answered, or None where there is no JSON."""
    refusals: tuple[type[Refused], ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: Any = None
    """The type of the JSON taken, or of the form when `multipart`."""
    multipart: bool = False
    media_type: str = "application/json"
    """Of the answer."""
    public: bool = False
    """Needs no token."""

    @property
    def name(self) -> str:
        """The name of the route and of the operation in the description."""
        return self.view.__name__

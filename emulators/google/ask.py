"""One authorised call on its way through the handlers: who asks, what was sent, what may be seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulators.faults import Rule
from emulators.google.access import known_to, role_on
from emulators.google.directory import Account, Caller
from emulators.google.errors import DriveError, bad_request, forbidden, invalid_value, not_found
from emulators.google.masks import masked
from emulators.google.nodes import Node, Role
from emulators.google.world import World
from emulators.serving import Request, Response, json_response


@dataclass(frozen=True)
class Ask:
    """What a handler needs to know of a call."""

    world: World
    caller: Caller
    request: Request
    args: Mapping[str, str]
    """What the address names, such as `fileId`."""
    rule: Rule

    @property
    def account(self) -> Account:
        """The caller's account."""
        return self.world.directory.accounts[self.caller.email]

    @property
    def all_drives(self) -> bool:
        """Whether the client says that it knows shared drives."""
        return self.flag("supportsAllDrives") or self.flag("supportsTeamDrives")

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a parameter that is true or false."""
        return self.request.query.get(name, str(default)).lower() == "true"

    def number(self, name: str, default: int, most: int) -> int:
        """Return a parameter between 1 and `most`."""
        given = self.request.query.get(name, str(default))
        if not given.isdecimal() or not 1 <= int(given) <= most:
            raise invalid_value(name)
        return int(given)

    def body(self) -> dict[str, Any]:
        """Return the JSON object that was sent."""
        try:
            return self.request.json()
        except ValueError as error:
            raise DriveError(400, "parseError", "Parse Error") from error

    def role(self, node: Node) -> Role:
        """Return what the caller may do with an item."""
        return role_on(self.world.tree, self.world.directory, node, self.caller.email)

    def sees(self, node: Node) -> bool:
        """Whether the caller may know of an item."""
        return known_to(node, self.caller) and self.role(node) > Role.NOBODY

    def resolve(self, file_id: str) -> str:
        """Return the id that the alias `root` stands for, or the id itself."""
        return self.account.root if file_id == "root" else file_id

    def node(self, least: Role = Role.READER, file_id: str | None = None) -> Node:
        """Return the item the call is about; refuses who sees it but has a weaker role than `least`."""
        node = self.node_anywhere(least, file_id)
        if node.drive and not self.all_drives:
            raise not_found(node.id)
        return node

    def node_anywhere(self, least: Role = Role.READER, file_id: str | None = None) -> Node:
        """Do the same for the few operations that do not ask whether the client knows shared drives."""
        asked = self.args["fileId"] if file_id is None else file_id
        node = self.world.tree.get(self.resolve(asked))
        if node is None or not self.sees(node):
            raise not_found(asked)
        if self.role(node) < least:
            raise forbidden(node.id)
        return node

    def parent(self, asked: str) -> Node:
        """Return the folder that something is to be put into."""
        node_id = self.resolve(asked)
        node = self.world.tree.get(node_id)
        known = node is not None and (node_id == self.account.root or self.sees(node))
        if node is None or not known or (node.drive and not self.all_drives):
            raise not_found(asked)
        if not node.is_folder:
            raise DriveError(403, "parentNotAFolder", "The specified parent is not a folder.")
        if self.role(node) < Role.WRITER:
            raise forbidden(node.id)
        return node

    def reply(self, schema: str, content: dict[str, Any], default: str, status: int = 200) -> Response:
        """Return a resource, cut down to the fields that were asked for."""
        fields = self.request.query.get("fields") or default
        return json_response(status, masked(fields, schema, content))


def read_time(value: object, name: str) -> datetime:
    """Read an RFC 3339 time."""
    try:
        time = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise bad_request(f"Invalid value for: {name}", name, "invalid") from error
    if time.tzinfo is None:
        raise bad_request(f"Invalid value for: {name}", name, "invalid")
    return time

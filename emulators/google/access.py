"""Who may do what with an item: direct permissions, inherited ones, and limited folders."""

from collections.abc import Iterator
from dataclasses import dataclass

from emulators.google.directory import Caller, Directory, domain_of
from emulators.google.nodes import Grant, Node, Role
from emulators.google.tree import Tree


@dataclass(frozen=True)
class Held:
    """A permission as it holds on an item, and the item on which it was given."""

    grant: Grant
    role: Role
    source: Node
    inherited: bool


def permissions_on(tree: Tree, node: Node) -> Iterator[Held]:
    """Yield the direct permissions of an item and what it inherits, nearest first."""
    limited = False
    for source in tree.chain(node):
        for grant in source.grants.values():
            role = _inherited_role(grant.role, source, node)
            if not limited or role >= Role.ORGANIZER:
                yield Held(grant, role, source, source is not node)
        limited = limited or source.limited


def _inherited_role(role: Role, source: Node, node: Node) -> Role:
    """Who owns a folder does not own what others have put into it."""
    owns_other = role == Role.OWNER and source is not node and source.owner != node.owner
    return Role.WRITER if owns_other else role


def role_on(tree: Tree, directory: Directory, node: Node, email: str) -> Role:
    """Return the strongest role that an account has on an item."""
    roles = [held.role for held in permissions_on(tree, node) if _reaches(directory, held.grant, email)]
    return max(roles, default=Role.NOBODY)


def _reaches(directory: Directory, grant: Grant, email: str) -> bool:
    if grant.kind == "anyone":
        return True
    if grant.kind == "domain":
        return grant.address == domain_of(email)
    return email in directory.addresses(grant.kind, grant.address)


def audience_of(tree: Tree, directory: Directory, node: Node) -> frozenset[str]:
    """Return the accounts that see an item by name or group, not by a link."""
    return frozenset(
        address
        for held in permissions_on(tree, node)
        if held.grant.kind in {"user", "group"}
        for address in directory.addresses(held.grant.kind, held.grant.address)
    )


def known_to(node: Node, caller: Caller) -> bool:
    """Whether the caller's scopes let it know of an item at all."""
    return not caller.only_own_files or node.app == caller.client or caller.client in node.picked_by

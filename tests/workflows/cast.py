"""The people of the workflow tests, as the facts that hold for them on one record."""

from dataclasses import fields, replace
from itertools import product

from workflows.model import Facts

STRANGER = Facts(
    is_owner=False,
    is_system=False,
    heads_department=False,
    is_principal=False,
    holds_principals_delegation=False,
    handed_in=False,
    has_approved=False,
)
OWNER = replace(STRANGER, is_owner=True)
OWNER_CORRECTING = replace(OWNER, correction_open=True)
HEAD = replace(STRANGER, heads_department=True)
HEAD_WHO_OWNS = replace(HEAD, is_owner=True)
PRINCIPAL = replace(STRANGER, is_principal=True)
PRINCIPAL_DURING_CORRECTION = replace(PRINCIPAL, correction_open=True)
PRINCIPAL_WHO_OWNS = replace(PRINCIPAL, is_owner=True)
PRINCIPAL_WHO_HEADS = replace(PRINCIPAL, heads_department=True)
PRINCIPAL_WHO_APPROVED = replace(PRINCIPAL, has_approved=True)
HEAD_WHO_APPROVED = replace(HEAD, has_approved=True)
PRINCIPAL_WHO_HEADS_AND_APPROVED = replace(PRINCIPAL_WHO_HEADS, has_approved=True)
HEAD_WHO_HANDED_IN = replace(HEAD, handed_in=True)
PRINCIPAL_WHO_HANDED_IN = replace(PRINCIPAL, handed_in=True)
VICE = STRANGER
VICE_WITH_DELEGATION = replace(STRANGER, holds_principals_delegation=True)
VICE_WITH_DELEGATION_WHO_APPROVED = replace(VICE_WITH_DELEGATION, has_approved=True)
VICE_WITH_DELEGATION_WHO_OWNS = replace(VICE_WITH_DELEGATION, is_owner=True)
SYSTEM = replace(STRANGER, is_system=True)
LOCKED_OWNER = replace(OWNER, locked=True)
LOCKED_HEAD = replace(HEAD, locked=True)
LOCKED_PRINCIPAL = replace(PRINCIPAL, locked=True)
LOCKED_SYSTEM = replace(SYSTEM, locked=True)

EVERYBODY = (
    STRANGER,
    OWNER,
    OWNER_CORRECTING,
    HEAD,
    HEAD_WHO_OWNS,
    PRINCIPAL,
    PRINCIPAL_DURING_CORRECTION,
    PRINCIPAL_WHO_OWNS,
    PRINCIPAL_WHO_HEADS,
    VICE_WITH_DELEGATION,
    VICE_WITH_DELEGATION_WHO_OWNS,
    SYSTEM,
)

EVERY_COMBINATION = tuple(
    Facts(**dict(zip((field.name for field in fields(Facts)), flags, strict=True)))
    for flags in product((False, True), repeat=len(fields(Facts)))
)
"""Also those that no real person ever has."""

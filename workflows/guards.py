"""Who may: named predicates over the facts; nobody ever decides on his own record."""

from workflows.model import Facts


def owner(facts: Facts) -> bool:
    """Whose record it is."""
    return facts.is_owner


def owner_under_correction(facts: Facts) -> bool:
    """Whose record it is, while the principal lets it be corrected."""
    return facts.is_owner and facts.correction_open


def head_not_owner(facts: Facts) -> bool:
    """Whoever heads the department, unless the record is his own."""
    return facts.heads_department and not facts.is_owner


def principal_not_owner(facts: Facts) -> bool:
    """Whoever holds the principal's authority, unless the record is his own."""
    return (facts.is_principal or facts.holds_principals_delegation) and not facts.is_owner


def the_system(facts: Facts) -> bool:
    """No person: a job that has finished its work."""
    return facts.is_system

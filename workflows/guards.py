"""Who may: named predicates over the facts; nobody decides on his own record, nobody twice on one version."""

from workflows.model import Facts


def owner(facts: Facts) -> bool:
    """Whose record it is."""
    return facts.is_owner


def owner_under_correction(facts: Facts) -> bool:
    """Whose record it is, while the principal lets it be corrected."""
    return facts.is_owner and facts.correction_open


def head_of_others(facts: Facts) -> bool:
    """Whoever heads the department, unless the record is his own or he handed in this version."""
    return facts.heads_department and not _is_the_makers(facts)


def principal_undecided(facts: Facts) -> bool:
    """Whoever holds the principal's authority, unless the record is his own or he has had his say.

    Who approved it as a head can as the principal neither sign off nor return: either would be his second
    decision on one version. A new version starts anew.
    """
    may_sign = facts.is_principal or facts.holds_principals_delegation
    return may_sign and not _is_the_makers(facts) and not facts.has_approved


def the_system(facts: Facts) -> bool:
    """No person: a job that has finished its work."""
    return facts.is_system


def _is_the_makers(facts: Facts) -> bool:
    return facts.is_owner or facts.handed_in

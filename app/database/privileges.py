"""What the roles of web and worker may do to each table; the tables themselves are the owner's to change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg.sql import SQL, Composable, Identifier
from sqlalchemy import Connection, text

_LOOK = frozenset({"SELECT"})
_ADD = _LOOK | {"INSERT"}
_WORK = _ADD | {"UPDATE", "DELETE"}


@dataclass(frozen=True)
class Roles:
    """The names of the roles as which web and worker come; one may be both, and one may be the owner."""

    web: str
    worker: str


@dataclass(frozen=True)
class Rule:
    """What web and worker may do to one table; the worker, as who commands run too, may all that web may."""

    web: frozenset[str]
    worker: frozenset[str]


EVERY_TABLE = Rule(web=_WORK, worker=_WORK)
"""What holds for a table that is not named below, and so for those that future migrations make."""

RULES: Mapping[str, Rule] = {
    # Entries are added by the function `append_audit` alone, which runs as the owner.
    "audit_entries": Rule(web=_LOOK, worker=_LOOK),
    "audit_heads": Rule(web=_LOOK, worker=_LOOK),
    "events": Rule(web=_ADD, worker=_ADD),
    "versions": Rule(web=_ADD, worker=_ADD),
    # What was sealed is written by the worker that sealed it.
    "official_files": Rule(web=_LOOK, worker=_ADD | {"UPDATE"}),
    # Which sheets of heads lie in stores is written by the worker that put them there.
    "kept_sheets": Rule(web=_LOOK, worker=_ADD | {"UPDATE"}),
    "procrastinate_workers": Rule(web=_LOOK, worker=_WORK),
    "procrastinate_periodic_defers": Rule(web=frozenset(), worker=_WORK),
    "alembic_version": Rule(web=_LOOK, worker=_LOOK),
}

_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('kyduyet grants'))")
_PUBLIC_MAKES_NOTHING = """
REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC;
REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
"""
_COME_IN = """
GRANT CONNECT ON DATABASE {database} TO {role};
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {role};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role};
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE ON SEQUENCES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT EXECUTE ON FUNCTIONS TO {role};
"""
_NOTHING = "REVOKE ALL ON {table} FROM {role}"
_ONLY = "REVOKE ALL ON {table} FROM {role}; GRANT {allowed} ON {table} TO {role}"
_HERE = text("SELECT current_database(), current_schema()")
_OWNS = text(
    "SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class"
    " WHERE oid = to_regclass('audit_entries')"
)
_MAY_MIGRATE = text("SELECT has_schema_privilege(current_schema(), 'CREATE')")


class NotTheOwner(Exception):
    """Migrations were begun by a role that does not own the tables; the text says which setting to mend."""


def grant(connection: Connection, roles: Roles) -> None:
    """Give the roles what they need in this database, and take from everybody what nobody needs.

    Call it as the owner, after every migration; it may be repeated, beside a running product too. Nothing
    happens where web and worker come as the owner: there is no fence to put up.
    """
    fenced = dict(_by_role(roles, str(connection.scalar(text("SELECT current_user")))))
    if not fenced:
        return
    connection.execute(_ONE_AT_A_TIME)
    database, schema = (Identifier(name) for name in connection.execute(_HERE).one())
    tables = set(connection.scalars(_TABLES))
    _run(connection, _PUBLIC_MAKES_NOTHING, database=database, schema=schema)
    for role, rules in fenced.items():
        _run(connection, _COME_IN, database=database, schema=schema, role=Identifier(role))
        for table in sorted(tables & rules.keys()):
            allowed = SQL(", ").join(SQL(each) for each in sorted(rules[table]))
            names = {"table": Identifier(table), "role": Identifier(role)}
            _run(connection, _ONLY if rules[table] else _NOTHING, allowed=allowed, **names)


def owns_the_tables(connection: Connection) -> bool:
    """Tell whether the connection's role owns the audit log, or could become the role that does."""
    return bool(connection.scalar(_OWNS))


def demand_the_owner(connection: Connection) -> None:
    """Raise `NotTheOwner` where the connection's role could not migrate."""
    if connection.scalar(_OWNS) is False or not connection.scalar(_MAY_MIGRATE):
        raise NotTheOwner(
            "this role cannot change the tables: set KYDUYET_OWNER_DATABASE_URL to the URL of the role"
            " that owns the database"
        )


def _by_role(roles: Roles, owner: str) -> Iterator[tuple[str, Mapping[str, frozenset[str]]]]:
    """Yield each role that is not the owner's own, once, with what it may do to the tables named above."""
    wanted = {roles.web: "web", roles.worker: "worker"}  # one role for both gets what the worker needs
    for role, part in wanted.items():
        if role != owner:
            yield role, {table: getattr(rule, part) for table, rule in RULES.items()}


def _run(connection: Connection, statements: LiteralString, **parts: Composable) -> None:
    """Run statements whose names are put in as names, quoted by the driver."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("the connection is not on psycopg")
    driver.execute(SQL(statements).format(**parts))

"""Who comes in to the embedded PostgreSQL: its roles, their passwords, and the rules at the door.

The server's own account is the superuser by peer identity; the product's roles come with passwords, which lie
in a file that only the account of the product can read. Nobody is let in on trust.
"""

import os
import pwd
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from app.database.programs import PostgresPrograms

PORT = 5432
"""Names the socket file; no TCP port is opened."""

OWNER, WEB, WORKER = "kyduyet", "kyduyet_web", "kyduyet_worker"
ROLES = (OWNER, WEB, WORKER)

_DATABASE = "kyduyet"
_RULES = """\
# Written by Ky Duyet at every start of the server.
local all postgres peer map=kyduyet
local all all scram-sha-256
"""
_NAMES = """\
# Written by Ky Duyet at every start of the server.
kyduyet "{account}" postgres
"""

# The owner makes what migrations make, and databases to try a copy in. No role of the product is a superuser,
# otherwise row-level security would not bind it. What a role set for itself, in one database or in all, is
# forgotten at every start.
# The first two lines keep passwords out of logs and messages, should one of these fail.
_PREPARE = r"""
\set VERBOSITY terse
SET log_min_error_statement = panic;
SET password_encryption = 'scram-sha-256';
{made}
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, datname)
  FROM pg_db_role_setting
  JOIN pg_roles ON pg_roles.oid = setrole
  JOIN pg_database ON pg_database.oid = setdatabase
 WHERE rolname IN ({roles}) \gexec
SELECT 'CREATE DATABASE {database} OWNER {owner}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{database}') \gexec
\connect template1
{closed}
\connect {database}
{closed}
"""
_WRITING = (
    "lo_creat(integer)",
    "lo_create(oid)",
    "lo_from_bytea(oid, bytea)",
    "lo_put(oid, bigint, bytea)",
    "lo_open(oid, integer)",
    "lowrite(integer, bytea)",
    "lo_truncate(integer, integer)",
    "lo_truncate64(integer, bigint)",
    "lo_unlink(oid)",
    "pg_logical_emit_message(boolean, text, text, boolean)",
    "pg_logical_emit_message(boolean, text, bytea, boolean)",
)
"""Functions by which any role could fill the disk, and which nothing of ours calls."""
_MAKE_ROLE = r"""
SELECT 'CREATE ROLE {role}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') \gexec
ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS {createdb} PASSWORD '{password}';
ALTER ROLE {role} RESET ALL;
"""
_LET_OWNER_END_SESSIONS = "GRANT {role} TO {owner};"


@dataclass(frozen=True)
class DatabaseUrls:
    """Where one database is reached, by the role one comes as."""

    owner: str
    """For migrations alone."""
    web: str
    worker: str


class Access:
    """The door of one cluster; callers hold the cluster's lock."""

    def __init__(self, cluster: Path, programs: PostgresPrograms) -> None:
        self._cluster = cluster
        self._programs = programs
        self._passwords = cluster.with_name("postgres.pass")

    def is_locked(self) -> bool:
        """Tell whether the door stands as this program wants it, with a password for each role."""
        files = self._rules().items()
        return all(path.exists() and path.read_text() == text for path, text in files) and bool(self._known())

    def lock(self) -> None:
        """Write the rules of the door, and the passwords where there are none yet."""
        if not self._known():
            lines = [f"*:*:*:{role}:{secrets.token_urlsafe(32)}\n" for role in ROLES]
            _replace(self._passwords, "".join(lines))
        for path, text in self._rules().items():
            self._programs.admit(_replace(path, text))

    def preparation(self) -> str:
        """Return the commands for psql that bring roles, passwords and the database about."""
        passwords = self._known()
        made = [
            _MAKE_ROLE.format(
                role=role,
                createdb="CREATEDB" if role == OWNER else "NOCREATEDB",
                password=passwords[role],
            )
            for role in ROLES
        ]
        made += [_LET_OWNER_END_SESSIONS.format(role=role, owner=OWNER) for role in (WEB, WORKER)]
        closed = f"REVOKE EXECUTE ON FUNCTION {', '.join(_WRITING)} FROM PUBLIC;"
        roles = ", ".join(f"'{role}'" for role in ROLES)
        return _PREPARE.format(
            made="".join(made), roles=roles, database=_DATABASE, owner=OWNER, closed=closed
        )

    def urls(self, socket_dir: Path) -> DatabaseUrls:
        """Return libpq URLs that name the file of the passwords instead of holding one."""
        where = {"host": str(socket_dir), "port": PORT, "passfile": str(self._passwords)}
        asked = urlencode(where, safe="/", quote_via=quote)
        return DatabaseUrls(*(f"postgresql://{role}@/{_DATABASE}?{asked}" for role in ROLES))

    def forget(self) -> None:
        """Throw the passwords away, with the cluster that they belong to."""
        self._passwords.unlink(missing_ok=True)

    def _known(self) -> dict[str, str]:
        """Return the password of each role; nothing where one is missing."""
        if not self._passwords.exists():
            return {}
        lines = [line.split(":") for line in self._passwords.read_text().splitlines()]
        found = {line[3]: line[4] for line in lines if len(line) == 5}
        return found if set(ROLES) <= found.keys() else {}

    def _rules(self) -> dict[Path, str]:
        account = self._programs.account or pwd.getpwuid(os.geteuid())
        names = _NAMES.format(account=account.pw_name)
        return {self._cluster / "pg_hba.conf": _RULES, self._cluster / "pg_ident.conf": names}


def _replace(path: Path, text: str) -> Path:
    """Write a file that its owner alone can read, whole or not at all."""
    part = path.with_name(f"{path.name}.new")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return part.replace(path)

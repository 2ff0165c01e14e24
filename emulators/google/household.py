"""Setting the scene: accounts, shared drives, OAuth clients, service accounts and their keys."""

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from emulators.google.directory import DRIVE, Account, Caller, Client
from emulators.google.nodes import FOLDER, ROLES, Grant, Node, Role
from emulators.google.oauth import default_scopes
from emulators.google.world import SharedDrive, World

_KEY_BITS = 2048
_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_FIRST_CLIENT = "kyduyet.apps.googleusercontent.com"
_FIRST_SECRET = "only-for-the-emulator"  # noqa: S105 - guards nothing
_FIRST_ACCOUNT = "luutru@truong-a.example"


@dataclass(frozen=True)
class Household:
    """Adds to a world what calls need to be there."""

    world: World

    def add_account(
        self, email: str, name: str = "", limit: int | None = None, workspace: bool = True
    ) -> Account:
        """Add a person with an empty My Drive; `limit` in bytes, `workspace` False: a private account."""
        return self._add(Account(email, name or email.partition("@")[0], "", limit, workspace))

    def add_service_account(self, email: str, token_uri: str = _TOKEN_URI) -> dict[str, Any]:
        """Add a service account; returns its key file as Google hands it out."""
        self._add(Account(email, email.partition("@")[0], "", 0, service=True))
        key = generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
        self.world.directory.keys[email] = key.public_key()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return {
            "type": "service_account",
            "project_id": "emulator",
            "private_key_id": "1",
            "private_key": pem,
            "client_email": email,
            "client_id": "1",
            "token_uri": token_uri,
        }

    def add_client(self, client: str, secret: str, *redirects: str) -> Client:
        """Add an OAuth client; without redirect addresses any is taken."""
        added = Client(client, secret, set(redirects))
        self.world.directory.clients[client] = added
        return added

    def add_shared_drive(self, name: str, members: dict[str, str], limit: int | None = None) -> SharedDrive:
        """Add a shared drive with its members' roles by Drive's names; `limit` in bytes."""
        now = self.world.clock.now()
        drive = SharedDrive(f"0A{self.world.tree.new_id()[:17]}", name, now, limit=limit)
        root = Node(drive.id, "Drive", FOLDER, None, drive.id, None, None, now, now, "")
        for email, role in members.items():
            grant = Grant("user", ROLES[role], email)
            root.grants[grant.id] = grant
        self.world.tree.add(root)
        self.world.shared_drives[drive.id] = drive
        return drive

    def sign_in(
        self, email: str, client: str, scopes: frozenset[str] | None = None, token: str = ""
    ) -> dict[str, Any]:
        """Return an `authorized_user` of google-auth, as if the person had agreed in the browser.

        `token` makes that very access token valid too, for a hundred years.
        """
        caller = Caller(email, client, scopes or default_scopes())
        directory = self.world.directory
        refresh = directory.consent(caller)
        if token:
            directory.issue(caller, refresh, token, seconds=100 * 365 * 86_400)
        return {
            "type": "authorized_user",
            "client_id": client,
            "client_secret": directory.clients[client].secret,
            "refresh_token": refresh,
        }

    def furnish(self, origin: str) -> dict[str, Any]:
        """Make a first account, client, service account and shared drive; returns how to connect."""
        client = self.add_client(_FIRST_CLIENT, _FIRST_SECRET)
        self.add_account(_FIRST_ACCOUNT, "Lưu trữ Trường A")
        robot = "kyduyet@emulator.iam.gserviceaccount.com"
        key = self.add_service_account(robot, f"{origin}/token")
        members = {robot: "organizer", _FIRST_ACCOUNT: "organizer"}
        return {
            "api_root": origin,
            "account": _FIRST_ACCOUNT,
            "client": {"client_id": client.id, "client_secret": client.secret},
            "authorized_user": self.sign_in(_FIRST_ACCOUNT, client.id) | {"token_uri": f"{origin}/token"},
            "service_account": key,
            "service_account_scope": DRIVE,
            "shared_drive": self.add_shared_drive("Hồ sơ Trường A", members).id,
        }

    def _add(self, account: Account) -> Account:
        now = self.world.clock.now()
        email = account.email
        account.root = f"0A{self.world.tree.new_id()[:17]}"
        root = Node(account.root, "My Drive", FOLDER, None, None, email, None, now, now, email)
        grant = Grant("user", Role.OWNER, email)
        root.grants[grant.id] = grant
        self.world.tree.add(root)
        self.world.directory.accounts[email] = account
        return account

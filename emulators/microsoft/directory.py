"""What the emulated Microsoft 365 knows: organisations, people, applications, sites and their drives."""

import base64
import uuid
from dataclasses import dataclass, field

from emulators.microsoft.drive import Drive
from emulators.microsoft.items import Identity
from emulators.microsoft.people import App, User

_NAMES = uuid.UUID("7f3c8b52-1d0e-4c6a-9a67-5b1c2f0d4e11")


@dataclass
class Site:
    """A SharePoint site with its document library."""

    id: str
    name: str
    display_name: str
    web_url: str
    hostname: str
    drive: Drive


@dataclass
class Tenant:
    """One organisation; its policies are plain attributes that a test may set."""

    id: str
    domain: str
    name: str
    users: dict[str, User] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    drives: dict[str, Drive] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    consented: bool = True
    """Whether applications may sign in without a person."""
    external_sharing: bool = True
    anonymous_links: bool = True
    accountless: set[str] = field(default_factory=set)

    @property
    def hostname(self) -> str:
        """Return the SharePoint host of the tenant."""
        return self.domain.replace(".", "-") + ".sharepoint.example"

    def add_user(self, local_part: str, name: str, quota: int = 1 << 40) -> User:
        """Take a person in, with a drive of his own."""
        address = f"{local_part}@{self.domain}"
        user = User(_derived(address), address, name, self.id)
        identity = Identity("user", user.id, name, address)
        web_url = f"https://{self.hostname}/personal/{local_part}/Documents"
        user.drive_id = self._add_drive(address, "OneDrive", identity, web_url, quota).id
        self.users[address] = user
        return user

    def add_site(self, name: str, display_name: str, quota: int = 1 << 40) -> Site:
        """Open a site with a document library."""
        site_key = f"{self.domain}/{name}"
        web_url = f"https://{self.hostname}/sites/{name}"
        group = Identity("group", _derived(site_key + "#owners"), f"{display_name} Owners", "")
        drive = self._add_drive(site_key, "Documents", group, f"{web_url}/Shared Documents", quota)
        site_id = f"{self.hostname},{_derived(site_key)},{_derived(site_key + '#web')}"
        drive.kind, drive.site_id = "documentLibrary", site_id
        self.sites[site_id] = Site(site_id, name, display_name, web_url, self.hostname, drive)
        return self.sites[site_id]

    def knows(self, address: str) -> bool:
        """Tell whether the address belongs to the organisation."""
        return address.casefold().rpartition("@")[2] == self.domain

    def _add_drive(self, key: str, name: str, owner: Identity, web_url: str, quota: int) -> Drive:
        digest = uuid.uuid5(_NAMES, key).bytes + uuid.uuid5(_NAMES, key + "#drive").bytes
        drive_id = "b!" + base64.urlsafe_b64encode(digest).decode().rstrip("=")
        drive = Drive(drive_id, name, owner, web_url, quota)
        self.drives[drive_id] = drive
        return drive


class Directory:
    """Every tenant and every application registration that the emulator knows."""

    def __init__(self) -> None:
        self.tenants: dict[str, Tenant] = {}
        self.apps: dict[str, App] = {}

    def add_tenant(self, domain: str, name: str) -> Tenant:
        """Found an organisation; its ids follow from the domain, so that they are the same in every run."""
        tenant = Tenant(_derived(domain), domain.casefold(), name)
        self.tenants[tenant.id] = tenant
        return tenant

    def add_app(self, app: App) -> App:
        """Register an application that any tenant may consent to."""
        self.apps[app.client_id] = app
        return app

    def tenant(self, key: str) -> Tenant | None:
        """Find a tenant by its id or its domain."""
        known = self.tenants.get(key.casefold())
        return known or next((each for each in self.tenants.values() if each.domain == key.casefold()), None)

    def user(self, address: str) -> User | None:
        """Find a person by address or object id, in whichever tenant."""
        people = (user for tenant in self.tenants.values() for user in tenant.users.values())
        wanted = address.casefold()
        return next((user for user in people if wanted in (user.address.casefold(), user.id)), None)


def _derived(key: str) -> str:
    return str(uuid.uuid5(_NAMES, key))

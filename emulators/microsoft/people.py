"""People, application registrations, and on whose behalf a request comes."""

from dataclasses import dataclass, field

from emulators.microsoft.items import Identity


@dataclass
class User:
    """A person with a work account."""

    id: str
    address: str
    name: str
    tenant_id: str
    drive_id: str = ""


@dataclass
class App:
    """An application registration; where `sites` is given, only those are open to it (Sites.Selected)."""

    client_id: str
    secret: str
    name: str
    redirect_uris: frozenset[str] | None = None
    sites: frozenset[str] | None = None
    roles: frozenset[str] = field(default_factory=lambda: frozenset({"Sites.FullControl.All"}))


@dataclass(frozen=True)
class Caller:
    """Who a bearer token speaks for: an application alone, or an application for a person."""

    app: App
    tenant_id: str
    user: User | None

    @property
    def identity(self) -> Identity:
        """Return what createdBy and lastModifiedBy show."""
        if self.user:
            return Identity("user", self.user.id, self.user.name, self.user.address)
        return Identity("application", self.app.client_id, self.app.name, "")

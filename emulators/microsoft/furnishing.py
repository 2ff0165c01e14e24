"""Schools in the directory, and what connects the product to them."""

from typing import Any

from emulators.microsoft.directory import Directory, Tenant
from emulators.microsoft.drive import Drive
from emulators.microsoft.people import App

DOMAIN = "truong-a.example"
NAME = "Trường A"
CLIENT_ID = "3d1f6a52-0c7b-4e0e-9c36-6a1d2b8f4c10"
CLIENT_SECRET = "emulated-client-secret"  # noqa: S105 - opens nothing but this emulator
RECORD_LABEL = "Hồ sơ đã ký duyệt"


def furnish(directory: Directory, origin: str, domain: str, name: str) -> dict[str, Any]:
    """Make the school and the application, unless they are there; returns the school's credentials."""
    directory.apps.setdefault(CLIENT_ID, App(CLIENT_ID, CLIENT_SECRET, "Ký Duyệt"))
    tenant = directory.tenant(domain) or found_school(directory, domain, name)
    return {
        "tenant_id": tenant.id,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "drive_id": site_drive(tenant).id,
        "graph_root": f"{origin}/v1.0",
        "login_root": origin,
    }


def found_school(directory: Directory, domain: str, name: str) -> Tenant:
    """Add a school: its tenant, two people, a site for its records, and a label for what is signed."""
    tenant = directory.add_tenant(domain, name)
    tenant.add_user("quantri", "Quản trị")
    tenant.add_user("hieutruong", "Hiệu trưởng")
    tenant.add_site("hoso", "Hồ sơ")
    tenant.labels.add(RECORD_LABEL)
    return tenant


def site_drive(tenant: Tenant) -> Drive:
    """Return the document library of a tenant's first site."""
    return next(iter(tenant.sites.values())).drive

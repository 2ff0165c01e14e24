"""Calls that find one's way: who am I, which organisation, which sites, which drives."""

from emulators.microsoft.addressing import find_site, may_see, signed_in
from emulators.microsoft.directory import Tenant
from emulators.microsoft.errors import denied
from emulators.microsoft.people import Caller
from emulators.microsoft.rendering import drive_json, organization_json, site_json, user_json
from emulators.serving import Request, Response, json_response


def me(caller: Caller) -> Response:
    """Answer with the person who is signed in."""
    return json_response(200, user_json(signed_in(caller)))


def organization(tenant: Tenant) -> Response:
    """Answer with the organisation and its domains."""
    return json_response(200, {"value": [organization_json(tenant)]})


def search_sites(request: Request, caller: Caller, tenant: Tenant) -> Response:
    """Answer with the sites whose name holds the words; `*` finds all that the caller may see."""
    words = request.query.get("search", "").strip('"*').casefold()
    visible = (site for site in tenant.sites.values() if may_see(site.drive, caller))
    found = [site for site in visible if words in f"{site.name} {site.display_name}".casefold()]
    return json_response(200, {"value": [site_json(site) for site in found]})


def get_site(reference: str, caller: Caller, tenant: Tenant) -> Response:
    """Answer with one site."""
    site = find_site(tenant, reference)
    if not may_see(site.drive, caller):
        raise denied()
    return json_response(200, site_json(site))


def site_drives(reference: str, caller: Caller, tenant: Tenant) -> Response:
    """Answer with the document libraries of a site."""
    site = find_site(tenant, reference)
    if not may_see(site.drive, caller):
        raise denied()
    return json_response(200, {"value": [drive_json(site.drive)]})


def my_drives(caller: Caller, tenant: Tenant) -> Response:
    """Answer with the drives of the person who is signed in."""
    return json_response(200, {"value": [drive_json(tenant.drives[signed_in(caller).drive_id])]})

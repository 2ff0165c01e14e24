"""From an address to what answers it: Graph, upload and download addresses, the sign-in service."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from emulators.counting import Call
from emulators.faults import Rule
from emulators.microsoft import account_calls, session_calls
from emulators.microsoft.addressing import DrivePlace, ItemPlace, drive_place, find_drive, item_place
from emulators.microsoft.calls import DriveCall
from emulators.microsoft.content_calls import download
from emulators.microsoft.directory import Tenant
from emulators.microsoft.errors import GraphError, invalid
from emulators.microsoft.login import Login
from emulators.microsoft.operations import GET_DRIVE, Operation, item_operation
from emulators.microsoft.people import Caller
from emulators.microsoft.sign_in import sign_in
from emulators.microsoft.throttling import Charge
from emulators.microsoft.upload_sessions import UploadSession
from emulators.microsoft.world import World
from emulators.serving import Request, Response

Run = Callable[[Request, Rule], Response]
_UNSUPPORTED = {"$expand", "$filter", "$orderby", "$search"}
_SITE = re.compile(r"/sites/([^/]+?|[^/:]+:/[^:]+:?)(/drives)?")


@dataclass(frozen=True)
class GraphCall(Call):
    """A call with whom it is charged to, and the address that the client used."""

    charge: Charge | None = None
    address: str = ""


@dataclass(frozen=True)
class Route:
    """An operation, its cost, and what does it."""

    operation: str
    units: int
    run: Run
    caller: Caller | None = None


def refusing(error: Exception) -> Run:
    """Return what raises the error when it is run, so that the call is counted like any other."""

    def run(_request: Request, _rule: Rule) -> Response:
        raise error

    return run


def _unknown() -> GraphError:
    return GraphError(400, "BadRequest", "Resource not found for the segment.")


def _bad_token(token: str) -> GraphError:
    told = "Lifetime validation failed, the token is expired." if token else "Access token is empty."
    headers = {"WWW-Authenticate": 'Bearer realm="", authorization_uri="https://login.microsoftonline.com"'}
    return GraphError(401, "InvalidAuthenticationToken", told, headers=headers)


_UNKNOWN = Route("unknown", 0, refusing(_unknown()))


class Router:
    """Finds the route of each request."""

    def __init__(self, world: World, login: Login) -> None:
        self._world = world
        self._login = login

    def route(self, request: Request) -> Route:
        """Return the route; unknown addresses and refusals are routes too."""
        path = request.raw_path
        if path.startswith("/v1.0/"):
            return self._graph(request, path.removeprefix("/v1.0"))
        if path.startswith("/_upload/"):
            return self._upload(request)
        if path.startswith("/_download/"):
            return Route("download", 1, lambda asked, rule: download(self._world, asked, rule))
        signing_in = sign_in(self._login, request)
        if signing_in is not None:
            name, answer = signing_in
            return Route(name, 0, lambda asked, _rule: answer(asked))
        return _UNKNOWN

    def _graph(self, request: Request, path: str) -> Route:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        caller = self._login.grants.caller(token) if kind.casefold() == "bearer" else None
        if caller is None:
            return Route("refused", 0, refusing(_bad_token(token)))
        tenant = self._world.directory.tenants[caller.tenant_id]
        place = drive_place(path)
        if place is not None:
            return self._drive(request, place, caller, tenant)
        return self._account(request, path, caller, tenant)

    def _drive(self, request: Request, place: DrivePlace, caller: Caller, tenant: Tenant) -> Route:
        found = item_place(place.rest) if place.rest.strip("/") else ItemPlace("root", (), "")
        operation: Operation | None = GET_DRIVE
        if found and place.rest.strip("/"):
            operation = item_operation(request.method, found.action, request.query)
        if found is None or operation is None or (operation is GET_DRIVE and request.method != "GET"):
            return _UNKNOWN
        handler = operation.handler

        def run(asked: Request, rule: Rule) -> Response:
            for option in _UNSUPPORTED & asked.query.keys():
                raise invalid(f"This emulator does not know the query option '{option}'.")
            drive = find_drive(place, caller, tenant)
            return handler(DriveCall(self._world, asked, rule, caller, drive, found), tenant)

        return Route(operation.name, operation.units, run, caller)

    def _account(self, request: Request, path: str, caller: Caller, tenant: Tenant) -> Route:
        runs: dict[str, tuple[str, Run]] = {
            "/me": ("users.me", lambda _asked, _rule: account_calls.me(caller)),
            "/me/drives": ("drives.list", lambda _asked, _rule: account_calls.my_drives(caller, tenant)),
            "/organization": ("organization", lambda _asked, _rule: account_calls.organization(tenant)),
            "/sites": ("sites.search", lambda asked, _: account_calls.search_sites(asked, caller, tenant)),
        }
        name, run = runs.get(path.rstrip("/"), ("", refusing(_unknown())))
        site = _SITE.fullmatch(path)
        if site and not name:
            reference = unquote(site[1])
            answer = account_calls.site_drives if site[2] else account_calls.get_site
            name = "drives.list" if site[2] else "sites.get"
            run = lambda _asked, _rule: answer(reference, caller, tenant)  # noqa: E731 - one of several answers
        if request.method != "GET" or not name:
            return _UNKNOWN
        return Route(name, 1, run, caller)

    def _upload(self, request: Request) -> Route:
        session_id = request.path.removeprefix("/_upload/")
        names = {
            "PUT": "sessions.put",
            "GET": "sessions.get",
            "DELETE": "sessions.delete",
            "POST": "sessions.commit",
        }
        name = names.get(request.method)
        if name is None:
            return _UNKNOWN

        def run(asked: Request, rule: Rule) -> Response:
            session = self._world.sessions.get(session_id, self._world.clock.now())
            return self._session(asked, rule, session)

        caller = self._world.sessions.caller(session_id)
        return Route(name, 2 if request.method == "PUT" else 0, run, caller)

    def _session(self, request: Request, rule: Rule, session: UploadSession) -> Response:
        if request.method == "PUT":
            return session_calls.put_fragment(self._world, request, rule, session)
        if request.method == "POST":
            return session_calls.commit_session(self._world, request, session)
        if request.method == "DELETE":
            return session_calls.cancel_session(self._world, session)
        return session_calls.session_status(session)

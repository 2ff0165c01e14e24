"""The emulator of Microsoft Graph and of its sign-in service: one app for `emulators.serving.serving`."""

import re
from typing import Any

from emulators.clock import Clock
from emulators.counting import Call
from emulators.faults import Rule
from emulators.frame import Emulator, Work
from emulators.microsoft.errors import GraphError
from emulators.microsoft.fault_kinds import KINDS
from emulators.microsoft.furnishing import DOMAIN, NAME, furnish
from emulators.microsoft.grants import GrantError
from emulators.microsoft.login import Login
from emulators.microsoft.meddling import meddle
from emulators.microsoft.refusals import graph_refusal, oauth_refusal
from emulators.microsoft.reporting import state
from emulators.microsoft.routing import GraphCall, Route, Router
from emulators.microsoft.throttling import Charge, Throttle
from emulators.microsoft.world import World
from emulators.serving import Request, Response, json_response


class Microsoft(Emulator):
    """Microsoft 365 as far as a store of files needs it."""

    def __init__(
        self, clock: Clock | None = None, latency: float = 0.0, *, enforce_quota: bool = False
    ) -> None:
        super().__init__(KINDS, clock, latency)
        self.enforce_quota = enforce_quota
        self.world = World(self.clock)
        self.login = Login(self.clock, self.world.directory)
        self._router = Router(self.world, self.login)
        self._throttle = Throttle(self.clock)

    def recognise(self, request: Request) -> Work:
        """Return which operation the request asks for."""
        route = self._router.route(request)
        call = self._call(request, route)

        def do(asked: Request, rule: Rule) -> Response:
            return self._done(asked, rule, route, call)

        return Work(call, do)

    def refusal(self, call: Call, rule: Rule) -> Response:
        """Return the answer that a fault rule asks for."""
        status, reason = rule.status or 500, rule.reason or "generalException"
        if call.operation.startswith("login."):
            return json_response(status, {"error": reason, "error_description": rule.message})
        headers = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
        if status == 410 and isinstance(call, GraphCall):
            headers["Location"] = re.sub(r"delta\(.*\)$", "delta", call.address)
        inner = "resyncChangesApplyDifferences" if status == 410 else None
        error = GraphError(status, reason, rule.message, inner=inner, headers=headers)
        return graph_refusal(error, self.clock.now())

    def throttled(self, call: Call) -> Response | None:
        """Charge the call, where quotas are enforced."""
        if not self.enforce_quota or not isinstance(call, GraphCall) or call.charge is None:
            return None
        try:
            self._throttle.take(call.charge)
        except GraphError as error:
            return graph_refusal(error, self.clock.now())
        return None

    def state(self) -> dict[str, Any]:
        """Return everything that is kept."""
        return state(self.world)

    def meddle(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do what a person does behind the app's back."""
        return meddle(self.world, self.login.grants, order)

    def furnish(self, origin: str) -> dict[str, Any]:
        """Make a first school with a site, people and an application; returns what connects it."""
        return self.add_school(origin, DOMAIN, NAME)

    def add_school(self, origin: str, domain: str, name: str) -> dict[str, Any]:
        """Make a school, unless the domain has one; returns what connects the product to its store."""
        with self.lock:
            return furnish(self.world.directory, origin, domain, name)

    def close(self) -> None:
        """Forget everything."""
        self.world.blobs.close()

    def _call(self, request: Request, route: Route) -> GraphCall:
        account, charge, caller = "", None, route.caller
        if caller is not None:
            account = self.world.directory.tenants[caller.tenant_id].domain
            user_id = caller.user.id if caller.user else ""
            sharing = route.operation in {"permissions.invite", "permissions.link"}
            charge = Charge(caller.app.client_id, caller.tenant_id, user_id, route.units, sharing)
        address = request.origin + request.raw_path
        return GraphCall(route.operation, request.method, request.path, account, route.units, charge, address)

    def _done(self, request: Request, rule: Rule, route: Route, call: GraphCall) -> Response:
        try:
            response = route.run(request, rule)
        except GraphError as error:
            response = graph_refusal(error, self.clock.now())
        except GrantError as error:
            response = oauth_refusal(error, self.clock.now())
        if self.enforce_quota and call.charge is not None:
            response.headers |= self._throttle.headers(call.charge)
        return response

"""The emulated Google: how a request finds what answers it."""

from collections.abc import Callable
from typing import Any

from emulators.blobs import Blobs
from emulators.clock import Clock
from emulators.counting import Call
from emulators.faults import Rule
from emulators.frame import Emulator, Work
from emulators.google import meddling
from emulators.google.ask import Ask
from emulators.google.batch import answer_batch
from emulators.google.consent import ConsentDesk
from emulators.google.directory import Caller, Directory
from emulators.google.errors import KINDS, DriveError, unauthorised
from emulators.google.household import Household
from emulators.google.nodes import NAMES, Node
from emulators.google.oauth import TokenDesk, userinfo
from emulators.google.quota import Quota
from emulators.google.routes import Found, find
from emulators.google.uploads import Sessions
from emulators.google.world import World
from emulators.serving import Request, Response

_UPLOADING = "uploads.put"


class Google(Emulator):
    """Google Drive and Google's sign-in in memory.

    `enforce_quota` applies the documented quotas; `latency` is in seconds. The sign-in's addresses are
    `/o/oauth2/v2/auth`, `/token`, `/revoke` and `/v1/userinfo`, all below the address it is served at.
    """

    def __init__(self, clock: Clock | None = None, latency: float = 0.0, enforce_quota: bool = False) -> None:
        super().__init__(KINDS, clock, latency)
        self.world = World(self.clock, Blobs(), Directory(self.clock))
        self.household = Household(self.world)
        self._sessions = Sessions(self.world)
        self._desk = TokenDesk(self.world)
        self._consent = ConsentDesk(self.world, self._desk)
        self._quota = Quota(self.clock) if enforce_quota else None

    def close(self) -> None:
        """Remove the bytes from the disk."""
        self.world.blobs.close()

    def furnish(self, origin: str) -> dict[str, Any]:
        """Make a first account and shared drive; returns the credentials that connect them."""
        with self.lock:
            return self.household.furnish(origin)

    def __call__(self, request: Request) -> Response:
        """Answer one request; a batch's calls are each recognised, counted and charged singly."""
        if not request.raw_path.startswith("/batch"):
            return super().__call__(request)
        try:
            return answer_batch(request, super().__call__)
        except DriveError as error:
            return error.response()

    def recognise(self, request: Request) -> Work:
        """Return which operation the request asks for."""
        self.world.expire()
        sign_in = self._sign_in(request)
        if sign_in:
            return sign_in
        found = find(request, self._sessions)
        if found is None:
            return self._refused(request, "unknown", DriveError(404, "notFound", "Not Found"))
        caller = self._caller(request)
        if caller is None:
            expired_session = "upload_id" in request.query
            error = DriveError(404, "notFound", "Not Found") if expired_session else unauthorised()
            return self._refused(request, found.route.operation, error)
        return self._drive_work(request, found, caller)

    def refusal(self, call: Call, rule: Rule) -> Response:  # noqa: ARG002 - Drive errors name no call
        """Return an injected error in Drive's shape."""
        headers = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
        status, reason = rule.status or 500, rule.reason or "backendError"
        return DriveError(status, reason, rule.message or reason).response(headers)

    def throttled(self, call: Call) -> Response | None:
        """Charge the call to its user's and the project's minute."""
        return self._quota.refusal(call) if self._quota and call.account else None

    def state(self) -> dict[str, Any]:
        """Return accounts, shared drives, every item and the mails that would have been sent."""
        world = self.world
        return {
            "now": self.clock.now().isoformat(),
            "accounts": [
                {"email": each.email, "used": world.tree.used[each.email], "limit": each.limit}
                for each in world.directory.accounts.values()
            ],
            "drives": [{"id": each.id, "name": each.name} for each in world.shared_drives.values()],
            "files": [self._item(node) for node in world.tree if node.parent],
            "mails": world.mails,
        }

    def meddle(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do what a person does behind the application's back; see `emulators.google.meddling`."""
        with self.lock:
            return meddling.meddle(self.world, order)

    def _sign_in(self, request: Request) -> Work | None:
        pages = {"/o/oauth2/v2/auth", "/o/oauth2/auth"}
        users = {"/v1/userinfo", "/oauth2/v2/userinfo", "/oauth2/v3/userinfo"}
        answers: dict[tuple[str, bool], tuple[str, Callable[[Request], Response]]] = {
            ("GET", request.path in pages): ("oauth.authorize", self._consent.show),
            ("POST", request.path in pages): ("oauth.consent", self._consent.decide),
            ("POST", request.path == "/token"): ("oauth.token", self._desk.token),
            ("POST", request.path == "/revoke"): ("oauth.revoke", self._desk.revoke),
            ("GET", request.path in users): ("oauth.userinfo", lambda asked: userinfo(self.world, asked)),
        }
        found = answers.get((request.method, True))
        if found is None:
            return None
        operation, answer = found
        return Work(Call(operation, request.method, request.path), lambda asked, _: answer(asked))

    def _caller(self, request: Request) -> Caller | None:
        if "upload_id" in request.query:
            return self._sessions.caller(request.query["upload_id"])
        header = request.headers.get("Authorization", "")
        token = header.removeprefix("Bearer ") or request.query.get("access_token", "")
        return self.world.directory.caller(token)

    def _refused(self, request: Request, operation: str, error: DriveError) -> Work:
        call = Call(operation, request.method, request.path)
        return Work(call, lambda *_: error.response())

    def _drive_work(self, request: Request, found: Found, caller: Caller) -> Work:
        route = found.route
        call = Call(route.operation, request.method, request.path, caller.email, route.units)

        def do(asked: Request, rule: Rule) -> Response:
            if rule.status is not None and route.operation != _UPLOADING:
                return self.refusal(call, rule)
            if not caller.scopes & route.scopes:
                message = "Request had insufficient authentication scopes."
                return DriveError(403, "insufficientPermissions", message).response()
            try:
                return route.do(Ask(self.world, caller, asked, found.args, rule))
            except DriveError as error:
                return error.response()

        return Work(call, do)

    def _item(self, node: Node) -> dict[str, Any]:
        head = node.head
        return {
            "id": node.id,
            "path": self.world.tree.path(node),
            "drive": node.drive,
            "owner": node.owner,
            "size": node.size,
            "sha256": head.blob.sha256 if head else None,
            "trashed": self.world.tree.is_trashed(node),
            "locked": node.lock is not None,
            "permissions": [
                {"type": each.kind, "address": each.address, "role": NAMES[each.role]}
                for each in node.grants.values()
            ],
        }

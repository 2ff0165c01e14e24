"""Microsoft's emulator seen by its clients: MSAL signs in, and httpx speaks Graph."""

import re
from types import TracebackType
from typing import Any, Self

import httpx
import msal

from emulators.microsoft.drive import Drive
from emulators.microsoft.login import OFFICIAL
from emulators.microsoft.service import Microsoft

GRAPH_SCOPE = "https://graph.microsoft.com/.default"
Json = dict[str, Any]


class Rewriting:
    """The HTTP client that MSAL is given: what it means for Microsoft goes to the emulator."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._http = httpx.Client()

    def get(self, url: str, **options: Any) -> httpx.Response:
        return self._http.get(self._here(url), **options)

    def post(self, url: str, **options: Any) -> httpx.Response:
        return self._http.post(self._here(url), **options)

    def close(self) -> None:
        self._http.close()

    def _here(self, url: str) -> str:
        assert url.startswith(OFFICIAL), f"{url} would leave this machine"
        return self._origin + url.removeprefix(OFFICIAL)


class MicrosoftCloud:
    """One school's drive: the emulator itself, and Graph as an application without a person sees it."""

    def __init__(self, emulator: Microsoft, origin: str) -> None:
        self.emulator = emulator
        self.origin = origin
        self.school = emulator.furnish(origin)
        self.drive = f"/drives/{self.school['drive_id']}"
        self.msal_http = Rewriting(origin)
        self.http = httpx.Client(base_url=f"{origin}/v1.0", headers=self.bearer(self.app_token()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()
        self.msal_http.close()

    @property
    def inside(self) -> Drive:
        """The same drive from within."""
        drive = self.emulator.world.drive(self.school["drive_id"])
        assert drive is not None
        return drive

    def msal_app(self, tenant: str = "", secret: str = "") -> msal.ConfidentialClientApplication:
        return msal.ConfidentialClientApplication(
            self.school["client_id"],
            client_credential=secret or self.school["client_secret"],
            authority=f"{OFFICIAL}/{tenant or self.school['tenant_id']}",
            http_client=self.msal_http,
        )

    def app_token(self) -> str:
        answer = self.msal_app().acquire_token_for_client([GRAPH_SCOPE])
        return str(answer["access_token"])

    def sign_in(self, address: str = "quantri@truong-a.example", tenant: str = "", **more: str) -> Json:
        """Sign a person in as a browser would; returns what MSAL got for the code."""
        app = self.msal_app(tenant)
        flow = self.flow(app)
        answer: Json = app.acquire_token_by_auth_code_flow(flow, self.answer(flow, user=address, **more))
        return answer

    def flow(self, app: msal.ConfidentialClientApplication) -> Json:
        """Return what MSAL keeps between sending a person away and his coming back."""
        started: Json = app.initiate_auth_code_flow(
            ["Files.ReadWrite.All"], redirect_uri="http://localhost/back", response_mode="form_post"
        )
        return started

    def answer(self, flow: Json, **choice: str) -> dict[str, str]:
        """Open the page in a browser, choose, and return what the browser posts to the application."""
        page = flow["auth_uri"].replace(OFFICIAL, self.origin)
        assert httpx.get(page).status_code == 200
        sent = httpx.post(page, data=dict(httpx.URL(page).params) | choice)
        return dict(re.findall(r'name="(\w+)" value="([^"]*)"', sent.text))

    def bearer(self, token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.http.get(self.drive + path, **options)

    def post(self, path: str, content: object = None, **options: Any) -> httpx.Response:
        return self.http.post(self.drive + path, json=content or {}, **options)

    def patch(self, path: str, content: object, **options: Any) -> httpx.Response:
        return self.http.patch(self.drive + path, json=content, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        return self.http.delete(self.drive + path, **options)

    def put(self, path: str, content: bytes, **options: Any) -> httpx.Response:
        return self.http.put(f"{self.drive}/root:/{path}:/content", content=content, **options)

    def folder(self, name: str, parent: str = "root") -> Json:
        answer = self.post(f"/items/{parent}/children", {"name": name, "folder": {}})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def file(self, path: str, content: bytes = b"%PDF-1.7\n") -> Json:
        answer = self.put(path, content)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def meddle(self, **order: Any) -> Json:
        answer = self.http.post(f"{self.origin}/_emulator/meddle", json=order)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def fault(self, **rule: Any) -> None:
        answer = self.http.post(f"{self.origin}/_emulator/faults", json=rule)
        assert answer.status_code == 200, answer.text


def code(answer: httpx.Response) -> str:
    """Return the status and Graph's code, such as `409 nameAlreadyExists`."""
    return f"{answer.status_code} {answer.json()['error']['code']}"

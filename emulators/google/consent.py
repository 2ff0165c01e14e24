"""The page on which a person chooses an account and agrees to what an application asks for."""

import html
from urllib.parse import urlencode, urlsplit

from emulators.google.directory import Caller, Client
from emulators.google.oauth import TokenDesk, full_scopes
from emulators.google.world import World
from emulators.serving import Request, Response

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in – emulated Google</title>
<style>body{{font:16px sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}}
button{{display:block;width:100%;margin:.5rem 0;padding:.75rem;font:inherit}}</style></head>
<body><h1>Choose an account</h1><p>{client} asks for:</p>
<form method="post" action="{action}">{scopes}{accounts}
<button name="account" value="">Cancel</button></form></body></html>"""


class ConsentDesk:
    """Shows the page and sends the person back with a code."""

    def __init__(self, world: World, desk: TokenDesk) -> None:
        self._world = world
        self._desk = desk

    def show(self, request: Request) -> Response:
        """GET: the page, or what is wrong with the request."""
        refusal = self._refusal(request.query)
        if refusal:
            return _error(refusal)
        scopes = "".join(_checkbox(scope) for scope in request.query["scope"].split())
        accounts = "".join(_button(account) for account in self._choices(request.query))
        page = _PAGE.format(
            client=html.escape(request.query["client_id"]),
            action=html.escape(request.target),
            scopes=scopes,
            accounts=accounts,
        )
        return Response(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})

    def decide(self, request: Request) -> Response:
        """POST: back to the application, with a code, or with `access_denied`."""
        refusal = self._refusal(request.query)
        if refusal:
            return _error(refusal)
        form, query = request.form(), request.query
        email = form.get("account", [""])[-1]
        back = {"state": query["state"]} if "state" in query else {}
        if email not in self._world.directory.accounts:
            return _redirect(query["redirect_uri"], back | {"error": "access_denied"})
        scopes = full_scopes(" ".join(form.get("scope", [])))
        code = self._desk.hand_out(Caller(email, query["client_id"], scopes), query)
        return _redirect(query["redirect_uri"], back | {"code": code, "scope": " ".join(sorted(scopes))})

    def _refusal(self, query: dict[str, str]) -> str:
        client = self._world.directory.clients.get(query.get("client_id", ""))
        if client is None:
            return "Error 401: invalid_client"
        if not _redirect_known(client, query.get("redirect_uri", "")):
            return "Error 400: redirect_uri_mismatch"
        if query.get("response_type") != "code" or not query.get("scope"):
            return "Error 400: invalid_request"
        return ""

    def _choices(self, query: dict[str, str]) -> list[str]:
        """Return the accounts to choose from; `hd` narrows them as a hint, `login_hint` comes first."""
        accounts = [each for each in self._world.directory.accounts.values() if not each.service]
        hosted = [each for each in accounts if query.get("hd") in {None, "", "*", each.domain}]
        emails = [each.email for each in hosted or accounts]
        return sorted(emails, key=lambda email: email != query.get("login_hint"))


def _redirect_known(client: Client, redirect: str) -> bool:
    return redirect in client.redirects or (not client.redirects and bool(urlsplit(redirect).scheme))


def _checkbox(scope: str) -> str:
    shown = html.escape(scope)
    return f'<p><label><input type="checkbox" name="scope" value="{shown}" checked> {shown}</label></p>'


def _button(email: str) -> str:
    shown = html.escape(email)
    return f'<button name="account" value="{shown}">{shown}</button>'


def _error(text: str) -> Response:
    page = f"<!doctype html><title>{text}</title><h1>{text}</h1>"
    return Response(400, page.encode(), {"Content-Type": "text/html; charset=utf-8"})


def _redirect(address: str, values: dict[str, str]) -> Response:
    joint = "&" if urlsplit(address).query else "?"
    return Response(302, b"", {"Location": f"{address}{joint}{urlencode(values)}"})

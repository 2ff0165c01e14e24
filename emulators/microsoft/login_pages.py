"""The pages of the sign-in service: choose an account, agree or refuse, type a device code."""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from emulators.microsoft.directory import Tenant
from emulators.microsoft.grants import Consent, GrantError
from emulators.microsoft.login import Login, fields
from emulators.microsoft.people import User
from emulators.serving import Request, Response

_PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Đăng nhập (mô phỏng)</title>
<style>body{{font:1rem/1.5 sans-serif;max-width:28rem;margin:3rem auto;padding:0 1rem}}
button{{display:block;width:100%;margin:.5rem 0;padding:.75rem;text-align:left}}</style>
<h1>{title}</h1>{body}</html>"""


def authorize_page(login: Login, request: Request, tenant_key: str) -> Response:
    """Show the accounts to choose from; raises `GrantError` for what no redirect may answer."""
    asked = request.query
    app = login.app(asked.get("client_id", ""))
    redirect_uri = asked.get("redirect_uri", "")
    if not redirect_uri or (app.redirect_uris is not None and redirect_uri not in app.redirect_uris):
        raise GrantError("invalid_request", 50011, f"The redirect URI '{redirect_uri}' is not registered.")
    if asked.get("response_type") != "code":
        raise GrantError("unsupported_response_type", 700054, "Only the response type 'code' is supported.")
    people = [user for tenant in _tenants(login, tenant_key) for user in tenant.users.values()]
    kept = "".join(_hidden(name, value) for name, value in asked.items())
    hint = f"<p>Ứng dụng <b>{escape(app.name)}</b> xin quyền: {escape(asked.get('scope', ''))}</p>"
    refuse = '<button name="refuse" value="1">Từ chối</button>'
    form = f'<form method="post">{kept}{_buttons(people)}{refuse}</form>'
    return _page("Chọn tài khoản (mô phỏng)", hint + form)


def authorize_answer(login: Login, request: Request, tenant_key: str) -> Response:
    """Send the browser back to the application, with a code or with a refusal."""
    form = fields(request)
    app = login.app(form.get("client_id", ""))
    if form.get("refuse"):
        sentence = "AADSTS65004: User declined to consent to access the app."
        return _back(form, {"error": "access_denied", "error_description": sentence})
    user = _chosen(login, tenant_key, form)
    login.directory.tenants[user.tenant_id].consented = True
    consent = Consent(
        app,
        user.tenant_id,
        user,
        form.get("scope", ""),
        login.clock.now(),
        form.get("redirect_uri", ""),
        form.get("nonce", ""),
        form.get("code_challenge", ""),
    )
    return _back(form, {"code": login.grants.code(consent), "session_state": user.id})


def device_page(login: Login, _request: Request, tenant_key: str) -> Response:
    """Ask for the code that a device shows, and for the account."""
    people = [user for tenant in _tenants(login, tenant_key) for user in tenant.users.values()]
    field = '<label>Mã <input name="user_code" required></label>'
    return _page("Nhập mã (mô phỏng)", f'<form method="post">{field}{_buttons(people)}</form>')


def device_answer(login: Login, request: Request, tenant_key: str) -> Response:
    """Take the code that was typed."""
    form = fields(request)
    known = login.grants.answer_device(form.get("user_code", ""), _chosen(login, tenant_key, form))
    return _page("Đã đăng nhập" if known else "Mã không đúng", "")


def _tenants(login: Login, tenant_key: str) -> list[Tenant]:
    tenant = login.directory.tenant(tenant_key)
    return [tenant] if tenant else list(login.directory.tenants.values())


def _chosen(login: Login, tenant_key: str, form: Mapping[str, str]) -> User:
    user = login.directory.user(form.get("user", ""))
    if user is None or user.tenant_id not in {each.id for each in _tenants(login, tenant_key)}:
        raise GrantError("invalid_request", 50034, "The user account does not exist in the directory.")
    return user


def _back(form: Mapping[str, str], answer: dict[str, str]) -> Response:
    """Redirect with the answer in the query, or have the browser post it where that was asked for."""
    answer |= {"state": form["state"]} if "state" in form else {}
    target = form.get("redirect_uri", "")
    if form.get("response_mode") == "form_post":
        hidden = "".join(_hidden(name, value) for name, value in answer.items())
        body = f'<form method="post" action="{escape(target)}">{hidden}<button>Tiếp tục</button></form>'
        return _page("Tiếp tục", body + "<script>document.forms[0].submit()</script>")
    joint = "&" if "?" in target else "?"
    return Response(302, headers={"Location": f"{target}{joint}{urlencode(answer)}"})


def _buttons(people: list[User]) -> str:
    return "".join(
        f'<button name="user" value="{escape(each.address)}">{escape(each.name)}<br>{escape(each.address)}'
        "</button>"
        for each in people
    )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


def _page(title: str, body: str) -> Response:
    content = _PAGE.format(title=escape(title), body=body).encode()
    return Response(200, content, {"Content-Type": "text/html; charset=utf-8"})

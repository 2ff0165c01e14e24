"""The sign-in service: discovery, tokens by each kind of grant, device codes."""

import base64
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from emulators.clock import Clock
from emulators.microsoft.directory import Directory, Tenant
from emulators.microsoft.grants import ACCESS_LIFE, DEVICE_LIFE, Consent, GrantError, Grants
from emulators.microsoft.id_tokens import Signer
from emulators.microsoft.people import App, User
from emulators.serving import Request, Response, json_response

OFFICIAL = "https://login.microsoftonline.com"
_ANYBODY = {"common", "organizations"}
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
Form = Mapping[str, str]


class Login:
    """Gives out tokens to the applications and people of a directory."""

    def __init__(self, clock: Clock, directory: Directory) -> None:
        self.clock = clock
        self.directory = directory
        self.grants = Grants(clock)
        self.signer = Signer()

    def discovery(self, request: Request, tenant_key: str) -> Response:
        """Answer with the endpoints; MSAL takes none over plain HTTP, so those of the real service then."""
        root = request.origin if request.origin.startswith("https") else OFFICIAL
        tenant = self._tenant(tenant_key)
        issuer_id = tenant.id if tenant else "{tenantid}"
        base = f"{root}/{tenant_key}"
        content = {
            "issuer": f"{root}/{issuer_id}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "response_types_supported": ["code", "id_token", "code id_token"],
            "response_modes_supported": ["query", "form_post"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "subject_types_supported": ["pairwise"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        }
        return json_response(200, content)

    def keys(self, _request: Request, _tenant_key: str) -> Response:
        """Answer with the key that id tokens are signed with."""
        return json_response(200, self.signer.jwks())

    def token(self, request: Request, tenant_key: str) -> Response:
        """Answer a token request of any kind; raises `GrantError`."""
        form = fields(request)
        grants: dict[str, Callable[[App, Tenant | None, Form], Consent]] = {
            "client_credentials": self._for_app,
            "authorization_code": self._for_code,
            "refresh_token": self._for_refresh,
            _DEVICE: self._for_device,
        }
        kind = form.get("grant_type", "")
        if kind not in grants:
            raise GrantError("unsupported_grant_type", 70003, f"The grant type '{kind}' is not supported.")
        app = self._app(request, form, public=kind == _DEVICE)
        tenant = self._tenant(tenant_key)
        consent = grants[kind](app, tenant, form)
        if tenant is not None and consent.tenant_id != tenant.id:
            raise GrantError("invalid_grant", 50020, "The account does not exist in this tenant.")
        return json_response(200, self._tokens(request, consent), {"Cache-Control": "no-store"})

    def device(self, request: Request, tenant_key: str) -> Response:
        """Answer with a code to type on another device; raises `GrantError`."""
        form = fields(request)
        app = self._app(request, form, public=True)
        secret, device = self.grants.device_code(app, form.get("scope", ""))
        address = f"{request.origin}/{tenant_key}/oauth2/deviceauth"
        content = {
            "device_code": secret,
            "user_code": device.user_code,
            "verification_uri": address,
            "expires_in": int(DEVICE_LIFE.total_seconds()),
            "interval": 5,
            "message": f"Open {address} and enter the code {device.user_code}.",
        }
        return json_response(200, content)

    def app(self, client_id: str) -> App:
        """Return a registered application; raises `GrantError`."""
        known = self.directory.apps.get(client_id)
        if known is None:
            raise GrantError("unauthorized_client", 700016, f"Application '{client_id}' was not found.")
        return known

    def _app(self, request: Request, form: Form, *, public: bool) -> App:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
        if kind == "Basic":
            client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
            client_id, secret = unquote(client_id), unquote(secret)
        app = self.app(client_id)
        if secret != app.secret and not (public and not secret):
            raise GrantError("invalid_client", 7000215, "Invalid client secret provided.", 401)
        return app

    def _tenant(self, key: str) -> Tenant | None:
        """Return the tenant, or None where the address leaves it open; raises `GrantError`."""
        if key in _ANYBODY:
            return None
        tenant = self.directory.tenant(key)
        if tenant is None:
            raise GrantError("invalid_request", 90002, f"Tenant '{key}' not found.")
        return tenant

    def _for_app(self, app: App, tenant: Tenant | None, form: Form) -> Consent:
        if tenant is None:
            raise GrantError("invalid_request", 9002313, "An application signs in to one tenant.")
        if not tenant.consented:
            raise GrantError("unauthorized_client", 700016, f"'{app.name}' has no consent in this tenant.")
        scope = form.get("scope", "")
        if not scope.endswith("/.default"):
            raise GrantError(
                "invalid_scope", 70011, f"The scope '{scope}' is not valid; it ends in /.default."
            )
        return Consent(app, tenant.id, None, scope, self.clock.now())

    def _for_code(self, app: App, _tenant: Tenant | None, form: Form) -> Consent:
        redirect_uri, verifier = form.get("redirect_uri", ""), form.get("code_verifier", "")
        return self.grants.redeem_code(app, form.get("code", ""), redirect_uri, verifier)

    def _for_refresh(self, app: App, _tenant: Tenant | None, form: Form) -> Consent:
        return self.grants.redeem_refresh(app, form.get("refresh_token", ""))

    def _for_device(self, app: App, _tenant: Tenant | None, form: Form) -> Consent:
        return self.grants.redeem_device(app, form.get("device_code", ""))

    def _tokens(self, request: Request, consent: Consent) -> dict[str, Any]:
        life = int(ACCESS_LIFE.total_seconds())
        content = {
            "token_type": "Bearer",
            "expires_in": life,
            "ext_expires_in": life,
            "access_token": self.grants.access_token(consent),
        }
        if consent.user is None:
            return content
        content["scope"] = consent.scope
        content["client_info"] = _client_info(consent.user)
        if "offline_access" in consent.scope.split():
            content["refresh_token"] = self.grants.refresh_token(consent)
        if "openid" in consent.scope.split():
            root = request.origin if request.origin.startswith("https") else OFFICIAL
            content["id_token"] = self.signer.sign(self._claims(root, consent, consent.user))
        return content

    def _claims(self, root: str, consent: Consent, user: User) -> dict[str, Any]:
        now = int(self.clock.seconds())
        return {
            "aud": consent.app.client_id,
            "iss": f"{root}/{user.tenant_id}/v2.0",
            "iat": now,
            "nbf": now,
            "exp": now + int(ACCESS_LIFE.total_seconds()),
            "name": user.name,
            "oid": user.id,
            "preferred_username": user.address,
            "sub": user.id,
            "tid": user.tenant_id,
            "ver": "2.0",
        } | ({"nonce": consent.nonce} if consent.nonce else {})


def fields(request: Request) -> dict[str, str]:
    """Return the form of a request, one value to a name."""
    return {name: values[-1] for name, values in request.form().items()}


def _client_info(user: User) -> str:
    raw = f'{{"uid":"{user.id}","utid":"{user.tenant_id}"}}'.encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")

"""Google's tokens: for refresh tokens, authorisation codes and service accounts; revocation, userinfo."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from emulators.google.directory import DRIVE_FILE, TOKEN_SECONDS, Caller, Client
from emulators.google.world import World
from emulators.serving import Request, Response, json_response

_CODE_SECONDS = 600
_SKEW = 300
"""Seconds by which a service account's clock may be ahead."""
_LONGEST_JWT = 3600
_SHORT = {
    "email": "https://www.googleapis.com/auth/userinfo.email",
    "profile": "https://www.googleapis.com/auth/userinfo.profile",
}


class OAuthError(Exception):
    """A refusal in OAuth's own shape."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.status = status

    def response(self) -> Response:
        """Return the answer."""
        return json_response(self.status, {"error": self.code, "error_description": self.description})


@dataclass(frozen=True)
class Code:
    """An authorisation code that has not been used yet."""

    caller: Caller
    redirect: str
    challenge: str
    method: str
    offline: bool
    expires: float


class TokenDesk:
    """The codes that are out, and what every kind of grant gives."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._codes: dict[str, Code] = {}

    def hand_out(self, caller: Caller, query: dict[str, str]) -> str:
        """Return a code for a person who has agreed to the request that `query` describes."""
        code = f"4/0{secrets.token_urlsafe(24)}"
        self._codes[code] = Code(
            caller,
            query["redirect_uri"],
            query.get("code_challenge", ""),
            query.get("code_challenge_method", "plain"),
            query.get("access_type") == "offline",
            self._world.clock.seconds() + _CODE_SECONDS,
        )
        return code

    def token(self, request: Request) -> Response:
        """POST /token."""
        form = {name: values[-1] for name, values in request.form().items()}
        grants: dict[str, Callable[[dict[str, str], Request], dict[str, Any]]] = {
            "refresh_token": self._refresh,
            "authorization_code": self._redeem,
            "urn:ietf:params:oauth:grant-type:jwt-bearer": self._assert,
        }
        grant = grants.get(form.get("grant_type", ""))
        if grant is None:
            return OAuthError("unsupported_grant_type", "Invalid grant_type.").response()
        try:
            return json_response(200, grant(form, request), {"Cache-Control": "no-store"})
        except OAuthError as error:
            return error.response()

    def revoke(self, request: Request) -> Response:
        """POST /revoke, with the token in the body or the query."""
        token = request.query.get("token") or request.form().get("token", [""])[-1]
        if not self._world.directory.revoke(token):
            return OAuthError("invalid_token", "Token expired or revoked").response()
        return json_response(200, {})

    def _client(self, form: dict[str, str], request: Request) -> Client:
        name, secret = form.get("client_id", ""), form.get("client_secret", "")
        header = request.headers.get("Authorization", "")
        if header.startswith("Basic "):
            name, _, secret = base64.b64decode(header[6:]).decode().partition(":")
        client = self._world.directory.clients.get(name)
        if client is None:
            raise OAuthError("invalid_client", "The OAuth client was not found.", 401)
        if not hmac.compare_digest(client.secret, secret):
            raise OAuthError("invalid_client", "Unauthorized", 401)
        return client

    def _refresh(self, form: dict[str, str], request: Request) -> dict[str, Any]:
        client = self._client(form, request)
        refresh = form.get("refresh_token", "")
        consent = self._world.directory.consents.get(refresh)
        if consent is None or consent.revoked or consent.caller.client != client.id:
            raise OAuthError("invalid_grant", "Token has been expired or revoked.")
        return self._tokens(consent.caller, refresh)

    def _redeem(self, form: dict[str, str], request: Request) -> dict[str, Any]:
        client = self._client(form, request)
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.caller.client != client.id or code.expires < self._world.clock.seconds():
            raise OAuthError("invalid_grant", "Malformed auth code.")
        if code.redirect != form.get("redirect_uri"):
            raise OAuthError("redirect_uri_mismatch", "Bad Request")
        if code.challenge and code.challenge != _challenge(code.method, form.get("code_verifier", "")):
            raise OAuthError("invalid_grant", "Invalid code verifier.")
        refresh = self._world.directory.consent(code.caller)
        tokens = self._tokens(code.caller, refresh)
        return tokens | ({"refresh_token": refresh} if code.offline else {})

    def _assert(self, form: dict[str, str], _: Request) -> dict[str, Any]:
        claims = self._verified(form.get("assertion", ""))
        now, issued, ends = self._world.clock.seconds(), float(claims["iat"]), float(claims["exp"])
        if issued > now + _SKEW or ends <= now or ends - issued > _LONGEST_JWT:
            raise OAuthError(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
                " Check your iat and exp values in the JWT claim.",
            )
        issuer = str(claims["iss"])
        subject = str(claims.get("sub") or issuer)
        directory = self._world.directory
        if subject != issuer and (issuer not in directory.delegated or subject not in directory.accounts):
            raise OAuthError(
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method, or client not authorized"
                " for any of the scopes requested.",
                401,
            )
        return self._tokens(Caller(subject, issuer, frozenset(str(claims.get("scope", "")).split())), "")

    def _verified(self, assertion: str) -> dict[str, Any]:
        """Return the claims of a signed request; the audience may be Google's own or this machine's."""
        try:
            signed, _, signature = assertion.rpartition(".")
            claims: dict[str, Any] = json.loads(_unpadded(signed.split(".")[1]))
            key = self._world.directory.keys[str(claims["iss"])]
            key.verify(_unpadded(signature), signed.encode(), PKCS1v15(), SHA256())
        except (ValueError, LookupError, InvalidSignature) as error:
            raise OAuthError("invalid_grant", "Invalid JWT Signature.") from error
        return claims

    def _tokens(self, caller: Caller, refresh: str) -> dict[str, Any]:
        return {
            "access_token": self._world.directory.issue(caller, refresh),
            "expires_in": TOKEN_SECONDS,
            "scope": " ".join(sorted(caller.scopes)),
            "token_type": "Bearer",
        }


def userinfo(world: World, request: Request) -> Response:
    """Tell whose token it is: address, and the organisation's domain as `hd`."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    caller = world.directory.caller(token)
    if caller is None or not caller.scopes & {*_SHORT.values(), "openid"}:
        error = {"code": 401, "message": "Request is missing required authentication credential."}
        return json_response(401, {"error": error | {"status": "UNAUTHENTICATED"}})
    account = world.directory.accounts[caller.email]
    told: dict[str, Any] = {"sub": str(int(hashlib.sha256(account.email.encode()).hexdigest(), 16) % 10**21)}
    if _SHORT["email"] in caller.scopes:
        told |= {"email": account.email, "email_verified": True}
        told |= {"hd": account.domain} if account.workspace and not account.service else {}
    if _SHORT["profile"] in caller.scopes:
        told["name"] = account.name
    return json_response(200, told)


def full_scopes(asked: str) -> frozenset[str]:
    """Return the scopes as Google tells them back: `email` and `profile` under their long names."""
    return frozenset(_SHORT.get(scope, scope) for scope in asked.split())


def default_scopes() -> frozenset[str]:
    """Return what the product asks for in the browser."""
    return full_scopes(f"openid email {DRIVE_FILE}")


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _challenge(method: str, verifier: str) -> str:
    if method == "plain":
        return verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

"""Asking a person in the browser to let the product use the school's account, and hearing the answer."""

import base64
import hashlib
import hmac
import secrets
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx
import msal

from app.config import Settings
from app.db import now
from app.errors import Refused
from app.storage.accounts import Connection
from app.storage.building import PERSON_SCOPES, registration
from app.storage.google_drive.credentials import USER_SCOPE
from app.storage.models import Provider
from app.storage.onedrive.tokens import LOGIN
from app.storage.policy import OutOfReach
from app.text import N_

_GOOGLE_SCOPES = f"openid email {USER_SCOPE}"
_SECONDS = 30


class ConsentNotOffered(Refused):
    """The deployment has no application with this provider."""

    code, status = "consent_not_offered", 503
    detail = N_("Máy chủ chưa được đăng ký với nhà cung cấp này nên chưa kết nối bằng trình duyệt được.")
    hint = N_("Người quản trị máy chủ làm theo docs/google-drive.md hoặc docs/onedrive.md.")


class ConsentRefused(Refused):
    """The person, or the domain's administrator, did not agree."""

    code, status = "consent_refused", 403
    detail = N_("Việc kết nối chưa xong: nhà cung cấp trả lời “%(reason)s”.")
    hint = N_("Bấm “Kết nối” lần nữa, chọn tài khoản của trường và đồng ý mọi quyền được hỏi.")


class ConsentOutdated(Refused):
    """The answer does not belong to a question that this browser has asked."""

    code, status = "consent_outdated", 409
    detail = N_("Lần kết nối này đã cũ hoặc được bắt đầu ở một trình duyệt khác.")
    hint = N_("Mở trang Lưu trữ rồi bấm “Kết nối” lại từ đầu.")


@dataclass(frozen=True)
class Question:
    """Where the browser goes to be asked, and what has to be kept until the answer."""

    address: str
    kept: dict[str, Any] = field(repr=False)


class Consent(Protocol):
    """How one provider asks."""

    def ask(self, settings: Settings, redirect: str) -> Question:
        """Return the question; the browser comes back to `redirect`."""
        ...

    def hear(self, settings: Settings, kept: Mapping[str, Any], answer: Mapping[str, str]) -> Connection:
        """Exchange the answer for credentials; goes out to the provider.

        Raises `ConsentRefused`, `ConsentOutdated` and `OutOfReach`.
        """
        ...


class GoogleConsent:
    """Google's authorisation code with PKCE, for what the product itself makes in the account."""

    def ask(self, settings: Settings, redirect: str) -> Question:
        """Return Google's consent page."""
        if not settings.google_client_id:
            raise ConsentNotOffered
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "client_id": settings.google_client_id,
            "redirect_uri": redirect,
            "response_type": "code",
            "scope": _GOOGLE_SCOPES,
            "access_type": "offline",
            "prompt": "consent",
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        if len(settings.allowed_domains) == 1:
            query["hd"] = settings.allowed_domains[0]
        address = f"{settings.google_consent_url}?{urlencode(query)}"
        return Question(address, {"state": state, "verifier": verifier, "redirect": redirect})

    def hear(self, settings: Settings, kept: Mapping[str, Any], answer: Mapping[str, str]) -> Connection:
        """Exchange the code for a refresh token."""
        _demand_same(kept["state"], answer.get("state", ""))
        if "code" not in answer:
            raise ConsentRefused(reason=answer.get("error", "-"))
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "code_verifier": kept["verifier"],
            "redirect_uri": kept["redirect"],
            "client_id": settings.google_client_id,
            "client_secret": settings.google_client_secret,
        }
        told = _posted(settings.google_token_url, form)
        if USER_SCOPE not in told.get("scope", "").split() or "refresh_token" not in told:
            raise ConsentRefused(reason="drive.file")
        return Connection(Provider.GOOGLE, secrets=_authorized_user(settings, told))


class MicrosoftConsent:
    """Microsoft's authorisation code with PKCE, by its own library."""

    def ask(self, settings: Settings, redirect: str) -> Question:
        """Return Microsoft's consent page."""
        if not settings.microsoft_client_id:
            raise ConsentNotOffered
        application = registration(settings, {}).application()
        with warnings.catch_warnings():
            # msal would have Microsoft's page post the answer; our session's cookie stays at home then.
            warnings.simplefilter("ignore", UserWarning)
            flow = application.initiate_auth_code_flow(list(PERSON_SCOPES), redirect_uri=redirect)
        address = str(flow["auth_uri"])
        return Question(settings.microsoft_login_root + address.removeprefix(LOGIN), flow)

    def hear(self, settings: Settings, kept: Mapping[str, Any], answer: Mapping[str, str]) -> Connection:
        """Exchange the code; what msal remembers is the credential."""
        cache = msal.SerializableTokenCache()
        application = registration(settings, {}).application(cache)
        _demand_same(kept["state"], answer.get("state", ""))
        try:
            told = application.acquire_token_by_auth_code_flow(dict(kept), dict(answer))
        except httpx.HTTPError as error:
            raise OutOfReach from error
        except ValueError as error:
            raise ConsentOutdated from error
        if "access_token" not in told:
            raise ConsentRefused(reason=told.get("error", "-"))
        tenant = told.get("id_token_claims", {}).get("tid", "")
        kept_secrets = {"cache": cache.serialize(), "tenant_id": tenant}
        return Connection(Provider.MICROSOFT, secrets=kept_secrets)


CONSENTS: Mapping[str, Consent] = {
    Provider.GOOGLE: GoogleConsent(),
    Provider.MICROSOFT: MicrosoftConsent(),
}


def offered(settings: Settings) -> list[Provider]:
    """List the providers that can be connected in the browser."""
    registered = {
        Provider.GOOGLE: settings.google_client_id,
        Provider.MICROSOFT: settings.microsoft_client_id,
    }
    return [provider for provider, client in registered.items() if client]


def _demand_same(kept: str, told: str) -> None:
    if not hmac.compare_digest(kept.encode(), told.encode()):
        raise ConsentOutdated


def _posted(address: str, form: dict[str, str]) -> dict[str, Any]:
    try:
        answer = httpx.post(address, data=form, timeout=_SECONDS)
        told: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise OutOfReach from error
    if not answer.is_success:
        raise ConsentRefused(reason=told.get("error", answer.status_code))
    return told


def _authorized_user(settings: Settings, told: dict[str, Any]) -> dict[str, Any]:
    """Return what google-auth keeps of a person's consent."""
    expiry = now() + timedelta(seconds=float(told["expires_in"]))
    return {
        "type": "authorized_user",
        "client_id": settings.google_client_id,
        "client_secret": settings.google_client_secret,
        "refresh_token": told["refresh_token"],
        "token_uri": settings.google_token_url,
        "token": told["access_token"],
        "expiry": expiry.isoformat(),
    }

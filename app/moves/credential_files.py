"""Credentials as a file brings them: Google's two kinds of JSON, and Microsoft's application secret."""

import json
from pathlib import Path
from typing import Any

from app.config import Settings
from app.errors import Refused
from app.storage.accounts import Connection
from app.storage.models import Provider
from app.text import N_


class BadCredentials(Refused):
    """The file is not what the provider's console gives out."""

    code, status = "bad_credentials_file", 422
    detail = N_("Tệp thông tin kết nối thiếu hoặc sai mục: %(fields)s.")
    hint = N_("Tải lại tệp từ bảng điều khiển của nhà cung cấp theo hướng dẫn trong docs/ rồi thử lại.")


_NEEDED = {
    "authorized_user": ("client_id", "client_secret", "refresh_token"),
    "service_account": ("client_email", "private_key", "token_uri"),
}
_MICROSOFT_PLACE = ("drive_id", "record_label")
"""`record_label`: the retention label that locks what is filed, where the tenant has one."""
_MICROSOFT = ("tenant_id", "client_id", "client_secret", "drive_id")


def draft_from(settings: Settings, provider: Provider, file: Path | None, root: str | None) -> Connection:
    """Return a connection that is still to be tried; raises `BadCredentials`."""
    place = {"root_id": root} if root else {}
    if provider is Provider.LOCAL:
        return Connection(provider)
    content = _read(file)
    if provider is Provider.GOOGLE:
        return Connection(provider, settings=place, secrets=_google(settings, content))
    _demand(content, _MICROSOFT)
    secrets = {name: content[name] for name in _MICROSOFT if name != "drive_id"}
    place |= {name: content[name] for name in _MICROSOFT_PLACE if content.get(name)}
    return Connection(provider, settings=place, secrets=secrets)


def _read(file: Path | None) -> dict[str, Any]:
    if file is None:
        raise BadCredentials(fields="--credentials")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadCredentials(fields=file.name) from error
    if not isinstance(content, dict):
        raise BadCredentials(fields=file.name)
    return content


def _google(settings: Settings, content: dict[str, Any]) -> dict[str, Any]:
    if content.get("type") not in _NEEDED:
        raise BadCredentials(fields="type")
    _demand(content, _NEEDED[content["type"]])
    return {"token_uri": settings.google_token_url, **content}


def _demand(content: dict[str, Any], names: tuple[str, ...]) -> None:
    missing = [name for name in names if not isinstance(content.get(name), str) or not content[name]]
    if missing:
        raise BadCredentials(fields=", ".join(missing))

"""Credentials at rest: encrypted with keys from the environment, the newest first."""

import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.errors import Refused
from app.text import N_


class NoTokenKeys(Refused):
    """The deployment has no keys, so credentials cannot be kept."""

    code, status = "no_token_keys", 503
    detail = N_("Máy chủ chưa được cấp khóa mã hóa để giữ thông tin kết nối.")
    hint = N_("Người quản trị máy chủ đặt KYDUYET_TOKEN_KEYS rồi khởi động lại.")


class UnreadableSecrets(Refused):
    """None of the present keys opens what was kept."""

    code, status = "unreadable_secrets", 503
    detail = N_("Không mở được thông tin kết nối đã lưu bằng các khóa hiện có.")
    hint = N_("Người quản trị máy chủ đặt lại khóa cũ trong KYDUYET_TOKEN_KEYS, hoặc kết nối lại kho.")


class Vault:
    """Locks credentials with the first key and opens them with any."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = MultiFernet([Fernet(key) for key in keys]) if keys else None

    def lock(self, secrets: dict[str, Any]) -> bytes:
        """Return the credentials encrypted; raises `NoTokenKeys`."""
        return self._fernet().encrypt(json.dumps(secrets).encode())

    def open(self, locked: bytes) -> dict[str, Any]:
        """Return the credentials; raises `NoTokenKeys` and `UnreadableSecrets`."""
        try:
            opened: dict[str, Any] = json.loads(self._fernet().decrypt(locked))
        except InvalidToken as error:
            raise UnreadableSecrets from error
        return opened

    def rotate(self, locked: bytes) -> bytes:
        """Return the same credentials encrypted with the first key."""
        try:
            return self._fernet().rotate(locked)
        except InvalidToken as error:
            raise UnreadableSecrets from error

    def _fernet(self) -> MultiFernet:
        if self._keys is None:
            raise NoTokenKeys
        return self._keys

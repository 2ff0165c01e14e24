"""Id tokens: what the sign-in service says of a person, signed, and the key to check it with."""

import base64
import hashlib
from functools import cached_property
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

_BITS = 2048


class Signer:
    """A key of this emulator's own, made when it is first needed."""

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(65537, _BITS)

    @cached_property
    def _key_id(self) -> str:
        numbers = self._key.public_key().public_numbers()
        return hashlib.sha256(numbers.n.to_bytes(_BITS // 8)).hexdigest()[:27]

    def sign(self, claims: dict[str, Any]) -> str:
        """Return the claims as a JWT, signed by RS256."""
        header = {"typ": "JWT", "alg": "RS256", "kid": self._key_id}
        text = f"{_encoded(msgspec.json.encode(header))}.{_encoded(msgspec.json.encode(claims))}"
        signature = self._key.sign(text.encode(), padding.PKCS1v15(), SHA256())
        return f"{text}.{_encoded(signature)}"

    def jwks(self) -> dict[str, Any]:
        """Return the public key as the keys endpoint shows it."""
        numbers = self._key.public_key().public_numbers()
        shown = {"n": _encoded(numbers.n.to_bytes(_BITS // 8)), "e": _encoded(numbers.e.to_bytes(3))}
        return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self._key_id} | shown]}


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")

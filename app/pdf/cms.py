"""Checks a CMS signature (RFC 5652) over given bytes: intact, and made with a certificate it carries.

Whose the certificate is, and whether anybody trusts it, is not asked here. Only DER is read, which is
what ISO 32000-2, 12.8.3.3 asks of PDF.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import exceptions, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_PSS = bytes.fromhex("2a864886f70d01010a")
_HASHES = {
    bytes.fromhex("2b0e03021a"): "sha1",
    bytes.fromhex("608648016503040204"): "sha224",
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
_OID, _OCTETS, _SET, _FIRST, _SECOND = 0x06, 0x04, 0x31, 0xA0, 0xA1
_LONG_FORM = 0x80


class NotCms(ValueError):
    """The bytes are no CMS signature that can be checked."""


@dataclass(frozen=True)
class _Element:
    """One DER element: its tag, its content, and all its bytes."""

    tag: int
    content: bytes
    whole: bytes

    def inner(self) -> list["_Element"]:
        return list(_elements(self.content))


def is_intact(signature: bytes, covered: bytes) -> bool:
    """Tell whether a signer in `signature` (zeros behind it are padding) signed exactly `covered`.

    Raises `NotCms`.
    """
    try:
        return _is_intact(signature, covered)
    except (IndexError, StopIteration, ValueError) as error:
        raise NotCms(str(error) or "a part is missing") from error


def _is_intact(signature: bytes, covered: bytes) -> bool:
    kind, wrapped = next(_elements(signature)).inner()[:2]
    if kind.content != _SIGNED_DATA:
        raise NotCms("another kind of content")
    signed_data = wrapped.inner()[0].inner()
    inside = signed_data[2].inner()
    if len(inside) > 1:
        # The older kind, adbe.pkcs7.sha1, signs a digest of the bytes that it holds itself.
        content = inside[1].inner()[0].content
        if content != hashlib.sha1(covered, usedforsecurity=False).digest():
            return False
        covered = content
    certificates = [each.whole for part in signed_data[3:] if part.tag == _FIRST for each in part.inner()]
    return any(_signs(signer.inner(), covered, certificates) for signer in signed_data[-1].inner())


def _signs(signer: list[_Element], covered: bytes, certificates: list[bytes]) -> bool:
    algorithm = _HASHES.get(signer[2].inner()[0].content)
    if algorithm is None:
        return False
    attributes = signer[3] if signer[3].tag == _FIRST else None
    method, signed = signer[4 if attributes else 3 :][:2]
    if attributes is not None:
        if _message_digest(attributes) != hashlib.new(algorithm, covered).digest():
            return False
        # What is signed is the set of attributes under its own tag (RFC 5652, 5.4).
        covered = bytes([_SET]) + attributes.whole[1:]
    is_pss = method.inner()[0].content == _PSS
    return any(_verifies(each, signed.content, covered, algorithm, is_pss=is_pss) for each in certificates)


def _message_digest(attributes: _Element) -> bytes | None:
    for attribute in attributes.inner():
        name, values = attribute.inner()[:2]
        if name.content == _MESSAGE_DIGEST:
            return values.inner()[0].content
    return None


def _verifies(certificate: bytes, signature: bytes, signed: bytes, algorithm: str, *, is_pss: bool) -> bool:
    digest: hashes.HashAlgorithm = getattr(hashes, algorithm.upper())()
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
        if isinstance(key, rsa.RSAPublicKey):
            pss = padding.PSS(padding.MGF1(digest), padding.PSS.AUTO)
            key.verify(signature, signed, pss if is_pss else padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(digest))
        elif isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
            key.verify(signature, signed)
        else:
            return False
    except (exceptions.InvalidSignature, exceptions.UnsupportedAlgorithm, ValueError):
        return False
    return True


def _elements(data: bytes) -> Iterator[_Element]:
    """Yield the elements which lie one after another in `data`."""
    start = 0
    while start < len(data):
        tag, length, head = data[start], data[start + 1], start + 2
        if length >= _LONG_FORM:
            size = length - _LONG_FORM
            length = int.from_bytes(data[head : head + size], "big")
            head += size
            if not 1 <= size <= 4:
                raise NotCms("a length that is not DER")
        end = head + length
        if end > len(data):
            raise NotCms("it ends too early")
        yield _Element(tag, data[head:end], data[start:end])
        start = end

"""A certificate authority for tests, and pyHanko to sign and to judge with its certificates."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.fields import MDPPerm, SigFieldSpec
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

_KEY_USE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True)
class Authority:
    """A self-signed root that issues certificates to persons."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Tổ chức chứng thực thử nghiệm")
        unsigned = _unsigned(name, name, key).add_extension(x509.BasicConstraints(True, 0), critical=True)
        return cls(key, unsigned.sign(key, hashes.SHA256()))

    def signer(self, person: str) -> SimpleSigner:
        """Return a signer with a fresh key and a certificate for `person`."""
        key = ec.generate_private_key(ec.SECP256R1())
        unsigned = _unsigned(_name(person), self.certificate.subject, key)
        certificate = unsigned.add_extension(_KEY_USE, critical=True).sign(self.key, hashes.SHA256())
        bag = pkcs12.serialize_key_and_certificates(
            b"test", key, certificate, [self.certificate], serialization.NoEncryption()
        )
        signer = SimpleSigner.load_pkcs12_data(bag, other_certs=[])
        assert isinstance(signer, SimpleSigner)
        return signer

    def judge(self, document: bytes) -> list[PdfSignatureStatus]:
        """Return what pyHanko says of every signature of `document`, trusting this authority alone."""
        pem = self.certificate.public_bytes(serialization.Encoding.PEM)
        roots = list(load_certs_from_pemder_data(pem))
        context = ValidationContext(trust_roots=roots, allow_fetching=False)
        signatures = PdfFileReader(BytesIO(document)).embedded_signatures
        return [validate_pdf_signature(one, signer_validation_context=context) for one in signatures]


def sign_field(document: bytes, signer: SimpleSigner, field: str, *, certify: bool = False) -> bytes:
    """Sign an existing field of `document` in an increment; `certify`: allow only form filling after it."""
    metadata = PdfSignatureMetadata(
        field_name=field, certify=certify, docmdp_permissions=MDPPerm.FILL_FORMS, md_algorithm="sha256"
    )
    writer = IncrementalPdfFileWriter(BytesIO(document))
    return bytes(sign_pdf(writer, metadata, signer=signer, existing_fields_only=True).getbuffer())


def sign_anew(document: bytes, signer: SimpleSigner, field: str = "ChuKy") -> bytes:
    """Sign `document` in `field`, made for it if there is none, as a teacher's signing program does."""
    writer = IncrementalPdfFileWriter(BytesIO(document))
    metadata = PdfSignatureMetadata(field_name=field)
    place = None if "." in field else SigFieldSpec(field, box=(300, 40, 500, 90))
    return bytes(sign_pdf(writer, metadata, signer=signer, new_field_spec=place).getbuffer())


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=1),
        not_valid_after=now + timedelta(days=30),
    )

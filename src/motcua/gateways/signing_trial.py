"""Signatures for demonstration: every leader gets a key of an authority that exists in this installation only."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

from motcua.gateways.signing_pkcs12 import Pkcs12Signer, trusted_now
from motcua.kernel import key_files

MARK: Final = "(chữ ký chạy thử)"
_AUTHORITY: Final = "CA chạy thử, không có giá trị pháp lý"
_YEARS: Final = timedelta(days=3650)
_LONGEST_NAME: Final = 64 - len(MARK) - 1


class TrialSigner(Pkcs12Signer):
    """As Pkcs12Signer, but makes what is missing. Production refuses it; each name says that it is a trial."""

    def _file_of(self, subject: str, signer_name: str) -> Path:
        file = super()._file_of(subject, signer_name)
        if not file.exists():
            key = self._authority()
            name = f"{signer_name[:_LONGEST_NAME].strip()} {MARK}"
            own = ec.generate_private_key(ec.SECP256R1())
            made = _certificate(name, own.public_key(), _AUTHORITY, key, is_authority=False)
            self._place(file, own, made)
        return file

    def _roots(self) -> tuple[x509.Certificate, ...]:
        self._authority()
        return trusted_now(self._trust)

    def _authority(self) -> ec.EllipticCurvePrivateKey:
        """Two processes may begin at once: one file wins, and both read that."""
        file = self._keys / "authority.p12"
        if not file.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            made = _certificate(_AUTHORITY, key.public_key(), _AUTHORITY, key, is_authority=True)
            self._place(file, key, made)
        held, certificate, _ = pkcs12.load_key_and_certificates(file.read_bytes(), self._password)
        if not isinstance(held, ec.EllipticCurvePrivateKey) or certificate is None:
            raise ValueError("The trial authority is not one that was made here.")
        if not self._trust.exists():
            key_files.place(self._trust, certificate.public_bytes(Encoding.PEM))
        return held

    def _place(self, file: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = BestAvailableEncryption(self._password)
        key_files.place(file, pkcs12.serialize_key_and_certificates(None, key, certificate, None, lock))


def _certificate(
    name: str,
    public_key: ec.EllipticCurvePublicKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    above = issuer_key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _YEARS)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(_usage(is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _named(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )


def _usage(is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )

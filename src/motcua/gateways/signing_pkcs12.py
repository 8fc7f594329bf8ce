"""Results signed with keys that lie in files: one <subject>.p12 a leader, in a directory nobody else may read."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from django.conf import settings

from motcua.desk.ports import NoSigningKey, SignatureReport
from motcua.gateways import signing_pdf

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

SUBJECT = re.compile(r"[0-9a-f]{32}")


class Pkcs12Signer:
    """Implements ``desk.ports.ResultSigner``. One password opens all files; the trusted authorities are one PEM."""

    def __init__(
        self, keys: Path | None = None, password: str | None = None, trust: Path | None = None
    ) -> None:
        self._keys = keys or Path(settings.SIGNING_KEYS_DIR)
        self._password = (password or settings.SIGNING_PASSWORD).encode()
        self._trust = trust or Path(settings.SIGNING_TRUST)

    def sign(self, data: bytes, *, subject: str, signer_name: str, reason: str, at: datetime) -> bytes:
        if not SUBJECT.fullmatch(subject):
            raise NoSigningKey
        file = self._file_of(subject, signer_name)
        return signing_pdf.lay(data, self._opened(file, at), name=signer_name, reason=reason, at=at)

    def verify(self, data: bytes) -> SignatureReport:
        return signing_pdf.report(data, self._roots())

    def _file_of(self, subject: str, signer_name: str) -> Path:
        return self._keys / f"{subject}.p12"

    def _opened(self, file: Path, at: datetime) -> "SimpleSigner":
        """Read again for each signature: a certificate is exchanged by exchanging the file."""
        from pyhanko.sign.signers import SimpleSigner

        try:
            held: SimpleSigner = SimpleSigner.load_pkcs12_data(
                file.read_bytes(), other_certs=[], passphrase=self._password
            )
        except (OSError, ValueError) as failure:
            raise NoSigningKey from failure
        refuse_outside_its_time(held.signing_cert, at)
        return held

    def _roots(self) -> tuple[x509.Certificate, ...]:
        return trusted_now(self._trust)


def refuse_outside_its_time(certificate: Any, at: datetime) -> None:
    """A signature made before or after the certificate's days would be worth nothing."""
    held = x509.load_der_x509_certificate(certificate.dump())
    if not held.not_valid_before_utc <= at.astimezone(UTC) <= held.not_valid_after_utc:
        raise NoSigningKey


def trusted_now(file: Path) -> tuple[x509.Certificate, ...]:
    """The authorities believed at this moment. A file that cannot be read trusts nobody."""
    try:
        return _trusted_in(file, file.stat().st_mtime_ns)
    except (OSError, ValueError):
        return ()


@lru_cache(maxsize=4)
def _trusted_in(file: Path, _changed: int) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file, read again when it changed."""
    return tuple(x509.load_pem_x509_certificates(file.read_bytes()))

"""Results signed by keys that never leave a device; labels of key and certificate are the officer's subject."""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from django.conf import settings

from motcua.desk.ports import NoSigningKey, SignatureReport
from motcua.gateways import signing_pdf
from motcua.gateways.signing_pkcs12 import SUBJECT, refuse_outside_its_time, trusted_now


class Pkcs11Signer:
    """Implements ``desk.ports.ResultSigner``. Needs the package python-pkcs11, which comes with a device (ADR 0010)."""

    def __init__(self) -> None:
        self._module = settings.SIGNING_MODULE or ""
        self._pin = settings.SIGNING_PASSWORD
        self._trust = Path(settings.SIGNING_TRUST)

    def sign(self, data: bytes, *, subject: str, signer_name: str, reason: str, at: datetime) -> bytes:
        """A session a signature: a device that was pulled out and put back is found again."""
        if not SUBJECT.fullmatch(subject):
            raise NoSigningKey
        try:
            from pyhanko.sign import pkcs11
        except ImportError as missing:
            raise NoSigningKey from missing
        try:
            session = pkcs11.open_pkcs11_session(self._module, user_pin=self._pin)
        except Exception as failure:  # every maker's library fails in its own way; none of them signed
            raise NoSigningKey from failure
        with session:
            held = pkcs11.PKCS11Signer(session, cert_label=subject, key_label=subject)
            refuse_outside_its_time(_certificate_of(held), at)
            return signing_pdf.lay(data, held, name=signer_name, reason=reason, at=at)

    def verify(self, data: bytes) -> SignatureReport:
        return signing_pdf.report(data, self._roots())

    def _roots(self) -> tuple[x509.Certificate, ...]:
        return trusted_now(self._trust)


def _certificate_of(held: object) -> object:
    """Asking reads the device, where nothing may lie under this label."""
    try:
        return held.signing_cert  # type: ignore[attr-defined]
    except Exception as failure:
        raise NoSigningKey from failure

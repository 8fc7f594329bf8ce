"""Results signed by keys that never leave a device; labels of key and certificate are the officer's subject."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from django.conf import settings

from motcua.desk.ports import NoSigningKey, SignatureReport
from motcua.gateways import signing_pdf
from motcua.gateways.signing_pkcs12 import SUBJECT, refuse_outside_its_time, trusted_now

if TYPE_CHECKING:
    from pyhanko.sign.pkcs11 import PKCS11Signer

#: A device knows one sign-in a process: who ends a session signs out everybody else in the middle of their signature.
_ONE_AT_A_TIME: Final = threading.Lock()


class Pkcs11Signer:
    """Implements ``desk.ports.ResultSigner``. ``token``: the label of the device, where the library knows several."""

    def __init__(
        self,
        module: str | None = None,
        pin: str | None = None,
        trust: Path | None = None,
        token: str | None = None,
    ) -> None:
        self._module = module or settings.SIGNING_MODULE or ""
        self._pin = pin or settings.SIGNING_PASSWORD
        self._trust = trust or Path(settings.SIGNING_TRUST)
        self._token = token or settings.SIGNING_TOKEN

    def sign(self, data: bytes, *, subject: str, signer_name: str, reason: str, at: datetime) -> bytes:
        """A session a signature: a device that was pulled out and put back is found again."""
        if not SUBJECT.fullmatch(subject):
            raise NoSigningKey
        with _ONE_AT_A_TIME, self._session() as session:
            held = _held(session, subject)
            refuse_outside_its_time(held.signing_cert, at)
            return signing_pdf.lay(data, held, name=signer_name, reason=reason, at=at)

    def verify(self, data: bytes) -> SignatureReport:
        return signing_pdf.report(data, trusted_now(self._trust))

    @contextmanager
    def _session(self) -> Iterator[Any]:
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign import pkcs11

        criteria = TokenCriteria(label=self._token) if self._token else None
        try:
            session = pkcs11.open_pkcs11_session(self._module, token_criteria=criteria, user_pin=self._pin)
        except Exception:  # every maker's library fails in its own way; none of them signed
            raise NoSigningKey from None  # what it said may quote the PIN
        with session:
            yield session


def _held(session: Any, subject: str) -> "PKCS11Signer":
    """The officer's key and certificate, both there. Raises NoSigningKey."""
    from pyhanko.sign.pkcs11 import PKCS11Signer

    def signer(**more: Any) -> "PKCS11Signer":
        return PKCS11Signer(session, cert_label=subject, key_label=subject, **more)

    try:
        certificate = (
            signer().signing_cert
        )  # reads both from the device, where nothing may lie under this label
    except Exception as failure:
        raise NoSigningKey from failure
    # Of elliptic keys most devices sign a hash, not a text (CKM_ECDSA).
    return signer(use_raw_mechanism=_is_elliptic(certificate))


def _is_elliptic(certificate: Any) -> bool:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    return isinstance(x509.load_der_x509_certificate(certificate.dump()).public_key(), EllipticCurvePublicKey)

"""Results signed by a device (PKCS#11): a real library, SoftHSM, with a token of its own for each test run."""

import os
import shutil
import subprocess
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from tests.files.making import scans

from motcua.desk.ports import NoSigningKey, NotSignable
from motcua.gateways.signing_pkcs11 import Pkcs11Signer
from motcua.gateways.signing_pkcs12 import Pkcs12Signer

NOW = datetime.now(UTC).replace(microsecond=0)
ELLIPTIC, RSA, NO_KEY, OLD, WITHOUT_CERTIFICATE = (letter * 32 for letter in "abcde")
TOKEN, PIN = "may-ky-mau", "481516"
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def _library() -> str:
    places = ("/usr/lib/softhsm/libsofthsm2.so", *Path("/usr/lib").glob("*/softhsm/libsofthsm2.so"))
    return next((str(place) for place in places if Path(place).exists()), "")


LIBRARY = _library()
pytestmark = pytest.mark.skipif(not LIBRARY, reason="needs SoftHSM (Debian package softhsm2)")


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _certificate(key: Key, authority: ec.EllipticCurvePrivateKey, *, until: datetime) -> x509.Certificate:
    is_authority = key is authority
    return (
        x509.CertificateBuilder()
        .subject_name(_name("CA mẫu" if is_authority else "Trần Thị Mẫu"))
        .issuer_name(_name("CA mẫu"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=400))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_authority,
                content_commitment=not is_authority,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=is_authority,
                crl_sign=is_authority,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(authority, hashes.SHA256())
    )


class Device:
    """A token as an office would get it: made, keys brought in, certificates laid beside them."""

    def __init__(self, place: Path) -> None:
        self.place, self.trust = place, place / "trust.pem"
        self.authority = ec.generate_private_key(ec.SECP256R1())
        later = NOW + timedelta(days=300)
        self.trust.write_bytes(
            _certificate(self.authority, self.authority, until=later).public_bytes(Encoding.PEM)
        )
        self._tool("--init-token", "--free", "--label", "may-khac", "--so-pin", PIN, "--pin", PIN)
        self._tool("--init-token", "--free", "--label", TOKEN, "--so-pin", PIN, "--pin", PIN)
        self.holds(ELLIPTIC, ec.generate_private_key(ec.SECP256R1()), later)
        self.holds(RSA, rsa.generate_private_key(65537, 2048), later)
        self.holds(OLD, ec.generate_private_key(ec.SECP256R1()), NOW - timedelta(days=1))
        self.holds(NO_KEY, ec.generate_private_key(ec.SECP256R1()), later, with_key=False)
        self.holds(WITHOUT_CERTIFICATE, ec.generate_private_key(ec.SECP256R1()), None)

    def holds(self, label: str, key: Key, until: datetime | None, *, with_key: bool = True) -> None:
        if with_key:
            file = self.place / "key.pem"
            file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            number = f"{ord(label[0]):02x}"
            self._tool(
                "--import", str(file), "--token", TOKEN, "--label", label, "--id", number, "--pin", PIN
            )
            file.unlink()
        if until is not None:
            self._lay(label, _certificate(key, self.authority, until=until).public_bytes(Encoding.DER))

    def _lay(self, label: str, der: bytes) -> None:
        import pkcs11
        from pkcs11.util.x509 import decode_x509_certificate

        device = pkcs11.lib(LIBRARY)
        device.reinitialize()
        with device.get_token(token_label=TOKEN).open(user_pin=PIN, rw=True) as session:
            told = decode_x509_certificate(der)
            session.create_object({**told, pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: label})

    def _tool(self, *words: str) -> None:
        tool = shutil.which("softhsm2-util")
        assert tool
        subprocess.run([tool, *words], check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Device]:
    place = tmp_path_factory.mktemp("device")
    (place / "tokens").mkdir()
    config = place / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {place / 'tokens'}\nobjectstore.backend = file\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(config)
    try:
        yield Device(place)
    finally:
        os.environ.pop("SOFTHSM2_CONF")
        if before is not None:
            os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture(scope="module")
def draft() -> bytes:
    return scans.saved(scans.blank(2))


def signer(device: Device, **more: str) -> Pkcs11Signer:
    return Pkcs11Signer(**{"module": LIBRARY, "pin": PIN, "token": TOKEN, **more}, trust=device.trust)


def sign(with_what: Pkcs11Signer, data: bytes, subject: str = ELLIPTIC, at: datetime = NOW) -> bytes:
    return with_what.sign(data, subject=subject, signer_name="Trần Thị Mẫu", reason="Kết quả hồ sơ", at=at)


@pytest.mark.parametrize("subject", [ELLIPTIC, RSA])
def test_a_device_signs_what_every_reader_believes(device: Device, draft: bytes, subject: str) -> None:
    signed = sign(signer(device), draft, subject)
    report = signer(device).verify(signed)
    assert report.good and report.signer == "Trần Thị Mẫu" and report.signed_at == NOW
    assert signed.startswith(draft)
    assert Pkcs12Signer(device.place, "x", device.trust).verify(signed).good, "who looks needs no device"
    assert not signer(device).verify(signed.replace(b"595 842", b"595 843", 1)).good


def test_a_session_ends_with_its_signature(device: Device, draft: bytes) -> None:
    """Else the second one in a process is refused: the device would say that somebody is signed in."""
    signed = sign(signer(device), sign(signer(device), draft), RSA)
    assert signer(device).verify(signed).good


@pytest.mark.parametrize("subject", [NO_KEY, WITHOUT_CERTIFICATE, OLD, "f" * 32, "../" + "a" * 29, ""])
def test_without_a_key_and_a_certificate_of_today_nobody_signs(
    device: Device, draft: bytes, subject: str
) -> None:
    with pytest.raises(NoSigningKey):
        sign(signer(device), draft, subject)


@pytest.mark.parametrize("more", [{"pin": "000000"}, {"module": "/khong/co.so"}, {"token": "khong-co"}])
def test_a_device_that_does_not_open_is_said_and_the_pin_is_not(
    device: Device, draft: bytes, more: dict[str, str]
) -> None:
    with pytest.raises(NoSigningKey) as no:
        sign(signer(device, **more), draft)
    told = "".join(traceback.format_exception(no.value)) + repr(signer(device, **more))
    assert PIN not in told and "000000" not in told
    assert signer(device).verify(sign(signer(device), draft)).good, "and the right one still opens it"


def test_the_right_device_of_several_is_asked(device: Device, draft: bytes) -> None:
    with pytest.raises(NoSigningKey):
        sign(signer(device, token="may-khac"), draft)


def test_what_is_no_pdf_is_not_signed(device: Device) -> None:
    with pytest.raises(NotSignable):
        sign(signer(device), b"khong phai pdf")


@pytest.mark.race
def test_leaders_who_sign_at_once_do_not_sign_each_other_out(device: Device, draft: bytes) -> None:
    made: list[bytes] = []
    ready = threading.Barrier(6)

    def begin(subject: str) -> None:
        ready.wait(timeout=20)
        made.append(sign(signer(device), draft, subject))

    threads = [threading.Thread(target=begin, args=(who,)) for who in (ELLIPTIC, RSA) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(made) == 6
    assert all(signer(device).verify(data).good for data in made)

"""A throw-away authority and the certificates of the trial's machines."""

import ipaddress
import os
import pwd
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.trial.ground import DB, FRONT, HOST, PLACE, Machine

TLS = PLACE / "tls"
CA = TLS / "ca.pem"


def make() -> None:
    """The authority's own key is kept nowhere: nobody issues anything in its name later."""
    TLS.mkdir(mode=0o755)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Motcua trial")])
    can = x509.BasicConstraints(ca=True, path_length=0)
    ca = _builder(name, name, key.public_key()).add_extension(can, critical=True).sign(key, hashes.SHA256())
    CA.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    for machine in (*DB, FRONT):
        _issue(machine, ca, key)


def certificate(machine: Machine) -> Path:
    return TLS / f"{machine.name}.pem"


def key_of(machine: Machine) -> Path:
    return TLS / f"{machine.name}.key"


def _issue(machine: Machine, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, machine.name)])
    names: list[x509.GeneralName] = [
        x509.DNSName(HOST if machine is FRONT else machine.name),
        x509.IPAddress(ipaddress.ip_address(machine.address)),
    ]
    both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    made = (
        _builder(name, ca.subject, key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(both, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    certificate(machine).write_bytes(made.public_bytes(serialization.Encoding.PEM))
    target = key_of(machine)
    target.touch(mode=0o600)
    target.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    account = pwd.getpwnam("postgres")
    os.chown(target, account.pw_uid, account.pw_gid)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=2))
    )

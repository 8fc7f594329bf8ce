"""The key by which a desk proves to its portal who it is: made here, only its public half is ever shown."""

import json
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from motcua.kernel import key_files

FILE = "client.pem"


def of(keys_dir: Path) -> Path:
    """The key file, made when it is not there yet; two processes may do so at once."""
    path = keys_dir / FILE
    keys_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        key_files.place(
            path,
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
    return path


def public_set(path: Path) -> str:
    """The JWK set to be pasted where the portal registers this desk."""
    key = ECKey.import_key(path.read_text(encoding="ascii"))
    key.ensure_kid()
    public = {**key.as_dict(private=False), "alg": "ES256", "use": "sig"}
    return json.dumps({"keys": [public]}, indent=2)

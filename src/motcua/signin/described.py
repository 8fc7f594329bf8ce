"""Mô tả cho hệ thống: where tokens in a system's own name are given, and how (RFC 8414)."""

from typing import Any

from motcua.signin import proofs, scopes_here
from motcua.signin.own_issuer import issuer
from motcua.signin.trusted_client import AUTH_METHOD


def document() -> dict[str, Any]:
    """Of an installation where nobody signs in: the same for everybody, and nobody's."""
    return {
        **of_systems(),
        "scopes_supported": [scope.value for scope in scopes_here.offered()],
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
    }


def of_systems() -> dict[str, Any]:
    """What holds everywhere."""
    at = issuer()
    return {
        "issuer": at,
        "token_endpoint": f"{at}/oauth2/token",
        "jwks_uri": f"{at}/oauth2/jwks",
        "token_endpoint_auth_methods_supported": [AUTH_METHOD],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "dpop_signing_alg_values_supported": [proofs.ALGORITHM],
        "ui_locales_supported": ["vi"],
    }

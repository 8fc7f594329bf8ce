"""Mô tả của Cổng: where each address is and what it can do (OpenID Connect Discovery, RFC 8414)."""

from typing import Any

from motcua.signin import claims, described
from motcua.signin.own_issuer import issuer
from motcua.signin.scopes import ClaimScope
from motcua.signin.strength import LEVELS
from motcua.signin.trusted_client import AUTH_METHOD


def document() -> dict[str, Any]:
    """The same for everybody, and nobody's."""
    at = issuer()
    return {
        **described.of_systems(),
        "authorization_endpoint": f"{at}/oauth2/authorize",
        "userinfo_endpoint": f"{at}/oauth2/userinfo",
        "revocation_endpoint": f"{at}/oauth2/revoke",
        "end_session_endpoint": f"{at}/oauth2/logout",
        "scopes_supported": list(ClaimScope.values),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "revocation_endpoint_auth_methods_supported": [AUTH_METHOD],
        "revocation_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent"],
        "acr_values_supported": list(LEVELS),
        "claim_types_supported": ["normal"],
        "claims_supported": ["sid", "acr", "amr", "auth_time", *_claims()],
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": False,
    }


def _claims() -> list[str]:
    return [name for names in claims.NAMES.values() for name in names]

"""Two relying parties that others wrote, each led through the whole way from what the portal says of itself."""

import time
from typing import Any

import httpx
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from cryptojwt import KeyJar
from idpyoidc.client.client_auth import BearerHeader
from idpyoidc.client.client_auth import PrivateKeyJWT as IdpyPrivateKeyJWT
from idpyoidc.client.rp_handler import RPHandler
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.accounts import people
from tests.single_sign_on.parties import Browser, ThirdParty, parameters


def proof(party: ThirdParty) -> PrivateKeyJWT:
    """Its proofs live an hour by default, and it keeps the ``jti``; the portal takes five minutes, and each once."""
    claims = {"exp": int(time.time()) + 120}
    return PrivateKeyJWT(party.endpoint, claims=claims, headers={"kid": party.key.kid}, alg="ES256")


def test_authlibs_client_goes_the_whole_way(party: ThirdParty, portal: str) -> None:
    described = httpx.get(f"{portal}/.well-known/openid-configuration", timeout=20).json()
    client = OAuth2Client(
        client_id=party.client_id,
        client_secret=party.key,
        token_endpoint_auth_method="private_key_jwt",
        redirect_uri=party.back,
        scope="openid profile offline_access",
        code_challenge_method="S256",
        timeout=20,
    )
    client.register_client_auth_method(proof(party))
    address, state = client.create_authorization_url(
        described["authorization_endpoint"], code_verifier=party.verifier, nonce="n-authlib"
    )
    browser = Browser(portal)
    people.account(browser.person)
    told = browser.answered(address)
    assert told["state"] == state and told["iss"] == described["issuer"]

    token = client.fetch_token(
        described["token_endpoint"], code=told["code"], state=state, code_verifier=party.verifier
    )

    keys = KeySet.import_key_set(httpx.get(described["jwks_uri"], timeout=20).json())
    decoded = jwt.decode(token["id_token"], keys, algorithms=["ES256"])
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        options={
            "iss": {"essential": True, "value": described["issuer"]},
            "aud": {"essential": True, "value": party.client_id},
        },
        params={"nonce": "n-authlib", "client_id": party.client_id, "access_token": token["access_token"]},
    )
    claims.validate()
    person = client.get(described["userinfo_endpoint"]).json()
    assert person == {"sub": claims["sub"], "name": "Nguyễn Văn Mẫu", "organisation": False}
    client.register_client_auth_method(proof(party))
    renewed = client.refresh_token(described["token_endpoint"], refresh_token=token["refresh_token"])
    assert renewed["access_token"] != token["access_token"]


class FourMinutes(IdpyPrivateKeyJWT):
    """Its proofs live ten minutes by default."""

    def construct(self, request: Any, service: Any = None, http_args: Any = None, **kwargs: Any) -> Any:
        return super().construct(request, service, http_args, **{**kwargs, "lifetime": 240})


def test_idpyoidcs_relying_party_goes_the_whole_way(party: ThirdParty, portal: str) -> None:
    described = httpx.get(f"{portal}/.well-known/openid-configuration", timeout=20).json()
    keys = KeyJar()
    keys.import_jwks({"keys": [party.key.as_dict(private=True)]}, "")
    keys.import_jwks({"keys": [party.key.as_dict(private=True)]}, party.client_id)
    handler = RPHandler(
        base_url="https://mot-cua.example.gov.vn",
        keyjar=keys,
        httpc_params={"timeout": 20},
        client_configs={
            "motcua": {
                "issuer": portal,
                # Handed over: its own discovery insists on RS256, which this portal does not sign with (ADR 0014).
                "provider_info": {**described, "keys": {"url": {portal: described["jwks_uri"]}}},
                "client_id": party.client_id,
                "client_type": "oidc",
                "redirect_uris": [party.back],
                "preference": {
                    "client_authn_methods": ["private_key_jwt", "bearer_header"],
                    "token_endpoint_auth_methods": ["private_key_jwt"],
                    "token_endpoint_auth_method": "private_key_jwt",
                    "token_endpoint_auth_signing_alg": "ES256",
                    "id_token_signed_response_alg": "ES256",
                    "response_types": ["code"],
                    "scopes_supported": ["openid", "profile"],
                },
                "client_authn_methods": {"private_key_jwt": FourMinutes, "bearer_header": BearerHeader},
                "token_endpoint_auth_method": "private_key_jwt",
                "token_endpoint_auth_signing_alg": "ES256",
                "id_token_signed_response_alg": "ES256",
                "add_ons": {
                    "pkce": {
                        "function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
                        "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"},
                    }
                },
            }
        },
    )
    address = handler.begin(issuer_id="motcua", req_args={"scope": ["openid", "profile"]})
    browser = Browser(portal)
    people.account(browser.person)
    told: dict[str, Any] = browser.answered(address)
    assert parameters(address)["code_challenge_method"] == "S256"

    done = handler.finalize(portal, told)

    assert done["userinfo"]["name"] == "Nguyễn Văn Mẫu"
    assert done["id_token"]["sub"] == done["userinfo"]["sub"]
    assert done["id_token"]["iss"] == portal

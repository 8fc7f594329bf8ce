"""A token is believed only whole, in time, of its kind and from us."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from motcua.signin import access_tokens, signing_keys
from motcua.signin.access_tokens import AccessTokenNotTrusted

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


def a_token(**told: object) -> str:
    issued = access_tokens.issue(client_id="so-y-te", scopes=frozenset({"account.check"}), now=NOW)
    if not told:
        return issued
    key = signing_keys.standing().signing
    claims = {**jwt.decode(issued, key).claims, **told}
    head = {"alg": "ES256", "typ": access_tokens.TOKEN_TYPE, "kid": str(key.kid)}
    return jwt.encode(head, claims, key)


def test_what_was_issued_is_read() -> None:
    found = access_tokens.read(a_token(), now=NOW)

    assert (found.client_id, found.scopes, found.subject) == ("so-y-te", {"account.check"}, "")


def test_a_person_and_their_session_are_named_only_when_there_is_one() -> None:
    token = access_tokens.issue(
        client_id="so-y-te", scopes=frozenset({"openid"}), now=NOW, subject="a" * 32, session="s1"
    )

    found = access_tokens.read(token, now=NOW)

    assert (found.subject, found.session) == ("a" * 32, "s1")
    assert "s1" not in repr(found)


@pytest.mark.parametrize("late", [timedelta(minutes=10), timedelta(hours=1), timedelta(minutes=-2)])
def test_it_is_good_for_ten_minutes(late: timedelta) -> None:
    with pytest.raises(AccessTokenNotTrusted):
        access_tokens.read(a_token(), now=NOW + late)


@pytest.mark.parametrize(
    "told",
    [
        {"iss": "https://somebody.example"},
        {"aud": "https://somebody.example"},
        {"exp": int(NOW.timestamp()) + 86_400},
        {"exp": "never"},
        {"scope": None},
        {"client_id": 7},
        {"jti": None},
    ],
    ids=str,
)
def test_a_claim_that_does_not_fit_is_not_believed(told: dict[str, object]) -> None:
    with pytest.raises(AccessTokenNotTrusted):
        access_tokens.read(a_token(**told), now=NOW)


def test_another_key_kind_of_token_or_algorithm_is_not_believed() -> None:
    own = signing_keys.standing().signing
    claims = jwt.decode(a_token(), own).claims
    stranger = ECKey.import_key(ec.generate_private_key(ec.SECP256R1()))
    head = {"alg": "ES256", "typ": access_tokens.TOKEN_TYPE, "kid": str(own.kid)}
    forged = [
        jwt.encode(head, claims, stranger),
        jwt.encode({**head, "typ": "account-receipt+jwt"}, claims, own),
        jwt.encode({**head, "alg": "HS256"}, claims, OctKey.import_key("k" * 32), algorithms=["HS256"]),
        jwt.encode({**head, "kid": "khoa-khac"}, claims, own),
        jwt.encode({name: value for name, value in head.items() if name != "kid"}, claims, own),
        a_token()[:-4] + "AAAA",
        "a.b.c",
        "",
        "x" * 5000,
    ]
    for token in forged:
        with pytest.raises(AccessTokenNotTrusted):
            access_tokens.read(token, now=NOW)

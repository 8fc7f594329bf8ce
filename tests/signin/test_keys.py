"""Which keys are believed of another system."""

import json

import pytest
from tests.signin.systems import code_of, jwk, key_set

from motcua.signin import keys

GOOD = jwk()


def test_what_is_kept_is_our_own_spelling_and_nothing_else() -> None:
    kept = keys.parse(key_set(jwk("a", x5c=["..."], note="<script>"), jwk("b")))
    assert [set(key) for key in kept["keys"]] == [{"kty", "crv", "x", "y", "kid", "alg", "use"}] * 2


def test_the_thumbprint_is_the_one_of_the_rfc() -> None:
    """RFC 7638 for an EC key; the value was computed once with another program."""
    key = {
        "kty": "EC", "crv": "P-256", "kid": "k",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    }  # fmt: skip
    (shown,) = keys.shown(keys.parse(key_set(key)))
    assert shown.kid == "k"
    digits = shown.thumbprint.replace(" ", "")
    assert digits == ("727f88fd634c0a57a1895a79d62ff4569384356d6ea447ab03cb046a6e619feb")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", "json"),
        ("[" * 9_000, "json"),
        ("x" * 10_001, "long"),
        ("[]", "set"),
        ('{"keys": []}', "set"),
        (json.dumps({"keys": [jwk(f"k{n}") for n in range(6)]}), "set"),
        ('{"keys": ["x"]}', "key"),
        (key_set({**GOOD, "kid": ""}), "kid"),
        (key_set({**GOOD, "kid": "a b"}), "kid"),
        (key_set({**GOOD, "kid": 7}), "kid"),
        (key_set({**GOOD, "crv": "P-384"}), "algorithm"),
        (key_set({**GOOD, "kty": "RSA"}), "algorithm"),
        (key_set({**GOOD, "alg": "none"}), "algorithm"),
        (key_set({**GOOD, "alg": "HS256"}), "algorithm"),
        (key_set({**GOOD, "use": "enc"}), "use"),
        (key_set({**GOOD, "x": "AAAA"}), "coordinate"),
        (key_set({**GOOD, "x": 5}), "coordinate"),
        (key_set({**GOOD, "x": "A" * 43}), "point"),
        (key_set(GOOD, GOOD), "twice"),
        (key_set(GOOD, {**GOOD, "kid": "other"}), "twice"),
        (key_set(jwk("a"), jwk("a")), "twice"),
    ],
)
def test_a_set_that_is_not_usable_is_refused_and_told_why(raw: str, why: str) -> None:
    with pytest.raises(keys.KeysNotUsable) as no:
        keys.parse(raw)
    assert no.value.details == {"why": why}


@pytest.mark.parametrize("part", ["d", "k", "p"])
def test_a_secret_key_is_never_kept(part: str) -> None:
    assert code_of(lambda: keys.parse(key_set({**GOOD, part: "AAAA"}))) == "client_secret_key_shown"

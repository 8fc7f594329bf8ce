"""What a desk believes of a portal's word on the procedures that somebody acts in."""

import pytest

from motcua.desk.signing_in_port import SignInNotGenuine
from motcua.gateways import portal_signin


@pytest.mark.parametrize(
    ("told", "scope"),
    [({}, ()), ({"mandate_scope": []}, ()), ({"mandate_scope": ["1.005092"]}, ("1.005092",))],
    ids=["a portal that does not say", "all", "one"],
)
def test_codes_are_taken_as_they_are_named(told: dict[str, object], scope: tuple[str, ...]) -> None:
    assert portal_signin._scope(told) == scope


@pytest.mark.parametrize("told", ["1.005092", None, [""], [1], {"1.005092": True}], ids=repr)
def test_what_is_no_list_of_codes_lets_nobody_in(told: object) -> None:
    with pytest.raises(SignInNotGenuine):
        portal_signin._scope({"mandate_scope": told})

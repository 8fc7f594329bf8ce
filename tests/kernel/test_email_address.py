"""An e-mail address has one spelling and smuggles nothing."""

import pytest

from motcua.kernel.email_address import EmailAddress, InvalidEmail


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Chi.Tam@Example.VN", "chi.tam@example.vn"),
        (" a_b+c-d@sub.example.com.vn ", "a_b+c-d@sub.example.com.vn"),
        ("a@b.vn", "a@b.vn"),
    ],
)
def test_one_spelling(raw: str, value: str) -> None:
    assert EmailAddress.parse(raw).value == value


@pytest.mark.parametrize(
    "raw",
    [
        "", "a", "@b.vn", "a@", "a@b", "a@b.v", "a b@c.vn", "a@b.vn\nBcc: x@y.vn", "a@b.vn\r\n", "a@b..vn", ".a@b.vn",
        "a.@b.vn", "a..b@c.vn", "a@-b.vn", "a@b-.vn", '"a"@b.vn', "a@[127.0.0.1]", "tâm@b.vn", "a@bì.vn",
        "a@b.vn,c@d.vn", "a@b.vn;c@d.vn", "<a@b.vn>", "a@b.vn>", "a@b.vn\x00", "a%b@c.vn", "a!b@c.vn", "a@@b.vn",
        "a@b.１vn",
        "١@b.vn",
        "a" * 65 + "@b.vn", "a@" + "b" * 250 + ".vn", None, 7, "{{7*7}}@b.vn", "a@b.vn\u2028",
    ],
)  # fmt: skip
def test_anything_else_is_refused(raw: object) -> None:
    with pytest.raises(InvalidEmail):
        EmailAddress.parse(raw)


def test_printing_it_shows_no_more_than_its_owner_needs() -> None:
    address = EmailAddress.parse("nguyen.thi.tam@example.vn")

    assert address.masked == str(address) == repr(address) == f"{address}" == "n*****@example.vn"

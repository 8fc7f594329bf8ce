import pytest

from motcua.kernel.client_address import client_address


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("", 0, "peer"),
        ("203.0.113.9", 0, "peer"),
        ("", 1, "peer"),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("forged, 203.0.113.9", 1, "203.0.113.9"),
        ("forged, 203.0.113.9 , 10.0.0.2", 2, "203.0.113.9"),
        ("203.0.113.9", 2, "peer"),
        (" , ,", 1, "peer"),
    ],
)
def test_only_what_a_trusted_proxy_wrote_is_believed(forwarded: str, proxies: int, address: str) -> None:
    assert client_address(forwarded, "peer", trusted_proxies=proxies) == address

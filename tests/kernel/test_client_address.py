import pytest

from motcua.kernel.client_address import client_address, network_of


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


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("peer", "peer"),
    ],
)
def test_a_new_address_in_the_own_network_is_no_new_visitor(address: str, network: str) -> None:
    assert network_of(address) == network

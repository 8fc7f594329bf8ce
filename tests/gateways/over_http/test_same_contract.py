"""Every promise of the ports, kept over the wire as well."""

from tests.gateways.contracts.test_account_registries import *  # noqa: F403
from tests.gateways.contracts.test_owners_vaults import *  # noqa: F403

"""Khóa của Cổng: said by the portal of this installation itself."""

from collections.abc import Sequence

from motcua.accounts import receipt_keys
from motcua.desk.portal_keys import PortalKey


class LocalPortalKeys:
    """Implements ``desk.portal_keys.PortalKeys``."""

    def known(self, kid: str = "") -> Sequence[PortalKey]:
        return [PortalKey(one.kid, one.public, one.until, one.lost) for one in receipt_keys.known(kid)]

    def refresh(self) -> int:
        """Nobody is to be asked: the next look reads the table."""
        receipt_keys.forget()
        return 0

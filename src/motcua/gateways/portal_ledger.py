"""What arrived from a desk, by the day, in the same process."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings

from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_ledger import Digest, Owed, digest_of
from motcua.gateways import portal_line
from motcua.vault import arrivals


class LocalLedger:
    """Implements ``desk.ports_ledger.PortalLedger`` over what the portal's rooms keep."""

    def digest(self, *, day: date) -> Mapping[Owed, Digest]:
        return {kind: digest_of(keys) for kind, keys in self.arrived(day=day).items()}

    def arrived(self, *, day: date) -> Mapping[Owed, Sequence[str]]:
        _require_line()
        return {kind: arrivals.on(day, audience=settings.DESK_ID, kind=kind.value) for kind in Owed}

    def missing(self, *, kind: Owed, keys: Sequence[str]) -> Sequence[str]:
        _require_line()
        return arrivals.missing(keys, audience=settings.DESK_ID, kind=kind.value)


def _require_line() -> None:
    if not portal_line.line_is_up():
        raise PortalUnavailable

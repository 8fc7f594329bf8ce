"""Lối đăng nhập của công dân: by which ways citizens come in today, and whether one of them is open.

After the last day of passwords (ADR 0039) VNeID is the only one: not configured or silent, nobody but officers signs
in. Only where accounts are: a desk apart sends people to its portal.
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone

from motcua.accounts import providers
from motcua.accounts.providers import Phase


@dataclass(frozen=True, slots=True)
class Ways:
    """``vneid_answers``: False when it is not configured on this machine, or the last knock was not answered."""

    passwords: bool
    vneid: bool
    configured: bool
    vneid_answers: bool
    vneid_from: date | None
    own_until: date | None

    @property
    def is_shut(self) -> bool:
        """No citizen can sign in now."""
        return not self.passwords and not (self.vneid and self.vneid_answers)

    @property
    def is_expected(self) -> bool:
        """Days of VNeID were agreed: it is there, or will be."""
        return self.vneid_from is not None


def today(*, silent: bool) -> Ways:
    """One statement. ``silent``: VNeID did not answer the last knock."""
    agreed = providers.arrangement()
    phase = agreed.phase(timezone.localdate())
    configured = bool(settings.VNEID_ISSUER)
    return Ways(
        passwords=phase in (Phase.OWN, Phase.BOTH),
        vneid=phase in (Phase.BOTH, Phase.VNEID),
        configured=configured,
        vneid_answers=configured and not silent,
        vneid_from=agreed.vneid_from,
        own_until=agreed.own_until,
    )

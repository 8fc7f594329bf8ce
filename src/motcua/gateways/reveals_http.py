"""An owner's whole number or phone, asked of a portal that is another installation."""

from functools import lru_cache

from motcua.desk.ports_reveals import RevealRefused
from motcua.gateways.portal_call import PortalCalls, PortalRefused, line, own_token, unavailable
from motcua.gateways.reading import Body
from motcua.gateways.wire import LineBroken
from motcua.limits.quotas import Quota
from motcua.limits.spending import TooManyAttempts

#: Of the portal's refusals those that are about the owner; every other is about the two systems.
_ABOUT_THE_OWNER = frozenset({"nothing_to_reveal", "owner_has_no_dossier_there"})


class HttpReveals:
    """Implements ``desk.ports_reveals.OwnerReveals`` over the portal's API."""

    def reveal(
        self, *, subject: str, dossier_code: str, what: str, asked_by: str, unit_code: str, key: str
    ) -> str:
        wanted = {
            "subject": subject,
            "dossier_code": dossier_code,
            "what": what,
            "asked_by": asked_by,
            "unit_code": unit_code,
        }
        try:
            said = Body.of(_calls().post("/owner-reveals", wanted, key=key))
            return said.text("text")
        except PortalRefused as no:
            if no.why in _ABOUT_THE_OWNER:
                raise RevealRefused from no
            if no.why == TooManyAttempts.code:
                raise TooManyAttempts(
                    wait_seconds=no.wait_seconds, quota=Quota.PAPERS_OPENED_BY_OFFICER
                ) from no
            raise unavailable(no) from no
        except (LineBroken, ValueError) as broken:
            raise unavailable(broken) from broken


@lru_cache(maxsize=1)
def _calls() -> PortalCalls:
    return PortalCalls(line(), own_token(), at_once=4)

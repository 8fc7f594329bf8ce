"""Đặt lại xác thực hai bước, asked of a portal that is another installation."""

from functools import lru_cache

from motcua.desk.ports_officers import ResetRefused
from motcua.gateways.portal_call import PortalCalls, PortalRefused, line, owed, own_token
from motcua.gateways.wire import LineBroken


class HttpOfficerResets:
    """Implements ``desk.ports_officers.OfficerResets`` over the portal's API."""

    def reset(
        self, *, subject: str, asked_by: str, approved_by: str, unit_code: str, reason: str, key: str
    ) -> None:
        wanted = {
            "subject": subject,
            "asked_by": asked_by,
            "approved_by": approved_by,
            "unit_code": unit_code,
            "reason": reason,
        }
        try:
            _calls().post("/officer-resets", wanted, key=key, deadline=10.0)
        except (LineBroken, PortalRefused) as broken:
            no = owed(broken)
            if isinstance(no, PortalRefused):
                raise ResetRefused(no.why) from no
            raise no from broken


@lru_cache(maxsize=1)
def _calls() -> PortalCalls:
    return PortalCalls(line(), own_token(), at_once=2)

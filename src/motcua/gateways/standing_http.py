"""Where dossiers stand and what is received here, told to a portal that is another installation."""

import uuid
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from motcua.desk.ports_standing import DossierStanding, ProcedureStanding, StandingRefused
from motcua.gateways.portal_call import PortalCalls, PortalRefused, line, own_token, unavailable
from motcua.gateways.wire import LineBroken

#: The portal cannot take what was sent: sent again it is no better.
_UNREADABLE: Final = 422


class HttpStanding:
    """Implements ``desk.ports_standing.PortalStanding`` over the portal's API."""

    def tell_dossiers(self, rows: Sequence[DossierStanding]) -> None:
        said = [
            {
                "reference": str(one.reference),
                "subject": one.subject,
                "code": one.code,
                "procedure_code": one.procedure_code,
                "procedure_name": one.procedure_name,
                "state": one.state,
                "arrived_on": one.arrived_on.isoformat(),
                "open": one.open,
                "line": one.line,
            }
            for one in rows
        ]
        _tell("/dossier-standings", {"dossiers": said})

    def tell_procedures(self, rows: Sequence[ProcedureStanding]) -> None:
        said = [
            {"code": one.code, "name": one.name, "for_organisations": one.for_organisations} for one in rows
        ]
        _tell("/procedure-standings", {"procedures": said})


def _tell(path: str, body: Mapping[str, object]) -> None:
    """A key of its own each time: what is told twice is the same, and what changed back is told again."""
    try:
        _calls().post(path, body, key=uuid.uuid4().hex, deadline=20.0)
    except PortalRefused as no:
        if no.status == _UNREADABLE:
            raise StandingRefused(no.why) from no
        raise unavailable(no) from no
    except LineBroken as broken:
        raise unavailable(broken) from broken


@lru_cache(maxsize=1)
def _calls() -> PortalCalls:
    return PortalCalls(line(), own_token(), at_once=2)

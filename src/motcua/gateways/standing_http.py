"""Where dossiers stand and what is received here, told to a portal that is another installation."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from motcua.desk.ports_standing import DossierStanding, ProcedureStanding
from motcua.gateways.portal_call import PortalCalls, PortalRefused, line, own_token, unavailable
from motcua.gateways.wire import LineBroken


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
    """The same words have the same key: what was heard already is not done again."""
    key = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    try:
        _calls().post(path, body, key=key, deadline=20.0)
    except (LineBroken, PortalRefused) as broken:
        raise unavailable(broken) from broken


@lru_cache(maxsize=1)
def _calls() -> PortalCalls:
    return PortalCalls(line(), own_token(), at_once=2)

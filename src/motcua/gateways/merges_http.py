"""Owners with two accounts that were joined, asked of a portal that is another installation."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from motcua.desk.ports_merges import Followed
from motcua.gateways.portal_call import PortalCalls, PortalRefused, line, own_token, unavailable
from motcua.gateways.reading import Body
from motcua.gateways.wire import LineBroken


class HttpMerges:
    """Implements ``desk.ports_merges.MergedOwners`` over the portal's API."""

    def since(self, moment: datetime | None) -> Sequence[Followed]:
        question = {"since": moment.isoformat() if moment is not None else None}
        try:
            said = Body.of(_calls().post("/accounts/merged", question, deadline=20.0))
            return [_followed(each) for each in said.rows("merged")]
        except (LineBroken, PortalRefused, ValueError) as broken:
            raise unavailable(broken) from broken


def _followed(said: Body) -> Followed:
    at = datetime.fromisoformat(said.text("at"))
    if at.tzinfo is None:
        raise ValueError("at")
    return Followed(said.text("was"), said.optional("now"), at)


@lru_cache(maxsize=1)
def _calls() -> PortalCalls:
    return PortalCalls(line(), own_token(), at_once=1)

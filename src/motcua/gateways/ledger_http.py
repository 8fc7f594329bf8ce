"""What arrived from this desk, by the day, asked of a portal that is another installation."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from motcua.desk.ports_ledger import Digest, Owed
from motcua.gateways.portal_call import PortalCalls, PortalRefused, line, own_token, unavailable
from motcua.gateways.reading import Body
from motcua.gateways.wire import LineBroken

_AT_ONCE: Final = 500
_LONGEST: Final = 8 * 1024 * 1024


class HttpLedger:
    """Implements ``desk.ports_ledger.PortalLedger`` over the portal's API."""

    def digest(self, *, day: date) -> Mapping[Owed, Digest]:
        said = _asked("/arrivals/digests", {"day": day.isoformat()})
        try:
            found = {Owed(each.text("kind")): each for each in said.rows("digests")}
            return {kind: Digest(found[kind].number("count"), found[kind].text("sha256")) for kind in Owed}
        except (KeyError, ValueError) as broken:
            raise unavailable(broken) from broken

    def arrived(self, *, day: date) -> Mapping[Owed, Sequence[str]]:
        return {kind: _all_of(kind, day) for kind in Owed}

    def missing(self, *, kind: Owed, keys: Sequence[str]) -> Sequence[str]:
        found: list[str] = []
        for start in range(0, len(keys), _AT_ONCE):
            asked = {"kind": kind.value, "keys": list(keys[start : start + _AT_ONCE])}
            found += _strings(_asked("/arrivals/missing", asked))
        return found


def _all_of(kind: Owed, day: date) -> list[str]:
    """Page by page, in the order of the keys."""
    keys: list[str] = []
    while True:
        after = keys[-1] if keys else ""
        page = _strings(_asked("/arrivals", {"kind": kind.value, "day": day.isoformat(), "after": after}))
        if not page:
            return keys
        keys += page


def _strings(said: Body) -> list[str]:
    try:
        return said.strings("keys")
    except ValueError as broken:
        raise unavailable(broken) from broken


def _asked(path: str, question: Mapping[str, object]) -> Body:
    try:
        return Body.of(_calls().post(path, question, deadline=20.0, most=_LONGEST))
    except (LineBroken, PortalRefused) as broken:
        raise unavailable(broken) from broken


@lru_cache(maxsize=1)
def _calls() -> PortalCalls:
    return PortalCalls(line(), own_token(), at_once=2)

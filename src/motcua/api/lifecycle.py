"""Which operations are on their way out: said in every answer of theirs, half a year before they go (ADR 0013)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import http_date


@dataclass(frozen=True, slots=True)
class Leaving:
    """``since`` it is discouraged (RFC 9745), ``until`` it answers (RFC 8594); ``instead``: a page to read."""

    since: datetime
    until: datetime
    instead: str


#: By the name of the route. Nothing of version 1 is leaving.
LEAVING: Final[dict[str, Leaving]] = {}


def announce(request: HttpRequest, response: HttpResponseBase) -> None:
    """The headers of an operation that is leaving."""
    match = request.resolver_match
    leaving = LEAVING.get(match.view_name) if match else None
    if leaving is None:
        return
    response.headers["Deprecation"] = f"@{int(leaving.since.timestamp())}"
    response.headers["Sunset"] = http_date(leaving.until.astimezone(UTC).timestamp())
    response.headers["Link"] = f'<{leaving.instead}>; rel="deprecation"'

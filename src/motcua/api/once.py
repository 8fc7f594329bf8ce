"""A write under the caller's own key: done once, answered the same (``signin.answers``)."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpResponse, JsonResponse
from pydantic import BaseModel

from motcua.api.guard import CallerRequest
from motcua.signin import answers

REPLAYED: Final = "Idempotency-Replayed"


def once(
    request: CallerRequest, key: str, body: BaseModel, act: Callable[[], BaseModel], *, files: bytes = b""
) -> HttpResponse:
    """What ``act`` answers, or what it answered before under this key.

    Raises KeyOfAnotherWrite, WriteUnderWay, and whatever ``act`` raises: then nothing is kept.
    """
    said = json.dumps(body.model_dump(mode="json"), sort_keys=True, separators=(",", ":")).encode()
    claimed = answers.claim(
        client_pk=request.auth.client_pk,
        key=key,
        operation=_operation(request),
        body=hashlib.sha256(said + b"\x00" + files).digest(),
    )
    if claimed.answer is not None:
        response = _json(claimed.answer.body)
        response.headers[REPLAYED] = "true"
        return response
    try:
        done = act().model_dump(mode="json")
    except BaseException:
        answers.let_go(claimed)
        raise
    answers.keep(claimed, answers.Answer(200, done))
    return _json(done)


def _operation(request: CallerRequest) -> str:
    match = request.resolver_match
    return match.view_name if match else ""


def _json(body: dict[str, Any]) -> HttpResponse:
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})

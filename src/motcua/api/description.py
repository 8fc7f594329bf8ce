"""The interface as one thing: which operations there are, and the document that describes them (OpenAPI 3.1)."""

from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from motcua.api import problems
from motcua.api.guard import Token
from motcua.api.parsing import StrictParser
from motcua.kernel.refusal import Refusal

_WORDS: Final = (
    "Giao diện lập trình của Cổng: kiểm tra tài khoản của chủ hồ sơ, kho dữ liệu, báo tin"
    f"{', danh mục' if settings.HOSTS_DESK else ''}. "
    "Số định danh chỉ đi trong nội dung, không bao giờ trong địa chỉ."
)
_WORDS_OF_A_DESK: Final = (
    "Giao diện lập trình của Một cửa: diễn biến hồ sơ, danh mục đơn vị và thủ tục. "
    "Không lời gọi nào nhận hoặc trả dữ liệu cá nhân của chủ hồ sơ."
)
_HOLDER: Final = (
    "Thẻ gắn với khóa của hệ thống gọi (RFC 9449): “Authorization: DPoP <thẻ>”, và ở mỗi lời gọi một tiêu đề “DPoP” "
    "là bằng chứng mới (JWT dpop+jwt, ES256; htm, htu, iat, jti, ath), dùng một lần; iat chậm không quá 60 giây, nhanh "
    "không quá 30 giây so với giờ của máy chủ."
)
#: A desk apart registered nobody before DPoP.
_HOLDER_OF_BEFORE: Final = (
    " Hệ thống đăng ký trước khi có quy định này còn dùng thẻ Bearer đến ngày ghi trong đăng ký."
    if settings.HOSTS_PORTAL
    else ""
)
#: What any call may be answered; what an operation itself refuses has a code of its own (problem ``code``).
_ALWAYS: Final = (400, 404, 405, 406, 500, 503)
_WITH_TOKEN: Final = (401, 403, 429)
_WITH_BODY: Final = (409, 410, 413, 415, 422)


class Api(NinjaAPI):
    """Ninja's own pages load from another machine, so they are off; ours are at /api/v1/."""

    def get_operation_url_name(self, operation: Operation, router: Router) -> str:
        """The same name for the route, the document and the log."""
        return operation.operation_id or operation.view_func.__name__

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """With what every operation may refuse, and in the media type it refuses in."""
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        document["components"]["schemas"]["Problem"] = PROBLEM
        document["components"]["responses"] = {
            f"Problem{status}": {
                "description": title,
                "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
            for status, title in problems.TITLES.items()
        }
        for scheme in document["components"]["securitySchemes"].values():
            scheme["description"] = _HOLDER + _HOLDER_OF_BEFORE
        scopes = {operation.operation_id: scope_of(operation) for operation in self.operations()}
        for methods in document["paths"].values():
            for operation in methods.values():
                if scope := scopes[operation["operationId"]]:
                    operation["x-scope"] = scope
                _with_refusals(operation)
        return document

    def operations(self) -> Iterator[Operation]:
        """Every operation there is."""
        for bound in self._get_bound_routers():
            for view in bound.path_operations.values():
                yield from view.operations


def scope_of(operation: Operation) -> str:
    """The scope a caller needs; empty where anybody may call."""
    return next((str(one.scope.value) for one in operation.auth_callbacks if isinstance(one, Token)), "")


def _with_refusals(operation: dict[str, Any]) -> None:
    statuses = list(_ALWAYS)
    if operation.get("security"):
        statuses += _WITH_TOKEN
    if operation.get("requestBody") or operation.get("parameters"):
        statuses += _WITH_BODY
    for status in sorted(statuses):
        answers = operation["responses"]
        if status not in answers and str(status) not in answers:
            answers[status] = {"$ref": f"#/components/responses/Problem{status}"}


PROBLEM: Final = {
    "title": "Problem",
    "description": "RFC 9457. “code” dành cho chương trình, “detail” dành cho người đọc.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:motcua:problem:scope_missing"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "why"],
                "properties": {"where": {"type": "string"}, "why": {"type": "string"}},
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}

api = Api(
    title="Một cửa: giao diện lập trình",
    version="1.0.0",
    description=_WORDS if settings.HOSTS_PORTAL else _WORDS_OF_A_DESK,
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
    parser=StrictParser(),
    servers=[{"url": "/"}],
)


def _rooms() -> Iterator[Router]:
    """What this installation has: a portal alone knows no dossiers, a desk alone no accounts (SPEC 1)."""
    if settings.HOSTS_PORTAL:
        from motcua.api import (
            account_checks,
            arrivals,
            merged_owners,
            officer_resets,
            owner_reveals,
            owners,
            receipt_keys,
            standing,
            vault,
            vault_sending,
        )

        found = (
            account_checks,
            merged_owners,
            owners,
            vault,
            vault_sending,
            arrivals,
            officer_resets,
            owner_reveals,
            standing,
            receipt_keys,
        )
        yield from (room.router for room in found)
    if settings.HOSTS_DESK:
        from motcua.api import catalogue, events

        yield from (events.router, catalogue.router)


for _router in _rooms():
    api.add_router("", _router)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, no: Refusal) -> HttpResponse:
    """A no of a room, as it is."""
    return problems.answer(request, no)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, no: ValidationError) -> HttpResponse:
    """Where and why, in the words of the schema; never what was sent."""
    errors = [
        {"where": "/".join(str(step) for step in error["loc"]), "why": str(error["type"])}
        for error in no.errors[:20]
    ]
    return problems.answer(request, problems.RequestInvalid(), errors)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, no: HttpError) -> HttpResponse:
    """What Ninja itself could not read."""
    return problems.answer(request, problems.RequestUnreadable())


@api.exception_handler(Exception)
def broken(request: HttpRequest, failure: Exception) -> HttpResponse:
    """The door answers."""
    raise failure


__all__ = ["api", "scope_of"]

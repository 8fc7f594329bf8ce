"""Nothing enters a view that no honest form can send (threats A-95, section 6 number 20)."""

from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils.datastructures import MultiValueDict

from motcua.kernel.refusal import Refusal
from motcua.web import refusals

LONGEST_NAME: Final = 200
LONGEST_VALUE: Final = 20_000
_LONGEST_QUERY: Final = 4_000
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


class UnreadableInput(Refusal):
    code = "unreadable_input"
    status = 400
    message = (
        "Nội dung gửi lên có ký tự không đọc được nên chưa được ghi nhận. "
        "Đề nghị ông/bà quay lại, xóa nội dung vừa dán và gõ lại."
    )


class InputTooLarge(Refusal):
    code = "input_too_large"
    status = 413
    message = (
        "Nội dung gửi lên quá lớn nên chưa được ghi nhận. Mỗi tệp không vượt quá 5 MB. "
        "Đề nghị ông/bà rút gọn nội dung hoặc chọn tệp nhỏ hơn."
    )


class FieldTooLong(Refusal):
    code = "field_too_long"
    status = 422
    message = "Có ô được nhập quá dài nên chưa được ghi nhận. Đề nghị ông/bà quay lại và rút gọn."


class SentTwice(Refusal):
    code = "sent_twice"
    status = 400
    message = (
        "Có ô được gửi hai lần với hai giá trị nên chưa được ghi nhận. Đề nghị ông/bà quay lại và gửi lại."
    )


class InputCheckMiddleware:
    """Runs before CSRF and views. A view names its many-valued boxes: ``view.repeatable = {"papers"}``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            _check_address(request)
        except Refusal as no:
            return refusals.answer(request, no)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: object
    ) -> HttpResponse | None:
        try:
            _check_form(request, _repeatable(view))
        except Refusal as no:
            return refusals.answer(request, no)
        return None


def _check_address(request: HttpRequest) -> None:
    query = request.META.get("QUERY_STRING", "")
    if len(query) > _LONGEST_QUERY:
        raise FieldTooLong
    text = _utf8(query.encode("latin-1", errors="replace"))
    if not _is_clean(request.path_info) or not _is_clean(text):
        raise UnreadableInput


def _check_form(request: HttpRequest, repeatable: frozenset[str]) -> None:
    if request.method != "POST" or request.content_type not in _FORMS:
        return
    charset = (request.content_params or {}).get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise UnreadableInput
    posted, files = _parsed(request)
    if request.content_type == _FORMS[0]:
        _utf8(request.body)
    _check_values(posted)
    for many in (posted, files):
        if any(len(values) > 1 for name, values in many.lists() if name not in repeatable):
            raise SentTwice
    if not all(_is_clean(file.name or "") for _name, values in files.lists() for file in values):
        raise UnreadableInput


def _parsed(request: HttpRequest) -> tuple[MultiValueDict[str, str], MultiValueDict]:  # type: ignore[type-arg]
    try:
        return request.POST, request.FILES
    except RequestDataTooBig as no:
        raise InputTooLarge from no
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError, BadRequest) as no:
        raise UnreadableInput from no


def _check_values(posted: MultiValueDict[str, str]) -> None:
    for name, values in posted.lists():
        if len(name) > LONGEST_NAME or any(len(value) > LONGEST_VALUE for value in values):
            raise FieldTooLong
        if not _is_clean(name) or not all(map(_is_clean, values)):
            raise UnreadableInput


def _utf8(raw: bytes) -> str:
    try:
        return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableInput from None


def _is_clean(text: str) -> bool:
    """No NUL, no half of a surrogate pair, no mark of bytes that were not text."""
    return "\x00" not in text and "\ufffd" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _repeatable(view: Callable[..., HttpResponseBase]) -> frozenset[str]:
    named: Iterable[str] = getattr(view, "repeatable", ())
    return frozenset(named)

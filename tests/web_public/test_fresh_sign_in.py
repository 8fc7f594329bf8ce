"""At a desk apart: signing in once more before a sensitive act, and coming back to what was typed."""

import re
import uuid
from dataclasses import replace
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.visitor import Visitor
from motcua.web.access import FreshSignInWanted, VisitorRequest, stepped_up

HERE = "/mot-cua/so-theo-doi/"
COOKIE = "giu-lai-mot-cua"
WORDS = "Kết xuất cho báo cáo quý"
TYPED = {"reason": WORDS, "tep": "xlsx", "loai": ["a", "b"]}


@pytest.fixture(autouse=True)
def _a_desk_apart(settings: Any) -> None:
    reverse("public:sign_in")  # the addresses of this process are those of both systems, and stay so
    settings.HOSTS_PORTAL = False
    settings.OFFICER_SECOND_FACTOR = True
    settings.COOKIE_SUFFIX = "-mot-cua"


def somebody(*, fresh: bool, subject: str = "a" * 32) -> Visitor:
    return Visitor(
        account_id=0,
        session_id=1,
        session_public_id=uuid.uuid4(),
        subject=subject,
        audience="OFFICER",
        unit_code="u",
        display_name="",
        signed_in_at=timezone.now(),
        is_fresh=fresh,
    )


@stepped_up(when=lambda request: bool(request.POST.get("tep")))
def act(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"done {request.method} {request.POST.get('reason', '')}")


def asked(request: HttpRequest, visitor: Visitor, cookie: str = "", **more: Any) -> HttpResponse:
    wanted = cast(VisitorRequest, request)
    wanted.visitor, wanted.device = visitor, "d"
    request.META.update(more)
    if cookie:
        request.COOKIES[COOKIE] = cookie
    return cast(Any, act)(request)  # type: ignore[no-any-return]


def posted(visitor: Visitor, **more: Any) -> HttpResponse:
    return asked(RequestFactory().post(HERE, {**TYPED, **more}), visitor)


def got(visitor: Visitor, cookie: str, address: str = HERE) -> HttpResponse:
    return asked(RequestFactory().get(address), visitor, cookie)


def page(response: HttpResponse) -> str:
    return response.content.decode()


def kept_in(response: HttpResponse) -> str:
    morsel = response.cookies.get(COOKIE)
    return morsel.value if morsel else ""


def test_who_proved_two_factors_just_now_goes_straight_on() -> None:
    assert page(posted(somebody(fresh=True))) == f"done POST {WORDS}"


def test_who_did_not_is_led_to_the_portal_and_back_to_this_page() -> None:
    response = posted(somebody(fresh=False))
    assert response.status_code == 403
    assert 'href="/dang-nhap/?tiep=%2Fmot-cua%2Fso-theo-doi%2F&amp;vi_sao=hai-yeu-to"' in page(response)
    assert "giữ nguyên trong 10 phút" in page(response)


def test_what_was_typed_waits_sealed_for_this_page_only() -> None:
    morsel = posted(somebody(fresh=False)).cookies[COOKIE]
    assert "xlsx" not in bytes.fromhex(morsel.value).decode("latin-1")
    assert (morsel["path"], morsel["httponly"], morsel["samesite"]) == (HERE, True, "Strict")
    assert morsel["max-age"] == 600


def test_back_from_the_portal_one_button_sends_what_was_typed() -> None:
    cookie = kept_in(posted(somebody(fresh=False)))
    response = got(somebody(fresh=True), cookie)
    boxes = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page(response))
    told = [box for box in boxes if box[0] != "csrfmiddlewaretoken"]
    assert told == [("reason", WORDS), ("tep", "xlsx"), ("loai", "a"), ("loai", "b")]
    assert response.cookies[COOKIE]["max-age"] == 0, "once"


def test_what_is_typed_is_text_on_the_page_whatever_it_is() -> None:
    cookie = kept_in(posted(somebody(fresh=False), reason='"><script>alert(1)</script>'))
    assert "<script>alert" not in page(got(somebody(fresh=True), cookie))


@pytest.mark.parametrize("whose", ["another", "another_page", "bent", "no_hex"])
def test_what_is_not_this_persons_here_is_not_shown(whose: str) -> None:
    cookie = kept_in(posted(somebody(fresh=False)))
    me = somebody(fresh=True)
    shown = {
        "another": lambda: got(replace(me, subject="b" * 32), cookie),
        "another_page": lambda: got(me, cookie, "/mot-cua/"),
        "bent": lambda: got(me, cookie[:-2] + ("00" if cookie[-2:] != "00" else "11")),
        "no_hex": lambda: got(me, "x" * 40),
    }[whose]()
    assert page(shown) == "done GET "


def test_files_and_long_words_are_not_kept_and_the_page_says_so_before_it_is_left() -> None:
    long = posted(somebody(fresh=False), reason="Lý do " * 400)
    assert kept_in(long) == "" and "quá dài" in page(long) and "giữ nguyên" not in page(long)
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7", content_type="application/pdf")
    with_file = posted(somebody(fresh=False), scan=file)
    assert kept_in(with_file) == "" and "mới chọn tệp" in page(with_file)


def test_a_cookie_never_grows_beyond_what_browsers_keep() -> None:
    for words in range(0, 1_400, 7):
        cookie = kept_in(posted(somebody(fresh=False), reason="ệ" * words))
        assert len(f"{COOKIE}={cookie}; Path={HERE}; Max-Age=600; HttpOnly; Secure; SameSite=Strict") < 4_096


def test_a_script_hears_a_refusal_it_can_show() -> None:
    request = RequestFactory().post(HERE, TYPED)
    with pytest.raises(FreshSignInWanted):
        asked(request, somebody(fresh=False), HTTP_HX_REQUEST="true")

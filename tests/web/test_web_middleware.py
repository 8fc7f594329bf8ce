from typing import Any

import pytest
from django.test import Client

MANY = "multipart/form-data; boundary=X"
TYPED = "application/x-www-form-urlencoded"


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def part(name: str, value: bytes, filename: str = "") -> bytes:
    file = f'; filename="{filename}"' if filename else ""
    head = f'--X\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()
    return head + value + b"\r\n"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"a=%00", 400),
        (b"a%00=1", 400),
        (b"a=%ff", 400),
        (b"a=\xff", 400),
        (b"a=%ED%A0%80", 400),
        (b"a=%EF%BF%BD", 400),
        (b"otp=1&otp=2", 400),
        (b"a=" + b"x" * 20_001, 422),
        (b"x" * 201 + b"=1", 422),
        (b"a=" + b"x" * 1_000_001, 413),
        (b"&".join(b"a%d=1" % n for n in range(501)), 400),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_form_that_no_page_of_ours_sends_is_refused_in_words(
    visitor: Client, body: bytes, status: int
) -> None:
    answer = visitor.post("/gui/", body, content_type=TYPED)

    assert answer.status_code == status
    assert "Đề nghị ông/bà" in answer.content.decode()


@pytest.mark.parametrize(
    "body",
    [
        part("a", b"\x00"),
        part("a", b"\xff"),
        part("a", b"1") + part("a", b"2"),
        part("f", b"1", "a.pdf") + part("f", b"2", "b.pdf"),
        b"--Y",
    ],
)
def test_the_same_holds_for_forms_with_files(visitor: Client, body: bytes) -> None:
    answer = visitor.post("/gui/", body + b"--X--\r\n" if body != b"--Y" else body, content_type=MANY)

    assert answer.status_code == 400 or (body == b"--Y" and answer.json() == {})


@pytest.mark.parametrize("address", ["/gui/?q=%00", "/gui/?q=%ff", "/gui/a%00b/", "/gui/?q=" + "x" * 4_001])
def test_an_address_is_checked_too(visitor: Client, address: str) -> None:
    assert visitor.get(address).status_code in (400, 422)


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "utf-7"])
def test_only_utf8_is_read(visitor: Client, charset: str) -> None:
    answer = visitor.post("/gui/", part("a", b"1") + b"--X--\r\n", content_type=f"{MANY}; charset={charset}")

    assert answer.status_code == 400


def test_an_honest_form_passes_and_a_view_may_take_one_name_many_times(visitor: Client) -> None:
    assert visitor.post("/gui/", {"ten": "Nguyễn Thị Mẫu"}).json() == {"ten": ["Nguyễn Thị Mẫu"]}
    assert visitor.post("/nhieu/", {"papers": ["1", "2"]}).json() == {"papers": ["1", "2"]}
    assert visitor.post("/nhieu/", {"otp": ["1", "2"]}).status_code == 400


def test_a_file_that_is_too_big_is_counted_and_not_kept(visitor: Client, settings: Any) -> None:
    body = part("scan", b"x" * (6 * 1024 * 1024), "CCCD.pdf") + b"--X--\r\n"

    answer = visitor.post("/kieu-dang/", body, content_type=MANY)

    assert answer.status_code == 422
    assert "Tệp vượt quá 5 MB." in answer.content.decode()


def test_a_file_of_five_megabytes_is_taken(visitor: Client) -> None:
    body = part("scan", b"x" * (5 * 1024 * 1024), "CCCD.pdf") + b"--X--\r\n"

    answer = visitor.post("/kieu-dang/", body, content_type=MANY)

    assert "Tệp vượt quá 5 MB." not in answer.content.decode()


def test_a_request_that_says_it_is_huge_is_refused_before_it_is_read(visitor: Client) -> None:
    answer = visitor.post("/gui/", b"--X--", content_type=MANY, CONTENT_LENGTH=str(65 * 1024 * 1024))

    assert answer.status_code == 413


def test_a_refusal_becomes_a_page_with_its_sentence_and_status(visitor: Client) -> None:
    answer = visitor.get("/tu-choi/")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    assert "Đề nghị thử lại sau 30 giây." in answer.content.decode()


def test_a_refusal_is_json_for_a_program_and_a_part_of_a_page_for_htmx(visitor: Client) -> None:
    said = visitor.get("/tu-choi/", headers={"accept": "application/json"})
    shown = visitor.get("/tu-choi/", headers={"hx-request": "true"})

    assert said.json()["code"] == "busy"
    assert shown.headers["HX-Retarget"] == "#messages"
    assert "<html" not in shown.content.decode()


def test_a_breakdown_tells_nothing_but_its_number(visitor: Client) -> None:
    answer = visitor.get("/hong/")

    assert answer.status_code == 500
    assert "Hệ thống đang gặp sự cố" in answer.content.decode()
    assert "RuntimeError" not in answer.content.decode()
    assert "001090000123" not in answer.content.decode()


def test_a_missing_page_and_a_stale_form_say_what_to_do(visitor: Client) -> None:
    missing = visitor.get("/khong-co/")
    stale = Client(enforce_csrf_checks=True).post("/gui/", {"a": "1"})

    assert (missing.status_code, stale.status_code) == (404, 403)
    assert "kiểm tra lại địa chỉ" in missing.content.decode()
    assert "tải lại trang" in stale.content.decode()


def test_a_refusal_leads_back_only_to_our_own_pages(visitor: Client) -> None:
    ours = visitor.get("/tu-choi/", headers={"referer": "http://testserver/gui/?so=1"}).content.decode()
    theirs = visitor.get("/tu-choi/", headers={"referer": "http://elsewhere.example/gui/"}).content.decode()

    assert 'href="/gui/"' in ours
    assert "Quay lại" not in theirs


@pytest.mark.parametrize("address", ["/kieu-dang/", "/tu-choi/", "/hong/", "/khong-co/", "/gui/?q=%00"])
def test_no_answer_is_kept_framed_or_indexed(visitor: Client, address: str) -> None:
    headers = visitor.get(address).headers

    assert headers["Cache-Control"] == "no-store, private"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "noindex" in headers["X-Robots-Tag"]
    policy = headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "object-src 'none'" in policy


def test_signing_out_empties_the_browser_and_a_public_answer_may_be_kept(visitor: Client) -> None:
    assert visitor.get("/ra/").headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in visitor.get("/cong-khai/").headers
    assert visitor.get("/cong-khai/").headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.django_db
def test_a_page_that_says_nothing_about_who_may_enter_is_not_there(visitor: Client, settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "motcua.web.visitors.VisitorMiddleware"]

    assert visitor.get("/kieu-dang/").status_code == 200
    assert visitor.get("/gui/").status_code == 404

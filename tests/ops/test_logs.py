import io
import json
import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from motcua.ops.entrance import anyone
from motcua.ops.logs import JsonFormatter, MaskedFilter
from motcua.ops.request_log import pseudonym

SECRETS = ["052185000101", "215123456", "0900 000 012", "+84900000013", "09.0000.0014", "hoa.mau@example.vn"]


def _line(record: logging.LogRecord) -> str:
    MaskedFilter().filter(record)
    return JsonFormatter().format(record)


def _record(text: str, *args: object, **extra: object) -> logging.LogRecord:
    record = logging.LogRecord("motcua.test", logging.INFO, "here.py", 1, text, args, None)
    vars(record).update(extra)
    return record


@pytest.mark.parametrize("secret", SECRETS)
def test_a_planted_number_never_reaches_the_log(secret: str) -> None:
    for record in (
        _record(f"got {secret} here"),
        _record("got %s here", secret),
        _record("x", route=f"/a/{secret}"),
        _record("x", citizen=secret),
        _record("address /tim?so=" + secret),
    ):
        assert secret not in _line(record)


def test_a_raised_error_tells_where_but_not_what_it_said() -> None:
    try:
        raise ValueError("Key (number)=(052185000101) of Trần Thị Hoa already exists")
    except ValueError as raised:
        record = _record("broken")
        record.exc_info = (type(raised), raised, raised.__traceback__)
    line = json.loads(_line(record))
    assert line["raised"][0] == "builtins.ValueError"
    assert "test_logs.py" in line["raised"][1]
    assert "Hoa" not in json.dumps(line, ensure_ascii=False)


def test_no_text_can_start_a_line_of_its_own() -> None:
    assert "\n" not in _line(_record("one\r\n{two}\u2028three", route="a\nb"))


def test_ids_and_times_stay_readable() -> None:
    line = json.loads(_line(_record("dossier:12345 took", ms=12.5, status=200)))
    assert (line["text"], line["ms"], line["status"]) == ("dossier:12345 took", 12.5, 200)


@anyone
def page(request: HttpRequest, what: str) -> HttpResponse:
    if "broken" in request.GET:
        raise RuntimeError(request.GET["broken"])
    return HttpResponse("ok")


urlpatterns = [path("thu/<str:what>/", page, name="thu")]
ONLY_THE_LOG = {"ROOT_URLCONF": __name__, "MIDDLEWARE": ["motcua.ops.request_log.RequestLogMiddleware"]}


@pytest.fixture
def written() -> io.StringIO:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(MaskedFilter())
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    try:
        yield stream  # type: ignore[misc]
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


@override_settings(**ONLY_THE_LOG)
def test_each_request_leaves_one_line_with_the_route_and_nothing_typed(written: io.StringIO) -> None:
    response = Client().post("/thu/Tran-Hoa/?so=052185000101", {"ten": "Trần Thị Hoa"})

    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["route"] for line in lines] == ["thu"]
    assert lines[0]["status"] == 200
    assert lines[0]["request_id"] == response["X-Request-ID"]
    assert "127.0.0.1" not in written.getvalue()
    assert "Hoa" not in written.getvalue()
    assert "052185000101" not in written.getvalue()


@override_settings(**ONLY_THE_LOG)
def test_a_broken_page_is_logged_without_what_was_typed(written: io.StringIO) -> None:
    client = Client(raise_request_exception=False)
    response = client.get("/thu/Tran-Hoa/", {"broken": "Trần Thị Hoa 052185000101"})

    assert response.status_code == 500
    assert "RuntimeError" in written.getvalue()
    assert "Hoa" not in written.getvalue()
    assert "052185000101" not in written.getvalue()
    requests = {json.loads(line).get("request_id") for line in written.getvalue().splitlines()}
    assert requests == {response["X-Request-ID"]}


def test_a_forged_forwarding_header_changes_nothing_when_there_is_no_proxy() -> None:
    plain = RequestFactory().get("/")
    forged = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.9"})
    with override_settings(TRUSTED_PROXIES=0):
        assert pseudonym(plain) == pseudonym(forged)
    with override_settings(TRUSTED_PROXIES=1):
        assert pseudonym(plain) != pseudonym(forged)

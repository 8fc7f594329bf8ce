"""The door: whatever is sent below /api/, what comes out is a problem document: no page, no cookie, no redirect."""

import errno
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from motcua.api import lifecycle
from motcua.api.lifecycle import Leaving
from motcua.api.parsing import is_clean
from motcua.signin import calls
from tests.api.calling import System, a_system, problem

pytestmark = pytest.mark.django_db(transaction=True)
CHECKS = "account-checks"


@pytest.fixture
def system() -> System:
    return a_system()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b" ", "request_unreadable"),
        (b"{", "request_unreadable"),
        (b"[]", "request_unreadable"),
        (b'"x"', "request_unreadable"),
        (b'{"a": 1, "a": 2}', "request_unreadable"),
        (b'{"a": NaN}', "request_unreadable"),
        (b'{"purpose": "\\u0000"}', "request_unreadable"),
        (b'{"purpose": "\\ud800"}', "request_unreadable"),
        (b"\xff\xfe{}", "request_unreadable"),
        (b"[" * 100_000, "request_unreadable"),
        (b'{"a": ' * 50 + b"1" + b"}" * 50, "request_unreadable"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "request_unreadable"),
        (b"{}", "request_invalid"),
    ],
    ids=range(13),
)
def test_a_body_that_cannot_be_meant_is_refused(system: System, body: bytes, code: str) -> None:
    assert problem(system.post(CHECKS, body))[1] == code


def test_text_is_clean_or_not() -> None:
    assert is_clean({"a": ["Nguyễn", {"b": None}]})
    assert not is_clean({"a\x00": 1}) and not is_clean(["\udc00"])


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"content_type": "text/xml"}, (415, "media_type_not_usable")),
        ({"content_type": "multipart/form-data; boundary=x"}, (415, "media_type_not_usable")),
        ({"content_type": "application/json; charset=utf-16"}, (400, "request_unreadable")),
        ({"CONTENT_LENGTH": "1000001"}, (413, "request_too_large")),
        ({"headers": {"Accept": "text/csv"}}, (406, "answer_not_accepted")),
        ({"headers": {"Host": "evil.example"}}, (400, "request_unreadable")),
    ],
    ids=str,
)
def test_an_envelope_that_does_not_fit_is_refused(
    system: System, more: dict[str, Any], told: tuple[int, str]
) -> None:
    assert problem(system.post(CHECKS, {}, **more)) == told


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "options", "head", "trace"])
def test_another_method_is_refused_and_says_nothing_else(method: str) -> None:
    answer = getattr(Client(), method)("/api/v1/account-checks")

    assert answer.status_code == 405
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v2/", "/api/v1/account-checks/", "/api/v1/x", "/api/v1/%00", "/api/v1/..%2f"]
)
def test_an_address_that_is_not_there_is_a_problem_and_no_redirect(path: str) -> None:
    assert problem(Client().get(path)) == (404, "no_such_operation")


def test_a_call_without_tls_is_refused_and_not_led_on(system: System, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert problem(system.check("052090000001")) == (403, "secure_line_wanted")


def test_no_answer_sets_a_cookie_or_invites_another_site(system: System) -> None:
    answer = system.post(CHECKS, {}, headers={"Origin": "https://evil.example", "Cookie": "phien=x"})

    assert "Set-Cookie" not in answer.headers
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_database_that_is_gone_is_said_and_nothing_is_given_away(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("connection to 10.0.0.7 refused")

    monkeypatch.setattr(calls, "_live", gone)
    answer = system.check("052090000001")

    assert problem(answer) == (503, "database_down")
    assert answer.headers["Retry-After"] == "60" and "10.0.0.7" not in answer.content.decode()


def test_a_full_disk_is_no_breakdown_and_the_call_may_come_again(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/var/lib/motcua/files/ab")

    monkeypatch.setattr(calls, "_live", full)
    answer = system.check("052090000001")

    assert problem(answer) == (503, "database_down")
    assert "/var/lib" not in answer.content.decode()


def test_an_operation_that_leaves_says_so_in_every_answer(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving = Leaving(
        since=datetime(2027, 1, 1, tzinfo=UTC), until=datetime(2027, 7, 1, tzinfo=UTC), instead="/huong-dan/"
    )
    monkeypatch.setitem(lifecycle.LEAVING, "api:exportUnits", leaving)

    answer = system.get("units")

    assert answer.headers["Deprecation"] == "@1798761600"
    assert answer.headers["Sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
    assert answer.headers["Link"] == '</huong-dan/>; rel="deprecation"'
    assert "Sunset" not in system.get("procedures").headers

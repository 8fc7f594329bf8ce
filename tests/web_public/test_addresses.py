"""What every page tells the browser, where it may send it, and what its address never holds."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from tests.accounts import people
from tests.house.test_routes import Route, routes
from tests.web_public import outside
from tests.web_public.visiting import Browser, citizen, officer

pytestmark = pytest.mark.django_db(transaction=True)

SOME_ID = "11111111-2222-4333-8444-555555555555"
SAMPLES = {
    "public_id": SOME_ID,
    "code": "ABCDEFGH23",
    "number": "YC-0000001",
    "mark": "0A1B2C3D4E",
    "token": "23456789abcdef",
}


def address_of(route: Route) -> str:
    """An address of the route, with ids of nobody."""
    return re.sub(
        r"<(?:(\w+):)?(\w+)>",
        lambda found: SAMPLES.get(found[2], "1" if found[1] == "int" else SOME_ID),
        f"/{route.pattern}",
    )


def visitors() -> dict[str, Browser]:
    somebody, (person, _), (staff, _) = Browser(), citizen(), officer()
    signed, desk = Browser(), Browser()
    signed.sign_in(person)
    desk.sign_in(staff)
    return {"stranger": somebody, "citizen": signed, "officer": desk}


def test_no_page_breaks_whoever_opens_it() -> None:
    broken = []
    for who, browser in visitors().items():
        for route in routes(get_resolver()):
            if not route.of_people:
                continue
            answer = browser.get(address_of(route))
            if answer.status_code >= 500:
                broken.append((who, route.pattern, answer.status_code))
    assert broken == []


def test_a_stranger_sees_nothing_that_is_not_for_anyone() -> None:
    stranger = Browser()
    let_in = [
        route.pattern
        for route in routes(get_resolver())
        if route.access not in ("anyone", "machine") and stranger.get(address_of(route)).status_code == 200
    ]
    assert let_in == []


_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


#: Read by systems, the same for everybody: how to sign people in, and by which keys tokens are believed.
DESCRIPTIONS = {
    ".well-known/openid-configuration",
    ".well-known/oauth-authorization-server",
    "oauth2/jwks",
}


def test_every_page_is_kept_nowhere_and_runs_nothing_foreign() -> None:
    for browser in visitors().values():
        for route in routes(get_resolver()):
            if not route.of_people:
                continue
            answer = browser.get(address_of(route))
            if route.pattern in DESCRIPTIONS:
                assert answer["Cache-Control"] == "public, max-age=300", route.pattern
                continue
            assert "no-store" in answer["Cache-Control"], route.pattern
            for name, value in _HEADERS.items():
                assert answer[name] == value, (route.pattern, name)
            policy = answer["Content-Security-Policy"]
            assert "unsafe-inline" not in policy
            assert "unsafe-eval" not in policy
            for wanted in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
                assert wanted in policy, route.pattern
            for cookie in answer.cookies.values():
                assert cookie["httponly"], cookie.key
                assert cookie["samesite"] in ("Lax", "Strict"), cookie.key


WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|SELECT .* FOR UPDATE)", re.I)


def test_looking_writes_nothing() -> None:
    """But for the moment at which a session was last seen, and the journal of who looked."""
    wrote = []
    for who, browser in visitors().items():
        for route in routes(get_resolver()):
            if not route.of_people:
                continue
            with CaptureQueriesContext(
                connection,
            ) as asked:
                browser.get(address_of(route))
            wrote += [
                (who, route.pattern, query["sql"][:90])
                for query in asked.captured_queries
                if WRITES.match(query["sql"])
                and not re.search("accounts_session|journal_event", query["sql"])
            ]
    assert wrote == []


AWAY = [
    f"{start}{rest}"
    for start in (
        "//",
        "/\\",
        "\\\\",
        "///",
        "/\t/",
        "\t//",
        "/%09/",
        "http://",
        "https://",
        "HTTPS:",
        "javascript:",
        "data:text/html,",
        "//%5c",
        "/\\/",
        "https:/",
        "/%0d%0aLocation: http://",
        "////",
        ".//",
    )
    for rest in ("evil.example", "evil.example/dang-nhap/", "evil.example%2f.testserver")
] + [
    "https://testserver@evil.example/",
    "//testserver:80@evil.example",
    "https://testserver.evil.example/",
    "",
    "evil.example",
    "\u2044\u2044evil.example",
    "//[::1]",
    "http:evil.example",
]


@pytest.mark.parametrize("wanted", AWAY)
def test_nobody_is_sent_to_another_site(wanted: str) -> None:
    person, _ = citizen()
    answer = Browser().sign_in(person, tiep=wanted)

    if answer.status_code == 302:
        assert goes_home(answer["Location"]), answer["Location"]
    else:
        assert answer.status_code in (400, 422)


def test_nobody_is_sent_to_another_site_after_registering() -> None:
    for wanted in AWAY[:9]:
        browser, person = Browser(), people.data()
        outside.knows(person)
        from urllib.parse import quote

        done = browser.register(person, f"?quay-lai={quote(wanted)}")
        page = browser.get(done["Location"]).content.decode()
        assert all(goes_home(link) for link in re.findall(r'class="btn btn-primary" href="([^"]*)"', page))


def goes_home(address: str) -> bool:
    """A path of ours, however a browser reads slashes, tabs and line ends."""
    read = re.sub(r"[\t\r\n]", "", address).replace("\\", "/")
    return read.startswith("/") and not read.startswith("//")


def test_no_address_and_no_way_on_holds_personal_data(browser: Browser) -> None:
    person = people.data()
    outside.knows(person)
    seen: list[Any] = []
    asked = browser.client.request

    def note(**request: Any) -> Any:
        answer = asked(**request)
        seen.append(
            (request.get("PATH_INFO", ""), request.get("QUERY_STRING", ""), answer.get("Location", ""))
        )
        return answer

    browser.client.request = note  # type: ignore[method-assign]
    browser.register(person)
    browser.post("/dang-xuat/")
    browser.sign_in(person, password="Sai.Mat-Khau-1")
    browser.sign_in(person)
    browser.post("/ca-nhan/kho-du-lieu/", {"tim": person.full_name.value})
    browser.fill("/quen-mat-khau/", {"number": person.citizen_id.value, "born_on": person.born_on.shown})

    written = " ".join(" ".join(map(str, one)) for one in seen)
    for secret in (person.citizen_id.value, person.phone.local, person.phone.value, person.full_name.value):
        assert secret not in written
    assert len(seen) > 8

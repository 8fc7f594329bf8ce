"""A browser, the portal's side of VNeID, and the simulated VNeID on a real socket."""

from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc.jwk import ECKey

from motcua.accounts.vneid_port import Beginning, Proved
from motcua.gateways.vneid import HttpVneidSignIn, Vneid
from motcua.gateways.wire import Line

BACK = "https://cong.example.vn/dang-nhap/vneid/tro-ve/"
SECRET = "chi-dung-khi-chay-thu"
#: Agrees with a man born in 1990.
NUMBER = "0520900" + "77001"


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("type") == "hidden":
            self.fields[str(found["name"])] = found.get("value") or ""
        if tag == "a":
            self.links.append(found.get("href") or "")


def read(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    return page


def portal(
    url: str, *, key: ECKey | None = None, secret: str = SECRET, algorithm: str = "RS256"
) -> HttpVneidSignIn:
    return HttpVneidSignIn(
        provider=Vneid(f"{url}/vneid", algorithm=algorithm, line=Line(deadline=3.0)),
        client_id="motcua",
        redirect_uri=BACK,
        key=key,
        secret=secret,
    )


def enrol(outside: httpx.Client, number: str = NUMBER, **more: str) -> None:
    said = {"number": number, "name": "Nguyễn Văn Mẫu", "born_on": "01/02/1990", **more}
    outside.put("/vneid/cong-dan", json=said).raise_for_status()


def fault(outside: httpx.Client, state: str) -> None:
    outside.post("/su-co", json={"vneid": state}).raise_for_status()


def consent(
    outside: httpx.Client, beginning: Beginning, *, number: str = NUMBER, deed: str = "co"
) -> dict[str, list[str]]:
    """The person at VNeID's pages; what comes back in the address."""
    asking = read(outside.get(beginning.address).raise_for_status().text)
    form = {**asking.fields, "so": number, "viec": deed}
    answered = read(outside.post("/vneid/authorize", data=form).raise_for_status().text)
    back = next(link for link in answered.links if link.startswith(BACK))
    return parse_qs(urlsplit(back).query)


def whole(outside: httpx.Client, party: HttpVneidSignIn, *, number: str = NUMBER) -> Proved:
    beginning = party.begin("/ca-nhan/")
    return party.finish(consent(outside, beginning, number=number), beginning.kept)


def without(told: Mapping[str, list[str]], name: str) -> dict[str, list[str]]:
    return {key: values for key, values in told.items() if key != name}

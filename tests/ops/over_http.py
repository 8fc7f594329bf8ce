"""A visitor without a browser: forms are fetched, filled in and sent, cookies are kept, over a real connection."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import httpx


class _Fields(HTMLParser):
    """What a form would send as it stands; of several forms the one that ``wanted`` names a field of."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.works: list[dict[str, Any]] = []
        self._in_form = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self.forms.append({})
            self._in_form = True
        elif tag == "proof-of-work" or "data-challenge" in has:
            self.works.append(json.loads(has.get("data-challenge") or "{}"))
        elif self._in_form and tag in ("input", "textarea", "select") and has.get("name"):
            if has.get("type") in ("checkbox", "radio", "file", "submit"):
                return
            self.forms[-1][str(has["name"])] = has.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_form = False


class Visitor:
    """``seen``: every address that was asked for, as a proxy would log it, with its Referer."""

    def __init__(self, base: str) -> None:
        self.client = httpx.Client(base_url=base, follow_redirects=True, timeout=60)
        self.seen: list[str] = []
        self.page = ""
        self.client.event_hooks["request"].append(
            lambda request: self.seen.append(f"{request.url} {request.headers.get('Referer', '')}")
        )

    def get(self, address: str) -> httpx.Response:
        return self._kept(self.client.get(address))

    def send(self, address: str, typed: dict[str, str], *, having: str) -> httpx.Response:
        """The form of the present page that has this field, with these values, as a browser sends it."""
        fields = self._form(having)
        fields.update(typed)
        here = str(self.client.base_url).rstrip("/") + address
        return self._kept(self.client.post(address, data=fields, headers={"Referer": here}))

    def _form(self, having: str) -> dict[str, str]:
        found = _Fields()
        found.feed(self.page)
        form = next(form for form in found.forms if having in form)
        if found.works and "proof" in form:
            form["proof"] = _solved(found.works[0])
        return dict(form)

    def _kept(self, answer: httpx.Response) -> httpx.Response:
        self.page = answer.text if "text/html" in answer.headers.get("Content-Type", "") else ""
        return answer


def _solved(task: dict[str, Any]) -> str:
    for number in range(int(task["maxNumber"]) + 1):
        if hashlib.sha256(f"{task['salt']}{number}".encode()).hexdigest() == task["challenge"]:
            said = {name: task[name] for name in ("algorithm", "challenge", "salt", "signature")}
            return base64.b64encode(json.dumps({**said, "number": number}).encode()).decode()
    raise AssertionError("no number solves it")


def code_in(text: str) -> str:
    found = re.search(r"\b([0-9]{6})\b", text)
    assert found is not None
    return found[1]

"""A browser of which is written down what leaves it in an address or a Referer, and what it keeps."""

import json
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Request
from tests.running_town import Town
from tests.visiting import DESKTOP, listen

#: Every write into a storage is told, also of what is gone again when the page is left.
_TELL = """
const write = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, value) {
  window.motcuaKept(`${key}=${value}`);
  return write.call(this, key, value);
};
const open = indexedDB.open.bind(indexedDB);
indexedDB.open = (name, version) => { window.motcuaKept(`indexedDB ${name}`); return open(name, version); };
"""
_KEPT = """async () => JSON.stringify([
  {...localStorage}, {...sessionStorage}, history.state, window.name, document.cookie,
  (await indexedDB.databases()).map(one => one.name),
  await Promise.all((await caches.keys()).map(async name =>
    (await (await caches.open(name)).keys()).map(kept => kept.url))),
  navigator.serviceWorker ? (await navigator.serviceWorker.getRegistrations()).map(one => one.scope) : [],
])"""


@dataclass
class Watched:
    """One visitor."""

    town: Town
    browser: Browser
    addresses: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        wanted: dict[str, Any] = {**DESKTOP, "base_url": self.town.url, "locale": "vi-VN"}
        self.context: BrowserContext = self.browser.new_context(accept_downloads=True, **wanted)
        self.context.set_default_timeout(60_000)
        self.context.on("request", self._heard)
        self.context.on("page", listen)
        self.context.expose_binding("motcuaKept", lambda _, told: self.kept.append(str(told)))
        self.context.add_init_script(_TELL)
        self.page: Page = self.context.new_page()

    def _heard(self, asked: Request) -> None:
        self.addresses += [asked.url, asked.headers.get("referer", "")]

    def look(self) -> None:
        """What the browser keeps now; asked between two steps, for a page that is left takes some of it along."""
        self.page.wait_for_load_state()
        self.addresses += [self.page.url, str(self.page.evaluate("document.referrer"))]
        self.kept.append(str(self.page.evaluate(_KEPT)))
        cookies: list[Any] = self.context.cookies()
        self.kept.append(json.dumps([[one["name"], one["value"]] for one in cookies]))
        # Whoever has a session's token has the session: it belongs to the browser and to nobody's log.
        self.tokens |= {one["value"] for one in cookies if len(one["value"]) >= 24}

    def go(self, address: str) -> None:
        self.page.goto(address)
        self.look()

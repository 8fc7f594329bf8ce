"""How a visitor with a browser looks at a page."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

SHOTS = Path(__file__).parent / "journeys" / "shots"
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}

NewContext = Callable[..., BrowserContext]
NewPage = Callable[..., Page]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The one that CHROMIUM names, or the machine's; without one the test fails and says what to do."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("No Chromium: set CHROMIUM, or run `make test`, which finds or installs one.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGUMENTS))
        yield started
        started.close()


def listen(page: Page) -> None:
    """Errors of scripts and of the content security policy, kept for ``assert_quiet``."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "console",
        lambda said: (
            heard.append(said.text)
            if said.type == "error" and "Failed to load resource" not in said.text
            else None
        ),
    )
    page.motcua_heard = heard  # type: ignore[attr-defined]


def assert_quiet(page: Page) -> None:
    heard = page.motcua_heard  # type: ignore[attr-defined]
    assert heard == [], f"the page's scripts complained: {heard}"


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def shot(page: Page, name: str) -> Path:
    """A picture of the whole page, in a folder that is not kept; JOURNEY_SHOTS=no takes those of failures only."""
    path = SHOTS / f"{name}.png"
    if os.environ.get("JOURNEY_SHOTS") == "no" and not name.startswith("failed-"):
        return path
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=path, full_page=True)
    return path


def assert_nothing_from_outside(page: Page) -> None:
    """Nothing that the page loads comes from elsewhere (each context asserts it at its end as well)."""
    names = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    outside = [name for name in names if urlsplit(name).hostname not in {"127.0.0.1", None}]
    assert outside == []

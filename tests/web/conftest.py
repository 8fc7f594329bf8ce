"""The base of the web room alone: its middlewares, its style page, no audience and no visitor."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Page
from tests.visiting import chromium


@pytest.fixture(autouse=True)
def _only_the_base(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.web.wrong_pages"
    others = ("visitors", "whitenoise", "request_log")
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not any(other in name for other in others)]
    here = Path(__file__).parent / "templates"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], here]}]


@pytest.fixture
def server(_only_the_base: None) -> Iterator[str]:
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.fixture
def page(server: str) -> Iterator[Page]:
    """A page of Chromium that remembers what it complained about and whom it called."""
    with chromium() as browser:
        page = browser.new_page(base_url=server)
        page.set_default_timeout(15_000)
        yield page

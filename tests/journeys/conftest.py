"""A browser before the running system. Journeys see what a visitor sees and nothing else."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.running_town import Town, town_apart_in, town_in
from tests.visiting import (
    DESKTOP,
    PHONE,
    NewContext,
    NewPage,
    assert_accessible,
    assert_nothing_from_outside,
    chromium,
    listen,
    shot,
)

# A page that is drawn late on a busy machine is drawn all the same.
expect.set_options(timeout=30_000)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


@pytest.fixture(scope="package")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """As `make run` starts it, with the sample world; with ARRANGEMENT=apart as `make run-split` does."""
    apart = os.environ.get("ARRANGEMENT") == "apart"
    found = town_apart_in if apart else town_in
    running = found(tmp_path_factory.mktemp("town"), PROOF_OF_WORK_COST="2000")
    running.start(patience=600.0 if apart else 300.0)  # two of everything, one after the other
    yield running
    running.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def new_context(town: Town, browser: Browser, request: pytest.FixtureRequest) -> Iterator[NewContext]:
    """A visitor: own cookies, Vietnamese, desktop unless told otherwise (`new_context(**PHONE)`)."""
    made: list[BrowserContext] = []
    asked_outside: list[str] = []

    def note(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            asked_outside.append(url)

    def make(**options: Any) -> BrowserContext:
        wanted = {
            **DESKTOP,
            "locale": "vi-VN",
            "timezone_id": "Asia/Ho_Chi_Minh",
            "base_url": town.url,
            **options,
        }
        context = browser.new_context(accept_downloads=True, **wanted)
        context.set_default_timeout(30_000)
        context.on("request", lambda asked: note(asked.url))
        context.on("page", listen)
        made.append(context)
        return context

    yield make
    if getattr(request.node, "report_call", None) and request.node.report_call.failed:
        for number, page in enumerate(page for context in made for page in context.pages):
            shot(page, f"failed-{request.node.name}-{number}")
    for context in made:
        context.close()
    assert asked_outside == [], "the browser asked other machines"


@pytest.fixture
def new_page(new_context: NewContext) -> NewPage:
    return lambda **options: new_context(**options).new_page()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A visitor at a desk."""
    return new_page()


@pytest.fixture
def phone_page(new_page: NewPage) -> Page:
    """A visitor with a phone, 390 wide."""
    return new_page(**PHONE)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    return assert_accessible


@pytest.fixture
def assert_no_external() -> Callable[[Page], None]:
    return assert_nothing_from_outside


@pytest.fixture
def take_shot() -> Callable[[Page, str], Path]:
    return shot

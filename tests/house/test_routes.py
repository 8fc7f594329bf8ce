"""Every address says who may enter, holds no number of a person, and draws templates that somebody uses."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

SOURCE = Path(__file__).resolve().parents[2] / "src" / "motcua"
TEMPLATES = SOURCE / "web" / "templates"
#: Numbers that could stand in an address by mistake.
NUMBERS = (
    "052090000101",
    "052000101",
    "0913000101",
    "+84913000101",
    "84913000101",
    "4100267298",
    "4100267298001",
)
#: A row's own number or a piece of a hash, never a person's number; what it names is found by owner or post as well.
NAMED = {
    "ca-nhan/nhat-ky/<int:look_id>/phan-anh/",
    "mot-cua/ho-so/<uuid:public_id>/thanh-phan/<int:order>/",
    "yc/<request_number:number>/<request_mark:mark>",
}


class Route(NamedTuple):
    """One address of the system."""

    pattern: str
    name: str
    access: str

    @property
    def of_people(self) -> bool:
        """Opened by people in a browser, not by machines."""
        return not self.name.startswith(("ops:", "api:", ":")) and not self.is_for_builders

    @property
    def is_for_builders(self) -> bool:
        """The style page: in demonstrations only."""
        return self.pattern.startswith("kieu-dang/")


def routes(resolver: URLResolver, before: str = "", space: str = "") -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, pattern, entry.namespace or space)
        elif isinstance(entry, URLPattern):
            yield Route(pattern, f"{space}:{entry.name or ''}", str(getattr(entry.callback, "access", "")))


ALL = list(routes(get_resolver()))


@pytest.mark.parametrize("route", ALL, ids=lambda route: route.pattern)
def test_every_route_says_who_may_enter(route: Route) -> None:
    assert route.access, f"{route.pattern}: mark the view with motcua.web.access"


@pytest.mark.parametrize("route", ALL, ids=lambda route: route.pattern)
def test_no_route_takes_a_number_of_a_person(route: Route) -> None:
    if route.pattern in NAMED or route.is_for_builders:
        return
    for converter, name in re.findall(r"<(?:(\w+):)?(\w+)>", route.pattern):
        shape = get_converters()[converter or "str"].regex
        taken = [number for number in NUMBERS if re.fullmatch(shape, number)]
        assert not taken, f"<{converter}:{name}> of {route.pattern} takes {taken}"


def test_the_named_exemptions_exist() -> None:
    assert {route.pattern for route in ALL} >= NAMED


def templates() -> list[str]:
    return sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("name", templates())
def test_every_template_is_used(name: str) -> None:
    if name.removesuffix(".html").isdecimal():
        return
    users = [*SOURCE.rglob("*.py"), *TEMPLATES.rglob("*.html")]
    stem = name.removesuffix(".html")
    folder, _, last = stem.rpartition("/")
    named = re.compile(rf"{re.escape(name)}|{re.escape(folder)}/\{{[^}}]*\}}\.html")
    assert any(named.search(path.read_text(encoding="utf-8")) for path in users), f"nobody draws {last}"


INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.I)


@pytest.mark.parametrize("name", templates())
def test_no_template_holds_script_or_style(name: str) -> None:
    text = re.sub(
        r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", (TEMPLATES / name).read_text(encoding="utf-8")
    )
    found = INLINE.findall(text)
    assert found == [], f"{name}: {found}"


OUTSIDE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")


@pytest.mark.parametrize("name", templates())
def test_no_template_asks_another_machine(name: str) -> None:
    assert not OUTSIDE.search((TEMPLATES / name).read_text(encoding="utf-8")), name

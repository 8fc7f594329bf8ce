"""A desk without a portal, a portal without a desk: neither holds the other's tables, both lead to its pages."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).resolve().parents[2]
#: What a process of its own says about itself; an installation is arranged once, when it starts.
TELL = """
import json, re, sys, django
django.setup()
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.template.loader import render_to_string
from django.urls import resolve, reverse
from types import SimpleNamespace
from motcua.kernel.authority import Power
from motcua.web import context, systems
from django.conf import settings
call_command("check", fail_level="WARNING")
client = Client()
def ask(method, path):
    answer = getattr(client, method)(path)
    return [answer.status_code, answer.headers.get("Location", "")]
SHELLS = (
    "office/khung.html", "office/dashboard.html", "shells/counter.html", "shells/citizen.html", "shells/public.html")
EVERYTHING = ("open", "receive", "approve", "export", "procedures", "manage", "inspect", "grant", "connect")
def leads_to(href):
    path, _, _ = href.partition("?")
    view = resolve(path).func
    return getattr(view, "leads_to", None)
def menus():
    visitor = SimpleNamespace(is_officer=True, factor="app", mandate_id=None, is_narrowed=False, display_name="N")
    for shell in SHELLS:
        said = render_to_string(shell, {
            **context.standing(), **{f"may_{name}": True for name in EVERYTHING}, "nav_here": "",
            "may": [power.value for power in Power], "visitor": visitor, "outages": (), "unit_name": "U", "crumbs": (),
        })
        for href in sorted(set(re.findall(r'<a[^>]* href="(/(?!/)[^"]*)"', said))):
            yield shell, href, leads_to(href)
print("\\n" + json.dumps({
    "menus": list(menus()),
    "tables": sorted(model._meta.db_table for model in apps.get_models()),
    "modules": sorted(name for name in sys.modules if name.startswith("motcua.")),
    "answers": {f"{method} {path}": ask(method, path) for method, path in json.loads(sys.argv[1])},
    "form_action": settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"],
    "as_now": systems.of_desk_as_now("/ca-nhan/ho-so/"),
    "names": [reverse(name) for name in ("public:registration", "citizen:vault", "counter:check", "office:accounts")],
}))
"""
ADDRESSES = [
    ("get", "/dang-ky/"),
    ("get", "/dang-ky/?tu=quay"),
    ("post", "/dang-ky/"),
    ("get", "/quen-mat-khau/"),
    ("get", "/ca-nhan/kho-du-lieu/"),
    ("get", "/ca-nhan/ho-so/"),
    ("get", "/mot-cua/tiep-nhan/"),
    ("post", "/mot-cua/tiep-nhan/"),
    ("get", "/tra-cuu/"),
    ("get", "/quan-tri/tai-khoan-cong-dan/"),
    ("get", "/quan-tri/thu-tuc/"),
]


def told_by(systems: str, tmp_path: Path, **more: str) -> dict[str, Any]:
    surroundings = {
        **os.environ,
        "PYTHONPATH": str(SOURCE / "src"),
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings_dev",
        "SYSTEMS": systems,
        "VAR_DIR": str(tmp_path / "var"),
        "KEYS_DIR": os.environ["KEYS_DIR"],
        "DATABASE_URL": "postgresql://nobody@/nothing?host=/nowhere",
        "ALLOWED_HOSTS": "testserver",
        "PUBLIC_URL": "http://here.example",
        "VNEID_ISSUER": "-",  # with it a page asks the database by whom people are known today
        **more,
    }
    for folder in ("log", "static"):
        (tmp_path / "var" / folder).mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-c", TELL, json.dumps(ADDRESSES)],
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return told_by("desk", tmp_path_factory.mktemp("desk"), PORTAL_URL="http://cong.example")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return told_by("portal", tmp_path_factory.mktemp("portal"), DESK_URL="http://tinh.example")


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return told_by("portal,desk", tmp_path_factory.mktemp("together"))


def of_rooms(told: dict[str, Any], *rooms: str) -> list[str]:
    return [table for table in told["tables"] if table.startswith(tuple(f"{room}_" for room in rooms))]


def test_a_desk_alone_has_no_accounts_and_no_vaults(desk: dict[str, Any]) -> None:
    assert of_rooms(desk, "accounts", "vault") == []
    assert "signin_client" in desk["tables"], "systems are connected to a desk apart (ADR 0042)"
    of_people = {"signin_signin", "signin_refreshtoken", "signin_sharing", "signin_deskdossier"}
    assert not of_people & set(desk["tables"])
    assert "desk_dossier" in desk["tables"]
    assert "guests_guestsession" in desk["tables"]


def test_a_portal_alone_has_no_dossiers(portal: dict[str, Any]) -> None:
    assert of_rooms(portal, "desk", "guests") == []
    assert {"accounts_account", "vault_paper", "signin_client"} <= set(portal["tables"])


def test_the_other_systems_tables_are_not_even_imported(desk: dict[str, Any], portal: dict[str, Any]) -> None:
    models = ("models", "tables")
    strangers = {
        "desk": [
            name for name in desk["modules"] if name.startswith(("motcua.accounts.models", "motcua.vault."))
        ],
        "portal": [
            name for name in portal["modules"] if name.startswith("motcua.desk.") and name.endswith(models)
        ],
    }
    assert strangers == {"desk": [], "portal": []}


def test_a_desk_leads_to_the_portals_pages_at_the_same_path(desk: dict[str, Any]) -> None:
    answers = desk["answers"]
    for path in ("/dang-ky/", "/dang-ky/?tu=quay", "/quen-mat-khau/", "/ca-nhan/kho-du-lieu/"):
        assert answers[f"get {path}"] == [302, f"http://cong.example{path}"]
    assert (
        answers["get /quan-tri/tai-khoan-cong-dan/"][1] == "http://cong.example/quan-tri/tai-khoan-cong-dan/"
    )


@pytest.mark.parametrize("arrangement", ["desk", "portal", "together"])
def test_every_entry_of_a_menu_leads_to_a_page_that_exists(
    arrangement: str, request: pytest.FixtureRequest
) -> None:
    """Of the administration only to pages that are here: at the other system somebody may hold no post at all."""
    menus = request.getfixturevalue(arrangement)["menus"]
    assert len(menus) > 40
    nowhere = [(shell, href) for shell, href, leads_to in menus if leads_to == ""]
    assert nowhere == []
    of_the_office = [href for shell, href, _ in menus if shell.startswith("office/")]
    assert {"/quan-tri/don-vi/", "/quan-tri/can-bo/", "/quan-tri/nhat-ky/", "/quan-tri/bao-cao/"} <= set(
        of_the_office
    )
    elsewhere = [
        href
        for shell, href, leads_to in menus
        if shell.startswith("office/") and href.startswith("/quan-tri/") and leads_to is not None
    ]
    assert elsewhere == []


def test_the_other_systems_administration_is_one_entry(desk: dict[str, Any]) -> None:
    """Whoever holds a post there as well goes over by its front door."""
    hrefs = {href for shell, href, _ in desk["menus"] if shell.startswith("office/")}
    assert "/quan-tri/tai-khoan-cong-dan/" not in hrefs
    assert {
        "/quan-tri/ket-noi/",
        "/quan-tri/san-sang/",
        "/quan-tri/han-muc/",
        "/quan-tri/thu-tuc/",
        "/quan-tri/doi-soat/",
    } <= hrefs


def test_a_form_is_never_passed_on(desk: dict[str, Any], portal: dict[str, Any]) -> None:
    assert desk["answers"]["post /dang-ky/"][0] in (403, 404)
    assert portal["answers"]["post /mot-cua/tiep-nhan/"][0] in (403, 404)


def test_a_portal_leads_to_the_desks_pages_at_the_same_path(portal: dict[str, Any]) -> None:
    for path in ("/ca-nhan/ho-so/", "/mot-cua/tiep-nhan/", "/tra-cuu/", "/quan-tri/thu-tuc/"):
        assert portal["answers"][f"get {path}"] == [302, f"http://tinh.example{path}"]


def test_a_button_may_lead_to_the_other_system_and_nowhere_else(
    desk: dict[str, Any], portal: dict[str, Any], together: dict[str, Any]
) -> None:
    """Browsers follow ``form-action`` through redirections: the answer to a form may be a page over there."""
    assert desk["form_action"] == ["'self'", "http://cong.example"]
    assert portal["form_action"] == ["'self'", "http://tinh.example"]
    assert together["form_action"] == ["'self'"]


def test_whoever_becomes_somebody_else_at_the_portal_is_known_at_a_desk_elsewhere_at_once(
    portal: dict[str, Any], together: dict[str, Any], tmp_path: Path
) -> None:
    asked = "tiep=%2Fca-nhan%2Fho-so%2F&vi_sao=lam-viec-thay"
    assert portal["as_now"] == f"http://tinh.example/dang-nhap/?{asked}"
    assert together["as_now"] == "/ca-nhan/ho-so/"
    assert told_by("portal", tmp_path)["as_now"] == ""


def test_every_address_is_the_same_in_each_arrangement(desk: dict[str, Any], portal: dict[str, Any]) -> None:
    assert desk["names"] == portal["names"]
    assert desk["names"][0] == "/dang-ky/"


def test_a_portal_that_knows_no_desk_says_that_nothing_is_there(tmp_path: Path) -> None:
    assert told_by("portal", tmp_path)["answers"]["get /mot-cua/tiep-nhan/"][0] == 404


@pytest.mark.parametrize("said", ["", "cong", "portal,portal", "desk,shop"])
def test_an_arrangement_that_nobody_knows_does_not_start(said: str, tmp_path: Path) -> None:
    if not said:
        said = ","
    with pytest.raises(AssertionError, match="SYSTEMS"):
        told_by(said, tmp_path, PORTAL_URL="http://cong.example")

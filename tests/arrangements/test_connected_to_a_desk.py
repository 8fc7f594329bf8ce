"""A system is connected to a desk apart as to a portal: by two, with a token of the desk's own, until one stops it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from tests.house.test_migrations_go_back import _address

SOURCE = Path(__file__).resolve().parents[2]
DATABASE, OLDER = "a_desk_apart", "an_older_desk_apart"
OF_SYSTEMS = [
    "signin_callcount", "signin_client", "signin_deskprocedure", "signin_keptanswer", "signin_registration",
    "signin_signingkey", "signin_signinregistration", "signin_signinrequest", "signin_usedassertion",
    "signin_usedproof",
]  # fmt: skip
OF_PEOPLE = {"signin_signin", "signin_refreshtoken", "signin_sharing", "signin_deskdossier"}


def run(
    place: Path, systems: str, *what: str, database: str = DATABASE
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *what],
        env={
            **os.environ,
            "TEST_DATABASE_URL": _address(database),
            "MOTCUA_TEST_DIR": str(place),
            "PYTHONPATH": os.pathsep.join((str(SOURCE / "src"), str(SOURCE))),
            "DJANGO_SETTINGS_MODULE": "motcua.config.settings_test",
            "SYSTEMS": systems,
            "PUBLIC_URL": "http://testserver",
            "PORTAL_URL": "http://cong.example",
            "ALLOWED_HOSTS": "testserver",
        },
        cwd=SOURCE,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@contextmanager
def empty(database: str) -> Iterator[None]:
    with psycopg.connect(_address("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)".encode())
        server.execute(f"CREATE DATABASE {database}".encode())
    try:
        yield
    finally:
        with psycopg.connect(_address("postgres"), autocommit=True) as server:
            server.execute(f"DROP DATABASE {database} WITH (FORCE)".encode())


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Empty, and no other test's."""
    with django_db_blocker.unblock(), empty(DATABASE):
        yield
        connection.close()


@pytest.fixture(scope="module")
def told(database: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    done = run(tmp_path_factory.mktemp("desk"), "desk", "-m", "tests.arrangements.desk_apart")
    assert done.returncode == 0, done.stderr[-6000:]
    said: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return said


def test_the_tables_are_those_that_point_to_no_account(told: dict[str, Any]) -> None:
    assert told["tables"] == OF_SYSTEMS == told["models"]
    assert told["strangers"] == []
    assert told["left"] == [], "and they go again"


def test_two_officers_agree_as_at_a_portal(told: dict[str, Any]) -> None:
    assert told["before_approval"] == [400, "invalid_client"]
    assert told["own_approval"] == "registration_second_officer"
    assert told["own_approval_by_hand"] == "registration_second_officer"
    assert told["scope_of_the_portal"] == "registration_scope_not_here"


def test_the_desk_gives_tokens_of_its_own_to_who_proves_a_key(told: dict[str, Any]) -> None:
    scopes = "catalogue.read catalogue.write dossier.events"
    assert told["token"] == {"token_type": "DPoP", "scope": scopes}
    assert told["token_says"] == ["bao-dien-tu-tinh", scopes.split(), True, ""]
    assert told["token_unheld"] == [400, "invalid_dpop_proof"]
    assert told["token_from_elsewhere"] == [400, "invalid_client"]
    assert told["token_too_much"] == [400, "invalid_scope"]
    assert told["own_key"] in told["keys"]


def test_nobody_signs_in_there(told: dict[str, Any]) -> None:
    assert told["code_grant"] == [400, "unsupported_grant_type"]
    assert set(told["addresses"].values()) == {404}
    described = told["described"]
    assert described["grant_types_supported"] == ["client_credentials"]
    assert described["issuer"] == "http://testserver"
    assert not {"authorization_endpoint", "userinfo_endpoint", "claims_supported"} & set(described)


def test_units_procedures_and_events_are_given_out_there(told: dict[str, Any]) -> None:
    assert told["calls"] == {path: [200, ""] for path in ("units", "procedures", "dossier-events")}
    assert told["units"] == ["binhdinh-sgddt"]


def test_a_call_is_judged_as_at_a_portal(told: dict[str, Any]) -> None:
    assert told["stranger"] == [401, "access_token_not_trusted"], "the portal's name"
    assert told["stranger_renamed"] == [200, ""], "the name alone was wrong with it"
    assert told["proof_twice"] == [[200, ""], [401, "proof_repeated"]]
    assert told["no_proof"] == [401, "holder_proof_wanted"]
    assert told["from_elsewhere"] == [403, "caller_address_refused"]
    assert told["written_twice"] == [[200, ""], [200, "true"]]
    assert told["quota"] == 429
    assert told["counted"] == ["catalogue.read", "catalogue.write", "dossier.events"]


def test_one_officer_stops_it_with_the_next_call(told: dict[str, Any]) -> None:
    assert told["usage"] == [3, 0, 12]
    assert told["stopped"] == [[401, "client_not_live"], [400, "invalid_client"]]


def test_the_worker_forgets_what_cannot_be_believed_any_more(told: dict[str, Any]) -> None:
    assert told["forgotten"] == {"old_answer": False, "used_proof": True}


def test_the_page_for_programmers_shows_what_is_here(told: dict[str, Any]) -> None:
    shown = set(re.findall(r"<code>(?:GET|POST) (/api/v1/[a-z/-]+)</code>", told["page"]))
    assert shown == set(told["described_operations"])
    assert shown == {
        f"/api/v1/{path}" for path in ("units", "procedures", "procedure-imports", "dossier-events")
    }
    assert "account-checks" not in told["page"] and "BIEN_NHAN" not in told["page"]
    assert "http://cong.example/huong-dan/giao-dien-lap-trinh/" in told["page"]
    assert "không cấp thẻ thay mặt người dân" in told["page"]
    assert told["page"].count("<section") == told["page"].count("</section>")


def test_what_only_a_portal_ever_had_is_not_told_there(told: dict[str, Any]) -> None:
    """Nobody was connected to a desk before tokens had a holder."""
    assert "Bearer" not in told["page"]
    for scheme in told["openapi"]["components"]["securitySchemes"].values():
        assert "DPoP" in scheme["description"] and "thẻ Bearer" not in scheme["description"]
        assert "Cổng" not in scheme["description"]


MIGRATE = ("-m", "motcua.ops.command", "migrate")


def tables(database: str) -> set[str]:
    with psycopg.connect(_address(database)) as there:
        found = there.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in found}


@pytest.mark.parametrize("arrangement", ["portal,desk", "portal"], ids=["both", "portal"])
def test_a_desks_database_does_not_become_a_portals(
    told: dict[str, Any], arrangement: str, tmp_path: Path
) -> None:
    before = tables(DATABASE)
    done = run(tmp_path, arrangement, *MIGRATE)
    assert done.returncode == 1 and "Hãy đặt lại SYSTEMS=desk" in done.stderr, done.stderr[-2000:]
    assert tables(DATABASE) == before and not {name for name in before if name.startswith("accounts_")}


def test_a_database_with_accounts_does_not_become_a_desks(database: None, tmp_path: Path) -> None:
    ours = str(connection.settings_dict["NAME"])
    assert "accounts_account" in tables(ours)
    done = run(tmp_path, "desk", *MIGRATE, database=ours)
    assert done.returncode == 1 and "có tài khoản, là của Cổng" in done.stderr, done.stderr[-2000:]


def test_a_desk_of_before_it_had_connected_systems_is_brought_up_to_date(
    database: None, tmp_path: Path
) -> None:
    with empty(OLDER):
        done = run(tmp_path, "desk", "-m", "django", "migrate", "units", database=OLDER)
        assert done.returncode == 0, done.stderr[-2000:]
        assert "signin_client" not in tables(OLDER)
        done = run(tmp_path, "desk", *MIGRATE, database=OLDER)
        assert done.returncode == 0, done.stderr[-2000:]
        assert set(OF_SYSTEMS) <= tables(OLDER)


@pytest.mark.parametrize("arrangement", ["portal", "desk"])
def test_the_migrations_make_what_the_models_say(arrangement: str, tmp_path: Path) -> None:
    asked = ("-m", "django", "makemigrations", "--check", "--dry-run")
    done = run(tmp_path, arrangement, *asked, database="nothing_is_there")
    assert done.returncode == 0, done.stdout

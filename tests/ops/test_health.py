from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client, override_settings

from motcua.ops import holding, restore_mark
from motcua.ops.models import Hold

ONLY_OPS = {
    "ROOT_URLCONF": "motcua.ops.urls",
    "MIDDLEWARE": ["motcua.ops.request_log.RequestLogMiddleware"],
}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_ops(tmp_path: Path) -> object:
    with override_settings(**ONLY_OPS, FILES_DIR=tmp_path):
        yield


def test_a_whole_installation_is_ready() -> None:
    response = Client().get("/readyz")
    assert response.json() == {
        "status": "ready",
        "checks": {
            "database": True,
            "migrations": True,
            "keys": True,
            "files": True,
            "static": True,
            "restored": True,
        },
        "warnings": [],
    }


def test_an_installation_without_its_folder_of_files_is_not_ready(tmp_path: Path) -> None:
    with override_settings(FILES_DIR=tmp_path / "gone"):
        response = Client().get("/readyz")
    assert response.status_code == 503
    checks = response.json()["checks"]
    assert [name for name, holds in checks.items() if not holds] == ["files"]


def test_a_database_that_takes_no_writes_is_not_ready() -> None:
    """So says a standby; each reception would be refused there."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] is False


def test_a_node_without_gathered_static_files_is_not_ready(tmp_path: Path) -> None:
    """`motcua static` was forgotten on a new node: no page of it could be drawn."""
    kept = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    with override_settings(STORAGES=kept, STATIC_ROOT=tmp_path):
        response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["static"] is False


@pytest.mark.parametrize(
    "shut",
    [lambda: holding.hold(Hold.Door.EVERYTHING, "x"), lambda: restore_mark.begin("x")],
    ids=["held", "marked"],
)
def test_a_database_that_is_half_restored_is_shown_to_nobody(shut: Callable[[], None]) -> None:
    shut()
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert [name for name, holds in response.json()["checks"].items() if not holds] == ["restored"]


def test_a_process_is_alive_without_its_database(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert Client().get("/healthz").json() == {"status": "ok"}


def test_figures_are_for_this_machine_or_who_holds_the_token() -> None:
    client = Client()
    token = {"Authorization": "Bearer chi-dung-khi-chay-thu"}
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
    assert client.get("/metrics", headers=token, REMOTE_ADDR="203.0.113.9").status_code == 200
    wrong = {"Authorization": "Bearer chi-dung-khi-chay-thử"}
    assert client.get("/metrics", headers=wrong, REMOTE_ADDR="203.0.113.9").status_code == 403


def test_figures_count_requests_by_route_and_what_waits() -> None:
    client = Client()
    client.get("/healthz")
    shown = client.get("/metrics").content.decode()
    assert 'motcua_requests_total{method="GET",route="healthz",status="200"}' in shown
    assert "motcua_outbox_waiting 0.0" in shown
    assert "motcua_errand_oldest_seconds 0.0" in shown


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_only_reading_is_allowed(address: str) -> None:
    assert Client().post(address).status_code == 405

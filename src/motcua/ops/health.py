"""Is the process alive, and may visitors be sent to it?"""

import os
from collections.abc import Callable

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from motcua.health import reading
from motcua.ops import half_restored, lookups_fit, metrics
from motcua.ops.entrance import anyone

_migrated = False


@anyone
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Only this process: a database that is down must not make the supervisor kill us."""
    return JsonResponse({"status": "ok"})


@anyone
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    found = {name: _holds(check) for name, check in _CHECKS.items()}
    ready = all(found.values())
    body = {"status": "ready" if ready else "not ready", "checks": found, "warnings": _warnings()}
    return JsonResponse(body, status=200 if ready else 503)


@anyone
@never_cache
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    return metrics.answer(request)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, OSError):
        return False


def _warnings() -> list[str]:
    """What does not keep visitors away: officers and desks work, so the machine stays in use."""
    shut_out = _holds(reading.citizens_are_shut_out)
    return ["citizens_cannot_sign_in"] if shut_out else []


def _database() -> bool:
    """It takes writes: a standby answers questions too, and would refuse each reception."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool")
        return bool(cursor.fetchone() == (False,))


def _migrations() -> bool:
    """Asked until the answer is yes: the code of a running process does not change."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _restored() -> bool:
    """A database that is brought back under a running process is shown to nobody before it was proved."""
    return not half_restored.stands()


def _keys() -> bool:
    """Here, and those of the rows: with others everybody would hear that there is no such person."""
    return bool(settings.KEYRING.mac("readyz", "ok")) and not lookups_fit.miss()


def _files() -> bool:
    return settings.FILES_DIR.is_dir() and os.access(settings.FILES_DIR, os.W_OK | os.X_OK)


def _static() -> bool:
    """Gathered by `motcua static`: without that list no page can be drawn, and each would be a breakdown."""
    wanted = getattr(staticfiles_storage, "manifest_strict", False)
    return not wanted or bool(getattr(staticfiles_storage, "hashed_files", None))


_CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "migrations": _migrations,
    "keys": _keys,
    "files": _files,
    "static": _static,
    "restored": _restored,
}

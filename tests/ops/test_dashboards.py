"""Dashboard and alert rules name only figures that /metrics has, and each figure of ours is on a panel or in a rule."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from motcua.health import beating
from motcua.health.models import Kind
from motcua.ops import metrics

pytestmark = pytest.mark.django_db
DEPLOY = Path(__file__).parents[2] / "deploy"
DASHBOARD = DEPLOY / "dashboards" / "motcua.json"
ALERTS = DEPLOY / "alerts" / "motcua.yaml"
_FIGURE = re.compile(r"motcua_[a-z0-9_]+")


def known() -> set[str]:
    """Names of the figures as Prometheus hears them; a histogram has three."""
    page = metrics.page().decode()
    names = set(re.findall(r"^# TYPE (motcua_[a-z0-9_]+) ", page, re.MULTILINE))
    names |= {f"{name}{end}" for name in list(names) for end in ("_bucket", "_count", "_sum", "_total")}
    return names


def queries_of(dashboard: dict[str, Any]) -> list[str]:
    return [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


@pytest.fixture(autouse=True)
def somebody_lives() -> None:
    beating.alive()
    beating.note(Kind.JOB, "seal", ok=True)
    beating.note(Kind.NEIGHBOUR, "mail", ok=True)
    metrics.count_request("health", "GET", 200, 0.01)
    metrics.count_work("seal", 1)
    metrics.count_failed_work("seal")


def test_every_figure_on_the_dashboard_and_in_a_rule_is_there() -> None:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    asked = {name for query in queries_of(dashboard) for name in _FIGURE.findall(query)}
    ruled = {name for rule in rules() for name in _FIGURE.findall(rule["expr"])}
    assert len(asked) > 20 and len(ruled) > 10
    # Said only where there is a standby that may be read, or a backup that was made, or a log that is archived.
    sometimes = {
        "motcua_replication_lag_seconds",
        "motcua_backup_age_seconds",
        "motcua_backup_wal_age_seconds",
    }
    sometimes |= {"motcua_backup_files_age_seconds", "motcua_backup_files_ok", "motcua_backup_check_ok"}
    sometimes |= {"motcua_backup_check_age_seconds"}
    assert (asked | ruled) - known() - sometimes == set()


def test_every_figure_of_ours_is_shown_or_ruled() -> None:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    said = " ".join([*queries_of(dashboard), *(rule["expr"] for rule in rules())])
    page = metrics.page().decode()
    kept = set(re.findall(r"^# TYPE (motcua_[a-z0-9_]+) (?:gauge|counter|histogram)", page, re.MULTILINE))
    assert {name for name in kept if name not in said and not name.endswith("_created")} == set()


def test_every_rule_says_in_words_what_to_do() -> None:
    for rule in rules():
        assert rule["alert"] and rule["labels"]["severity"] in {"page", "ticket"}
        assert len(rule["annotations"]["summary"]) > 10 and len(rule["annotations"]["todo"]) > 10


def test_the_dashboard_is_one_that_can_be_read_in() -> None:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids)) and all(
        panel["title"] and panel["gridPos"] for panel in dashboard["panels"]
    )

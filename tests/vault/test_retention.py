"""Who looked at my papers: kept for 24 months, not a day less, and longer when it is contested."""

import pytest
from django.db import IntegrityError, connection, transaction
from tests import app_role
from tests.vault import papers
from tests.vault.test_vault_rules import look

from motcua.ops.places import APP_ROLE
from motcua.vault import history, retention
from motcua.vault.models import Look

pytestmark = pytest.mark.django_db(transaction=True)


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def aged(row: Look, interval: str) -> None:
    sql("SET session_replication_role = replica")
    sql("UPDATE vault_look SET at = clock_timestamp() - %s::interval WHERE id = %s", interval, row.pk)
    sql("SET session_replication_role = origin")


def purge() -> int:
    """As the running system does it."""
    app_role.give()
    with transaction.atomic():
        sql(f"SET LOCAL ROLE {APP_ROLE}")
        return retention.purge_due()


def test_a_look_goes_after_24_months_and_not_a_day_early() -> None:
    seen, young = look(papers.kept(papers.owner())), look(papers.kept(papers.owner()))

    aged(seen, "24 months -1 day")
    assert purge() == 0
    with pytest.raises(IntegrityError, match="chỉ được ghi thêm"):
        Look.objects.filter(pk=seen.pk).delete()

    aged(seen, "24 months 1 minute")
    assert purge() == 1
    assert list(Look.objects.all()) == [young]
    assert purge() == 0


def test_an_old_look_is_still_never_changed() -> None:
    seen = look(papers.kept(papers.owner()))
    aged(seen, "10 years")
    with pytest.raises(IntegrityError, match="chỉ được ghi thêm"):
        Look.objects.filter(pk=seen.pk).update(purpose="khác")


def test_a_contested_look_stays_as_evidence() -> None:
    account = papers.owner()
    seen = look(papers.kept(account))
    history.contest(account, seen.pk, "Tôi không đến quầy hôm đó.")
    aged(seen, "10 years")

    assert purge() == 0
    assert Look.objects.count() == 1


def test_the_setting_keeps_looks_longer(settings: object) -> None:
    settings.LOOKS_KEPT_MONTHS = 36  # type: ignore[attr-defined]
    aged(look(papers.kept(papers.owner())), "35 months")
    assert purge() == 0


def test_many_looks_go_by_batches_and_the_journal_hears_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    paper = papers.kept(papers.owner())
    for _ in range(5):
        aged(look(paper), "25 months")

    assert purge() == 5
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum((facts->>'looks')::int) FROM journal_event WHERE event = 'vault.data.erased'"
        )
        assert cursor.fetchone()[0] == 5

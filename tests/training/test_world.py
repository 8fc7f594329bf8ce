"""A database is real or for training, for good, and neither kind of installation enters the other's."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction

from motcua.config.postgresql import base
from motcua.training.models import Course, World
from tests.rule_by_rule import only_by_trigger
from tests.training.conftest import mark_for_training


@pytest.mark.django_db
def test_an_ordinary_database_was_marked_as_real_when_it_was_made() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM training_world")
        cursor.execute("SET LOCAL session_replication_role = origin")
    from importlib import import_module

    from django.apps import apps

    import_module("motcua.training.migrations.0002_rules").mark(apps, None)
    assert World.objects.get().kind == "REAL"


@pytest.mark.django_db
@pytest.mark.parametrize(("training", "has_units", "kind"), [(True, False, "TRAINING"), (True, True, "REAL")])
def test_only_an_empty_database_becomes_one_for_training(
    settings: Any, training: bool, has_units: bool, kind: str
) -> None:
    from importlib import import_module

    from django.apps import apps

    from motcua.units.models import Unit

    settings.TRAINING = training
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM training_world")
        cursor.execute("SET LOCAL session_replication_role = origin")
    if has_units:
        Unit.objects.create(
            code="don-vi-that", name="Đơn vị", short_name="ĐV", kind="SO", valid_from="2020-01-01"
        )
    import_module("motcua.training.migrations.0002_rules").mark(apps, None)
    assert World.objects.get().kind == kind


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["UPDATE training_world SET kind = 'REAL'", "DELETE FROM training_world"])
def test_the_mark_stays(act: str) -> None:
    mark_for_training()

    def do() -> None:
        with connection.cursor() as cursor:
            cursor.execute(act)

    only_by_trigger("world_stays", "training_world", do)


@pytest.mark.django_db
def test_a_course_is_opened_in_training_only() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM training_world")
        cursor.execute("INSERT INTO training_world (id, kind) VALUES (1, 'REAL')")
        cursor.execute("SET LOCAL session_replication_role = origin")

    def do() -> None:
        Course.objects.create(
            name="Lớp", trainer_subject="a" * 32, unit_code="so", seats=1, last_day="2026-12-01"
        )

    only_by_trigger("course_only_in_training", "training_course", do)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("mark", "training", "words"),
    [("TRAINING", False, "để tập huấn"), ("REAL", True, "hệ thống thật")],
)
def test_nobody_connects_from_the_other_world(settings: Any, mark: str, training: bool, words: str) -> None:
    """Web, worker and commands alike: the connection itself is refused."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM training_world")
        cursor.execute("INSERT INTO training_world (id, kind) VALUES (1, %s)", [mark])
    connection.close()
    settings.TRAINING = training
    try:
        with pytest.raises(ImproperlyConfigured, match=words):
            connection.ensure_connection()
        assert connection.connection is None
    finally:
        settings.TRAINING = not training
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("DELETE FROM training_world")
            cursor.execute("SET session_replication_role = origin")


class Asked:
    """A database that answers the two questions of a new connection."""

    def __init__(self, mark: str | None, tables: bool, mark_table: bool = True) -> None:
        self._mark, self._row = mark, ("training_world" if mark_table else None, tables or None)
        self._now: Any = None

    def cursor(self) -> "Asked":
        return self

    def __enter__(self) -> "Asked":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def execute(self, query: str) -> "Asked":
        by_kind = None if self._mark is None else (self._mark == "TRAINING",)
        self._now = self._row if "to_regclass" in query else by_kind
        return self

    def fetchone(self) -> Any:
        return self._now


@pytest.mark.parametrize(
    ("asked", "keeps_out_training", "keeps_out_real"),
    [
        (Asked(None, tables=False, mark_table=False), False, False),
        (Asked(None, tables=True, mark_table=False), True, False),
        (Asked(None, tables=True), True, False),
        (Asked("REAL", tables=True), True, False),
        (Asked("TRAINING", tables=True), False, True),
    ],
    ids=["empty", "portal only or older", "not marked yet", "real", "training"],
)
def test_a_database_with_tables_and_no_mark_is_a_real_one(
    settings: Any, asked: Asked, keeps_out_training: bool, keeps_out_real: bool
) -> None:
    """A training installation would migrate it and load officers whose words are known."""
    settings.TRAINING = True
    assert base._is_of_the_other_world(asked) is keeps_out_training
    settings.TRAINING = False
    assert base._is_of_the_other_world(asked) is keeps_out_real


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_table", [True, False])
def test_a_training_installation_never_enters_a_database_that_was_migrated_without_a_mark(
    settings: Any, with_table: bool
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM training_world")
        if not with_table:
            cursor.execute("ALTER TABLE training_world RENAME TO training_world_away")
    connection.close()
    settings.TRAINING = True
    try:
        with pytest.raises(ImproperlyConfigured, match="hệ thống thật"):
            connection.ensure_connection()
    finally:
        settings.TRAINING = False
        if not with_table:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE training_world_away RENAME TO training_world")


@pytest.mark.django_db
def test_everybody_who_may_connect_may_read_the_mark() -> None:
    """Whoever verifies the journal has the right to read two tables and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE nguoi_kiem_tra_th NOLOGIN")
        cursor.execute("SET LOCAL ROLE nguoi_kiem_tra_th")
        cursor.execute("SELECT count(*) FROM training_world")
        assert cursor.fetchone()
        cursor.execute("RESET ROLE")
        cursor.execute("DROP ROLE nguoi_kiem_tra_th")


@pytest.mark.django_db
def test_there_is_one_mark() -> None:
    mark_for_training()
    with pytest.raises(IntegrityError, match="world_single"), transaction.atomic():
        World.objects.create(pk=2, kind="TRAINING")

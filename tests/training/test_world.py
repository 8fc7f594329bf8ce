"""A database is real or for training, for good, and neither kind of installation enters the other's."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction

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


@pytest.mark.django_db
def test_there_is_one_mark() -> None:
    mark_for_training()
    with pytest.raises(IntegrityError, match="world_single"), transaction.atomic():
        World.objects.create(pk=2, kind="TRAINING")

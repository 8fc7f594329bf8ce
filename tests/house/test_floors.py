"""Rooms stand on floors. import-linter watches imports; here is what hides from it, because it is written as text."""

import ast
import re

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

from tests.house import sources

#: Entry points and wiring: on no floor, imported by nobody.
WIRING = {"config"}


def floors() -> dict[str, int]:
    """Room → floor, the ground floor being 1, as pyproject.toml tells import-linter."""
    linter = sources.pyproject()["tool"]["importlinter"]
    layers = next(contract for contract in linter["contracts"] if contract["type"] == "layers")["layers"]
    return {
        room.strip().removeprefix("motcua."): floor
        for floor, layer in enumerate(reversed(layers), start=1)
        for room in layer.split("|")
    }


def climbs(from_room: str, to_room: str) -> bool:
    """Whether this way goes up or sideways."""
    return from_room != to_room and floors()[to_room] >= floors()[from_room]


def foreign_keys(models_of: list[type[models.Model]]) -> list[tuple[str, str, str]]:
    return [
        (f"{model._meta.label}.{field.name}", model._meta.app_label, field.related_model._meta.app_label)
        for model in models_of
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
    ]


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("motcua.")]


def test_every_room_stands_on_a_floor() -> None:
    assert sources.rooms() - WIRING == set(floors())


def test_the_ground_floor_is_the_kernel_and_the_edges_are_on_top() -> None:
    assert floors()["kernel"] == 1
    assert floors()["web"] == floors()["gateways"] == max(floors().values())
    assert climbs("units", "accounts")
    assert climbs("desk", "vault"), "sideways is up"
    assert not climbs("desk", "units")


def test_foreign_keys_only_point_down() -> None:
    found = foreign_keys(ours())

    assert len(found) > 20, "the rule looked at nothing"
    assert [name for name, of, to in found if climbs(of, to)] == []


def test_migrations_wait_only_for_rooms_below() -> None:
    graph = MigrationLoader(None).disk_migrations
    waits = [
        (f"{app}.{name}", app, to)
        for (app, name), migration in graph.items()
        if app in floors()
        for to, _ in migration.dependencies
        if to in floors()
    ]

    assert [name for name, of, to in waits if climbs(of, to)] == []


def dotted_ways_up(room: str, tree: ast.AST) -> list[str]:
    """Names of higher rooms written as text, for a late import; a logger's name leads nowhere."""
    loggers = {
        id(argument)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("getLogger")
        for argument in call.args
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in loggers
        and (way := re.fullmatch(r"motcua\.([a-z]+)(\.[A-Za-z_]+)+", node.value))
        and way[1] in floors()
        and climbs(room, way[1])
    ]


@pytest.mark.parametrize(
    "module", [m for m in sources.modules() if m.room in floors()], ids=lambda module: module.where
)
def test_no_room_reaches_up_by_a_name_in_a_string(module: sources.Module) -> None:
    # simulators and ops start programs of their own: their strings name what they start.
    if module.room in {"ops", "simulators"}:
        return
    assert dotted_ways_up(module.room, module.tree) == []


def test_a_way_up_in_a_string_is_seen() -> None:
    late = ast.parse('import_string("motcua.accounts.check.check")')
    assert dotted_ways_up("desk", late) == []
    assert dotted_ways_up("units", late) == ["motcua.accounts.check.check"]


def test_only_the_gateways_know_both_the_desk_and_the_portal() -> None:
    """The desk runs against somebody else's portal: it may not know ours (SPEC 1)."""
    known = {
        module.where
        for module in sources.modules()
        if module.room == "desk" and re.search(r"motcua\.(accounts|vault|signin)", ast.unparse(module.tree))
    }
    assert known == set()

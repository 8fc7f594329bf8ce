"""Whoever takes a copy of a province leaves a line, and whoever watches learns how the last backup ended."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import OperationalError
from tests.ops.backup import world as building
from tests.ops.backup.world import World

from motcua import journal
from motcua.files.models import StoredFile
from motcua.journal.models import Event
from motcua.ops import cli, holding
from motcua.ops.backup import acts, status
from motcua.ops.backup.manifests import Manifest
from motcua.ops.models import Hold

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def var_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


def said(var_dir: Path) -> tuple[bool, int]:
    told = json.loads((var_dir / status.NAME).read_text(encoding="utf-8"))
    assert set(told) == {"at", "ok", "bytes"} and told["at"].endswith("+00:00")
    assert [path.name for path in var_dir.glob(f"*{status.NAME}*")] == [status.NAME], "no draft stays"
    return told["ok"], told["bytes"]


def facts(event: str) -> dict[str, Any]:
    found: dict[str, Any] = Event.objects.filter(event=event).latest("pk").facts
    return found


def test_each_end_of_a_backup_is_told_to_whoever_watches(
    world: World, var_dir: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = world.back_up()
    size = sum(path.stat().st_size for path in backup.glob("*.age"))
    assert said(var_dir) == (True, size)

    lost = StoredFile.objects.filter(purged_at=None).order_by("pk")[0]
    (Path(configured.FILES_DIR) / lost.place).unlink()
    assert cli.main(["backup", "--to", str(world.shelf), "--recipient", world.recipient]) == 3
    assert said(var_dir)[0] is False, "one that lacks files is not well"

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Manifest, "write", full)
    assert cli.main(["backup", "--to", str(world.shelf), "--recipient", world.recipient]) == 1
    assert said(var_dir) == (False, 0)


def test_a_backup_leaves_a_line_that_tells_to_whom_it_was_sealed(
    world: World, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKUP_RECIPIENTS", world.recipient)
    backup = world.back_up()
    assert "Lưu ý" not in capsys.readouterr().err
    usual = facts("ops.backup.made")
    assert usual["backup"] == backup.name and usual["recipients"] == acts.fingerprints([world.recipient])
    assert world.recipient not in str(usual)

    stranger = building.identity(world.place / "another.txt")
    assert cli.main(["backup", "--to", str(world.shelf), "--recipient", stranger]) == 0
    assert f"{stranger} không có trong BACKUP_RECIPIENTS" in capsys.readouterr().err
    assert facts("ops.backup.made")["recipients"] != usual["recipients"]


def test_many_recipients_fit_into_a_line() -> None:
    many = acts.fingerprints(f"age1{nth}" for nth in range(30))
    assert len(many) < 200 and many.replace(",", "").isalpha()
    assert acts.fingerprints(["b", "a"]) == acts.fingerprints(["a", "b"])


def test_keys_are_copied_with_a_line_or_not_at_all(
    world: World, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.copy_keys()
    assert facts("ops.keys.copied") == {"recipients": ""}
    asked = ["backup-keys", "--to", str(world.place / "k.age"), "--recipient", world.recipient]
    assert cli.main(asked) == 0
    assert facts("ops.keys.copied") == {"recipients": acts.fingerprints([world.recipient])}
    before = Event.objects.count()
    assert cli.main(asked) == 1, "the file is there"
    assert Event.objects.count() == before, "no copy, no line"

    def gone(*_: Any, **__: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(journal, "record", gone)
    asked[2] = str(world.place / "other.age")
    assert cli.main(asked) == 1
    assert "chưa sao lưu khóa" in capsys.readouterr().err
    assert not (world.place / "other.age").exists()


def test_letting_things_out_again_leaves_a_line_once(capsys: Any) -> None:
    holding.hold(Hold.Door.OUTSIDE, "20261130T000000Z-00000000")
    for _ in range(2):
        assert cli.main(["outbox", "release"]) == 0
    assert Event.objects.filter(event="ops.outbox.released").count() == 1

"""A backup that is not whole, not ours or not for this place is refused before a byte of it is used."""

import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as configured
from tests.ops.backup.world import World

from motcua.files.models import StoredFile
from motcua.journal.witnessing import FileWitness
from motcua.ops import cli
from motcua.ops.backup import manifests, memories, restoring, shelf
from motcua.ops.backup.envelopes import Identity
from motcua.ops.backup.manifests import Manifest, NotABackup
from motcua.ops.backup.restoring import Knowing
from motcua.ops.places import CannotStart

pytestmark = pytest.mark.django_db(transaction=True)


def refusal(folder: Path, world: World, knowing: Knowing | None = None) -> str:
    """Why this backup is not brought back; the database here is never touched: it would be refused last of all."""
    with pytest.raises(CannotStart) as no:
        restoring.bring_back(folder, Identity(world.identity), knowing or Knowing(), say=lambda _: None)
    return str(no.value)


def copied(backup: Path, name: str) -> Path:
    folder = backup.parent.parent / name / backup.name
    shutil.copytree(backup, folder)
    return folder


def resigned(folder: Path, key: Ed25519PrivateKey | None = None, **changes: Any) -> None:
    """Another manifest of the same form, signed; by us unless another key is given."""
    manifest = Manifest.read(folder, restoring.believed())
    (folder / manifests.NAME).unlink()
    replace(manifest, **changes).write(folder, key or configured.KEYRING.journal_key)


def test_whatever_is_wrong_with_a_backup_is_found_before_it_is_used(world: World, settings: Any) -> None:
    world.seal()
    backup = world.back_up()
    assert "đã có bảng" in refusal(backup, world), "whole and ours: only the place is not empty"

    changed = copied(backup, "00000001")
    part = changed / manifests.FILES
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    assert "files.age bị sửa" in refusal(changed, world)

    cut = copied(backup, "00000002")
    (cut / manifests.DATABASE).write_bytes((cut / manifests.DATABASE).read_bytes()[:-1])
    assert "database.age bị sửa" in refusal(cut, world)

    lacking = copied(backup, "00000003")
    (lacking / manifests.FILES).unlink()
    assert "thiếu files.age" in refusal(lacking, world)
    (lacking / manifests.FILES).symlink_to(backup / manifests.FILES)
    assert "thiếu files.age" in refusal(lacking, world), "it may lead elsewhere a moment later"

    forged = copied(backup, "00000004")
    resigned(forged, Ed25519PrivateKey.generate(), taken_at="2030-01-01T00:00:00+00:00")
    assert "Chữ ký" in refusal(forged, world)

    edited = copied(backup, "00000005")
    said = json.loads((edited / manifests.NAME).read_text(encoding="utf-8"))
    said["manifest"]["erasures"] = 0
    (edited / manifests.NAME).write_text(json.dumps(said), encoding="utf-8")
    assert "Chữ ký" in refusal(edited, world)

    newer = copied(backup, "00000006")
    known = Manifest.read(newer, restoring.believed()).migrations
    resigned(newer, migrations={**known, "ops": [*known["ops"], "0999_later"]})
    assert "ops.0999_later" in refusal(newer, world)

    apart = copied(backup, "00000007")
    resigned(apart, systems=["portal"])
    assert "SYSTEMS=portal" in refusal(apart, world)

    renamed = backup.with_name("20990101T000000Z-00000000")
    shutil.copytree(backup, renamed)
    assert "khác tên" in refusal(renamed, world), "an old one under the newest name"
    shutil.rmtree(renamed)

    unread = copied(backup, "00000008")
    (unread / manifests.NAME).write_text("{", encoding="utf-8")
    assert "Không đọc được manifest.json" in refusal(unread, world)


def test_witnesses_and_ledgers_that_say_less_or_otherwise_stop_it(world: World, settings: Any) -> None:
    world.seal()
    backup = world.back_up()
    first, second = (FileWitness(Path(path)) for path in settings.JOURNAL_WITNESSES)
    whole = first.path.read_text(encoding="utf-8")

    first.path.write_text("", encoding="utf-8")
    assert "đã có bảng" in refusal(backup, world), "one that is behind is made up for by the other"
    second.path.write_text("", encoding="utf-8")
    assert "chưa có dấu niêm số" in refusal(backup, world)
    assert "đã có bảng" in refusal(backup, world, Knowing(no_witness=True))
    first.path.write_text(whole.replace('"hash":"', '"hash":"0'), encoding="utf-8")
    assert "khác với bản sao lưu" in refusal(backup, world, Knowing(no_witness=True))
    first.path.unlink()
    second.path.unlink()
    assert "Không có tệp lời chứng" in refusal(backup, world)
    first.path.write_text(whole, encoding="utf-8")
    assert f"Không có tệp lời chứng {second.path}" in refusal(backup, world), "each that is configured"
    assert "đã có bảng" in refusal(backup, world, Knowing(no_witness=True))
    second.path.write_text(whole, encoding="utf-8")

    one, other = (Path(path) for path in settings.ERASURE_LEDGERS)
    kept = one.read_bytes()
    one.unlink()
    assert f"Không có tệp sổ xóa {one}" in refusal(backup, world)
    one.write_bytes(b"")
    other.write_bytes(b"")
    assert "Sổ xóa có 0 người, lúc sao lưu đã có 1" in refusal(backup, world)
    assert "đã có bảng" in refusal(backup, world, Knowing(no_ledger=True))
    one.write_bytes(kept)
    other.write_bytes(kept.replace(b'"mark"', b'"mork"'))
    assert "Sổ xóa bị sửa" in refusal(backup, world)


def test_memories_no_newer_than_an_old_backup_are_asked_about(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copied with the backup they would know nobody who was forgotten since."""
    world.seal()
    backup = copied(world.back_up(), "old")
    assert "đã có bảng" in refusal(backup, world), "not a day old: there need be nothing newer"
    monkeypatch.setattr(memories, "_A_DAY", timedelta(0))
    assert "Lời chứng đến" in refusal(backup, world), "the day has passed, and they end before it"
    assert "Sổ xóa đến" in refusal(backup, world, Knowing(no_witness=True))
    assert "đã có bảng" in refusal(backup, world, Knowing(newest=True))
    resigned(backup, taken_at=(datetime.now(UTC) - timedelta(days=3)).isoformat())
    assert "đã có bảng" in refusal(backup, world), "older than what they know"


def test_the_shelf_is_listed_verified_and_kept_short(world: World, capsys: Any) -> None:
    first = world.back_up()
    second = world.back_up("--keep", "2")
    strange = world.shelf / "20990101T000000Z-ffffffff"
    strange.mkdir()
    half, fresh = (world.shelf / f"20200101T000000Z-0000000{nth}.part" for nth in (1, 2))
    half.mkdir()
    fresh.mkdir()
    link = world.shelf / "20980101T000000Z-eeeeeeee"
    link.symlink_to(first)
    assert shelf.folders(world.shelf) == [strange, second, first], "a link is no backup"
    os.utime(half, (1, 1))
    capsys.readouterr()
    assert cli.main(["backup", "list", str(world.shelf)]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == [strange.name, second.name, first.name]
    assert "KHÔNG TIN ĐƯỢC" in listed[0]

    assert cli.main(["backup", "verify", str(second), "--identity", str(world.identity)]) == 0
    assert f"{StoredFile.objects.filter(purged_at=None).count()} tệp" in capsys.readouterr().out

    world.back_up("--keep", "2")
    third = shelf.folders(world.shelf)[1]
    assert link.is_symlink(), "nor is it tidied away"
    link.unlink()
    assert sorted(path.name for path in world.shelf.iterdir() if path.is_dir()) == sorted(
        [second.name, third.name, strange.name, fresh.name]
    ), "what we did not sign stays, and so does what may still be written"
    assert shelf.newest(third) == third
    with pytest.raises(NotABackup):
        shelf.newest(world.place / "nowhere")


def test_what_the_backup_holds_says_nothing_of_anybody_and_no_key(world: World) -> None:
    backup = world.back_up()
    told = (backup / manifests.NAME).read_text(encoding="utf-8")
    for personal in (world.person.citizen_id.value, world.person.phone.local, "Mẫu"):
        assert personal not in told
    assert sorted(path.name for path in backup.iterdir()) == sorted(
        [manifests.NAME, manifests.DATABASE, manifests.FILES]
    )


def test_a_backup_without_recipients_or_while_another_is_made_is_refused(
    world: World, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BACKUP_RECIPIENTS", raising=False)
    assert cli.main(["backup", "--to", str(world.shelf)]) == 1
    assert "backup-identity" in capsys.readouterr().err
    world.shelf.mkdir()
    with shelf.alone(world.shelf):
        assert cli.main(["backup", "--to", str(world.shelf), "--recipient", world.recipient]) == 1
    assert "Một lần sao lưu khác" in capsys.readouterr().err
    assert shelf.folders(world.shelf) == []


def test_a_dump_that_fails_leaves_nothing_behind(
    world: World, capsys: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "bin" / "pg_dump"
    broken.parent.mkdir()
    broken.write_text(
        "#!/bin/sh\n[ $1 = --version ] && echo 'pg_dump (PostgreSQL) 18.0' && exit\n"
        "echo half; echo 'error: gone' >&2; exit 1\n",
        encoding="utf-8",
    )
    broken.chmod(0o755)
    monkeypatch.setenv("POSTGRES_BIN", str(broken.parent))
    assert cli.main(["backup", "--to", str(world.shelf), "--recipient", world.recipient]) == 1
    assert "error: gone" in capsys.readouterr().err
    assert [path.name for path in world.shelf.iterdir()] == [".lock"]


def test_a_file_that_is_nowhere_is_named_and_the_backup_made_all_the_same(world: World, capsys: Any) -> None:
    lost = StoredFile.objects.filter(purged_at=None).order_by("pk")[0]
    (Path(configured.FILES_DIR) / lost.place).unlink()
    assert cli.main(["backup", "--to", str(world.shelf), "--recipient", world.recipient]) == 3
    assert str(lost.public_id) in capsys.readouterr().err
    manifest = shelf.verify(shelf.newest(world.shelf), restoring.believed())
    assert (manifest.missing, manifest.purged) == ([str(lost.public_id)], [])


def test_one_that_lacks_files_takes_the_place_of_no_whole_one(world: World) -> None:
    """The night on which the folder of files was not mounted must not cost the backups of the nights before."""
    whole = world.back_up()
    lost = StoredFile.objects.filter(purged_at=None).order_by("pk")[0]
    path = Path(configured.FILES_DIR) / lost.place
    content = path.read_bytes()
    path.unlink()
    asked = ["backup", "--to", str(world.shelf), "--recipient", world.recipient, "--keep", "1"]
    assert cli.main(asked) == 3
    path.write_bytes(content)
    assert whole in shelf.folders(world.shelf) and len(shelf.folders(world.shelf)) == 2
    assert cli.main(asked) == 0
    assert whole not in shelf.folders(world.shelf), "another whole one is there"
    assert len(shelf.folders(world.shelf)) == 2, "the one that lacks files waits for somebody to look at it"

"""V-37: a backup of a living town comes back in a clean place: whole, without the erased, and silent (DP-22, DP-23)."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from tests.accounts import people
from tests.ops.backup.world import CleanPlace, World
from tests.protection.test_erasing import closed_long_ago

from motcua import journal
from motcua.files import keeping
from motcua.files.models import StoredFile
from motcua.journal.models import Seal
from motcua.ops import cli
from motcua.ops.backup import file_streams, shelf
from motcua.outbox.models import Message
from motcua.protection import erasing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

SIGN_IN = """
import json, sys
import django
django.setup()
from django.test import Client
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
from motcua.ops import working

answer = Client().post("/dang-nhap/", {"number": sys.argv[1], "password": sys.argv[2], "tiep": ""})
silent = [each for each in working.text_rounds([], first=True) + working.rounds()]
done = {each.kind: each.work() for each in silent if each.kind in ("message", "rescue", "errand", "phone_recheck")}
print(json.dumps({"status": answer.status_code, "done": done, "location": answer.headers.get("Location", "")}))
"""


def test_a_town_comes_back_whole_without_the_erased_and_sends_nothing(
    world: World, clean: CleanPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Typed as the runbook says it, with this test's places in the place of the runbook's."""
    monkeypatch.setenv("BACKUP_RECIPIENTS", world.recipient)
    world.seal()
    waiting = Message.objects.filter(state="WAITING").count()
    files = StoredFile.objects.filter(purged_at=None).count()
    assert waiting and files
    assert cli.main(world.as_the_runbook_says("backup")) == 0
    (backup,) = shelf.folders(world.shelf)
    assert cli.main(world.as_the_runbook_says("backup verify")) == 0
    world.copy_keys()
    closed_long_ago(world.erased_after)
    assert erasing.forget_due() == 1, "after the backup: the ledger knows, the backup does not"

    report = world.place / "bao-cao.json"
    done = clean.motcua(*world.as_the_runbook_says("restore"), *world.words())

    assert done.returncode == 0, done.stderr
    found = json.loads(report.read_text(encoding="utf-8"))
    assert (found["backup"], found["files"]) == (backup.name, files)
    assert (found["erased_again"], found["erased_before"]) == (1, 1)
    assert found["sessions_ended"] == 1 and found["lost_seals"] == "" and found["seals_checked"] > 0
    assert clean.ask("SELECT code FROM desk_dossier") == [(world.dossier,)]
    named = "SELECT a.id FROM accounts_person p JOIN accounts_account a ON a.person_id = p.id WHERE p.full_name <> ''"
    assert [row[0] for row in clean.ask(named)] == [world.stays.pk], "two were erased"
    assert clean.ask("SELECT count(*) FROM accounts_session WHERE ended_at IS NULL") == [(0,)]
    assert clean.ask("SELECT door FROM ops_hold") == [("OUTSIDE",)]

    said = clean.told(SIGN_IN, world.person.citizen_id.value, people.STRONG)
    assert (said["status"], said["location"]) == (302, "/ca-nhan/")
    assert said["done"] == {"message": 0, "rescue": 0, "errand": 0, "phone_recheck": 0}
    assert clean.ask("SELECT count(*) FROM outbox_message WHERE state = 'WAITING'") == [(waiting,)]
    assert clean.motcua(*world.as_the_runbook_says("outbox release")).returncode == 0
    assert clean.ask("SELECT count(*) FROM ops_hold") == [(0,)]
    verified = clean.motcua("journal", "verify")
    assert verified.returncode == 0, verified.stdout


def test_a_backup_older_than_the_witnesses_is_brought_back_only_knowingly(
    world: World, tmp_path: Path
) -> None:
    world.seal()
    world.back_up()
    world.copy_keys()
    journal.record("accounts.account.activated", subject=f"account:{world.stays.public_id}")
    world.seal()
    here = CleanPlace(tmp_path / "drill")
    seals = Seal.objects.count()
    asked = ["drill", "--from", str(world.shelf), *world.opening()]

    no = here.motcua(*asked)
    assert no.returncode == 1
    assert f"(dấu niêm {seals}-{seals})" in no.stderr and f"--lost {seals}-{seals}" in no.stderr
    assert "Traceback" not in no.stderr

    done = here.motcua(*asked, "--lost", f"{seals}-{seals}")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["lost_seals"] == f"{seals}-{seals}" and figures["seals_checked"] == seals
    assert figures["rto_seconds"] > 0 and figures["rpo_minutes"] >= 0
    left = [line for line in done.stderr.splitlines() if line.startswith("Nơi tạm: ")]
    assert left and not Path(left[0].removeprefix("Nơi tạm: ")).exists(), "nothing of a drill stays"


def test_a_restore_that_found_something_wrong_keeps_the_doors_shut_until_it_is_finished(
    world: World, clean: CleanPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file was damaged on the disk before the backup, another one's day came while the backup was made."""
    world.seal()
    damaged, lapsing = StoredFile.objects.filter(purged_at=None).order_by("pk")[:2]
    path = Path(settings.FILES_DIR) / damaged.place
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    packed = file_streams.packed

    def while_a_day_comes(*given: Any) -> Iterator[bytes]:
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(_purge, lapsing.pk).result()
        yield from packed(*given)

    monkeypatch.setattr(file_streams, "packed", while_a_day_comes)
    world.back_up()
    world.copy_keys()
    asked = ["restore", "--from", str(world.shelf), *world.opening()]

    no = clean.motcua(*asked)
    assert no.returncode == 1
    assert str(damaged.public_id) in no.stderr and "--resume --lost-files" in no.stderr
    assert clean.ask("SELECT count(*) FROM pg_roles WHERE rolname = 'motcua_app'") == [(0,)]
    for process in ("web", "worker"):
        refused = clean.motcua(process)
        assert (refused.returncode, "chưa xong" in refused.stderr) == (1, True)
    assert clean.motcua(*asked[:-4]).returncode == 1, "the database is not empty any more"

    done = clean.motcua(*asked, "--resume", "--lost-files")
    assert done.returncode == 0, done.stderr
    assert f"1 tệp: {damaged.public_id}" in done.stdout
    purged = f"SELECT wrapped_key, purged_at IS NOT NULL FROM files_storedfile WHERE id = {lapsing.pk}"
    assert clean.ask(purged) == [(None, True)], "a backup does not lengthen anybody's day"
    assert clean.ask("SELECT door FROM ops_hold") == [("OUTSIDE",)]


DIES = """
import os, sys
from motcua.ops import cli, starting

set_up = starting.set_up_django

def and_dies_there(*given):
    place = set_up(*given)
    from motcua.ops.backup import restoring

    setattr(restoring, sys.argv[1], lambda *_: os._exit(9))
    return place

starting.set_up_django = and_dies_there
cli.main(sys.argv[2:])
"""


def test_a_restore_that_dies_between_the_rows_and_the_doors_lets_nobody_in(
    world: World, clean: CleanPlace
) -> None:
    """The rows are there, no hold is: what was marked before them is what counts."""
    world.seal()
    world.back_up()
    world.copy_keys()
    asked = ["restore", "--from", str(world.shelf), *world.opening()]
    assert clean.python("-c", DIES, "shut", *asked).returncode == 9
    assert clean.ask("SELECT count(*) FROM desk_dossier") == [(1,)]
    assert clean.ask("SELECT count(*) FROM ops_hold") == [(0,)]
    for words in (["web"], ["worker"], ["grants"], ["backup", "--to", str(world.place / "no")]):
        refused = clean.motcua(*words, *(["--recipient", world.recipient] if words[0] == "backup" else []))
        assert (refused.returncode, "chưa xong" in refused.stderr) == (1, True), refused.stderr
    resumed = clean.motcua(*asked, "--resume")
    assert (resumed.returncode, "chưa ghi xong" in resumed.stderr) == (1, True), resumed.stderr
    assert clean.ask("SELECT count(*) FROM pg_roles WHERE rolname = 'motcua_app'") == [(0,)]

    assert clean.server is not None
    with psycopg.connect(clean.server.url, autocommit=True) as database:
        database.execute("DROP SCHEMA public CASCADE")
        database.execute("CREATE SCHEMA public")
    again = clean.motcua(*asked)
    assert again.returncode == 0, again.stderr
    assert clean.ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'motcua_restoring'") == [(0,)]


def _purge(pk: int) -> None:
    try:
        StoredFile.objects.filter(pk=pk).update(purge_after=timezone.now() - timedelta(days=1))
        assert keeping.purge_due(timezone.now()) == 1
    finally:
        connection.close()

"""V-37 whole: a living town keeps its log, dies, and comes back as it was at its last kept minute, and silent."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from tests.accounts import people
from tests.ops.backup.logged import wait_for
from tests.ops.backup.test_restoring import SIGN_IN
from tests.ops.backup.world import CleanPlace, World

from motcua.ops import embedded
from motcua.ops.backup.wal import embedded_log
from motcua.ops.backup.wal.stamps import StampKey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

RECEIVE = """
import json, sys
import django
django.setup()
from datetime import UTC, datetime
from django.conf import settings
from tests.accounts import people
from tests.desk import town as building
from tests.desk.fake_portal import FakePortal
from tests.journal.conftest import seal_all
from tests.ops.backup.world import witnesses
from tests.vault import papers
from motcua.accounts.models import Account
from motcua.units.models import Officer, Unit

portal = FakePortal()
portal.enrol(building.OWNER, building.NAME)
unit, who = Unit.objects.get(code="so-gddt"), Officer.objects.get(full_name="Trần Văn Quầy")
town = building.Town(portal, unit, who, building.authority_of(who, unit))
code = town.received().code
papers.put(Account.objects.get(pk=int(sys.argv[1])), papers.new_paper(title="Học bạ", key=f"{code}:1"))
if sys.argv[2] == "seal":
    seal_all(datetime.now(UTC), settings.KEYRING.journal_key, witnesses())
print(json.dumps(code))
"""
SHOWN = """
import json
import django
django.setup()
from motcua.health import log_archive, reading
log_archive.MOST_SECONDS = {most}
part = next(one for one in reading.look().parts if one.key == "wal")
print(json.dumps([part.state, part.said, part.act]))
"""


@pytest.fixture
def living(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CleanPlace]:
    """The town, brought to a server of its own that keeps its log in two places."""
    roots = [tmp_path / "lưu-1", tmp_path / "lưu-2"]
    monkeypatch.setenv("BACKUP_ARCHIVE", ",".join(map(str, roots)))
    monkeypatch.setenv("BACKUP_RECIPIENTS", world.recipient)
    world.seal()
    world.back_up()
    world.copy_keys()
    place = tmp_path / "đang sống"
    data, key = place / "postgres", StampKey.of(settings.KEYRING.journal_key)
    told = embedded_log.of(roots, [world.recipient], key, place / "wal-key", data)
    town = CleanPlace(place, embedded.start(data, durable=False, settings={**told, "archive_timeout": "0"}))
    done = town.motcua("restore", "--from", str(world.shelf), *world.opening())
    assert done.returncode == 0, done.stderr
    yield town
    assert town.server
    town.server.stop()


def crash(town: CleanPlace) -> None:
    assert town.server
    os.kill(town.server.process.pid, signal.SIGKILL)
    town.server.process.wait()
    time.sleep(1)  # its children notice


def test_what_was_acknowledged_after_the_base_comes_back_proved_and_silent(
    world: World, living: CleanPlace, tmp_path: Path
) -> None:
    base = living.motcua("backup", "base", "--keep", "3")
    assert base.returncode == 0, base.stderr
    assert living.motcua("backup", "files").returncode == 0
    received = living.told(RECEIVE, str(world.stays.pk), "seal")
    copied = living.motcua("backup", "files")
    assert (copied.returncode, "Đã chép 1 tệp" in copied.stderr) == (0, True), copied.stderr
    living.ask("SELECT pg_switch_wal()")
    wait_for(lambda: living.motcua("backup", "check").returncode == 0)
    files = living.ask("SELECT count(*) FROM files_storedfile WHERE purged_at IS NULL")[0][0]
    unsent = living.ask("SELECT count(*) FROM outbox_message WHERE state = 'WAITING'")[0][0]
    lost = living.told(RECEIVE, str(world.stays.pk), "seal")  # in the minute that is kept nowhere yet
    crash(living)

    here = CleanPlace(tmp_path / "nơi sạch")
    into, report = here.place / "postgres", tmp_path / "báo cáo.json"
    asked = ["backup", "restore", "--into", str(into), *world.opening(), "--report", str(report)]
    no = here.motcua(*asked)
    assert (no.returncode, "Nhật ký sẽ thiếu các dòng" in no.stderr) == (1, True), no.stderr
    seals = no.stderr.rpartition("--lost ")[2].split(".")[0]
    done = here.motcua(*asked, "--resume", "--lost", seals)
    assert done.returncode == 0, done.stderr
    assert "đến thay đổi cuối lúc" in done.stdout and not (here.place / "postgres.restoring").exists()
    found = json.loads(report.read_text(encoding="utf-8"))
    assert found["from_log"] and found["files"] == files and found["lost_seals"] == seals
    assert found["backup"] in base.stdout and found["lost_files"] == []

    here.server = embedded.start(into, durable=False, settings=_let_in(tmp_path))
    try:
        codes = {row[0] for row in here.ask("SELECT code FROM desk_dossier")}
        assert received in codes and lost not in codes
        assert here.ask("SELECT door FROM ops_hold") == [("OUTSIDE",)]
        said = here.told(SIGN_IN, world.person.citizen_id.value, people.STRONG)
        assert (said["status"], said["location"]) == (302, "/ca-nhan/")
        assert set(said["done"].values()) == {0}
        waiting = "SELECT count(*) FROM outbox_message WHERE state = 'WAITING'"
        assert here.ask(waiting) == [(unsent,)], "nothing was sent"
        verified = here.motcua("journal", "verify", "--lost", seals)
        assert verified.returncode == 0, verified.stdout
    finally:
        here.server.stop()


def test_a_place_that_is_gone_is_said_and_nothing_is_acknowledged(living: CleanPlace, tmp_path: Path) -> None:
    living.ask("SELECT pg_switch_wal()")
    program = SHOWN.replace("{most}", "300")
    wait_for(lambda: living.told(program)[0] == "GOOD", 60)
    (tmp_path / "lưu-2").rename(tmp_path / "mang đi")

    refused = living.motcua("backup", "base")
    assert refused.returncode == 1 and "ổ đĩa chưa gắn" in refused.stderr
    assert living.motcua("backup", "files").returncode == 1
    assert json.loads((living.place / "var" / "backup-files-status.json").read_text())["ok"] is False
    name = living.ask("SELECT pg_walfile_name(pg_switch_wal())")[0][0]
    wait_for(lambda: living.ask("SELECT last_failed_wal FROM pg_stat_archiver") == [(name,)], 60)
    state, said, act = living.told(program)
    assert state == "WARNING" and "Lần lưu cuối không được" in said and "pg_wal" in act
    state, said, _ = living.told(SHOWN.replace("{most}", "0.1"))
    assert state == "BAD" and "Chưa lưu được từ" in said

    (tmp_path / "mang đi").rename(tmp_path / "lưu-2")
    wait_for(lambda: living.ask("SELECT last_archived_wal FROM pg_stat_archiver") == [(name,)], 120)
    assert living.told(program)[0] == "GOOD"


def _let_in(place: Path) -> dict[str, str]:
    """As this test's own user: the town's password lies in its own folder."""
    hba = place / "hba.conf"
    hba.write_text("local all all trust\n", encoding="ascii")
    hba.chmod(0o644)
    return {"hba_file": str(hba)}

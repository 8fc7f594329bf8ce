"""What was recovered from the log is proved as a whole backup is, before anybody is let in (threats DP-22, DP-23)."""

import json
from dataclasses import asdict, replace
from datetime import UTC

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from motcua.journal import taking_up
from motcua.journal.taking_up import Head
from motcua.ops import restore_mark
from motcua.ops.backup import making, restoring
from motcua.ops.backup.manifests import JournalHead, Manifest
from motcua.ops.backup.restoring import Knowing, Report
from motcua.ops.backup.wal import file_copies
from motcua.ops.backup.wal.archive import Place
from motcua.ops.backup.wal.point_in_time import Recovered, work_of
from motcua.ops.places import CannotStart
from motcua.ops.restore_mark import Stage


def prove(done: Recovered, places: list[Place], knowing: Knowing, *, say: making.Say) -> Report:
    """Shuts the doors, brings the files, proves everything, opens. Raises CannotStart with the doors shut."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # a province takes its time, and nobody waits for a page
    _fits(done)
    stage = restore_mark.stage(done.base.name)
    if stage is None:
        raise CannotStart("Nơi này không phải đang khôi phục dở từ bản nền ấy.")
    manifest = _manifest(done)
    restoring.shut(manifest)
    gap = restoring.remembered(manifest, knowing, say)
    restoring.bring_up_to_date()
    if stage is not Stage.WRITTEN:
        say("Đang khôi phục tệp…")
        file_copies.bring_back(places, say)
        restore_mark.all_written(done.base.name)
    return replace(restoring.prove_and_open(manifest, gap, knowing, say), from_log=True)


def _fits(done: Recovered) -> None:
    systems = list(done.base.facts["systems"])
    if systems != sorted(settings.SYSTEMS):
        raise CannotStart(
            f"Bản nền là của SYSTEMS={','.join(systems)}; hãy đặt như vậy rồi chạy lại với --resume."
        )
    known = MigrationLoader(None).disk_migrations
    ours = {app for app, _ in known}
    newer = [(app, name) for app, names in making.applied().items() if app in ours for name in names]
    if unknown := sorted(f"{app}.{name}" for app, name in set(newer) - set(known)):
        raise CannotStart(
            f"Dữ liệu của phiên bản mới hơn chương trình này (có {unknown[0]}); cài bản mới hơn rồi chạy lại với"
            " --resume."
        )


def _manifest(done: Recovered) -> Manifest:
    """What a whole backup of this moment would say of itself, as far as the proof asks."""
    head = _head(done)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Manifest(
        id=done.base.name,
        taken_at=done.reached.astimezone(UTC).isoformat(timespec="microseconds"),
        finished_at="",
        systems=list(settings.SYSTEMS),
        server_major=int(done.base.facts["server_major"]),
        migrations=making.applied(),
        rows=making.rows_of_each_table(),
        journal=JournalHead(head.seal, head.hash, head.last_sealed, head.last_line),
        erasures=int(done.base.facts["erasures"]),
        files=0,
        file_bytes=0,
        purged=[],
        missing=[],
        recipients=[],
    )


def _head(done: Recovered) -> Head:
    """As the log brought it: a proof that stopped may have taken up seals of a witness, and is gone on with."""
    path = work_of(done.server.data_dir) / "head.json"
    if path.exists():
        return Head(**json.loads(path.read_text(encoding="utf-8")))
    head = taking_up.head()
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(asdict(head)), encoding="utf-8")
    draft.rename(path)
    return head

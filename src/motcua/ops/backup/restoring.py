"""Bring a backup back into a clean place, and open the doors only when everything in it was found right.

Everything that can be known before is judged before a byte is written. While the rows lie there unproved the running
system's role has no rights and a mark beside the rows, then the hold ``EVERYTHING``, keep web and worker from starting;
what tells anybody outside stays held (``OUTSIDE``) until ``motcua outbox release``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from motcua import journal
from motcua.files import copied, storing
from motcua.journal import taking_up, verifying, witnessing
from motcua.journal.taking_up import Gap, Head
from motcua.journal.witnessing import FileWitness
from motcua.kernel.key_changes import NotNow
from motcua.keys import field_keys, lookup_keys, opening, secret_key
from motcua.ops import holding, lost_seals, restore_mark
from motcua.ops.backup import file_streams, making, manifests, memories, programs, shelf
from motcua.ops.backup.envelopes import Identity
from motcua.ops.backup.manifests import Manifest
from motcua.ops.backup.memories import Waived
from motcua.ops.models import Hold
from motcua.ops.places import CannotStart
from motcua.ops.restore_mark import Stage
from motcua.protection import ledger

Say = Callable[[str], None]
_SERVER = "SELECT current_setting('server_version_num')::int"
_TABLES = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"


class NotRight(CannotStart):
    """The restore stops with the doors shut; the sentence says what is wrong."""


@dataclass(frozen=True, slots=True)
class Knowing:
    """What the operator knows and goes on with: lost seals; files, values, witnesses or ledgers that are gone."""

    lost_seals: range = range(0)
    lost_files: bool = False
    #: How many sealed values may be given up for lost; None: none was spoken of.
    lost_values: int | None = None
    no_witness: bool = False
    no_ledger: bool = False
    newest: bool = False

    @property
    def waived(self) -> Waived:
        return Waived(self.no_witness, self.no_ledger, self.newest)


@dataclass(frozen=True, slots=True)
class Report:
    """What was brought back and what was found; nothing in it names a person."""

    backup: str
    taken_at: str
    rows: int
    files: int
    lost_files: tuple[str, ...]
    lost_seals: str
    erased_again: int
    erased_before: int
    sessions_ended: int
    seals_checked: int
    #: Recovered from a base and the log, up to ``taken_at``.
    from_log: bool = False
    lost_values: int = 0
    #: Somebody said how many values may be lost, and so that no other keys are left.
    values_given_up: bool = False


def believed() -> Ed25519PublicKey:
    key: Ed25519PublicKey = settings.KEYRING.journal_key.public_key()
    return key


def bring_back(folder: Path, identity: Identity, knowing: Knowing, *, say: Say) -> Report:
    """All of it. Raises CannotStart, before anything was written or with the doors shut."""
    manifest = _fit(folder)
    gap = remembered(manifest, knowing, say)
    _must_be_empty()
    say("Bản sao lưu nguyên vẹn. Đang khôi phục cơ sở dữ liệu…")
    restore_mark.begin(manifest.id)
    _database(folder, manifest, identity)
    shut(manifest)
    _count(manifest)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    bring_up_to_date()
    say("Đang khôi phục tệp…")
    _files(folder, identity)
    restore_mark.all_written(manifest.id)
    return prove_and_open(manifest, gap, knowing, say)


def go_on(folder: Path, knowing: Knowing, *, say: Say) -> Report:
    """After a restore that stopped behind its writing part: proves everything anew, then opens."""
    manifest = Manifest.read(folder, believed())
    stage = restore_mark.stage(manifest.id)
    if stage is None:
        raise CannotStart(f"Cơ sở dữ liệu này không phải đang khôi phục dở từ {manifest.id}.")
    if stage is not Stage.WRITTEN or Hold.objects.filter(backup=manifest.id).count() != len(Hold.Door.values):
        raise CannotStart(
            "Lần khôi phục trước dừng khi chưa ghi xong dòng và tệp, nên không làm tiếp được. Hãy tạo cơ sở dữ liệu"
            " trống và thư mục tệp trống rồi chạy lại, không có --resume."
        )
    gap = remembered(manifest, knowing, say)
    bring_up_to_date()
    return prove_and_open(manifest, gap, knowing, say)


def _fit(folder: Path) -> Manifest:
    """Whole, ours, and of a form that this program and this installation understand."""
    manifest = shelf.verify(folder, believed())
    if sorted(manifest.systems) != sorted(settings.SYSTEMS):
        raise CannotStart(
            f"Bản sao lưu là của SYSTEMS={','.join(manifest.systems)}; hãy đặt như vậy rồi chạy lại."
        )
    ours = {(app, name) for app, name in MigrationLoader(None).disk_migrations if app in manifest.migrations}
    theirs = {(app, name) for app, names in manifest.migrations.items() for name in names}
    if newer := sorted(f"{app}.{name}" for app, name in theirs - ours):
        raise CannotStart(
            f"Bản sao lưu của phiên bản mới hơn chương trình này (có {newer[0]}); hãy cài bản mới hơn."
        )
    with connection.cursor() as cursor:
        cursor.execute(_SERVER)
        (version,) = cursor.fetchone()
    if version // 10_000 < manifest.server_major:
        raise CannotStart(f"Bản sao lưu từ PostgreSQL {manifest.server_major}; máy chủ này cũ hơn.")
    return manifest


def head_of(manifest: Manifest) -> Head:
    said = manifest.journal
    return Head(said.seal, said.hash, said.last_sealed, said.last_line)


def remembered(manifest: Manifest, knowing: Knowing, say: Say) -> Gap | None:
    """Judged by what lies beside the database. Raises CannotStart."""
    memories.must_be_there(manifest, knowing.waived, say=say)
    gap = _known_gap(manifest, knowing)
    _ledgers_reach(manifest, knowing)
    return gap


def _known_gap(manifest: Manifest, knowing: Knowing) -> Gap | None:
    """What only the witnesses remember; anything must have been named by the operator. Raises CannotStart."""
    witnesses = [one for one in witnessing.configured() if one.path.exists()]
    gap = _longest_gap(head_of(manifest), witnesses, knowing)
    if gap is not None and gap.seals != lost_seals.written(knowing.lost_seals):
        raise CannotStart(_missing_words(gap))
    return gap


def _longest_gap(head: Head, witnesses: list[FileWitness], knowing: Knowing) -> Gap | None:
    """One witness that is behind is made up for by another that is not."""
    gaps, behind = list[Gap | None](), list[str]()
    for witness in witnesses:
        try:
            gaps.append(taking_up.gap(head, witness))
        except taking_up.WitnessDiffers as no:
            raise CannotStart(f"Lời chứng {no} nhớ dấu niêm số {head.seal} khác với bản sao lưu.") from no
        except taking_up.WitnessBehind as no:
            behind.append(str(no))
    if behind and not gaps and not knowing.no_witness:
        raise CannotStart(
            f"Lời chứng {', '.join(behind)} chưa có dấu niêm số {head.seal} của bản sao lưu, nên không chứng được"
            " nhật ký. Hãy đặt JOURNAL_WITNESSES tới tệp đầy đủ, hoặc chạy lại với --no-witness."
        )
    return max(filter(None, gaps), key=lambda one: one.last_seal, default=None)


def _missing_words(gap: Gap) -> str:
    return (
        "Bản sao lưu cũ hơn lời chứng. Nhật ký sẽ thiếu các dòng sau dòng"
        f" {gap.behind} đến dòng {gap.last_line}, niêm từ {gap.since} đến {gap.until}"
        f" (dấu niêm {gap.seals}). Mọi việc làm trong thời gian đó cũng mất theo.\n"
        "Nếu có bản sao lưu mới hơn, hãy dùng bản đó. Nếu không, ghi lại các số này rồi chạy lại với"
        f" --lost {gap.seals}."
    )


def _must_be_empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        (tables,) = cursor.fetchone()
    if tables:
        raise CannotStart("Cơ sở dữ liệu đích đã có bảng. Chỉ khôi phục vào cơ sở dữ liệu trống.")
    if not storing.is_empty():
        raise CannotStart(f"Thư mục tệp {settings.FILES_DIR} đã có tệp. Chỉ khôi phục vào thư mục trống.")


def _database(folder: Path, manifest: Manifest, identity: Identity) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SERVER)
        (version,) = cursor.fetchone()
    server = programs.server_of(connection.settings_dict, version)
    command = [
        programs.found("pg_restore", server),
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        f"--dbname={server.name}",
    ]
    try:
        with identity.opened(folder / manifests.DATABASE) as stream:
            programs.feed(command, server, stream)
    except programs.DidNotWork as no:
        restore_mark.end()
        raise CannotStart(f"pg_restore không làm được, cơ sở dữ liệu vẫn trống:\n{no}") from no


@transaction.atomic
def shut(manifest: Manifest) -> None:
    """Both doors at once, the first thing that is done with the rows."""
    holding.hold(Hold.Door.EVERYTHING, manifest.id)
    holding.hold(Hold.Door.OUTSIDE, manifest.id)


def _count(manifest: Manifest) -> None:
    found = making.rows_of_each_table()
    wrong = sorted(
        name for name, count in manifest.rows.items() if found.get(name) != count and name != "ops_hold"
    )
    if wrong:
        raise NotRight(f"Số dòng của {len(wrong)} bảng khác với lúc sao lưu: {', '.join(wrong[:5])}.")


def bring_up_to_date() -> None:
    graph = MigrationLoader(connection)
    if set(graph.disk_migrations) - set(graph.applied_migrations):
        call_command("migrate", interactive=False, verbosity=0)


def _files(folder: Path, identity: Identity) -> None:
    with identity.opened(folder / manifests.FILES) as stream:
        for place, sealed in file_streams.places_in(stream):
            storing.put_back(place, sealed)
    storing.sync_all()


def prove_and_open(manifest: Manifest, gap: Gap | None, knowing: Knowing, say: Say) -> Report:
    copied.forget(manifest.purged)
    say("Đang mở từng tệp và so dấu SHA-256…")
    looked = copied.look_at_all()
    if looked.broken and not knowing.lost_files:
        raise NotRight(
            f"{len(looked.broken)} tệp không mở được hoặc khác dấu, ví dụ {', '.join(looked.broken[:3])}."
            " Nếu chấp nhận mất các tệp này, chạy lại với --resume --lost-files."
        )
    lost_values = fields_open(knowing, say)
    say("Đang kiểm tra nhật ký với lời chứng…")
    checked = _journal(manifest, gap)
    say("Đang xóa lại theo sổ xóa…")
    again, already = _erase_again(manifest, knowing)
    ended = _end_sessions()
    report = Report(
        backup=manifest.id,
        taken_at=manifest.taken_at,
        rows=sum(manifest.rows.values()),
        files=looked.whole,
        lost_files=tuple(looked.broken),
        lost_seals=gap.seals if gap else "",
        erased_again=again,
        erased_before=already,
        sessions_ended=ended,
        seals_checked=checked,
        lost_values=lost_values,
        values_given_up=knowing.lost_values is not None,
    )
    with transaction.atomic():
        _take_keys(report)
        _write_down(report)
        holding.release(Hold.Door.EVERYTHING)
        restore_mark.end()
    return report


def fields_open(knowing: Knowing, say: Say) -> int:
    """How many values do not open: the keys may be older or newer than the rows, if they open them. Raises NotRight.

    Nothing is written down here: which key a number means is known only when everything opened, or was given up.
    """
    say("Đang mở từng giá trị đã mã hóa…")
    found = opening.look_at_all()
    lost = found.lost
    if lost and lost != knowing.lost_values:
        raise NotRight(
            f"KEYS_DIR không mở được {lost} giá trị đã mã hóa, ví dụ của {min(found.broken)}. Hãy dùng field.key của"
            " bản sao khóa cùng thời với bản sao lưu, rồi chạy lại với --resume. Nếu chấp nhận mất các giá trị này,"
            f" chạy lại với --resume --lost-values {lost}."
        )
    try:
        lookup_keys.must_fit(long_tables_too=True)
    except NotNow as no:  # nobody would be found, and nothing can be written under another key
        raise NotRight(str(no)) from no
    if knowing.lost_values is None:
        try:
            field_keys.must_fit()
        except NotNow as no:
            raise NotRight(
                f"{no} Nếu không còn bản sao khóa nào khác, chạy lại với --resume --lost-values 0."
            ) from no
    return lost


def _take_keys(report: Report) -> None:
    """In the transaction that opens the doors: from now on each number means the key that lies here."""
    if report.values_given_up:
        opening.give_up(report.lost_values)
        field_keys.take_as_they_lie()
    else:
        field_keys.get_known()
    secret_key.take_as_they_lie()


def _journal(manifest: Manifest, gap: Gap | None) -> int:
    """Up to which seal a witness proves it, 0 without any. Raises NotRight with the first thing that is wrong."""
    witnesses = [one for one in witnessing.configured() if one.path.exists()]
    if gap is not None and taking_up.head().seal < gap.last_seal:
        taking_up.take_up(head_of(manifest), max(witnesses, key=_reach))
    lost = range(gap.first_seal, gap.last_seal + 1) if gap else range(0)
    for witness in witnesses:
        finding = verifying.verify(None, None, witness, believed(), lost=lost)
        # One that is behind the others is told the rest by the worker.
        if finding and finding.kind is not verifying.Kind.WITNESS_SHORT:
            raise NotRight(f"Nhật ký không đúng với lời chứng {witness.path}: {finding}.")
    return max(map(_reach, witnesses), default=0)


def _reach(witness: FileWitness) -> int:
    last = witness.last()
    return last.number if last else 0


def _ledgers_reach(manifest: Manifest, knowing: Knowing) -> None:
    """A ledger that was left behind would bring back whoever was forgotten. Raises NotRight."""
    try:
        known = len(ledger.agreed())
    except ledger.LedgerBroken as broken:
        raise NotRight(f"Sổ xóa bị sửa hoặc không khớp ở {broken}; chưa xóa lại ai.") from broken
    if known < manifest.erasures and not knowing.no_ledger:
        raise NotRight(
            f"Sổ xóa có {known} người, lúc sao lưu đã có {manifest.erasures}. Hãy đặt ERASURE_LEDGERS tới sổ đầy đủ."
        )


def _erase_again(manifest: Manifest, knowing: Knowing) -> tuple[int, int]:
    _ledgers_reach(manifest, knowing)
    if not settings.HOSTS_PORTAL:
        return 0, 0
    from motcua.protection import erasing

    done = erasing.replay()
    return done.again, done.already


def _end_sessions() -> int:
    ended = 0
    if settings.HOSTS_PORTAL:
        from motcua.accounts import sessions

        ended += sessions.end_everybodys(why="restored")
    if settings.HOSTS_DESK:
        from motcua.guests import sessions as guest_sessions

        ended += guest_sessions.end_everybodys(why="restored")
    return ended


def _write_down(report: Report) -> None:
    journal.record(
        "ops.backup.restored",
        subject="room:ops",
        facts={
            "backup": report.backup,
            "files": report.files,
            "lost_seals": report.lost_seals,
            "lost_files": len(report.lost_files),
            "lost_values": report.lost_values,
            "erased": report.erased_again,
        },
    )

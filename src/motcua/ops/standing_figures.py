"""The page “Tình trạng hệ thống” as figures: workers, jobs, neighbours, the journal, clocks, files, backup, budgets."""

from collections.abc import Iterator

from motcua.health import log_archive, machine, reading
from motcua.health.models import Kind
from motcua.journal import standing as journal
from motcua.limits import everywhere, overview
from motcua.ops.figure import Figure, one
from motcua.outbox import waiting


def figures() -> Iterator[Figure]:
    yield from _signs_of_life()
    yield from _queues()
    yield from _journal()
    yield from _machine()
    yield from _budgets()


def _signs_of_life() -> Iterator[Figure]:
    workers = reading.seconds_since(Kind.WORKER)
    yield one("motcua_workers", "Workers that said they live within the last half minute", _living(workers))
    jobs = reading.seconds_since(Kind.JOB)
    yield Figure(
        "motcua_job_seconds_since_run",
        "Seconds since each periodic job was last run",
        [(name, age) for name, age, _ in jobs],
        label="job",
    )
    yield Figure(
        "motcua_job_ok",
        "1 when the last run came to its end",
        [(name, float(ok)) for name, _, ok in jobs],
        label="job",
    )
    neighbours = reading.seconds_since(Kind.NEIGHBOUR)
    yield Figure(
        "motcua_neighbour_up",
        "1 while the neighbour answers a knock",
        [(name, float(ok)) for name, _, ok in neighbours],
        label="neighbour",
    )

    yield Figure(
        "motcua_citizens_can_sign_in",
        "0 while VNeID is the only way in, and is not configured or does not answer",
        [("", float(not reading.citizens_are_shut_out()))],
    )


def _living(workers: list[tuple[str, float, bool]]) -> float:
    return float(sum(age <= reading.DEAD_AFTER for _, age, _ in workers))


def _queues() -> Iterator[Figure]:
    found = waiting.queues()
    for name, about, values in (
        ("motcua_queue_waiting", "What waits to leave", [(each.name, float(each.waiting)) for each in found]),
        ("motcua_queue_given_up", "What was given up", [(each.name, float(each.given_up)) for each in found]),
        (
            "motcua_queue_oldest_seconds",
            "For how long the oldest has waited beyond its moment",
            [(each.name, each.oldest_seconds) for each in found],
        ),
    ):
        yield Figure(name, about, values, label="queue")


def _journal() -> Iterator[Figure]:
    found = journal.standing()
    yield one(
        "motcua_journal_unsealed_seconds", "Age of the oldest line no seal covers", found.unsealed_seconds
    )
    yield Figure(
        "motcua_witness_behind",
        "Seals that each witness of the journal has not heard of",
        [(str(each.nth), float(each.behind)) for each in found.witnesses],
        label="witness",
    )


def _machine() -> Iterator[Figure]:
    found = machine.database()
    yield one(
        "motcua_database_answer_seconds", "Time the database takes to tell the time", found.answer_seconds
    )
    yield one(
        "motcua_clock_off_seconds", "Clock of the database less this machine's", found.clock_off_seconds
    )
    yield one("motcua_standbys", "Standby databases that stream", found.standbys)
    if found.lag_seconds is not None:
        yield one(
            "motcua_replication_lag_seconds", "How far the slowest standby is behind", found.lag_seconds
        )
    try:
        free, whole = machine.disk_room()
    except OSError:
        free, whole = 0, 0
    yield one("motcua_files_free_bytes", "Room for files; 0 when the folder cannot be read", free)
    yield one("motcua_files_free_share", "The same as a share of all room", free / whole if whole else 0.0)
    last = machine.backup()
    yield one("motcua_backup_ok", "1 when the last backup came to its end", last.ok)
    if last.at is not None:
        yield one("motcua_backup_age_seconds", "Age of the last backup", last.age_seconds)
    yield from _log_archive()


def _log_archive() -> Iterator[Figure]:
    kept = log_archive.standing()
    yield one(
        "motcua_backup_wal_on", "1 when the database's log is kept elsewhere", kept.age_seconds is not None
    )
    if kept.age_seconds is not None:
        yield one(
            "motcua_backup_wal_age_seconds",
            "Most that would be lost with the database's disk now",
            kept.age_seconds,
        )
    files = log_archive.files()
    if files.at is not None:
        yield one("motcua_backup_files_ok", "1 when the last round of copying files missed none", files.ok)
        yield one(
            "motcua_backup_files_age_seconds", "Age of the last round of copying files", files.age_seconds
        )
    looked = log_archive.check()
    if looked.at is not None:
        yield one("motcua_backup_check_ok", "1 when the archive of the log was found whole", looked.ok)
        yield one(
            "motcua_backup_check_age_seconds", "Age of the last look through the archive", looked.age_seconds
        )


def _budgets() -> Iterator[Figure]:
    used = overview.totals()
    for name, about, values in (
        (
            "motcua_budget_refused_today",
            "How often each budget refused somebody today",
            [(quota.name, float(use.refused)) for quota, use in used.items()],
        ),
        (
            "motcua_budget_alarms_today",
            "How often each budget rang its alarm today",
            [(quota.name, float(use.alarms)) for quota, use in used.items()],
        ),
    ):
        yield Figure(name, about, values, label="quota")
    yield Figure(
        "motcua_watch_state",
        "L10 and L11: 0 calm, 1 raised, 2 self-service paused",
        [
            (each.watch.value, float(list(everywhere.State).index(each.state)))
            for each in everywhere.standings()
        ],
        label="watch",
    )

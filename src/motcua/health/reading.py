"""Tình trạng: every part in one list, the red ones first to see, each with what to do. Asks nobody outside."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import DatabaseError
from django.db.models.functions import Now
from django.utils import timezone

from motcua.health import log_archive, machine
from motcua.health.beating import BEAT_SECONDS
from motcua.health.models import Kind, Pulse
from motcua.health.words import JOB_LATE, JOBS, NEIGHBOURS
from motcua.journal import standing as journal
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.key_changes import NotNow
from motcua.kernel.key_files import KeysMissing, Ring
from motcua.keys import covering, lookup_keys, resealing
from motcua.outbox import provider_report, waiting
from motcua.protection import duties
from motcua.units import tree

if TYPE_CHECKING:
    from motcua.desk import numbering

#: Who looks after the machine, or answers for the province.
READERS: Final = (Power.CONNECT_SYSTEMS, Power.GRANT, Power.INSPECT)
#: A worker that said nothing for so long is dead.
DEAD_AFTER: Final = 3 * BEAT_SECONDS
#: A job that is two rounds behind, and a minute, is late.
_GRACE: Final = 60.0
#: A knock that is older says nothing about now.
_KNOCKED_LATELY: Final = timedelta(minutes=3)
_OLD_QUEUE: Final = {"message": 60.0, "letter": 600.0, "errand": 900.0}
_WAYS_IN: Final = "Lối đăng nhập của công dân"
_FIELD_KEY: Final = "Khóa mã hóa số, điện thoại"
_LOOKUP_KEY: Final = "Khóa tra cứu"
#: Beyond that rows under an older key are not counted, where somebody only looks.
_MOST_ROWS: Final = 10_000
#: The chore writes its line every half minute; what it wrote before the keys changed says nothing.
_SETTLED_SECONDS: Final = 60.0
_QUEUES: Final = {"message": "Tin nhắn chờ gửi", "letter": "Thư chờ gửi", "errand": "Việc đã hẹn chờ làm"}
_ACT_ON_QUEUE: Final = {
    "message": "Xem tiến trình nền và nhà cung cấp tin nhắn.",
    "letter": "Xem tiến trình nền và máy chủ thư.",
    "errand": (
        "Xem tiến trình nền và các hệ thống bên cạnh ở trang này; việc bị bỏ thì xem trang “Đối soát” "
        "hoặc sổ tay vận hành."
    ),
}
_DAY_NUMBERS: Final = "Số hồ sơ trong ngày của đơn vị"
_ACT_ON_NUMBERS: Final = (
    "Cho cán bộ tiếp nhận ở đơn vị khác; xem sổ tay vận hành, mục “Hết số hồ sơ trong ngày”."
)
#: What a job that could not ask the portal wrote down: it goes on by itself.
_SILENT_PORTAL: Final = "PortalUnavailable"
_WAITS_FOR_PORTAL: Final = "Tự làm tiếp khi Cổng trả lời; xem dòng “Đường tới Cổng DVCQG” ở trang này."


class State(StrEnum):
    GOOD = "GOOD"
    WARNING = "WARNING"
    BAD = "BAD"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: how it stands, in words, and what to do when it does not stand well."""

    key: str
    title: str
    state: State
    said: str
    act: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One periodic job: its last run, how it went, when it is due again, what is still to do."""

    key: str
    title: str
    state: State
    last_at: datetime | None
    ok_at: datetime | None
    said: str
    done: int
    done_ever: int
    next_at: datetime | None
    took_seconds: float
    backlog: int | None
    act: str = ""


@dataclass(frozen=True, slots=True)
class Everything:
    parts: list[Part] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)

    @property
    def bad(self) -> int:
        states = [part.state for part in self.parts] + [job.state for job in self.jobs]
        return states.count(State.BAD)


def require(viewer: Authority) -> None:
    """Raises NotAuthorised for everybody but whoever connects systems, or administers or inspects the whole."""
    if viewer.may(Power.CONNECT_SYSTEMS):
        return
    if not any(viewer.may(power) for power in READERS) or not tree.is_top(viewer):
        raise NotAuthorised(power=READERS[0].value)


def everything(viewer: Authority) -> Everything:
    """For the page. Raises NotAuthorised."""
    require(viewer)
    return look()


def look() -> Everything:
    """For the page, the command and the figures; asks the database and this machine only."""
    try:
        own = list(_machine())
    except DatabaseError:
        silent = Part(
            "database",
            "Cơ sở dữ liệu",
            State.BAD,
            "Không kết nối được.",
            "Kiểm tra PostgreSQL và Patroni; xem sổ tay vận hành, mục “Khi cơ sở dữ liệu dừng”.",
        )
        return Everything([silent, *_files_and_backup(), *_continuous()])
    return Everything(
        [
            *own,
            *_files_and_backup(),
            *_continuous(),
            *_keys(),
            _lookup_key(),
            *_workers(),
            *_neighbours(),
            *_ways_in(),
            *_providers(),
            *_queues(),
            *_day_numbers(),
        ],
        jobs(),
    )


def jobs() -> list[Job]:
    """Every periodic job that ever ran here, and those that should have."""
    overdue = {duty.chore: duty.overdue(duties.MOST) for duty in duties.duties()}
    pulses = {row.name: row for row in Pulse.objects.filter(kind=Kind.JOB)}
    now = _now()
    names = dict.fromkeys([*pulses, *overdue])
    return [_job(name, pulses.get(name), overdue.get(name), now) for name in names]


def seconds_since(kind: Kind) -> list[tuple[str, float, bool]]:
    """(name, age of the last word, whether it was good) for the figures."""
    now = _now()
    return [
        (row.name, max(0.0, (now - row.at).total_seconds()), row.ok)
        for row in Pulse.objects.filter(kind=kind).order_by("name")
    ]


def is_silent(neighbour: str) -> bool:
    """Whether nobody was there the last time it was knocked at, not long ago; one row by its key."""
    last = Pulse.objects.filter(kind=Kind.NEIGHBOUR, name=neighbour).values_list("ok", "at").first()
    return last is not None and not last[0] and timezone.now() - last[1] < _KNOCKED_LATELY


def _machine() -> Iterator[Part]:
    found = machine.database()
    yield Part(
        "database",
        "Cơ sở dữ liệu",
        State.GOOD if found.answer_seconds < 1 else State.WARNING,
        f"Trả lời trong {found.answer_seconds * 1000:.0f} mili giây.",
        "Xem tải của máy chủ cơ sở dữ liệu.",
    )
    yield _replication(found)
    off = abs(found.clock_off_seconds)
    yield Part(
        "clock",
        "Đồng hồ máy chủ so với cơ sở dữ liệu",
        State.GOOD if off <= 1 else State.BAD,
        "Khớp." if off <= 1 else f"Lệch {off:.1f} giây.",
        "Kiểm tra NTP (chrony) trên hai máy; hạn của mã OTP tính theo đồng hồ của cơ sở dữ liệu.",
    )
    talks = machine.talkative_settings()
    yield Part(
        "database_log",
        "Nhật ký riêng của PostgreSQL",
        State.BAD if talks else State.GOOD,
        f"Có thể ghi dữ liệu của người dân: {', '.join(talks)}."
        if talks
        else "Không ghi dòng dữ liệu, tham số.",
        "Đặt log_error_verbosity = terse, log_statement = none, log_parameter_max_length_on_error = 0 rồi nạp lại.",
    )
    yield _log_kept()
    yield from _journal()


def _log_kept() -> Part:
    """Alone of the three because it needs the database: what would be lost with its disk now."""
    found = log_archive.standing()
    title, act = "Lưu liên tục (WAL)", "Bật theo sổ tay vận hành, mục “Sao lưu liên tục”."
    if found.standby:
        return Part("wal", title, State.NONE, "Máy dự phòng không tự lưu.", act)
    if found.age_seconds is None:
        return Part(
            "wal", title, State.WARNING, "Chưa bật: hỏng ổ là mất mọi việc sau bản sao lưu cuối.", act
        )
    act = (
        "Kiểm tra chỗ trống, ổ gắn của nơi lưu WAL; dòng “motcua:” trong nhật ký PostgreSQL nói vì sao."
        " Không xóa gì trong pg_wal."
    )
    if found.is_late:
        return Part("wal", title, State.BAD, f"Chưa lưu được từ {_age(found.age_seconds)} trước.", act)
    said = f"Phần chưa lưu cũ nhất {_age(found.age_seconds)}."
    if found.failing:
        return Part("wal", title, State.WARNING, f"Lần lưu cuối không được. {said}", act)
    return Part("wal", title, State.GOOD, said, act)


def _replication(found: machine.Database) -> Part:
    title, act = "Cơ sở dữ liệu dự phòng", "Xem patronictl list; nối lại máy dự phòng trước khi nâng cấp."
    if not found.standbys:
        return Part("replication", title, State.NONE, "Không có máy dự phòng đang nối.", act)
    if found.lag_seconds is None:
        return Part("replication", title, State.GOOD, f"{found.standbys} máy đang nối.", act)
    late = found.lag_seconds > 30
    said = f"{found.standbys} máy đang nối, chậm {found.lag_seconds:.0f} giây."
    return Part("replication", title, State.WARNING if late else State.GOOD, said, act)


def _journal() -> Iterator[Part]:
    found = journal.standing()
    late = found.unsealed_seconds > 300
    yield Part(
        "seal",
        "Niêm nhật ký",
        State.BAD if late else State.GOOD,
        f"{found.seals} dấu niêm; dòng chưa niêm cũ nhất {_age(found.unsealed_seconds)}."
        if found.unsealed_seconds
        else f"{found.seals} dấu niêm; mọi dòng đã niêm.",
        "Xem tiến trình nền và một giao dịch nào mở quá lâu (pg_stat_activity).",
    )
    for one in found.witnesses:
        yield Part(
            f"witness:{one.nth}",
            f"Nhân chứng nhật ký thứ {one.nth}",
            State.GOOD if one.there and one.behind <= 1 else State.BAD,
            "Biết dấu niêm mới nhất."
            if one.there and one.behind <= 1
            else f"Thiếu {one.behind} dấu niêm."
            if one.there
            else "Không đọc được.",
            "Kiểm tra ổ gắn của nhân chứng; rồi chạy motcua journal verify.",
        )


def _files_and_backup() -> Iterator[Part]:
    act = "Thêm dung lượng cho kho tệp trước khi hết; hết chỗ thì không nhận tệp mới."
    try:
        free, whole = machine.disk_room()
    except OSError:
        yield Part("disk", "Chỗ trống của kho tệp", State.BAD, "Không đọc được thư mục tệp.", act)
    else:
        share = free * 100 // max(whole, 1)
        state = State.GOOD if share >= 20 else State.WARNING if share >= 10 else State.BAD
        yield Part("disk", "Chỗ trống của kho tệp", state, f"Còn {share} % ({free // 2**30} GiB).", act)
    last = machine.backup()
    act = "Trên máy chủ, chạy motcua backup rồi xem lại; xem sổ tay vận hành, mục “Sao lưu”."
    if last.at is None:
        yield Part("backup", "Bản sao lưu", State.WARNING, "Chưa có bản sao lưu.", act)
        return
    old = last.age_seconds > 26 * 3600
    said = (
        f"Cách đây {_age(last.age_seconds)}, {last.bytes // 2**20} MiB."
        if last.ok
        else "Lần cuối không xong."
    )
    yield Part("backup", "Bản sao lưu", State.GOOD if last.ok and not old else State.BAD, said, act, last.at)


def _continuous() -> Iterator[Part]:
    """What the commands beside the log say of themselves; nothing where they never ran."""
    files = log_archive.files()
    if files.at is not None:
        old = files.age_seconds > log_archive.MOST_SECONDS
        said = (
            f"Chưa chép từ {_age(files.age_seconds)} trước."
            if old
            else f"Thiếu {files.count} tệp."
            if files.count
            else "Lần cuối không xong."
            if not files.ok
            else f"Cách đây {_age(files.age_seconds)}."
        )
        act = "Xem motcua-backup-files (journalctl); kiểm tra chỗ trống và ổ gắn của nơi lưu."
        yield Part(
            "file_copies",
            "Chép tệp liên tục",
            State.BAD if old or not files.ok else State.GOOD,
            said,
            act,
            files.at,
        )
    looked = log_archive.check()
    if looked.at is not None:
        old = looked.age_seconds > log_archive.CHECK_SECONDS
        said = "Liền mạch." if looked.ok else f"{looked.count} điều không đúng."
        if old:
            said += f" Chưa xem lại từ {_age(looked.age_seconds)} trước."
        act = "Chạy motcua backup check; bổ sung từ nơi lưu thứ hai, rồi chạy motcua backup base."
        yield Part(
            "wal_check",
            "Nơi lưu WAL",
            State.GOOD if looked.ok and not old else State.BAD,
            said,
            act,
            looked.at,
        )


def _keys() -> Iterator[Part]:
    """How far the rows are that an older key sealed; nothing is counted while there is one key."""
    try:
        ring = settings.KEYRING.field_keys
    except KeysMissing:
        act = (
            "Xem quyền và nội dung của field.key (0600, mỗi dòng một khóa); lấy lại từ bản sao khóa nếu hỏng."
        )
        yield Part("field_key", _FIELD_KEY, State.BAD, "Không đọc được field.key.", act)
        return
    if len(ring.live) == 1:
        yield Part("field_key", _FIELD_KEY, State.GOOD, f"Dùng khóa số {ring.sealing}; không còn khóa cũ.")
        return
    try:
        resealing.fits(ring)
    except NotNow as no:
        yield Part("field_key", _FIELD_KEY, State.BAD, "Chưa mã hóa lại được bằng khóa ở máy này.", str(no))
        return
    said, act = _how_far(ring)
    yield Part("field_key", _FIELD_KEY, State.WARNING, said, act)


def _lookup_key() -> Part:
    """Which cover the marks of rows have; a change is a matter of minutes, so it is named as long as it is not done."""
    try:
        ring = settings.KEYRING.covers.ring
        lookup_keys.must_fit()
    except KeysMissing:
        act = "Xem quyền và nội dung của lookup.key (0600); lấy lại từ bản sao khóa nếu hỏng."
        return Part("lookup_key", _LOOKUP_KEY, State.BAD, "Không đọc được lookup.key.", act)
    except NotNow as no:
        return Part("lookup_key", _LOOKUP_KEY, State.BAD, "Không tra cứu được bằng khóa ở máy này.", str(no))
    if len(ring.live) > 1:
        said, act = _change_of_lookups(ring)
        return Part("lookup_key", _LOOKUP_KEY, State.WARNING, said, act)
    return Part("lookup_key", _LOOKUP_KEY, State.GOOD, f"Dùng khóa số {ring.sealing}; không còn khóa cũ.")


def _change_of_lookups(ring: Ring) -> tuple[str, str]:
    """What is so, and the next right act; the file here may be behind the rows."""
    newest = len(ring.keys)
    if lookup_keys.counts() < newest:
        return (
            "Khóa mới đang chờ.",
            "Chép lookup.key tới mọi máy, chờ 5 phút, rồi chạy motcua keys begin lookup.",
        )
    if ring.waits:
        return (
            f"Dữ liệu đã dùng khóa số {newest}; lookup.key ở máy này còn ghi khóa đó đang chờ.",
            "Chép lookup.key từ máy đã chạy motcua keys begin lookup; nếu lệnh đó bị dừng giữa chừng, chạy lại ở đó.",
        )
    if covering.any_left(newest, alone=True):
        return (
            f"Dùng khóa số {newest}; các bảng dài còn dòng dùng khóa cũ.",
            "Nếu motcua keys begin lookup không còn đang chạy, chạy lại lệnh đó.",
        )
    return (
        f"Dùng khóa số {newest}; khóa cũ chưa bỏ.",
        f"Sau 5 phút chạy motcua keys retire lookup {ring.live[0]}.",
    )


def _how_far(ring: Ring) -> tuple[str, str]:
    if left := resealing.at_least(ring.sealing, _MOST_ROWS + 1):
        many = f"hơn {_MOST_ROWS:,}".replace(",", ".") if left > _MOST_ROWS else str(left)
        if _stands_still():
            return (
                f"Còn {many} dòng dùng khóa cũ; lần chạy cuối của worker không mã hóa lại được dòng nào.",
                "Xem các dòng “sealed value does not open”, “row not sealed anew” trong nhật ký máy chủ; chạy"
                " motcua keys verify field --rows.",
            )
        return f"Còn {many} dòng dùng khóa cũ.", "Worker đang mã hóa lại."
    if ring.waits:
        return "Khóa mới đang chờ.", "Chép field.key tới mọi máy rồi chạy motcua keys begin field."
    return "Không còn dòng nào dùng khóa cũ.", "Bỏ khóa cũ: motcua keys retire field (số của khóa)."


def _stands_still() -> bool:
    """The chore ran well after the last change of keys, and found nothing that it could seal anew."""
    row = Pulse.objects.filter(kind=Kind.JOB, name="field_key").first()
    changed = settings.KEYRING.field_keys_path.stat().st_mtime
    return row is not None and row.ok and row.done == 0 and row.at.timestamp() > changed + _SETTLED_SECONDS


def _workers() -> Iterator[Part]:
    now = _now()
    rows = list(Pulse.objects.filter(kind=Kind.WORKER).order_by("name"))
    if not rows:
        yield Part(
            "worker",
            "Tiến trình nền",
            State.BAD,
            "Không có tiến trình nào đang chạy: tin nhắn, việc định kỳ đều dừng.",
            "Khởi động motcua-worker.",
        )
    for row in rows:
        age = max(0.0, (now - row.at).total_seconds())
        yield Part(
            f"worker:{row.name}",
            f"Tiến trình nền {row.name}",
            State.GOOD if age <= DEAD_AFTER else State.BAD,
            "Đang chạy." if age <= DEAD_AFTER else f"Im lặng {_age(age)}.",
            "Khởi động lại motcua-worker trên máy này; nếu máy đã bỏ, dòng này tự mất sau một ngày.",
            row.at,
        )


def _neighbours() -> Iterator[Part]:
    now = _now()
    for row in Pulse.objects.filter(kind=Kind.NEIGHBOUR).order_by("name"):
        title, act = NEIGHBOURS.get(row.name, (row.name, ""))
        stale = now - row.at > timedelta(seconds=4 * row.every_seconds + _GRACE)
        if stale:
            yield Part(f"neighbour:{row.name}", title, State.WARNING, "Lâu chưa hỏi lại.", JOB_LATE, row.at)
        elif row.ok:
            yield Part(f"neighbour:{row.name}", title, State.GOOD, "Có trả lời.", act, row.at)
        else:
            since = f"từ {timezone.localtime(row.ok_at):%H:%M %d/%m/%Y}" if row.ok_at else "từ đầu"
            yield Part(f"neighbour:{row.name}", title, State.BAD, f"Không trả lời {since}.", act, row.at)


def citizens_are_shut_out() -> bool:
    """Whether VNeID is the only way in, and not there (ADR 0039). Two statements; False where no accounts are."""
    if not settings.HOSTS_PORTAL or settings.TRAINING:
        return False
    from motcua.health import ways_in  # accounts are not everywhere

    return ways_in.today(silent=is_silent("vneid")).is_shut


def _ways_in() -> Iterator[Part]:
    """Nothing as long as no day of VNeID was agreed."""
    if not settings.HOSTS_PORTAL or settings.TRAINING:
        return
    from motcua.health import ways_in  # accounts are not everywhere

    found = ways_in.today(silent=is_silent("vneid"))
    if not found.is_expected:
        return
    act = "Khai VNEID_ISSUER và các biến VNEID_… trên mọi máy rồi khởi động lại (sổ tay vận hành, mục VNeID)."
    if found.configured:
        act = "Gọi đầu mối VNeID, kiểm tra đường ra ngoài; báo các quầy: một cửa tiếp nhận như thường."
    if found.is_shut:
        why = "VNeID không trả lời" if found.configured else "máy này chưa khai VNeID"
        said = f"Công dân chỉ còn đăng nhập bằng VNeID, mà {why}: không công dân nào đăng nhập được."
        yield Part("ways_in", _WAYS_IN, State.BAD, said, act)
    elif not found.configured:
        said = f"Công dân dùng VNeID từ {found.vneid_from:%d/%m/%Y}, mà máy này chưa khai VNeID."
        yield Part("ways_in", _WAYS_IN, State.WARNING, said, act)
    else:
        said = (
            f"Mật khẩu dùng đến hết {found.own_until:%d/%m/%Y}." if found.own_until else "Mật khẩu và VNeID."
        )
        yield Part("ways_in", _WAYS_IN, State.GOOD, said if found.passwords else "VNeID.", act)


def _providers() -> Iterator[Part]:
    known, names = provider_report.standing(), provider_report.names()
    for code, name in names.items():
        one, title = known.get(code), f"Nhà cung cấp tin nhắn: {name}"
        act = "Xem trang “Tin nhắn”; gọi nhà cung cấp. Tin đi qua nhà cung cấp khác nếu có."
        if one is None:
            yield Part(f"sms:{code}", title, State.NONE, "Chưa gửi tin nào.", act)
        elif one.off:
            yield Part(
                f"sms:{code}", title, State.WARNING, "Đang ngừng dùng theo quyết định.", act, one.ruled_at
            )
        elif one.rests:
            yield Part(
                f"sms:{code}", title, State.BAD, f"Đang nghỉ (cầu dao mở): {one.cause}.", act, one.changed_at
            )
        else:
            yield Part(f"sms:{code}", title, State.GOOD, "Đang nhận tin.", act, one.changed_at)


def _queues() -> Iterator[Part]:
    for queue in waiting.queues():
        late = queue.oldest_seconds > _OLD_QUEUE[queue.name]
        state = State.BAD if late else State.WARNING if queue.given_up else State.GOOD
        said = f"{queue.waiting} đang chờ"
        if queue.waiting:
            said += (
                f", cũ nhất {_age(queue.oldest_seconds)}" if queue.oldest_seconds else ", chưa đến giờ làm"
            )
        said += f"; {queue.given_up} đã thôi gửi." if queue.given_up else "."
        yield Part(f"queue:{queue.name}", _QUEUES[queue.name], state, said, _ACT_ON_QUEUE[queue.name])


def _day_numbers() -> Iterator[Part]:
    """Only where a desk is: the unit nearest to the end of the four digits of a day."""
    if not settings.HOSTS_DESK:
        return
    from motcua.desk import numbering  # a desk is not everywhere

    found = numbering.fullest(timezone.now())
    if found is None:
        yield Part("day_numbers", _DAY_NUMBERS, State.NONE, "Hôm nay chưa đơn vị nào cấp số.")
        return
    if found.left <= 0:
        work = "tiếp nhận tạm" if found.provisional else "tiếp nhận"
        said = f"{found.unit} đã dùng hết 9.999 số {_series(found)} của hôm nay, không {work} thêm được."
        yield Part("day_numbers", _DAY_NUMBERS, State.BAD, said, _ACT_ON_NUMBERS)
        return
    few = found.left <= numbering.FEW_LEFT
    given = f"{found.given:,}".replace(",", ".")
    said = f"{found.unit} dùng nhiều nhất hôm nay: {given} trên 9.999 số {_series(found)}."
    yield Part(
        "day_numbers",
        _DAY_NUMBERS,
        State.WARNING if few else State.GOOD,
        said,
        _ACT_ON_NUMBERS if few else "",
    )


def _series(found: "numbering.Fullest") -> str:
    return "tiếp nhận tạm" if found.provisional else "hồ sơ"


def _job(name: str, row: Pulse | None, overdue: int | None, now: datetime) -> Job:
    title = JOBS.get(name, name)
    if row is None:
        return Job(
            name, title, State.WARNING, None, None, "Chưa chạy lần nào.", 0, 0, None, 0.0, overdue, JOB_LATE
        )
    late = (now - row.at).total_seconds() > 2 * row.every_seconds + _GRACE
    state, said, act = _how_it_went(row, late=late)
    return Job(
        name,
        title,
        state,
        row.at,
        row.ok_at,
        said,
        row.done,
        row.done_ever,
        row.at + timedelta(seconds=row.every_seconds),
        row.took_seconds,
        overdue,
        act,
    )


def _how_it_went(row: Pulse, *, late: bool) -> tuple[State, str, str]:
    """The last run of a job in words, with what to do."""
    if row.ok:
        return (State.BAD, "Quá giờ.", JOB_LATE) if late else (State.GOOD, "Xong.", "")
    if row.said == _SILENT_PORTAL and not late:
        return State.WARNING, "Chưa xong: Cổng DVCQG không trả lời.", _WAITS_FOR_PORTAL
    return State.BAD, f"Không xong: {row.said}.", JOB_LATE


def _now() -> datetime:
    """The clock that wrote the times."""
    found = Pulse.objects.values_list(Now(), flat=True).first()
    return found if found is not None else timezone.now()


def _age(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} giây"
    if seconds < 7200:
        return f"{seconds / 60:.0f} phút"
    return f"{seconds / 3600:.0f} giờ" if seconds < 172_800 else f"{seconds / 86_400:.0f} ngày"

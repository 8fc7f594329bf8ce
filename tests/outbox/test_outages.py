"""V-17, V-18: a gateway dies and comes back; a provider fails, stalls, or takes without delivering."""

import os
import time

import pytest

from motcua.outbox import carrying, health, sending
from motcua.outbox.models import Message
from motcua.outbox.models import Provider as Row
from tests.evidence import figure
from tests.outbox.providers import Provider, Two, code, let_pass, notice, standing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

#: V-17 in full with EVIDENCE_DIR; a tenth of it otherwise.
SHARE = 1 if os.environ.get("EVIDENCE_DIR") else 10


@pytest.mark.parametrize("alone", [True, False], ids=["one provider", "both providers"])
def test_v17_a_gateway_that_was_dead_for_ten_minutes(alone: bool) -> None:
    """Ten minutes pass in ten steps of a minute: whatever the database compares with is moved."""
    two = Two(first=Provider("dead"), second=Provider("dead"))
    if alone:
        two.second.mode = "ok"
    lines = two.lines[:1] if alone else two.lines
    codes, notices, failures_until_open = 1000 // SHARE, 300 // SHARE, 0
    activations = []
    for minute in range(10):
        for nth in range(codes // 10):
            code(f"c:{minute}:{nth}")
        activations += [notice(f"n:{minute}:{nth}") for nth in range(notices // 10)]
        for _ in range(4):
            sending.send_due(gateway=lines, limit=50)
        if not minute:
            failures_until_open = two.first.calls
        let_pass(60)
    let_pass(121)

    two.first.mode = two.second.mode = "ok"
    waited = 0
    while Message.objects.filter(state__in=["WAITING", "SENDING"]).exists() and waited < 1200:
        sending.send_due(gateway=lines, limit=50)
        let_pass(2)
        waited += 2

    late = two.first.asked_late + two.second.asked_late
    sent_codes = Message.objects.filter(kind="OTP").exclude(state="EXPIRED").count()
    arrived = [two.arrived(one.reference) for one in activations]
    times = carrying_times(two)
    figure(
        "V-17",
        "mã OTP gửi sau hạn 120 giây",
        n=codes,
        measured=late + sent_codes,
        limit=0,
        passed=late + sent_codes == 0,
    )
    once = sum(count == 1 for count in arrived)
    figure(
        "V-17",
        "tin kích hoạt tới đúng một lần",
        n=notices,
        measured=once,
        limit=notices,
        passed=once == notices == times,
    )
    figure(
        "V-17",
        "giây từ khi có lại đến khi gửi hết (thời gian nén)",
        n=notices,
        measured=waited,
        limit=900,
        passed=waited <= 900,
    )
    figure(
        "V-17",
        "lần hỏng trước khi ngừng hỏi nhà cung cấp",
        n=codes // 10,
        measured=failures_until_open,
        limit=20,
        passed=failures_until_open <= 20,
    )


def carrying_times(two: Two) -> int:
    """How often notices were handed over in all."""
    known = set(map(str, Message.objects.filter(kind="NOTICE").values_list("reference", flat=True)))
    return sum(reference in known for one in (two.first, two.second) for reference in one.taken)


FACTOR = 10  # a second here stands for ten
WANTED, EACH_SECOND = (600, 10) if SHARE == 1 else (80, 8)
CALL = 3.0  # a gateway's call is cut off after so long (gateways/wire.py)


def all_arrived(two: Two, asked: list[Message]) -> bool:
    return all(two.arrived(one.reference) for one in asked)


class Stalling(Provider):
    """Thinks longer than anybody waits; the call is cut off, and the text is not taken."""

    def send(self, **asked: object) -> str:  # type: ignore[override]
        if self.mode == "hangs":
            time.sleep(CALL / FACTOR)
            self.calls += 1
            raise carrying.MaybeTaken
        return super().send(**asked)  # type: ignore[arg-type]


@pytest.fixture
def compressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every wait is a tenth; whole seconds of rest stay what the smallest whole second is."""
    monkeypatch.setattr(health, "GRACE", health.GRACE / FACTOR)
    monkeypatch.setattr(health, "SPAN", health.SPAN / FACTOR)
    monkeypatch.setattr(health, "SILENT_REST", 1)
    monkeypatch.setattr(health, "REST", 1)
    monkeypatch.setattr(health, "LONGEST_REST", 2)
    monkeypatch.setattr(carrying, "NOTICE_WAIT", carrying.NOTICE_WAIT / FACTOR / 6)
    monkeypatch.setattr(sending, "LAST_MOMENT", sending.LAST_MOMENT / FACTOR)


@pytest.mark.parametrize("mode", ["dead", "hangs", "silent"])
def test_v18_a_provider_that_fails_stalls_or_takes_without_delivering(mode: str, compressed: None) -> None:
    """600 texts in ten minutes (80 in less without EVIDENCE_DIR), four codes to a notice; one is ill from the start."""
    two = Two(first=Stalling(mode), repeatable=False)
    asked: list[Message] = []
    began = rescued_at = time.monotonic()
    first_at = left_at = 0.0
    before = 0
    ends = began + WANTED / EACH_SECOND + 150 / FACTOR
    while len(asked) < WANTED or (time.monotonic() < ends and not all_arrived(two, asked)):
        due = min(WANTED, int((time.monotonic() - began) * EACH_SECOND) + 1)
        while len(asked) < due:
            nth = len(asked)
            asked.append(notice(f"n:{nth}") if nth % 5 == 0 else code(f"c:{nth}", lives=120 / FACTOR))
        sending.send_due(gateway=two.lines, limit=5)
        if time.monotonic() > rescued_at + 0.5:  # as often as the worker does
            rescued_at = time.monotonic()
            two.work(limit=5)
        if not first_at and two.first.calls:
            first_at = time.monotonic()
        if not left_at and not standing(two)["mot"]:
            left_at, before = time.monotonic(), two.first.calls
    wanted = len(asked)
    seconds = (left_at - first_at) * FACTOR if left_at else 9999.0
    failed = sum(two.arrived(one.reference) == 0 for one in asked) / wanted * 100
    doubled = sum(two.arrived(one.reference) > 1 for one in asked)

    if mode == "silent":
        figure(
            "V-18",
            "giây đến khi thấy nhận mà không phát (thời gian nén 10 lần)",
            n=wanted,
            measured=round(seconds, 1),
            limit=180,
            passed=seconds <= 180,
        )
    else:
        figure(
            "V-18",
            f"tin đến khi chuyển nhà cung cấp ({mode})",
            n=wanted,
            measured=before,
            limit=20,
            passed=before <= 20 or seconds <= 5,
        )
    figure(
        "V-18",
        f"phần trăm tin người dân không nhận được ({mode})",
        n=wanted,
        measured=round(failed, 2),
        limit=2,
        passed=failed <= 2,
    )
    figure("V-18", f"tin tới hai lần ({mode})", n=wanted, measured=doubled, limit=0, passed=doubled == 0)
    assert Row.objects.get(code="mot").cause == ("UNDELIVERED" if mode == "silent" else "ERRORS")

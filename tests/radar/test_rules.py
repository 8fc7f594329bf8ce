"""Each rule finds what was planted for it, names its evidence, and leaves ordinary work alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from motcua.accounts import class_checking, founding
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.ops.places import APP_ROLE
from motcua.radar import looking, rules
from motcua.radar.models import Kind, LookedDay, Sighting
from motcua.radar.thresholds import Thresholds
from motcua.radar.words import MAY_BE, explain
from tests import app_role
from tests.radar import days
from tests.radar.days import DAY, at
from tests.units import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> str:
    where = people.unit("so-mau", has_desk=False)
    who = people.officer()
    people.post(who, where, Power.OPEN_ACCOUNT)
    return who.subject


def plant_staff_phone(officer: str) -> list[int]:
    return [
        days.line(
            "accounts.application.refused", at("09:10"), actor=officer, code=rules.STAFF_PHONE, act="start"
        )
    ]


def plant_codes(officer: str) -> list[int]:
    days.begun(officer, at("08:59"))
    return [pk for nth in range(3) for pk in days.code(officer, at(f"09:{nth:02d}"), typed_after=4)]


def plant_burst(officer: str) -> list[int]:
    days.opened(officer, at("14:00"))
    return [days.opened(officer, at("09:00") + timedelta(minutes=3 * nth)) for nth in range(10)]


def plant_late(officer: str) -> list[int]:
    days.look_up(officer, at("09:00"))
    return [days.look_up(officer, at("21:00") + timedelta(minutes=nth)) for nth in range(3)]


def plant_looks(officer: str) -> list[int]:
    looked = [days.check(officer, at("08:00") + timedelta(minutes=5 * nth)) for nth in range(20)]
    for nth in range(5):
        days.received(officer, at("09:00") + timedelta(minutes=nth))
    return looked


def plant_take_overs(officer: str) -> list[int]:
    kinds = ["accounts.account.taken_over"] * 5 + ["accounts.guardianship.taken_back"]
    return [
        days.line(event, at("09:00") + timedelta(minutes=nth), actor=officer, subject=f"account:{nth + 1}")
        for nth, event in enumerate(kinds)
    ]


def plant_stopped(officer: str) -> list[int]:
    return [
        days.line(
            "accounts.vneid.unlink_stopped",
            at("09:00"),
            actor="account:7",
            subject="account:7",
            link="a-link",
            asker=officer,
        )
    ]


PLANTED: dict[Kind, tuple[Callable[[str], list[int]], Any, int, str]] = {
    Kind.STAFF_PHONE: (plant_staff_phone, rules.staff_phones, 1, "1 lần nhập số điện thoại của cán bộ"),
    Kind.CODE_AT_ONCE: (plant_codes, rules.codes_at_once, 3, "nhanh nhất sau 4 giây"),
    Kind.BURST: (plant_burst, rules.bursts, 10, "10 tài khoản được tạo dồn dập"),
    Kind.AFTER_HOURS: (plant_late, rules.after_hours, 3, "3 lượt tra cứu, kiểm tra"),
    Kind.LOOKS: (plant_looks, rules.looks_without_dossiers, 20, "chỉ lập 5 hồ sơ"),
    Kind.TAKE_OVERS: (plant_take_overs, rules.take_overs, 6, "6 lần giao tài khoản"),
    Kind.UNLINK_STOPPED: (plant_stopped, rules.stopped_unlinkings, 1, "1 đề nghị gỡ liên kết VNeID bị dừng"),
}


@pytest.mark.parametrize("kind", list(PLANTED), ids=str)
def test_what_was_planted_is_found_with_its_evidence_and_only_by_its_rule(
    kind: Kind, officer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant, rule, times, said = PLANTED[kind]
    evidence = plant(officer)

    assert looking.look(DAY) == 1
    row = Sighting.objects.get()
    assert (row.kind, row.officer_subject, row.unit_code, row.count) == (kind, officer, "so-mau", times)
    assert row.lines == sorted(evidence)
    assert said in explain(row)
    moments = list(Event.objects.filter(pk__in=evidence).order_by("at").values_list("at", flat=True))
    assert (row.first_at, row.last_at) == (moments[0], moments[-1])

    monkeypatch.setattr(rules, "RULES", [each for each in rules.RULES if each is not rule])
    law, day = Thresholds.now(), rules.day_of(DAY)
    assert [found for each in rules.RULES for found in each(day, law)] == [], "seen red without the rule"


def test_ordinary_work_gives_no_line(officer: str) -> None:
    days.an_ordinary_day(officer)
    assert looking.look(DAY) == 0
    assert not Sighting.objects.exists()
    assert LookedDay.objects.get().day == DAY


@pytest.mark.parametrize(
    ("kind", "plant"),
    [
        (Kind.CODE_AT_ONCE, lambda who: [days.code(who, at("09:00"), typed_after=9) for _ in range(9)]),
        (Kind.CODE_AT_ONCE, lambda who: [days.code(who, at("09:00"), typed_after=1) for _ in range(2)]),
        (Kind.BURST, lambda who: [days.opened(who, at("08:00") + timedelta(minutes=4 * n)) for n in range(20)]),
        (Kind.AFTER_HOURS, lambda who: [days.look_up(who, at("17:55")) for _ in range(9)]),
        (Kind.AFTER_HOURS, lambda who: [days.check(who, at("21:00"), kind="RECHECK") for _ in range(9)]),
        (Kind.LOOKS, lambda who: [(days.check(who, at("08:00")), days.received(who, at("08:09"))) for _ in range(60)]),
        (Kind.LOOKS, lambda who: [days.check(who, at("08:00")) for _ in range(19)]),
        (Kind.TAKE_OVERS, lambda who: [
            days.line("accounts.account.taken_over", at("09:00"), actor=who) for _ in range(5)
        ]),
    ],
    ids=["read-aloud", "twice", "every-four-minutes", "finishing", "automatic", "served", "few", "five-hand-overs"],
)  # fmt: skip
def test_what_lies_just_under_a_threshold_gives_no_line(
    kind: Kind, plant: Callable[[str], object], officer: str
) -> None:
    days.begun(officer, at("08:00"))
    plant(officer)
    looking.look(DAY)
    assert not Sighting.objects.filter(kind=kind).exists()


def test_a_sunday_is_after_hours_all_day(officer: str) -> None:
    sunday = DAY - timedelta(days=1)
    for _ in range(3):
        days.look_up(officer, at("10:00", day=sunday))
    looking.look(sunday)
    assert Sighting.objects.get().kind == Kind.AFTER_HOURS


def test_a_day_is_looked_through_once(officer: str) -> None:
    plant_burst(officer)
    assert looking.look(DAY) == 1
    assert looking.look(DAY) == 0
    assert Sighting.objects.count() == 1
    assert Event.objects.filter(event="radar.day.looked").count() == 1


def test_the_worker_looks_at_the_days_that_are_over_and_not_at_today(officer: str) -> None:
    plant_burst(officer)
    for nth in range(3):
        days.look_up(officer, at("23:00", seconds=nth, day=DAY + timedelta(days=1)))

    assert looking.look_due(at("23:30", day=DAY + timedelta(days=1))) == 1
    assert looking.look_due(at("23:40", day=DAY + timedelta(days=1))) == 0
    assert looking.look_due(at("00:10", day=DAY + timedelta(days=2))) == 1
    assert LookedDay.objects.count() == looking.BACK + 1


def test_two_units_of_one_officer_are_two_matters(officer: str) -> None:
    people.unit("don-vi-hai")
    for unit_code in ("so-mau", "don-vi-hai"):
        for nth in range(5):
            days.line(
                rules.OPENED, at("09:00", seconds=nth), actor=officer, unit_code=unit_code, application=1
            )
    assert looking.look(DAY) == 0, "five at each are no burst"


def test_thresholds_are_settings_and_said_in_words(officer: str, settings: Any) -> None:
    plant_burst(officer)
    settings.RADAR = {**settings.RADAR, "BURST": 11}
    assert looking.look(DAY) == 0
    said = dict(Thresholds.now().sentences())
    assert set(said) == set(Kind.values) == set(MAY_BE)
    assert said["BURST"].startswith("Từ 11 tài khoản")


def test_the_refusal_that_is_watched_is_the_one_that_is_raised() -> None:
    assert founding.StaffPhone.code == rules.STAFF_PHONE


def test_a_schools_list_accuses_nobody_by_day_or_night_and_hides_nothing_else(officer: str) -> None:
    for nth in range(40):
        for clock in ("09:00", "21:00"):
            days.listed(officer, at(clock, seconds=nth))
    assert looking.look(DAY) == 0

    before = DAY - timedelta(days=1)
    days.listed(officer, at("21:00", day=before))
    looked = [days.look_up(officer, at("21:00", seconds=nth, day=before)) for nth in range(3)]
    assert looking.look(before) == 1
    assert Sighting.objects.get().lines == looked


def test_the_purpose_that_is_left_out_is_the_one_that_class_lists_write() -> None:
    assert class_checking.PURPOSE == rules.CLASS_LISTS


def test_a_busy_day_takes_no_more_statements_than_a_quiet_one(officer: str) -> None:
    def statements(day_before: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            looking.look(DAY - timedelta(days=day_before))
        return len(asked)

    quiet = statements(7)
    for nth in range(200):
        days.check(officer, at("09:00", seconds=nth, day=DAY))
    assert statements(0) <= quiet + 10


def test_the_running_system_may_look_with_the_rights_it_has_and_change_nothing(officer: str) -> None:
    app_role.give()
    plant_burst(officer)
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {APP_ROLE}")
        try:
            assert looking.look(DAY) == 1
            for statement in ("UPDATE radar_sighting SET count = 0", "DELETE FROM radar_lookedday"):
                with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                    cursor.execute(statement)
        finally:
            cursor.execute("RESET ROLE")

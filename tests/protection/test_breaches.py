"""DP-20: whom a breach concerns is found from what was written down; nobody is told before two officers say so."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from openpyxl import load_workbook

from motcua.accounts import looking_up
from motcua.accounts.models import Account
from motcua.journal.models import Event, Inspection
from motcua.kernel.authority import NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits.spending import TooManyAttempts
from motcua.outbox.errands import TryLater
from motcua.outbox.models import Errand, Message
from motcua.protection import (
    breach_files,
    breach_finding,
    breach_keeping,
    breach_reading,
    breach_telling,
    breaches,
)
from motcua.protection.breach_finding import Window
from motcua.protection.breach_reading import Wanted
from motcua.protection.breaches import Said
from motcua.protection.exposing import ASKED_BY_NUMBER, EXPOSING, LISTS
from motcua.protection.models import Breach, BreachPerson
from motcua.web.office.journal_words import EVENT_WORDS
from tests.accounts import people
from tests.radar import days
from tests.web_office.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Quyết định kiểm tra số 12/QĐ-SGDĐT."
SHOWN = ("protection.breach.listed", "protection.breach.exported")
SAID = Said(
    timezone.now(), WHY, "Mật khẩu của một cán bộ bị lộ.", "Đã khóa tài khoản cán bộ.\nĐã đổi mật khẩu."
)


@pytest.fixture
def town() -> dict[str, Desk]:
    return {
        "inspector": Desk(Power.INSPECT, at="tinh-mau", name="Tạ Thị Tra"),
        "second": Desk(Power.GRANT, at="tinh-mau", name="Vũ Văn Hai"),
        "busy": Desk(Power.OPEN_ACCOUNT, at="don-vi-a", parent="tinh-mau", name="Ngô Thị Bận"),
        "other": Desk(Power.OPEN_ACCOUNT, at="don-vi-a", parent="tinh-mau", name="Hồ Văn Khác"),
        "below": Desk(Power.INSPECT, at="don-vi-a", parent="tinh-mau", name="Lê Thị Dưới"),
    }


def today(**about: str) -> Window:
    now = breaches.now()
    return Window(now - timedelta(hours=1), now, **about)


def make(by: Desk, **about: str) -> Breach:
    row = breaches.make(authority=by.authority, window=today(**about), said=SAID)
    sought()
    row.refresh_from_db()
    return row


def sought() -> None:
    """As the worker does it."""
    for errand in Errand.objects.filter(kind=breach_keeping.FIND):
        breach_keeping.find(errand.data)


def citizen() -> tuple[Account, Any]:
    data = people.data()
    return people.account(data), data


def looked_up(by: Desk, data: Any) -> None:
    looking_up.account_asked_about(by.authority, data.citizen_id, "tao-tai-khoan")


def line(event: str, by: Desk, subject: str, **facts: Any) -> None:
    days.line(event, timezone.now(), actor=by.subject, unit_code=by.unit_code, subject=subject, **facts)


def test_each_person_is_found_with_what_was_seen_of_them(town: dict[str, Desk]) -> None:
    busy = town["busy"]
    (first, first_data), (second, _), (third, _) = citizen(), citizen(), citizen()
    looked_up(busy, first_data)
    line("accounts.data.revealed", busy, f"account:{first.pk}", what="PHONE", inspection=1)
    line("accounts.name.shown", busy, f"account:{second.pk}")
    line("accounts.phone.changed_at_desk", busy, f"account:{second.pk}")
    line("accounts.name.shown", town["other"], f"account:{third.pk}")

    row = make(town["inspector"], officer=busy.subject)

    found = {one.who: one for one in BreachPerson.objects.filter(breach=row)}
    assert set(found) == {f"account:{first.pk}", f"account:{second.pk}"}
    one, two = found[f"account:{first.pk}"], found[f"account:{second.pk}"]
    assert (one.acts, one.data, one.times) == (["ASKED", "REVEALED"], ["EXISTENCE", "PHONE"], 2)
    assert (two.acts, two.data, two.times) == (["CHANGED", "LOOKED"], ["NAME", "PHONE"], 2)
    assert (row.people, row.lines) == (2, 4)


def test_the_same_window_gives_the_same_mark_and_one_line_more_another(town: dict[str, Desk]) -> None:
    account, _ = citizen()
    line("accounts.name.shown", town["busy"], f"account:{account.pk}")
    busy = town["busy"].subject
    window = today(officer=busy)
    first, again = breach_finding.find(window), breach_finding.find(window)
    line("accounts.name.shown", town["busy"], f"account:{account.pk}")
    assert first.sha256 == again.sha256 != breach_finding.find(today(officer=busy)).sha256


def test_outside_of_the_window_and_by_the_owner_is_nobodys_breach(town: dict[str, Desk]) -> None:
    account, _ = citizen()
    now = timezone.now()
    before = now - timedelta(hours=2)
    days.line("accounts.name.shown", before, actor=town["busy"].subject, subject=f"account:{account.pk}")
    days.line("vault.paper.opened", now, actor=f"account:{account.pk}", subject="paper:1")
    days.line("accounts.data.erased", now, actor="", subject=f"account:{account.pk}")
    assert breach_finding.find(today()).people == {}


def test_anybody_means_every_officer(town: dict[str, Desk]) -> None:
    (first, _), (second, _) = citizen(), citizen()
    line("accounts.name.shown", town["busy"], f"account:{first.pk}")
    line("accounts.name.shown", town["other"], f"account:{second.pk}")
    assert set(breach_finding.find(today()).people) == {f"account:{first.pk}", f"account:{second.pk}"}


def test_a_number_without_account_is_counted_and_not_named(town: dict[str, Desk]) -> None:
    stranger = people.data()
    looked_up(town["busy"], stranger)
    row = make(town["inspector"], officer=town["busy"].subject)
    (one,) = BreachPerson.objects.filter(breach=row)
    assert one.who.startswith("number:") and stranger.citizen_id.value not in one.who
    assert breach_reading.without_account(row) == 1


def test_a_line_of_another_shape_leads_to_nobody_and_breaks_nothing(town: dict[str, Desk]) -> None:
    for subject in (
        "dossier:7",
        "paper:khong-phai-so",
        "application:999999999",
        "account:999999999",
        "room:desk",
    ):
        line("desk.dossier.seen", town["busy"], subject)
    assert set(breach_finding.find(today(officer=town["busy"].subject)).people) <= {"account:999999999"}


def test_lists_that_left_are_counted_because_the_journal_names_nobody_in_them(town: dict[str, Desk]) -> None:
    line("accounts.list.exported", town["busy"], "officer:1", rows=412)
    line("accounts.list.exported", town["busy"], "officer:1", rows=8)
    row = make(town["inspector"], officer=town["busy"].subject)
    assert (row.people, row.lists, row.list_rows) == (0, 2, 420)
    assert "2 lượt, tổng 420 dòng" in str(
        breach_files.facts(breach_reading.one(town["inspector"].authority, row.public_id))
    )


def test_every_act_of_the_journal_is_one_that_shows_or_one_that_does_not() -> None:
    known = {*EXPOSING, *LISTS, *ASKED_BY_NUMBER}
    assert known <= set(EVENT_WORDS)
    assert {
        event for event in EVENT_WORDS if event not in known and not event.startswith(SHOWING_NOTHING)
    } == set()


#: Own acts of owners and of the system, and of officers where nobody's data are seen; by name, so that a new
#: act is asked about.
# fmt: off
SHOWING_NOTHING = (
    "accounts.account.activated", "accounts.account.closed", "accounts.account.disavowed",
    "accounts.account.opened_by_vneid", "accounts.provider_change.", "accounts.vneid.linked",
    "accounts.vneid.refused", "accounts.vneid.unlink_dropped", "accounts.vneid.unlink_lapsed",
    "accounts.vneid.unlink_stopped",
    "accounts.account.erased", "accounts.account.opened_self", "accounts.adjustment.sent",
    "accounts.application.cancelled", "accounts.application.refused", "accounts.class_list.erased",
    "accounts.class_list.finished", "accounts.class_list.reopened", "accounts.data.erased",
    "accounts.decoy.", "accounts.email", "accounts.factor", "accounts.guardianship.reviewed",
    "accounts.guardianship.told", "accounts.guardianship.requests_ended", "accounts.mandate.taken_up",
    "accounts.mandate_request.declined", "accounts.mandate_request.withdrawn",
    "accounts.merge.declined", "accounts.merge.lapsed", "accounts.merge.objected",
    "accounts.merge.withdrawn", "accounts.suspicion.", "desk.officer_reset.", "desk.owner.",
    "desk.standing.", "training.", "desk.dossier.name_doubted",
    "accounts.notice_channels.", "accounts.officer_sessions.", "accounts.owner.",
    "accounts.passcode.", "accounts.passkey.", "accounts.password.changed",
    "accounts.phone.changed", "accounts.phone.frozen", "accounts.phone.rechecked",
    "accounts.receipt_key.", "accounts.recovery_codes.", "accounts.registration.",
    "accounts.reset.", "accounts.second_step.", "accounts.session.",
    "accounts.shared_phone.declined", "accounts.sign_in.", "accounts.staff_phone.",
    "accounts.subscriber.", "accounts.text.", "desk.catalogue.", "desk.check.", "desk.data.",
    "desk.debt.", "desk.difference.", "desk.dossier.accepted", "desk.dossier.charge",
    "desk.dossier.closed", "desk.dossier.confirmed", "desk.dossier.filed", "desk.dossier.finished",
    "desk.dossier.handed_over", "desk.dossier.opinion", "desk.dossier.owner_correction_",
    "desk.dossier.reassigned", "desk.dossier.result_signed", "desk.dossier.result_withdrawn",
    "desk.dossier.sent_back", "desk.dossier.supplement_received", "desk.dossier.withdrawal_issued",
    "desk.exception.", "desk.filing.", "desk.group.begun", "desk.group.settled",
    "desk.owner_correction.", "desk.payment.", "desk.procedure.", "desk.sync.", "desk.wording.",
    "guests.", "ops.", "protection.copy.", "protection.breach.approved",
    "protection.breach.declined", "protection.breach.told", "signin.", "radar.", "units.",
    "vault.consent.", "vault.contest.", "vault.correction.declined", "vault.correction.withdrawn",
    "vault.data.", "vault.expiry.", "vault.look.", "vault.owner.",
    "vault.paper_correction.declined", "vault.paper_correction.withdrawn", "vault.paper_report.",
)
# fmt: on


def test_the_reason_the_mark_and_the_line_are_kept_together(town: dict[str, Desk]) -> None:
    row = make(town["inspector"], officer=town["busy"].subject)
    why = Inspection.objects.get(kind="BREACH")
    assert (why.reason, why.file_sha256, why.officer_subject) == (
        WHY,
        row.list_sha256,
        town["inspector"].subject,
    )
    event = Event.objects.get(event="protection.breach.made")
    assert event.facts["whole"] == row.list_sha256 and event.actor == town["inspector"].subject


@pytest.mark.parametrize("who", ["busy", "below"], ids=["no-inspector", "inspector-below-the-top"])
def test_only_at_the_top_and_with_the_right(town: dict[str, Desk], who: str) -> None:
    with pytest.raises(NotAuthorised):
        make(town[who])
    assert not Breach.objects.exists() and not Event.objects.filter(event="protection.breach.made").exists()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Said(timezone.now(), "vội", SAID.happened, SAID.measures), "inspection_reason_wanted"),
        (Said(timezone.now(), WHY, "lộ", SAID.measures), "breach_words_missing"),
        (Said(timezone.now(), WHY, SAID.happened, " "), "breach_words_missing"),
    ],
    ids=["reason", "happened", "measures"],
)
def test_nothing_is_found_without_words(town: dict[str, Desk], said: Said, code: str) -> None:
    with pytest.raises(Refusal) as no:
        breaches.make(authority=town["inspector"].authority, window=today(), said=said)
    assert no.value.code == code and not Breach.objects.exists()


def test_a_window_that_ends_before_it_begins_or_lies_ahead_is_refused(town: dict[str, Desk]) -> None:
    now, hour = breaches.now(), timedelta(hours=1)
    for window in (
        Window(now, now - hour),
        Window(now + hour, now + 2 * hour),
        Window(now - hour, now + hour),
    ):
        with pytest.raises(breaches.BreachWindowWrong):
            breaches.make(authority=town["inspector"].authority, window=window, said=SAID)


def test_the_moment_of_knowing_does_not_lie_ahead(town: dict[str, Desk]) -> None:
    ahead = Said(breaches.now() + timedelta(days=1), WHY, SAID.happened, SAID.measures)
    with pytest.raises(breaches.BreachAwareAhead):
        breaches.make(authority=town["inspector"].authority, window=today(), said=ahead)
    with pytest.raises(breaches.BreachAwareAhead):
        breaches.make_by_command(window=today(), said=ahead)
    assert not Breach.objects.exists()


def test_everybody_is_looked_into_for_ninety_days_and_one_officer_as_long_as_it_takes(
    town: dict[str, Desk],
) -> None:
    inspector, now = town["inspector"].authority, breaches.now()
    since = now - timedelta(days=91)
    with pytest.raises(breaches.BreachWindowWide):
        breaches.make(authority=inspector, window=Window(since, now), said=SAID)
    assert not Breach.objects.exists()
    breaches.make(authority=inspector, window=Window(since, now, officer=town["busy"].subject), said=SAID)
    breaches.make(authority=inspector, window=Window(now - timedelta(days=90), now), said=SAID)
    assert Breach.objects.count() == 2


def test_who_asked_for_the_people_reads_them_when_another_approved(town: dict[str, Desk]) -> None:
    looked_up(town["busy"], citizen()[1])
    row = make(town["inspector"], officer=town["busy"].subject)
    maker, second = town["inspector"].authority, town["second"].authority
    seen = breach_reading.one(maker, row.public_id)
    with pytest.raises(breaches.BreachListWaits):
        breach_reading.people(maker, seen.row, Wanted())
    with pytest.raises(breaches.BreachListWaits):
        breach_files.people_as_xlsx(maker, seen, reason=WHY)
    assert not Event.objects.filter(event__in=SHOWN).exists()
    assert breach_reading.people(second, seen.row, Wanted()).found == 1

    decide(town["second"], row)
    assert breach_reading.people(maker, breach_reading.one(maker, row.public_id).row, Wanted()).found == 1
    lines = Event.objects.filter(event="protection.breach.listed").order_by("id")
    assert [(one.actor, one.facts) for one in lines] == [
        (second.subject, {"rows": 1}),
        (maker.subject, {"rows": 1}),
    ]


def test_a_declined_list_stays_shut_to_whoever_asked_for_it(town: dict[str, Desk]) -> None:
    row = make(town["inspector"])
    decide(town["second"], row, approve=False)
    seen = breach_reading.one(town["inspector"].authority, row.public_id)
    with pytest.raises(breaches.BreachListWaits):
        breach_files.people_as_xlsx(town["inspector"].authority, seen, reason=WHY)


def test_whoever_it_is_about_reads_nothing_of_it(town: dict[str, Desk]) -> None:
    meant = Desk(Power.INSPECT, at="tinh-mau", name="Mai Văn Xét").authority
    row = make(town["inspector"], officer=meant.subject)
    make(town["inspector"])
    decide(town["second"], row)
    assert (
        len(breach_reading.listing(meant).rows) == 1
        and len(breach_reading.listing(meant, decision="APPROVED").rows) == 0
    )
    seen = breach_reading.one(town["second"].authority, row.public_id)
    for read in (
        lambda: breach_reading.one(meant, row.public_id),
        lambda: breach_reading.people(meant, row, Wanted()),
        lambda: breach_files.people_as_xlsx(meant, seen, reason=WHY),
        lambda: breach_files.report_as_pdf(meant, seen),
    ):
        with pytest.raises(NotFound):
            read()
    assert not Event.objects.filter(event__in=SHOWN).exists()


def test_the_book_is_written_when_nothing_is_open_any_more(
    town: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up(town["busy"], citizen()[1])
    row = make(town["inspector"], officer=town["busy"].subject)
    open_then: list[bool] = []
    everybody = breach_reading.everybody

    def looked(of: Breach) -> Any:
        open_then.append(connection.in_atomic_block)
        return everybody(of)

    monkeypatch.setattr(breach_reading, "everybody", looked)
    second = town["second"].authority
    breach_files.people_as_xlsx(second, breach_reading.one(second, row.public_id), reason=WHY)
    assert open_then == [False]


def test_what_the_machine_writes_leaves_a_line_too(town: dict[str, Desk]) -> None:
    row = breaches.make_by_command(window=today(officer=town["busy"].subject), said=SAID)
    breach_files.people_for_the_machine(breach_reading.seen_by_command(row))
    (event,) = Event.objects.filter(event="protection.breach.exported")
    assert (event.actor, event.facts) == ("system:command", {"rows": 0})


def test_until_the_worker_found_the_people_there_is_nothing_to_decide_or_to_take(
    town: dict[str, Desk],
) -> None:
    looked_up(town["busy"], citizen()[1])
    row = breaches.make(
        authority=town["inspector"].authority, window=today(officer=town["busy"].subject), said=SAID
    )
    assert (row.people, Event.objects.filter(event="protection.breach.made").count()) == (0, 0)
    second = town["second"].authority
    seen = breach_reading.one(second, row.public_id)
    assert seen.sought and not seen.waits
    with pytest.raises(breaches.BreachStillSought):
        decide(town["second"], row)
    for take in (
        lambda: breach_reading.people(second, seen.row, Wanted()),
        lambda: breach_files.people_as_xlsx(second, seen, reason=WHY),
        lambda: breach_files.report_as_pdf(second, seen),
    ):
        with pytest.raises(breaches.BreachStillSought):
            take()

    sought()
    sought()

    found = breach_reading.one(second, row.public_id)
    assert found.waits and found.row.people == 1
    assert Event.objects.filter(event="protection.breach.made").count() == 1
    assert Inspection.objects.filter(kind="BREACH").count() == 1


@pytest.mark.race
def test_two_workers_find_the_list_once(town: dict[str, Desk]) -> None:
    for _ in range(6):
        looked_up(town["busy"], citizen()[1])
    breaches.make(
        authority=town["inspector"].authority, window=today(officer=town["busy"].subject), said=SAID
    )

    def one(_: int) -> None:
        try:
            sought()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(one, range(4)))
    assert BreachPerson.objects.count() == Breach.objects.get().people == 6
    assert Event.objects.filter(event="protection.breach.made").count() == 1


def test_the_search_is_given_longer_than_a_page(
    town: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """30 s is what the running system gives a statement (ops/grants)."""
    given: list[str] = []
    find = breach_finding.find

    def timed(window: Window) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            given.append(cursor.fetchone()[0])
        return find(window)

    monkeypatch.setattr(breach_finding, "find", timed)
    make(town["inspector"])
    assert given == ["100s"]


def test_nobody_looks_into_the_own_work_and_an_unknown_system_is_not_there(town: dict[str, Desk]) -> None:
    with pytest.raises(breaches.BreachOwnWork):
        make(town["inspector"], officer=town["inspector"].subject)
    with pytest.raises(NotFound):
        make(town["inspector"], system="khong-co")


def test_five_a_day_and_the_sixth_finds_nothing(town: dict[str, Desk]) -> None:
    for _ in range(5):
        make(town["inspector"])
    with pytest.raises(TooManyAttempts):
        make(town["inspector"])
    assert Breach.objects.count() == 5


def decide(by: Desk, row: Breach, approve: bool = True) -> None:
    breaches.decide(
        authority=by.authority, public_id=row.public_id, approve=approve, why="Đã đối chiếu danh sách."
    )


def tell(row: Breach) -> None:
    (errand,) = Errand.objects.filter(kind=breaches.TELL)
    breach_telling.tell(errand.data)


def test_after_a_second_officers_word_each_is_told_once(town: dict[str, Desk]) -> None:
    _, data = citizen()
    stranger = people.data()
    looked_up(town["busy"], data)
    looked_up(town["busy"], stranger)
    row = make(town["inspector"], officer=town["busy"].subject)
    assert not Errand.objects.filter(kind=breaches.TELL).exists()

    decide(town["second"], row)
    tell(row)
    tell(row)

    assert Message.objects.filter(purpose="breach_notice").count() == 1
    assert breach_reading.told(row) == {"SENT": 1, "UNREACHED": 1}
    assert Event.objects.get(event="protection.breach.told").facts == {"count": 1, "missing": 1}


def test_who_made_it_who_is_meant_and_a_second_time_do_not_decide(town: dict[str, Desk]) -> None:
    meant = Desk(Power.INSPECT, at="tinh-mau", name="Mai Văn Xét")
    row = make(town["inspector"], officer=meant.subject)
    with pytest.raises(breaches.BreachBySamePerson):
        decide(town["inspector"], row)
    with pytest.raises(NotFound):
        decide(meant, row)
    decide(town["second"], row, approve=False)
    with pytest.raises(breaches.BreachDecided):
        decide(town["second"], row)
    assert not Errand.objects.filter(kind=breaches.TELL).exists()
    assert Event.objects.filter(event="protection.breach.declined").count() == 1


@pytest.mark.race
def test_of_six_second_officers_at_once_one_decides(town: dict[str, Desk]) -> None:
    row = make(town["inspector"])
    seconds = [Desk(Power.GRANT, at="tinh-mau", name=f"Vũ Văn {word}") for word in ("Ba", "Tư", "Năm")]

    def one(by: Desk) -> bool:
        try:
            decide(by, row)
        except breaches.BreachDecided:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(max_workers=6) as pool:
        assert sum(pool.map(one, seconds * 2)) == 1
    assert Errand.objects.filter(kind=breaches.TELL).count() == 1
    assert Event.objects.filter(event="protection.breach.approved").count() == 1


@pytest.mark.race
def test_two_workers_tell_each_person_once(town: dict[str, Desk]) -> None:
    for _ in range(12):
        looked_up(town["busy"], citizen()[1])
    row = make(town["inspector"], officer=town["busy"].subject)
    decide(town["second"], row)

    def one(_: int) -> None:
        try:
            tell(row)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(one, range(4)))
    assert Message.objects.filter(purpose="breach_notice").count() == 12
    assert breach_reading.told(row) == {"SENT": 12}


def test_many_are_told_some_at_a_time(town: dict[str, Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motcua.protection.breach_telling._AT_ONCE", 2)
    for _ in range(3):
        looked_up(town["busy"], citizen()[1])
    row = make(town["inspector"], officer=town["busy"].subject)
    decide(town["second"], row)
    with pytest.raises(TryLater):
        tell(row)
    tell(row)
    assert breach_reading.told(row) == {"SENT": 3}


def test_the_file_names_people_masked_and_only_those_of_the_window(town: dict[str, Desk]) -> None:
    (_, seen_data), (_, other_data) = citizen(), citizen()
    looked_up(town["busy"], seen_data)
    looked_up(town["other"], other_data)
    row = make(town["inspector"], officer=town["busy"].subject)
    authority = town["second"].authority
    seen = breach_reading.one(authority, row.public_id)

    book = load_workbook(BytesIO(breach_files.people_as_xlsx(authority, seen, reason=WHY)))

    rows = list(book["Người bị ảnh hưởng"].iter_rows(values_only=True))
    assert len(rows) == 2 and rows[1][1] == seen_data.full_name.value
    whole = " ".join(
        str(cell) for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line
    )
    assert seen_data.citizen_id.value not in whole and seen_data.phone.local not in whole
    assert row.list_sha256 in whole
    assert Event.objects.filter(event="protection.breach.exported").count() == 1
    assert Inspection.objects.filter(kind="BREACH").count() == 2


def test_the_report_says_how_many_and_when_it_is_due_and_names_nobody(town: dict[str, Desk]) -> None:
    _, data = citizen()
    looked_up(town["busy"], data)
    row = make(town["inspector"], officer=town["busy"].subject)
    seen = breach_reading.one(town["inspector"].authority, row.public_id)
    facts = breach_files.facts(seen)
    assert facts["people"] == "1" and facts["about"] == "Một cán bộ"
    assert facts["due_at"] == f"{timezone.localtime(SAID.aware_at + timedelta(hours=72)):%H:%M:%S %d/%m/%Y}"
    said = str(facts)
    assert (
        data.full_name.value not in said and data.citizen_id.value not in said and "Ngô Thị Bận" not in said
    )
    assert breach_files.report_as_pdf(town["inspector"].authority, seen).startswith(b"%PDF")

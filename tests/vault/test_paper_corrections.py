"""One paper put right by two officers: to the right vault with all its versions, or with the right facts."""

import threading
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from tests.accounts import people as citizens
from tests.rule_by_rule import only_by_trigger
from tests.units import people
from tests.vault import papers
from tests.vault.test_correcting import approver

from motcua.accounts import identity
from motcua.accounts.models import Account, LookUp
from motcua.files import keeping as files
from motcua.files.models import StoredFile
from motcua.journal.models import Event
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox.models import Message
from motcua.units import sample
from motcua.vault import history, keeping, paper_correction_reading, paper_corrections, paper_reports, reading
from motcua.vault.models import Look, Paper, PaperCorrection, PaperReport
from motcua.vault.paper_correction_reading import Search, Shown, Sort
from motcua.vault.paper_corrections import Facts

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Căn cứ bản chính đã xem"


@pytest.fixture(autouse=True)
def _units(transactional_db: None) -> None:
    sample.load(people.UNITS_FILE)


class Vaults:
    """Somebody whose vault holds a paper, somebody whose it may be, and two officers of the unit."""

    def __init__(self) -> None:
        self.data, self.right_data = citizens.data(), citizens.data(name="Trần Thị Đúng")
        self.wrong, self.right = citizens.account(self.data), citizens.account(self.right_data)
        self.first, self.second = approver(power=Power.RECEIVE_DOSSIER), approver()
        self.paper = self.keep(number="A 1")

    def keep(self, **more: object) -> Paper:
        (public_id,) = keeping.put(
            audience=settings.DESK_ID,
            receipt_subject=identity.name_to(self.wrong, settings.DESK_ID).subject,
            papers=[papers.new_paper(**more)],
            dossier_code=papers.DOSSIER,
            digitised_by=papers.OFFICER,
            unit_code=papers.UNIT,
        )
        return Paper.objects.get(public_id=public_id)

    def move(self, paper: Paper | None = None, by: Authority | None = None, **more: Any) -> PaperCorrection:
        values = {"to": self.right_data.citizen_id, "reason": REASON, "evidence": papers.scan(), **more}
        return paper_corrections.ask_to_move(
            authority=by or self.first, paper=(paper or self.paper).public_id, **values
        )

    def right_facts(self, paper: Paper | None = None, **more: Any) -> PaperCorrection:
        facts = Facts(
            **{
                "type_code": "KET_HON",
                "title": "Giấy chứng nhận kết hôn",
                "number": "B 2",
                "issued_on": date(2020, 3, 12),
                **more,
            }
        )
        return paper_corrections.ask_to_put_right(
            authority=self.first,
            paper=(paper or self.paper).public_id,
            facts=facts,
            reason=REASON,
            evidence=papers.scan(),
        )

    def approve(self, asked: PaperCorrection, by: Authority | None = None) -> Paper:
        return paper_corrections.approve(authority=by or self.second, correction=asked.public_id)

    def decline(self, asked: PaperCorrection, by: Authority | None = None, reason: str = "Chưa đủ") -> None:
        paper_corrections.decline(authority=by or self.second, correction=asked.public_id, reason=reason)

    def report(self, viewer: Account | None = None, words: str = "Ngày cấp sai") -> PaperReport:
        return paper_reports.report(
            viewer=viewer or self.wrong, paper_id=self.paper.public_id, fault="FACTS", words=words
        )


@pytest.fixture
def vaults() -> Vaults:
    return Vaults()


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refusal) as no:
        act()
    assert no.value.code == code


def held(account: Account) -> list[str]:
    return [line.number for line in reading.papers_of(account).papers]


def told(account: Account) -> int:
    return Message.objects.filter(
        purpose="paper_correction", dedupe_key__startswith=f"paper_correction:{account.pk}:"
    ).count()


# -- to the right vault ----------------------------------------------------------------------------------------


def test_a_paper_goes_to_the_right_vault_with_all_its_versions_and_both_owners_are_told(
    vaults: Vaults,
) -> None:
    scan = papers.scan("%PDF-1.7 the newest")
    newest = vaults.keep(number="A 1", file=scan)
    assert newest.replaces_id == vaults.paper.pk

    asked = vaults.move(newest)
    assert held(vaults.wrong) == ["A 1"] and held(vaults.right) == []
    moved = vaults.approve(asked)

    assert held(vaults.wrong) == [] and held(vaults.right) == ["A 1"]
    assert (moved.version, moved.owner_id, moved.replaces.version) == (2, vaults.right.pk, 1)
    assert files.read(reading.open_own(vaults.right, moved.public_id)[0]) == scan.data
    assert set(Paper.objects.filter(owner=vaults.wrong).values_list("state", flat=True)) == {"MOVED"}
    assert (told(vaults.wrong), told(vaults.right)) == (1, 1)
    asked.refresh_from_db()
    assert (asked.decision, asked.new_paper_id) == ("APPROVED", moved.pk)


def test_what_was_moved_can_be_moved_back_the_same_way(vaults: Vaults) -> None:
    moved = vaults.approve(vaults.move())
    back = paper_corrections.ask_to_move(
        authority=vaults.second,
        paper=moved.public_id,
        to=vaults.data.citizen_id,
        reason="Chuyển nhầm lần trước",
        evidence=papers.scan(),
    )
    vaults.approve(back, approver())
    assert held(vaults.wrong) == ["A 1"] and held(vaults.right) == []


def test_the_right_owners_account_is_checked_when_asked_and_again_when_approved(vaults: Vaults) -> None:
    refused("paper_right_owner_unknown", lambda: vaults.move(to=citizens.data().citizen_id))
    refused("correction_same_owner", lambda: vaults.move(to=vaults.data.citizen_id))
    asked = vaults.move()
    assert LookUp.objects.filter(purpose="sua-giay-to", answer="FOUND").count() == 2
    Account.objects.filter(pk=vaults.right.pk).update(status="locked")
    refused("paper_right_owner_unknown", lambda: vaults.approve(asked))
    Account.objects.filter(pk=vaults.right.pk).update(status="active")
    vaults.approve(asked)
    assert LookUp.objects.filter(purpose="sua-giay-to", asked_by=vaults.second.subject).count() == 2


def test_a_look_at_a_desks_copy_of_a_moved_paper_is_told_to_whoever_it_belongs_to(vaults: Vaults) -> None:
    moved = vaults.approve(vaults.move())
    history.note_opened(
        audience=settings.DESK_ID,
        subject=identity.name_to(vaults.wrong, settings.DESK_ID).subject,
        paper_id=vaults.paper.public_id,
        dossier_code=papers.DOSSIER,
        purpose="tiep-nhan-ho-so",
        by=papers.OFFICER,
        unit_code=papers.UNIT,
        key="k1",
    )
    look = Look.objects.get(noted_key="k1")
    assert (look.paper_id, look.owner_id) == (moved.pk, vaults.right.pk)


# -- with the right facts --------------------------------------------------------------------------------------


def test_wrong_facts_are_put_right_by_a_new_version_and_the_wrong_one_stays_to_be_seen(
    vaults: Vaults,
) -> None:
    asked = vaults.right_facts(held_for="Trần Văn Con", valid_until=date(2030, 1, 1))
    right = vaults.approve(asked)

    line = reading.paper_of(vaults.wrong, right.public_id)
    assert (line.type_code, line.title, line.number) == ("KET_HON", "Giấy chứng nhận kết hôn", "B 2")
    assert (line.held_for, line.issued_on, line.valid_until) == (
        "Trần Văn Con",
        date(2020, 3, 12),
        date(2030, 1, 1),
    )
    before = reading.versions_of(vaults.wrong, right.public_id)[1]
    assert (before.title, before.number, before.state) == ("Giấy khai sinh", "A 1", "SUPERSEDED")
    assert right.file is not None and files.read(right.file) == files.read(vaults.paper.file)
    assert told(vaults.wrong) == 1 and told(vaults.right) == 0
    found = reading.papers_of(vaults.wrong, words="ket hon").papers
    assert [one.paper_id for one in found] == [right.public_id]


def test_facts_are_put_back_the_same_way_and_the_next_scan_follows_the_right_number(vaults: Vaults) -> None:
    was = paper_corrections.facts_of(vaults.paper)
    right = vaults.approve(vaults.right_facts())
    again = vaults.keep(type_code="KET_HON", title="Giấy chứng nhận kết hôn", number="B 2")
    assert again.replaces_id == right.pk

    back = paper_corrections.ask_to_put_right(
        authority=vaults.first,
        paper=again.public_id,
        facts=was,
        reason="Sửa nhầm lần trước",
        evidence=papers.scan(),
    )
    assert paper_corrections.facts_of(vaults.approve(back)) == was


def test_a_number_that_another_paper_of_the_vault_has_leaves_both_to_be_seen(vaults: Vaults) -> None:
    other = vaults.keep(number="B 2", type_code="KET_HON", title="Giấy chứng nhận kết hôn")
    right = vaults.approve(vaults.right_facts())
    current = Paper.objects.filter(owner=vaults.wrong, state="CURRENT").values_list("pk", flat=True)
    assert set(current) == {other.pk, right.pk}


def test_what_is_the_same_or_out_of_order_is_not_asked_for(vaults: Vaults) -> None:
    now = paper_corrections.facts_of(vaults.paper)
    same = {"type_code": now.type_code, "title": now.title, "number": "A 1", "issued_on": None}
    refused("paper_nothing_to_put_right", lambda: vaults.right_facts(**same))
    refused("paper_days_out_of_order", lambda: vaults.right_facts(valid_until=date(2019, 1, 1)))
    refused("paper_reason_wanted", lambda: vaults.move(reason="x"))
    assert not PaperCorrection.objects.exists()


# -- two officers, neither of them an owner -----------------------------------------------------------------------


def test_one_officer_alone_puts_nothing_right(vaults: Vaults) -> None:
    both = approver()
    asked = vaults.move(by=both)
    refused("correction_second_officer_needed", lambda: vaults.approve(asked, both))
    refused("correction_second_officer_needed", lambda: vaults.decline(asked, both))
    with pytest.raises(NotAuthorised):
        vaults.approve(asked, vaults.first)
    refused("paper_correction_waiting", vaults.right_facts)
    assert held(vaults.wrong) == ["A 1"]


@pytest.mark.parametrize("whose", ["wrong", "right"])
def test_neither_owner_asks_or_decides(vaults: Vaults, whose: str) -> None:
    own = identity.name_to(getattr(vaults, whose), settings.DESK_ID).subject
    officer = vaults.second
    owner = Authority(
        officer.officer_id, own, officer.unit_id, officer.unit_code, officer.powers, officer.subtree
    )
    refused("correction_not_for_yourself", lambda: vaults.move(by=owner))
    asked = vaults.move()
    refused("correction_not_for_yourself", lambda: vaults.approve(asked, owner))


def test_another_unit_neither_sees_nor_decides(vaults: Vaults) -> None:
    asked, elsewhere = vaults.move(), approver("binhdinh-pgddt-phu-cat")
    for act in (
        lambda: vaults.approve(asked, elsewhere),
        lambda: vaults.decline(asked, elsewhere),
        lambda: vaults.move(by=elsewhere),
        lambda: paper_correction_reading.one(elsewhere, asked.public_id),
        lambda: paper_correction_reading.open_paper(elsewhere, vaults.paper.public_id),
        lambda: paper_correction_reading.evidence_page(
            authority=elsewhere, correction=asked.public_id, page=1
        ),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotAuthorised):
        paper_correction_reading.listing(approver(power=Power.PROCESS), Search(), page=1)


def test_what_is_declined_or_taken_back_changes_nothing_and_may_be_asked_again(vaults: Vaults) -> None:
    asked = vaults.move()
    refused("paper_reason_wanted", lambda: vaults.decline(asked, reason=""))
    vaults.decline(asked)
    refused("paper_correction_decided", lambda: vaults.approve(asked))
    again = vaults.move()
    with pytest.raises(NotFound):
        paper_corrections.withdraw(authority=vaults.second, correction=again.public_id)
    paper_corrections.withdraw(authority=vaults.first, correction=again.public_id)
    assert held(vaults.wrong) == ["A 1"] and told(vaults.wrong) == 1
    for row in (asked, again):
        until = StoredFile.objects.get(pk=row.evidence_id).purge_after - timezone.now()
        assert until < timedelta(days=31)
    vaults.approve(vaults.move())


def test_a_paper_that_changed_meanwhile_is_not_put_right_blindly(vaults: Vaults) -> None:
    asked = vaults.right_facts()
    vaults.keep(number="A 1")  # a newer scan takes its place
    refused("paper_changed_meanwhile", lambda: vaults.approve(asked))
    vaults.decline(asked)


# -- what the owner says -----------------------------------------------------------------------------------------


def test_an_owner_reports_a_paper_and_the_correction_answers(vaults: Vaults) -> None:
    report = vaults.report()
    refused("paper_reported_already", vaults.report)
    with pytest.raises(NotFound):
        vaults.report(viewer=vaults.right)
    assert "sai" not in repr(report) and paper_reports.words_of(report) == "Ngày cấp sai"
    assert [row.pk for row in paper_correction_reading.reports_open(vaults.first)] == [report.pk]

    asked = vaults.right_facts()
    assert asked.report_id == report.pk and paper_correction_reading.reports_open(vaults.first) == []
    vaults.approve(asked)
    answered = paper_reports.report_of(vaults.wrong, vaults.paper.public_id)
    assert answered is not None and answered.answer.startswith("Đã sửa")


def test_a_report_with_nothing_to_put_right_is_answered_and_its_owner_told(vaults: Vaults) -> None:
    refused("paper_report_words_wanted", lambda: vaults.report(words="ạ"))
    report = vaults.report()
    for by in [approver("binhdinh-pgddt-phu-cat")]:
        with pytest.raises(NotFound):
            paper_reports.answer(authority=by, report=report.public_id, words="Không sai")
    refused(
        "paper_report_answer_wanted",
        lambda: paper_reports.answer(authority=vaults.first, report=report.public_id, words=""),
    )
    paper_reports.answer(authority=vaults.first, report=report.public_id, words="Bản chính ghi như vậy")
    assert told(vaults.wrong) == 1
    with pytest.raises(NotFound):
        paper_reports.answer(authority=vaults.first, report=report.public_id, words="Lần nữa")
    vaults.report()  # said and answered; it may be said again


# -- looking -----------------------------------------------------------------------------------------------------


def test_every_look_of_an_officer_is_seen_by_the_owner_and_counted(vaults: Vaults) -> None:
    _, found = paper_correction_reading.papers_of_number(vaults.first, vaults.data.citizen_id)
    assert [paper.pk for paper in found] == [vaults.paper.pk]
    paper_correction_reading.open_paper(vaults.first, vaults.paper.public_id)
    paper_correction_reading.paper_page(authority=vaults.first, paper=vaults.paper.public_id)
    looks = history.looks_of(vaults.wrong)
    assert [(look.purpose, look.action) for look in looks] == [
        ("sua-giay-to", "VIEW"),
        ("sua-giay-to", "OFFER"),
    ]
    asked = vaults.move()
    for _ in range(29):
        paper_correction_reading.evidence_page(authority=vaults.first, correction=asked.public_id, page=1)
    refused(
        "too_many_attempts",
        lambda: paper_correction_reading.evidence_page(
            authority=vaults.first, correction=asked.public_id, page=1
        ),
    )
    assert Event.objects.filter(event="vault.paper_evidence.viewed").count() == 29
    refused(
        "paper_owner_without_account",
        lambda: paper_correction_reading.papers_of_number(vaults.first, citizens.data().citizen_id),
    )
    refused(
        "no_paper_of_unit",
        lambda: paper_correction_reading.papers_of_number(vaults.first, vaults.right_data.citizen_id),
    )


def test_the_list_is_searched_sorted_and_turned(vaults: Vaults) -> None:
    first = vaults.move()
    second = vaults.right_facts(vaults.keep(title="Học bạ", number="C 3"))
    vaults.decline(first)

    def ids(search: Search, page: int = 1) -> list[int]:
        return [row.pk for row in paper_correction_reading.listing(vaults.second, search, page=page).rows]

    assert ids(Search()) == [second.pk]
    assert ids(Search(shown=Shown.ALL, sort=Sort.NEWEST)) == [second.pk, first.pk]
    assert ids(Search(shown=Shown.ALL, sort=Sort.TITLE)) == [first.pk, second.pk]
    assert ids(Search(shown=Shown.ALL, words="hoc ba")) == [second.pk]
    assert ids(Search(shown=Shown.ALL, words="dung tran")) == [first.pk]
    assert ids(Search(words="không có")) == [] and ids(Search(), 2) == []


# -- the database --------------------------------------------------------------------------------------------------


def row(vaults: Vaults, **more: Any) -> PaperCorrection:
    """Past the room."""
    values: dict[str, Any] = {
        "paper": vaults.paper,
        "unit_code": papers.UNIT,
        "fault": "VAULT",
        "to_account": vaults.right,
        "to_subject": identity.name_to(vaults.right, settings.DESK_ID).subject,
        "reason": REASON,
        "evidence": stored(),
        "asked_by_subject": "a" * 32,
        **more,
    }
    return PaperCorrection.objects.create(**values)


def stored(purpose: str = "EVIDENCE") -> StoredFile:
    return files.keep_checked(papers.scan(), purpose=purpose, purge_after=timezone.now() + timedelta(days=1))


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def only_by(rule: str, act: Callable[[], object], trigger: str = "paper_correction_guard") -> None:
    table = {"paper_correction_guard": "vault_papercorrection", "paper_report_guard": "vault_paperreport"}
    only_by_trigger(trigger, table.get(trigger, "vault_paper"), act, rule=rule)


APPROVED = "decision = 'APPROVED', decided_by_subject = '{by}', decided_at = now()"


def test_the_database_lets_a_request_begin_undecided_about_a_standing_paper_with_evidence(
    vaults: Vaults,
) -> None:
    decided = {"decision": "WITHDRAWN", "decided_by_subject": "a" * 32, "decided_at": timezone.now()}
    only_by("paper_correction_undecided", lambda: row(vaults, **decided))
    only_by("paper_correction_of_a_current_paper", lambda: row(vaults, unit_code="x"))
    only_by(
        "paper_correction_to_another_vault",
        lambda: row(
            vaults,
            to_account=vaults.wrong,
            to_subject=identity.name_to(vaults.wrong, settings.DESK_ID).subject,
        ),
    )
    only_by("paper_correction_to_another_vault", lambda: row(vaults, to_subject="f" * 32))
    only_by("paper_correction_has_evidence", lambda: row(vaults, evidence=stored("ID_SCAN")))
    report = vaults.report()
    other = vaults.keep(number="Z 9")
    only_by("paper_correction_of_a_current_paper", lambda: row(vaults, paper=other, report=report))
    superseded = vaults.paper
    vaults.keep(number="A 1")
    only_by("paper_correction_of_a_current_paper", lambda: row(vaults, paper=superseded))


@pytest.mark.parametrize("whose", ["wrong", "right"])
def test_the_database_lets_neither_owner_ask_or_decide(vaults: Vaults, whose: str) -> None:
    own = identity.name_to(getattr(vaults, whose), settings.DESK_ID).subject
    only_by("paper_correction_not_for_oneself", lambda: row(vaults, asked_by_subject=own))
    row(vaults)
    approved = f"UPDATE vault_papercorrection SET {APPROVED.format(by=own)}"
    only_by("paper_correction_not_for_oneself", lambda: sql(approved))


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("paper_correction_kept", "DELETE FROM vault_papercorrection"),
        ("paper_correction_unchanged", "UPDATE vault_papercorrection SET reason = 'lý do khác'"),
        (
            "paper_correction_unchanged",
            f"UPDATE vault_papercorrection SET {APPROVED.format(by='b')}, reason = 'lý do khác'",
        ),
    ],
)
def test_a_request_is_only_decided(vaults: Vaults, rule: str, change: str) -> None:
    row(vaults)
    only_by(rule, lambda: sql(change))


def test_a_decision_and_its_paper_are_written_once(vaults: Vaults) -> None:
    vaults.approve(vaults.move())
    only_by("paper_correction_unchanged", lambda: sql("UPDATE vault_papercorrection SET new_paper_id = NULL"))
    only_by(
        "paper_correction_unchanged",
        lambda: sql("UPDATE vault_papercorrection SET decided_by_subject = 'c'"),
    )


def test_the_database_lets_only_the_owner_report_and_only_an_answer_come_to_it(vaults: Vaults) -> None:
    def reported(owner: Account) -> None:
        PaperReport.objects.create(
            paper=vaults.paper, owner=owner, unit_code=papers.UNIT, fault="VAULT", words_sealed=b"x"
        )

    only_by("paper_report_of_the_owner", lambda: reported(vaults.right), "paper_report_guard")
    reported(vaults.wrong)
    for change in (
        "UPDATE vault_paperreport SET fault = 'FACTS'",
        "DELETE FROM vault_paperreport",
    ):
        only_by("paper_report_written_once", lambda change=change: sql(change), "paper_report_guard")
    sql("UPDATE vault_paperreport SET answered_at = now(), answered_by_subject = 'b', answer = 'đã xem'")
    again = "UPDATE vault_paperreport SET answer = 'khác'"
    only_by("paper_report_written_once", lambda: sql(again), "paper_report_guard")


@pytest.mark.parametrize(
    "change",
    ["type_code = 'KHAC'", "title = 'Khác'", "issued_on = '1999-01-01'", "valid_until = '2099-01-01'"],
)
def test_the_database_writes_no_other_facts_than_those_that_two_officers_agreed_to(
    vaults: Vaults, change: str
) -> None:
    """The very row that the room wrote, with one thing changed."""
    right = vaults.approve(vaults.right_facts())
    columns = [field.column for field in Paper._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE tried AS SELECT * FROM vault_paper WHERE id = %s", [right.pk])
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE vault_papercorrection SET new_paper_id = NULL")
        cursor.execute("DELETE FROM vault_paper WHERE id = %s", [right.pk])
        cursor.execute("SET session_replication_role = origin")
        cursor.execute(f"UPDATE tried SET {change}")
    written = f"INSERT INTO vault_paper ({', '.join(columns)}) SELECT {', '.join(columns)} FROM tried"
    try:
        only_by("paper_put_right", lambda: sql(written), "paper_put_right")
    finally:
        sql("DROP TABLE tried")


# -- races ---------------------------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], object]) -> list[str]:
    """All begin together; the code of each refusal, "" for what went well."""
    start, ends = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(30)
            act()
            ends.append("")
        except Refusal as no:
            ends.append(no.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(ends)


@pytest.mark.parametrize("kind", ["move", "right_facts"])
def test_of_many_decisions_at_once_one_holds_and_the_paper_is_in_one_vault(vaults: Vaults, kind: str) -> None:
    asked = getattr(vaults, kind)()
    heads = [approver() for _ in range(3)]
    ends = at_once(
        *[lambda head=head: vaults.approve(asked, head) for head in heads],
        lambda: vaults.decline(asked),
    )
    assert ends == ["", "paper_correction_decided", "paper_correction_decided", "paper_correction_decided"]
    assert Paper.objects.filter(state="CURRENT").count() == 1


def test_of_two_officers_who_ask_at_once_one_waits(vaults: Vaults) -> None:
    ends = at_once(vaults.move, vaults.right_facts)
    assert ends == ["", "paper_correction_waiting"]
    assert PaperCorrection.objects.count() == 1


def test_a_newer_scan_and_an_approval_at_once_leave_one_current_paper(vaults: Vaults) -> None:
    asked = vaults.move()
    ends = at_once(lambda: vaults.approve(asked), lambda: vaults.keep(number="A 1"))
    assert ends in (["", ""], ["", "paper_changed_meanwhile"])
    moved = PaperCorrection.objects.get().decision == "APPROVED"
    current = list(Paper.objects.filter(state="CURRENT").values_list("owner_id", flat=True))
    assert sorted(current) == (sorted([vaults.wrong.pk, vaults.right.pk]) if moved else [vaults.wrong.pk])


def test_ids_of_nothing_are_not_found(vaults: Vaults) -> None:
    for nothing in (uuid.uuid4(),):
        with pytest.raises(NotFound):
            paper_correction_reading.one(vaults.first, nothing)
        with pytest.raises(NotFound):
            paper_correction_reading.report_for(vaults.first, nothing)
        with pytest.raises(NotFound):
            paper_correction_reading.paper_in_reach(vaults.first, nothing)

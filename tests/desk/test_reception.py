"""A checked owner's papers become a dossier, once, by the officer who checked."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.desk import town as building
from tests.desk.counting import statements
from tests.desk.rights import authorised
from tests.desk.test_gate_rules import shifted, sql
from tests.desk.town import NAME, OWNER, PREFIX, Town, a_form
from tests.rule_by_rule import said_by

from motcua import press
from motcua.desk import catalogue, checks, deliveries, promises, reception, slips, submission, visits
from motcua.desk.database_rules import DeskRule
from motcua.desk.models import AccountCheck, Component, DayCounter, Dossier
from motcua.desk.ports import OfferedPaper, OwnerStatus, PaperValidity
from motcua.desk.submission import Contact, Filer, HandedIn, How, PapersIncomplete, PersonConcerned
from motcua.files.models import StoredFile
from motcua.kernel.authority import NotAuthorised, Power
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal
from motcua.outbox import errands
from motcua.outbox.models import Errand


def at_once(times: int, act: Callable[[int], object]) -> list[object]:
    """Real threads, released together; what each returned or raised."""
    start = threading.Barrier(times)
    ends: list[object] = [None] * times

    def run(nth: int) -> None:
        start.wait()
        try:
            ends[nth] = act(nth)
        except Refusal as no:
            ends[nth] = no
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(nth,)) for nth in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def a_file() -> StoredFile:
    return StoredFile.objects.create(
        public_id=uuid.uuid4(),
        purpose="DOSSIER_COMPONENT",
        kind="pdf",
        size=10,
        sha256=uuid.uuid4().bytes * 2,
        name_sealed=b"x",
        wrapped_key=b"x",
        place=uuid.uuid4().hex,
        scan_status="CLEAN",
        antivirus="CLEAN",
        purge_after=timezone.now() + timedelta(days=1),
    )


def work(town: Town) -> None:
    errands.run_due(promises.handlers(registry=town.portal, vault=town.portal))


def test_a_checked_owner_is_received_with_a_code_a_deadline_and_a_spent_check(town: Town) -> None:
    dossier = town.receive(town.draft(OWNER))

    stored = Dossier.objects.get(pk=dossier.pk)
    assert stored.code is not None and stored.code.startswith(f"{PREFIX}-") and stored.code.endswith("-0001")
    assert stored.owner_name == NAME
    assert stored.owner_subject == town.portal.people[OWNER].subject
    assert stored.due_at is not None and stored.due_at > timezone.now()
    assert AccountCheck.objects.get(pk=stored.account_check_id).spent_at is not None
    assert stored.components.count() == 3
    assert list(stored.events.values_list("kind", flat=True)) == ["received"]


def test_a_reception_writes_with_eight_statements_and_reads_with_seven(town: Town) -> None:
    papers = [
        HandedIn(order=1, how=How.UPLOADED, file=a_file(), originals=1),
        HandedIn(order=2, how=How.SHOWN),
    ]
    draft, form = town.draft(), a_form(papers=papers)
    with statements() as seen:
        town.receive(draft, form)
    writes = [one for one in seen if not one.startswith("SELECT")]
    assert len(writes) == 8, writes
    before = [one for one in seen if one.startswith("SELECT")]
    assert len(before) <= 7, before  # two of them the calendar of the due date


def test_one_transaction_holds_it_all(town: Town) -> None:
    """A failure at the very end leaves nothing: no code is lost, the check is free again."""
    draft, form = town.draft(), a_form()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE outbox_errand ADD CONSTRAINT paper_jam CHECK (false) NOT VALID")
    with pytest.raises(Exception, match="paper_jam"):
        town.receive(draft, form)
    assert not Dossier.objects.exists() and not DayCounter.objects.exists()
    assert AccountCheck.objects.get(public_id=draft).spent_at is None
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE outbox_errand DROP CONSTRAINT paper_jam")
    assert (town.receive(draft, form).code or "").endswith("-0001")


def test_several_dossiers_of_one_visit_come_from_one_look_up(town: Town) -> None:
    look_up = town.check().public_id
    made = []
    for procedure in (building.PROCEDURE, "2.002479", building.PROCEDURE):
        draft = town.choose(look_up, procedure)
        made.append(town.receive(draft.check_id, a_form(procedure)))

    assert len(town.portal.asked) == 1
    assert len({dossier.account_check_id for dossier in made}) == 3
    assert [(dossier.code or "")[-4:] for dossier in made] == ["0001", "0002", "0003"]
    assert len({check.receipt for check in AccountCheck.objects.all()}) == 1


def test_a_spent_check_is_not_taken_again(town: Town) -> None:
    draft = town.draft()
    town.receive(draft)
    for _ in range(20):
        with pytest.raises(checks.CheckAlreadySpent):
            town.receive(draft)
    assert Dossier.objects.count() == 1


def test_a_check_for_another_procedure_is_not_taken(town: Town) -> None:
    with pytest.raises(catalogue.ProcedureNotOffered):
        town.receive(town.draft(), a_form("2.002479"))


def test_an_old_check_renews_itself_and_the_form_goes_through(town: Town) -> None:
    draft = town.draft()
    shifted(AccountCheck.objects.get(public_id=draft), 15 * 60 + 1)

    dossier = town.receive(draft)

    assert len(town.portal.asked) == 2
    assert dossier.account_check is not None and dossier.account_check.public_id != draft


@pytest.mark.race
def test_a_form_that_renews_itself_five_times_at_once_has_one_new_check(town: Town) -> None:
    draft = town.draft()
    now = timezone.now()

    ends = at_once(
        5,
        lambda _: (
            checks.renew(authority=town.authority, check_id=draft, registry=town.portal, now=now).public_id
        ),
    )

    assert len(set(ends)) == 1 and draft not in ends
    assert AccountCheck.objects.count() == 2


def test_an_old_check_is_not_taken_while_the_portal_is_silent(town: Town) -> None:
    draft = town.draft()
    shifted(AccountCheck.objects.get(public_id=draft), 15 * 60 + 1)
    town.portal.down = True
    with pytest.raises(checks.CheckTooOld):
        town.receive(draft)


def test_a_young_check_holds_while_the_portal_is_silent(town: Town) -> None:
    draft = town.draft()
    town.portal.down = True
    assert town.receive(draft).code


@pytest.mark.parametrize("age", [0, 14 * 60])
def test_an_account_locked_after_the_check_is_not_received_for(town: Town, age: int) -> None:
    draft = town.draft()
    shifted(AccountCheck.objects.get(public_id=draft), age)
    town.portal.people[OWNER].status = OwnerStatus.LOCKED
    with pytest.raises((checks.OwnerChanged, checks.OwnerNotReceivable)):
        town.receive(draft)
    assert not Dossier.objects.exists()


def test_a_number_that_now_leads_to_another_person_is_not_received_for(town: Town) -> None:
    draft = town.draft()
    shifted(AccountCheck.objects.get(public_id=draft), 14 * 60)
    town.portal.people[OWNER].subject = uuid.uuid4().hex
    with pytest.raises(checks.OwnerChanged):
        town.receive(draft)


def test_receiving_needs_the_right(town: Town) -> None:
    with pytest.raises(NotAuthorised):
        town.receive(town.draft(), by=building.authority_of(town.officer, town.unit, Power.PROCESS))


def test_the_same_form_twice_is_one_dossier(town: Town) -> None:
    draft, form = town.draft(), a_form()
    assert town.receive(draft, form).pk == town.receive(draft, form).pk
    with pytest.raises(reception.SubmittedDifferently):
        town.receive(draft, replace(form, note="khác"))
    assert Dossier.objects.count() == 1


@pytest.mark.race
def test_fifty_clicks_at_once_are_one_dossier(town: Town) -> None:
    draft, form = town.draft(), a_form()

    ends = at_once(50, lambda _: town.receive(draft, form).pk)

    assert {end for end in ends if isinstance(end, int)} == {Dossier.objects.get().pk}
    assert all(isinstance(end, int) for end in ends), ends
    assert Errand.objects.filter(kind=deliveries.TELL).count() == 1


@pytest.mark.race
def test_twenty_counters_at_once_draw_twenty_codes_without_a_gap(town: Town) -> None:
    desks = [building.authority_of(building.an_officer(), town.unit) for _ in range(20)]
    drafts = [town.draft(town.new_owner(), by=desk) for desk in desks]

    at_once(20, lambda nth: town.receive(drafts[nth], by=desks[nth]))

    codes = sorted(code[-4:] for code in Dossier.objects.values_list("code", flat=True) if code)
    assert codes == [f"{number:04d}" for number in range(1, 21)]


@pytest.mark.race
def test_two_forms_racing_for_one_check_make_one_dossier(town: Town) -> None:
    draft = town.draft()
    ends = at_once(10, lambda _: town.receive(draft, a_form()))
    assert Dossier.objects.count() == 1
    assert sum(isinstance(end, checks.CheckAlreadySpent) for end in ends) == 9, ends


def test_a_colleagues_dossier_needs_the_private_mark(town: Town) -> None:
    town.portal.enrol("052190000020", NAME, subject=building.an_officer().subject)
    with pytest.raises(DeskRule) as no:
        town.receive(town.draft("052190000020"))
    assert "việc riêng" in no.value.text
    assert no.value.__cause__ is None  # PostgreSQL's detail holds the whole row
    assert town.receive(town.draft("052190000020"), a_form(private_matter=True)).private_matter


def test_a_procedure_without_a_deadline_says_so(town: Town) -> None:
    draft = town.choose(town.check().public_id, "2.002479")
    dossier = town.receive(draft.check_id, a_form("2.002479"))
    assert dossier.due_at is None
    assert dossier.due_words == "Theo thông báo của cơ quan"
    assert slips.receipt_data(dossier)["due_at"] is None  # the sheet prints the same words


def test_a_procedure_of_another_level_is_not_offered(town: Town) -> None:
    school = building.a_unit("thpt-mau", "000.09.06.H08", "THPT")
    at_school = building.authority_of(town.officer, school)
    assert catalogue.procedures_for(at_school, on=timezone.now().date()) == []
    with pytest.raises(catalogue.ProcedureNotOffered):
        town.choose(town.check(by=at_school).public_id, by=at_school)


@pytest.mark.parametrize(
    "papers",
    [
        [HandedIn(order=1, how=How.UPLOADED)],
        [HandedIn(order=1, how=How.VAULT)],
        [HandedIn(order=1, how=How.PAPER), HandedIn(order=1, how=How.SHOWN)],
        [HandedIn(order=9, how=How.PAPER)],
        [HandedIn(order=1, how=How.PAPER, copies=-1)],
        [HandedIn(order=1, how=How.PAPER, originals=1000)],
    ],
)
def test_a_checklist_that_does_not_add_up_is_refused(town: Town, papers: list[HandedIn]) -> None:
    draft = town.draft()
    with pytest.raises(submission.PapersIncomplete):
        town.receive(draft, a_form(papers=papers))
    assert AccountCheck.objects.get(public_id=draft).spent_at is None


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_dossier_that_lacks_a_necessary_component_is_not_received(town: Town, missing: int) -> None:
    draft = town.draft()
    left_out = HandedIn(order=missing, how=How.NONE)
    with pytest.raises(submission.NecessaryPaperMissing) as no:
        town.receive(draft, a_form(papers=[left_out]))
    name = Component.objects.get(procedure__code="2.001914", order=missing).name
    assert f"“{name}” là bắt buộc" in no.value.text
    assert AccountCheck.objects.get(public_id=draft).spent_at is None


def test_a_component_of_some_cases_may_be_left_out(town: Town) -> None:
    Component.objects.filter(procedure__code="2.001914", order=3).update(
        necessity="CONDITIONAL", asked_when="Khi người nộp không phải chủ hồ sơ"
    )
    dossier = town.receive(town.draft(), a_form(papers=[HandedIn(order=3, how=How.NONE)]))
    assert dossier.components.get(order=3).how == How.NONE


def test_a_file_serves_one_dossier_and_is_kept_as_long(town: Town) -> None:
    stored = a_file()
    papers = [HandedIn(order=1, how=How.UPLOADED, file=stored)]
    town.receive(town.draft(), a_form(papers=papers))
    stored.refresh_from_db()
    assert stored.purge_after > timezone.now() + timedelta(days=3000)
    with pytest.raises(DeskRule) as no:
        town.receive(town.draft(), a_form(papers=papers))
    assert "tải tệp lên lại" in no.value.text


def test_a_paper_from_the_vault_must_be_offered_by_the_vault(town: Town) -> None:
    person = town.portal.people[OWNER]
    slug = "giay-to-chung-minh"
    town.portal.papers[person.subject] = [
        OfferedPaper("p1", slug, "Khai sinh", PaperValidity.VALID),
        OfferedPaper("p2", slug, "Khai sinh cũ", PaperValidity.EXPIRED),
    ]
    for paper_id in ("p2", "p3"):
        with pytest.raises(reception.PaperNotOffered):
            papers = [HandedIn(order=3, how=How.VAULT, vault_paper_id=paper_id)]
            town.receive(town.draft(), a_form(papers=papers))

    dossier = town.receive(
        town.draft(), a_form(papers=[HandedIn(order=3, how=How.VAULT, vault_paper_id="p1")])
    )
    work(town)

    assert town.portal.lent == [("p1", dossier.code)]
    (line,) = slips.receipt_data(dossier)["not_asked"]
    assert line["name"] == "Giấy tờ chứng minh (khai sinh)"


def test_a_component_that_is_handed_in_anew_is_never_taken_from_the_vault(town: Town) -> None:
    person, slug = town.portal.people[OWNER], "don-de-nghi"
    town.portal.papers[person.subject] = [OfferedPaper("p1", slug, "Đơn lần trước", PaperValidity.VALID)]
    draft = town.choose(town.check().public_id)
    assert visits.offers(town.authority, draft, town.portal).papers == ()
    papers = [HandedIn(order=1, how=How.VAULT, vault_paper_id="p1"), HandedIn(order=2, how=How.SHOWN)]
    with pytest.raises(PapersIncomplete):
        town.receive(draft.check_id, a_form(papers=papers))


def test_the_database_takes_no_request_from_the_vault(town: Town) -> None:
    """Once the trigger is gone nothing speaks of it any more (seen red)."""
    dossier = town.received()
    line = (
        'INSERT INTO desk_dossiercomponent (dossier_id, "order", name, type_code, how, originals, certified, copies,'
        " vault_paper_id, delivered_as, supplement) VALUES (%s, 1, 'Đơn', 'don-de-nghi', 'VAULT', 0, 0, 0, 'p1', '',"
        " false)"
    )
    sql("ALTER TABLE desk_dossiercomponent DISABLE TRIGGER desk_components_whole")
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        sql(line, dossier.pk)
    assert said_by(no.value) == "desk_component_not_reused"
    sql("ALTER TABLE desk_dossiercomponent DISABLE TRIGGER desk_component_not_reused")
    with pytest.raises(IntegrityError) as otherwise, transaction.atomic():
        sql(line, dossier.pk)  # that the line is there already is what is left to say
    assert said_by(otherwise.value) == "dossier_component_once"
    sql("ALTER TABLE desk_dossiercomponent ENABLE TRIGGER desk_component_not_reused")
    sql("ALTER TABLE desk_dossiercomponent ENABLE TRIGGER desk_components_whole")


def test_the_owner_is_told_once_even_when_the_portal_was_away(town: Town) -> None:
    draft = town.draft()
    town.portal.down = True
    dossier = town.receive(draft)
    work(town)
    assert town.portal.told == []

    town.portal.down = False
    Errand.objects.update(not_before=timezone.now())
    work(town)
    work(town)

    ((subject, template, params),) = town.portal.told
    assert (subject, template) == (dossier.owner_subject, "dossier_received")
    assert params["code"] == dossier.code


def test_the_slip_says_what_form_01_asks_for(town: Town) -> None:
    form = a_form(
        filer=Filer(name="Lê Văn Nộp", relation="Con", proof="Giấy ủy quyền"),
        right=authorised(),
        person=PersonConcerned(name="Nguyễn Bé Mẫu", born="01/01/2012", relation="Con"),
        contact=Contact(phone=Phone.parse("0900000011"), address="Quy Nhơn"),
        note="Gọi trước.",
    )
    dossier = town.receive(town.draft(), form)
    name, printed = slips.slip_of(dossier)
    data = slips.receipt_data(dossier)

    assert data["owner_name"] == NAME and data["owner_number"] == OWNER
    assert data["filer_name"] == "Lê Văn Nộp" and "Nguyễn Bé Mẫu" in data["request"]
    assert data["filer_standing"] == "Con, Giấy ủy quyền"
    assert data["phone"] == "0900000011"
    assert data["officer_name"] == "Trần Văn Quầy"
    assert data["fee"] == "Theo nghị quyết của Hội đồng nhân dân tỉnh"
    assert [line["name"] for line in data["components"]] == [
        line.name for line in dossier.components.order_by("order")
    ]
    assert len(data["components"]) > 2
    assert OWNER not in data["qr"] and dossier.track_check in data["qr"]
    assert press.render(name, printed).startswith(b"%PDF")


def test_printing_a_row_never_prints_a_person(town: Town) -> None:
    dossier = town.received()
    for row in (dossier, AccountCheck.objects.first(), dossier.components.first(), dossier.events.first()):
        assert NAME not in repr(row) and OWNER not in repr(row)
        assert NAME not in str(row) and OWNER not in str(row)

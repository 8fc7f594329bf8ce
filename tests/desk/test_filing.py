"""A citizen files online: the own session proves the account, an officer accepts, everything else is refused."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests.desk import lives
from tests.desk import town as building
from tests.desk.filings import Citizen, a_filing, accept
from tests.desk.lives import fresh
from tests.desk.town import PROCEDURE, Town

from motcua.desk import (
    deadlines,
    dossiers,
    filing,
    filing_acceptance,
    filing_drafts,
    filing_life,
    filing_sending,
    notices,
    promises,
)
from motcua.desk.dossiers import Search
from motcua.desk.filing_life import OwnDeed
from motcua.desk.filing_sending import Chosen
from motcua.desk.models import (
    AccountCheck,
    Dossier,
    DossierComponent,
    FilingDraft,
    FilingFile,
    Notice,
    Procedure,
)
from motcua.desk.notices import Item
from motcua.desk.ports import OfferedPaper, OwnerStatus, PaperValidity, PortalUnavailable, SessionNotLive
from motcua.desk.states import State
from motcua.desk.submission import How, PersonConcerned
from motcua.files.models import StoredFile
from motcua.gateways.antivirus_none import NotConfigured
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox import errands


@pytest.fixture
def desk(town: Town) -> Authority:
    """Somebody who may receive there, by a post that the database sees."""
    return lives.holding(town.unit, Power.RECEIVE_DOSSIER)


@pytest.fixture
def citizen(town: Town) -> Citizen:
    return Citizen(town)


def run_errands(town: Town) -> None:
    handlers = promises.handlers(registry=town.portal, vault=town.portal)
    while errands.run_due(handlers, limit=50):
        pass


def refused(code: str, act: object) -> Refusal:
    with pytest.raises(Refusal) as no:
        act()  # type: ignore[operator]
    assert no.value.code == code
    return no.value


def rule_refused(rule: str, act: object) -> None:
    assert refused("desk_rule", act).details["rule"] == rule


# -- what may be filed ------------------------------------------------------------------------------------


def test_only_procedures_with_a_term_for_online_filing_are_offered(town: Town) -> None:
    page = filing.procedures(organisation=False, on=timezone.localdate())
    assert [row.code for row in page.rows] == [PROCEDURE]

    assert filing.procedures(organisation=False, words="chinh sua", on=timezone.localdate()).total == 1
    assert filing.procedures(organisation=False, words="khong co", on=timezone.localdate()).total == 0
    refused("not_found", lambda: filing.procedure("2.002479", organisation=False, on=timezone.localdate()))


def test_what_only_organisations_may_ask_for_is_not_offered_to_persons(town: Town) -> None:
    Procedure.objects.filter(code=PROCEDURE).update(who_may_ask=["ORGANISATION"])

    assert filing.procedures(organisation=False, on=timezone.localdate()).total == 0
    assert filing.procedures(organisation=True, on=timezone.localdate()).total == 1


def test_the_desks_are_those_of_its_levels_and_the_way_is_the_units_own(town: Town) -> None:
    school = building.a_unit("thpt-mau", "000.00.09.H08", kind="THPT")
    below = building.a_unit("phong-mau", "000.00.08.H08")
    about = filing.procedure(PROCEDURE, organisation=False, on=timezone.localdate())

    assert {place.code for place in about.places} == {town.unit.code, below.code}
    assert "tại Phòng" in filing.process_for(about.procedure, below).name
    assert "tại Sở" in filing.process_for(about.procedure, town.unit).name
    refused("procedure_not_offered", lambda: filing.place(school.code, about))


# -- drafts -----------------------------------------------------------------------------------------------


def test_a_draft_keeps_what_was_typed_and_attached_and_nobody_else_sees_it(
    town: Town, citizen: Citizen
) -> None:
    draft = citizen.begin()
    filing_drafts.save(citizen.subject, draft, {"note": "Đề nghị gấp", "empty": ""}, version=1)
    citizen.attach(draft)
    other = Citizen(town)

    seen = filing_drafts.draft_of(citizen.subject, draft, organisation=False, on=timezone.localdate())
    assert dict(seen.typed) == {"note": "Đề nghị gấp"}
    assert seen.files[1].name == "giay-1.pdf"
    assert timedelta(days=29) < seen.kept_until - timezone.now() <= timedelta(days=30)
    row = FilingDraft.objects.get(public_id=draft)
    assert "gấp".encode() not in bytes(row.typed_sealed or b"")
    day = timezone.localdate()
    refused("not_found", lambda: filing_drafts.draft_of(other.subject, draft, organisation=False, on=day))
    refused("not_found", lambda: filing_drafts.save(other.subject, draft, {}, version=1))
    refused("not_found", lambda: filing_drafts.delete(other.subject, draft))
    refused("not_found", lambda: filing_drafts.detach(other.subject, draft, 1))
    refused("not_found", lambda: filing_drafts.read(other.subject, draft, seen.files[1].file_id))
    refused("not_found", lambda: other.attach(draft))
    refused("not_found", lambda: other.send(draft))


def test_another_file_takes_the_place_of_the_first_and_thrown_away_files_go(citizen: Citizen) -> None:
    draft = citizen.begin()
    first = citizen.attach(draft).stored
    citizen.attach(draft, pages=2)

    first.refresh_from_db()
    assert first.purge_after <= timezone.now()
    assert FilingFile.objects.filter(draft__public_id=draft).count() == 1
    filing_drafts.delete(citizen.subject, draft)
    assert not FilingDraft.objects.exists()
    assert not StoredFile.objects.filter(purge_after__gt=timezone.now()).exists()


def test_a_draft_lapses_after_thirty_days_and_each_saving_gives_thirty_more(citizen: Citizen) -> None:
    draft = citizen.begin()
    citizen.attach(draft)
    let_pass(29)
    filing_drafts.save(citizen.subject, draft, {"note": "còn đây"}, version=1)
    let_pass(29)
    assert filing_drafts.purge_lapsed() == 0
    let_pass(2)

    day = timezone.localdate()
    refused("not_found", lambda: filing_drafts.draft_of(citizen.subject, draft, organisation=False, on=day))
    assert filing_drafts.purge_lapsed() == 1
    assert not FilingDraft.objects.exists()
    assert not FilingFile.objects.exists()


def let_pass(days: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE desk_filingdraft SET saved_at = saved_at - make_interval(days => %s),"
            " kept_until = kept_until - make_interval(days => %s)",
            [days, days],
        )
        cursor.execute("SET session_replication_role = origin")


def test_drafts_and_uploads_are_counted(citizen: Citizen) -> None:
    draft = citizen.begin()
    for _ in range(19):
        FilingDraft.objects.create(
            owner_subject=citizen.subject, procedure_code=PROCEDURE, version=1, unit=citizen.town.unit
        )
    refused("too_many_drafts", citizen.begin)
    FilingDraft.objects.exclude(public_id=draft).delete()
    for _ in range(29):
        filing_drafts.delete(citizen.subject, citizen.begin())
    refused("too_many_attempts", citizen.begin)

    for _ in range(30):
        spending.spend((Quota.UPLOADS_TO_DOSSIER, str(draft)))
    refused("too_many_attempts", lambda: citizen.attach(draft))


def test_a_bad_file_is_refused_and_the_good_one_stays(citizen: Citizen) -> None:
    draft = citizen.begin()
    citizen.attach(draft)
    with pytest.raises(Refusal):
        filing_drafts.attach(
            subject=citizen.subject,
            public_id=draft,
            order=1,
            data=b"MZ not a paper",
            name="giay.pdf",
            antivirus=NotConfigured(),
            now=timezone.now(),
        )
    seen = filing_drafts.draft_of(citizen.subject, draft, organisation=False, on=timezone.localdate())
    assert seen.files[1].name == "giay-1.pdf"


# -- sending ----------------------------------------------------------------------------------------------


def test_a_sent_draft_is_a_new_dossier_of_the_owner_with_a_check_of_kind_sign_in(
    town: Town, citizen: Citizen
) -> None:
    dossier = fresh(citizen.filed())

    assert (dossier.state, dossier.channel, dossier.code) == (State.NEW, Dossier.Channel.ONLINE, None)
    assert (dossier.owner_subject, dossier.received_by) == (citizen.subject, "")
    check = AccountCheck.objects.get(dossier=dossier)
    assert (check.kind, check.officer_subject, check.purpose) == ("SIGN_IN", "", "nop-ho-so-truc-tuyen")
    assert check.spent_at is not None
    assert "tại Sở" in dossier.process.name
    lines = {line.order: line for line in dossier.components.all()}
    assert [lines[n].how for n in (1, 2, 3)] == [How.UPLOADED, How.SHOWN, How.SHOWN]
    file = lines[1].file
    assert file is not None and file.purge_after > timezone.now() + timedelta(days=3000)
    assert not FilingDraft.objects.exists()
    run_errands(town)
    assert [template for _, template, _ in town.portal.told] == ["filing_sent"]
    assert town.portal.vault == {}


def test_sending_twice_is_sending_once(town: Town, citizen: Citizen) -> None:
    draft = citizen.begin()
    citizen.attach(draft)
    ends: list[uuid.UUID] = []
    together = threading.Barrier(3)

    def click() -> None:
        together.wait()
        try:
            ends.append(citizen.send(draft).public_id)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(3)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    assert len(ends) == 3
    assert len(set(ends)) == 1
    assert citizen.send(draft).public_id == ends[0]
    assert Dossier.objects.count() == 1


def test_who_is_not_signed_in_any_more_files_nothing(town: Town, citizen: Citizen) -> None:
    draft = citizen.begin()
    citizen.attach(draft)
    other = Citizen(town)

    with pytest.raises(SessionNotLive):
        citizen.send(draft, session=uuid.uuid4())
    with pytest.raises(SessionNotLive):
        citizen.send(draft, session=other.session)
    town.portal.down = True
    with pytest.raises(PortalUnavailable):
        citizen.send(draft)
    town.portal.down = False
    town.portal.people[citizen.number].status = OwnerStatus.REVIEW
    refused("own_account_not_usable", lambda: citizen.send(draft))
    assert not Dossier.objects.exists()
    assert FilingDraft.objects.filter(public_id=draft).exists()


@pytest.mark.parametrize(
    "tamper",
    [
        {"purpose": "tiep-nhan-ho-so"},
        {"purpose": "chon-giay-to-cua-minh"},
        {"sub": "f" * 32},
        {"aud": "another-desk"},
        {"iss": "https://another.example"},
        {"exp": 1},
    ],
)
def test_a_receipt_that_says_something_else_opens_nothing(
    town: Town, citizen: Citizen, tamper: dict[str, object]
) -> None:
    draft = citizen.begin()
    citizen.attach(draft)
    town.portal.tamper = tamper

    refused("portal_unavailable", lambda: citizen.send(draft))
    assert not Dossier.objects.exists()


def test_required_papers_are_required_and_choices_must_be_meant(citizen: Citizen) -> None:
    draft = citizen.begin()
    no = refused("component_wanted", lambda: citizen.send(draft))
    assert "Đơn đề nghị" in no.text
    citizen.attach(draft)
    papers = [Chosen(1, How.UPLOADED), Chosen(2, How.NONE), Chosen(3, How.SHOWN)]
    refused("component_wanted", lambda: citizen.send(draft, a_filing(papers=papers)))
    refused("form_of_another_version", lambda: citizen.send(draft, a_filing(version=0)))


def test_a_paper_of_the_own_vault_needs_consent_and_must_be_valid_and_ones_own(
    town: Town, citizen: Citizen
) -> None:
    kind = Procedure.objects.get(code=PROCEDURE).components.get(order=3).type_code
    other = Citizen(town)
    mine, old, theirs = (str(uuid.uuid4()) for _ in range(3))
    town.portal.papers[citizen.subject] = [
        OfferedPaper(mine, kind, "Văn bằng", PaperValidity.VALID),
        OfferedPaper(old, kind, "Văn bằng cũ", PaperValidity.EXPIRED),
    ]
    town.portal.papers[other.subject] = [OfferedPaper(theirs, kind, "Văn bằng", PaperValidity.VALID)]

    def form(paper: str, consent: bool = True) -> filing_sending.Filing:
        papers = [Chosen(1, How.UPLOADED), Chosen(2, How.SHOWN), Chosen(3, How.VAULT, paper)]
        return a_filing(papers=papers, consent=consent)

    draft = citizen.begin()
    citizen.attach(draft)
    refused("own_consent_wanted", lambda: citizen.send(draft, form(mine, consent=False)))
    for paper in (old, theirs, str(uuid.uuid4())):
        refused("paper_not_offered", lambda paper=paper: citizen.send(draft, form(paper)))
    dossier = citizen.send(draft, form(mine))

    assert dossier.components.get(order=3).vault_paper_id == mine


def test_a_component_that_is_handed_in_anew_is_never_taken_from_the_own_vault(
    town: Town, citizen: Citizen
) -> None:
    request = Procedure.objects.get(code=PROCEDURE).components.get(order=1)
    assert request.not_reused
    paper = str(uuid.uuid4())
    town.portal.papers[citizen.subject] = [
        OfferedPaper(paper, request.type_code, "Đơn lần trước", PaperValidity.VALID)
    ]
    papers = [Chosen(1, How.VAULT, paper), Chosen(2, How.SHOWN), Chosen(3, How.SHOWN)]
    draft = citizen.begin()
    refused("paper_not_offered", lambda: citizen.send(draft, a_filing(papers=papers, consent=True)))


def test_sendings_are_counted(citizen: Citizen) -> None:
    draft = citizen.begin()
    citizen.attach(draft)
    for _ in range(10):
        spending.spend((Quota.FILINGS_BY_OWNER, citizen.subject))

    refused("too_many_attempts", lambda: citizen.send(draft))


# -- staff ------------------------------------------------------------------------------------------------


def test_a_staff_account_files_its_own_matter_and_never_somebody_elses(town: Town, desk: Authority) -> None:
    staff = Citizen(town, subject=desk.subject)
    draft = staff.begin()
    staff.attach(draft)
    child = PersonConcerned("Nguyễn Văn Con", "01/01/2015", "con")

    refused("staff_files_for_others", lambda: staff.send(draft, a_filing(person=child, private_matter=True)))
    refused("private_matter_wanted", lambda: staff.send(draft))
    dossier = staff.send(draft, a_filing(private_matter=True))

    refused("own_dossier", lambda: accept(town, dossier, desk))
    colleague = lives.holding(town.unit, Power.RECEIVE_DOSSIER)
    assert accept(town, dossier, colleague).private_matter


# -- acceptance -------------------------------------------------------------------------------------------


def test_an_accepted_filing_has_its_code_its_online_term_and_its_papers_in_the_vault(
    town: Town, citizen: Citizen, desk: Authority
) -> None:
    Procedure.objects.filter(code=PROCEDURE).update(term_online_amount=3)
    dossier = citizen.filed()
    with connection.cursor() as cursor:  # filed two days ago
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE desk_accountcheck SET checked_at = checked_at - interval '2 days'")
        cursor.execute("UPDATE desk_dossier SET arrived_at = arrived_at - interval '2 days'")
        cursor.execute("SET session_replication_role = origin")

    received = accept(town, dossier, desk)

    assert received.state == State.RECEIVED
    assert received.code and received.code.startswith(town.unit.dossier_prefix)
    assert (received.received_by, received.at_officer) == (desk.subject, desk.subject)
    procedure = Procedure.objects.get(code=PROCEDURE)
    assert received.received_at is not None
    assert received.due_at == deadlines.due_at(
        procedure, received.received_at, unit_id=town.unit.pk, online=True
    )
    assert received.due_at != deadlines.due_at(procedure, received.received_at, unit_id=town.unit.pk)
    run_errands(town)
    assert [template for _, template, _ in town.portal.told] == ["filing_sent", "dossier_received"]
    assert [owner for owner, _, _ in town.portal.vault.values()] == [citizen.subject]
    assert DossierComponent.objects.get(dossier=received, order=1).delivered_as
    again = accept(town, dossier, desk)
    assert again.code == received.code


def test_of_two_officers_one_accepts(town: Town, citizen: Citizen, desk: Authority) -> None:
    dossier = citizen.filed()
    rivals = [desk, lives.holding(town.unit, Power.RECEIVE_DOSSIER)]
    ends: list[str] = []
    together = threading.Barrier(2)

    def take(rival: Authority) -> None:
        together.wait()
        try:
            accept(town, dossier, rival)
            ends.append("accepted")
        except Refusal as no:
            ends.append(no.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(rival,)) for rival in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["accepted", "dossier_not_in_this_state"]


def test_only_the_unit_it_was_filed_with_accepts_and_only_with_the_right(
    town: Town, citizen: Citizen, desk: Authority
) -> None:
    dossier = citizen.filed()
    elsewhere = lives.holding(building.a_unit("phong-khac", "000.00.07.H08"), Power.RECEIVE_DOSSIER)
    specialist = lives.holding(town.unit, Power.PROCESS)

    refused("not_found", lambda: accept(town, dossier, elsewhere))
    with pytest.raises(NotAuthorised):
        accept(town, dossier, specialist)
    # Without a post the database says no, whatever Python was told.
    rule_refused("desk_online_accepted_at_unit", lambda: accept(town, dossier, town.authority))


def test_an_account_that_was_locked_since_is_not_received_for(
    town: Town, citizen: Citizen, desk: Authority
) -> None:
    dossier = citizen.filed()
    town.portal.people[citizen.number].status = OwnerStatus.LOCKED
    refused("online_owner_not_usable", lambda: accept(town, dossier, desk))

    town.portal.down = True
    assert accept(town, dossier, desk).state == State.RECEIVED


def test_the_queue_shows_what_waits_at_this_unit_and_nothing_else(
    town: Town, citizen: Citizen, desk: Authority
) -> None:
    first, second = citizen.filed(), Citizen(town).filed()
    town.received()
    accept(town, Citizen(town).filed(), desk)
    elsewhere = lives.holding(building.a_unit("phong-khac", "000.00.07.H08"), Power.RECEIVE_DOSSIER)

    def waiting(who: Authority, search: Search = Search()) -> list[uuid.UUID]:  # noqa: B008 - a value
        page = filing_acceptance.waiting(who, search, cursor=None, now=timezone.now(), limit=20)
        return [row.public_id for row in page.rows]

    assert waiting(desk) == [second.public_id, first.public_id]
    assert waiting(desk, Search(sort=dossiers.Sort.OLDEST)) == [first.public_id, second.public_id]
    assert waiting(desk, Search(name="nguyen thi mau")) == [second.public_id, first.public_id]
    assert waiting(desk, Search(name="ai do")) == []
    assert waiting(elsewhere) == []


def test_a_refused_filing_says_why_and_its_owner_is_told(
    town: Town, citizen: Citizen, desk: Authority
) -> None:
    dossier = citizen.filed()

    notices.refuse(
        authority=desk, dossier_id=dossier.public_id, reason="Không thuộc thẩm quyền", now=timezone.now()
    )

    ended = fresh(dossier)
    assert (ended.state, ended.code) == (State.NOT_ACCEPTED, None)
    assert ended.closed_reason == "Không thuộc thẩm quyền"
    refused("dossier_not_in_this_state", lambda: accept(town, dossier, desk))
    run_errands(town)
    assert [template for _, template, _ in town.portal.told] == ["filing_sent", "dossier_refused"]
    assert town.portal.vault == {}


# -- the owner goes on ------------------------------------------------------------------------------------


def test_an_owner_withdraws_before_and_after_acceptance_and_nobody_else_does(
    town: Town, citizen: Citizen, desk: Authority
) -> None:
    waiting, received = citizen.filed(), accept(town, Citizen(town).filed(), desk)
    now = timezone.now()

    refused(
        "not_found",
        lambda: filing_life.withdraw(
            subject="f" * 32, dossier_id=waiting.public_id, reason="Tôi đổi ý", now=now
        ),
    )
    filing_life.withdraw(subject=citizen.subject, dossier_id=waiting.public_id, reason="Tôi đổi ý", now=now)
    filing_life.withdraw(
        subject=received.owner_subject, dossier_id=received.public_id, reason="Tôi đổi ý", now=now
    )

    assert fresh(waiting).state == State.NOT_ACCEPTED
    assert fresh(received).state == State.WITHDRAWN
    assert {notice.issued_by for notice in Notice.objects.all()} == {
        citizen.subject,
        received.owner_subject,
    }
    again = filing_life.withdraw
    refused(
        "dossier_not_in_this_state",
        lambda: again(subject=citizen.subject, dossier_id=waiting.public_id, reason="Tôi đổi ý", now=now),
    )


def test_an_owner_supplements_online_everything_at_once(
    town: Town, citizen: Citizen, desk: Authority
) -> None:
    dossier = accept(town, citizen.filed(), desk)
    notices.ask_supplement(
        authority=desk,
        dossier_id=dossier.public_id,
        items=[Item("Đơn đề nghị", "thiếu chữ ký"), Item("Giấy khai sinh", "mờ")],
        reason="Chưa đủ",
        answer_by=None,
        now=timezone.now(),
    )
    standing = filing_life.standing_of(fresh(dossier))
    assert standing.deeds == [OwnDeed.SUPPLEMENT, OwnDeed.WITHDRAW]
    kept = {
        name: filing_life.keep_file(
            subject=citizen.subject,
            dossier_id=dossier.public_id,
            data=lives.a_pdf(1).data,
            name="bo-sung.pdf",
            antivirus=NotConfigured(),
            now=timezone.now(),
        )
        for name in ("Đơn đề nghị", "Giấy khai sinh")
    }
    one = {"Đơn đề nghị": kept["Đơn đề nghị"].stored}

    def send(subject: str, files: dict[str, StoredFile]) -> Dossier:
        return filing_life.supplement(
            subject=subject, dossier_id=dossier.public_id, files=files, now=timezone.now()
        )

    no = refused("supplement_incomplete", lambda: send(citizen.subject, one))
    assert "Giấy khai sinh" in no.text
    both = {name: file.stored for name, file in kept.items()}
    refused("not_found", lambda: send("f" * 32, both))
    token = kept["Đơn đề nghị"].token
    found = filing_life.find_file(subject="f" * 32, dossier_id=dossier.public_id, token=token)
    assert found is None

    assert send(citizen.subject, both).state == State.PROCESSING
    assert DossierComponent.objects.filter(dossier=dossier, supplement=True).count() == 2


def test_the_owners_standing_names_the_next_deeds_and_costs_the_same_however_long_the_life(
    town: Town, citizen: Citizen, desk: Authority, django_assert_num_queries: object
) -> None:
    dossier = citizen.filed()
    assert filing_life.standing_of(fresh(dossier)).deeds == [OwnDeed.WITHDRAW]
    accept(town, dossier, desk)
    late = fresh(dossier)

    with django_assert_num_queries(7):  # type: ignore[operator]
        assert filing_life.standing_of(late).deeds == [OwnDeed.WITHDRAW]


def test_lists_cost_the_same_however_long_they_are(
    citizen: Citizen, django_assert_num_queries: object
) -> None:
    day = timezone.localdate()
    citizen.begin()
    with django_assert_num_queries(4):  # type: ignore[operator]
        assert len(filing_drafts.drafts_of(citizen.subject, organisation=False, on=day)) == 1
    for _ in range(5):
        citizen.begin()
    with django_assert_num_queries(4):  # type: ignore[operator]
        assert len(filing_drafts.drafts_of(citizen.subject, organisation=False, on=day)) == 6

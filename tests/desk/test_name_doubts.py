"""Đối chiếu tên: an account of another name confirms no provisional dossier until an officer has said so (T-39)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.desk import town as building
from tests.desk.lives import holding
from tests.desk.test_gate_rules import sql, undone
from tests.desk.test_provisional import PHONE, again
from tests.desk.town import NAME, OWNER, Town, a_form
from tests.kernel import corpora
from tests.rule_by_rule import said_by

from motcua.desk import deliveries, dossiers, name_doubts, promises, provisional
from motcua.desk.database_rules import DeskRule
from motcua.desk.models import AccountCheck, Dossier, DossierEvent, NameDoubt
from motcua.desk.provisional import Outcome
from motcua.desk.states import State
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound
from motcua.kernel.tax_code import TaxCode
from motcua.outbox import errands
from motcua.outbox.models import Errand, Message

OTHER_NAME = "Nguyễn Văn Sông Mẫu"
RIGHT = "052190000555"
REASON = "Đã xem thẻ CCCD và quyết định đổi tên"


def take_in(town: Town, name: str = OTHER_NAME, number: str = OWNER) -> Dossier:
    town.portal.down = True
    draft = town.choose(town.check(number).public_id)
    dossier = provisional.receive_provisionally(
        authority=town.authority,
        check_id=draft.check_id,
        owner_name=name,
        form=a_form(contact=PHONE),
        now=timezone.now(),
    )
    town.portal.down = False
    return dossier


@pytest.fixture
def officer(town: Town) -> Authority:
    return holding(town.unit, Power.RECEIVE_DOSSIER)


def doubted(town: Town) -> Dossier:
    dossier = take_in(town)
    assert again(town, dossier) is Outcome.NAME_DIFFERS
    dossier.refresh_from_db()
    return dossier


def test_another_name_stops_and_nothing_is_sent_to_the_account(town: Town) -> None:
    dossier = doubted(town)
    messages = Message.objects.count()

    assert dossier.state == State.PROVISIONAL and dossier.code is None
    assert dossier.owner_name == OTHER_NAME and dossier.owner_subject == ""
    assert dossier.recheck_answer == name_doubts.ANSWER
    errands.run_due(promises.handlers(registry=town.portal, vault=town.portal))
    assert town.portal.told == [] and town.portal.vault == {} and Message.objects.count() == messages
    assert not Errand.objects.filter(kind__in=["desk.tell", "desk.vault"]).exists()
    page = dossiers.owed(town.authority, now=timezone.now())
    assert [(row.pk, row.recheck_answer) for row in page.rows] == [(dossier.pk, "NAME")]
    event = DossierEvent.objects.get(dossier=dossier, kind="name_doubted")
    assert NAME not in event.words and OTHER_NAME not in event.words


def test_while_it_waits_the_portal_is_not_asked_again(town: Town) -> None:
    dossier = doubted(town)
    asked = len(town.portal.asked)
    assert again(town, dossier) is Outcome.NAME_DIFFERS
    assert len(town.portal.asked) == asked
    assert NameDoubt.objects.filter(dossier=dossier).count() == 1


def test_the_officer_sees_both_names(town: Town, officer: Authority) -> None:
    dossier = doubted(town)
    view = name_doubts.doubt_for_officer(officer, dossier.public_id)
    assert (view.typed_name, view.account_name, view.last3) == (OTHER_NAME, NAME, OWNER[-3:])
    elsewhere = holding(building.a_unit("phong-khac", "000.01.06.H08"), Power.RECEIVE_DOSSIER)
    with pytest.raises(NotFound):
        name_doubts.doubt_for_officer(elsewhere, dossier.public_id)
    with pytest.raises(NotAuthorised):
        name_doubts.doubt_for_officer(holding(town.unit, Power.PROCESS), dossier.public_id)


def test_the_same_person_is_confirmed_with_a_reason_under_the_account_s_name(
    town: Town, officer: Authority
) -> None:
    dossier = doubted(town)
    with pytest.raises(name_doubts.DoubtReasonMissing):
        name_doubts.say_same(authority=officer, dossier_id=dossier.public_id, reason="đúng")

    name_doubts.say_same(authority=officer, dossier_id=dossier.public_id, reason=REASON)
    assert again(town, dossier) is Outcome.CONFIRMED

    dossier.refresh_from_db()
    assert dossier.state == State.RECEIVED and dossier.owner_name == NAME and dossier.code
    event = DossierEvent.objects.get(dossier=dossier, kind="name_accepted")
    assert OTHER_NAME in event.words  # what was compared
    assert REASON in event.words and event.by_subject == officer.subject
    errands.run_due(promises.handlers(registry=town.portal, vault=town.portal))
    assert [template for _, template, _ in town.portal.told] == ["dossier_confirmed"]
    with pytest.raises(name_doubts.DoubtDecided):
        name_doubts.end(authority=officer, dossier_id=dossier.public_id, reason=REASON)


def recheck_of(dossier: Dossier) -> str:
    return str(Errand.objects.get(kind=deliveries.RECHECK, key__endswith=str(dossier.public_id)).state)


def test_a_conclusion_ends_the_errand_and_the_phone_left_at_the_desk_hears_the_code(
    town: Town, officer: Authority
) -> None:
    dossier = doubted(town)
    assert recheck_of(dossier) == "WAITING"
    name_doubts.say_same(authority=officer, dossier_id=dossier.public_id, reason=REASON)
    assert recheck_of(dossier) == "WAITING"  # it has still to be asked
    assert again(town, dossier) is Outcome.CONFIRMED
    assert recheck_of(dossier) == "DONE"
    dossier.refresh_from_db()
    (told,) = Message.objects.filter(purpose="provisional_confirmed")
    assert told.dedupe_key == f"provisional_confirmed:{dossier.public_id}"

    other = take_in(town, number=OWNER)
    assert again(town, other) is Outcome.NAME_DIFFERS
    name_doubts.end(authority=officer, dossier_id=other.public_id, reason=REASON)
    assert recheck_of(other) == "DONE"
    assert Message.objects.filter(purpose="provisional_confirmed").count() == 1
    assert name_doubts.is_decided(officer, other.public_id)


def test_what_was_said_of_one_account_is_not_said_of_another(town: Town, officer: Authority) -> None:
    dossier = doubted(town)
    name_doubts.say_same(authority=officer, dossier_id=dossier.public_id, reason=REASON)
    town.portal.enrol(OWNER, "Trần Thị Khác")
    assert again(town, dossier) is Outcome.NAME_DIFFERS


def test_the_right_number_is_asked_about_instead(town: Town, officer: Authority) -> None:
    dossier = doubted(town)
    mine = town.portal.enrol(RIGHT, OTHER_NAME)
    for wrong, why in (
        (CitizenId(OWNER), name_doubts.SameNumber),
        (TaxCode.parse("0100233488"), name_doubts.OtherKindOfNumber),
    ):
        with pytest.raises(why):
            name_doubts.put_number_right(
                authority=officer, dossier_id=dossier.public_id, number=wrong, reason=REASON
            )

    name_doubts.put_number_right(
        authority=officer, dossier_id=dossier.public_id, number=CitizenId(RIGHT), reason=REASON
    )
    assert again(town, dossier) is Outcome.CONFIRMED

    dossier.refresh_from_db()
    assert dossier.owner_subject == mine.subject and dossier.owner_last3 == RIGHT[-3:]
    errands.run_due(promises.handlers(registry=town.portal, vault=town.portal))
    assert [subject for subject, _, _ in town.portal.told] == [mine.subject]


def test_who_is_not_the_same_person_and_has_no_right_number_gets_the_papers_back(
    town: Town, officer: Authority
) -> None:
    dossier = doubted(town)
    name_doubts.end(authority=officer, dossier_id=dossier.public_id, reason=REASON)

    dossier.refresh_from_db()
    assert (
        dossier.state == State.NOT_ACCEPTED
        and dossier.owner_subject == ""
        and REASON in dossier.closed_reason
    )
    assert Message.objects.filter(purpose="provisional_ended").count() == 1
    assert town.portal.told == [] and again(town, dossier) is Outcome.OVER


@pytest.mark.parametrize(
    ("typed", "words"),
    [("NGUYỄN THỊ MẪU", provisional.CONFIRMED_WORDS), ("Nguyen Thi Mau", provisional.MARKS_WORDS)],
    ids=["same", "marks"],
)
def test_a_name_that_is_the_same_or_but_for_marks_confirms_and_the_history_says_which(
    town: Town, typed: str, words: str
) -> None:
    dossier = take_in(town, typed)
    assert again(town, dossier) is Outcome.CONFIRMED
    assert DossierEvent.objects.get(dossier=dossier, kind="confirmed").words == words


def test_nobody_decides_about_their_own_account(town: Town, officer: Authority) -> None:
    town.portal.people[OWNER].subject = officer.subject
    dossier = doubted(town)
    with pytest.raises(DeskRule) as no:
        name_doubts.say_same(authority=officer, dossier_id=dossier.public_id, reason=REASON)
    assert no.value.details["rule"] == "desk_name_doubt_not_own"


def test_ten_working_days_end_it_as_any_other(town: Town) -> None:
    dossier = doubted(town)
    assert again(town, dossier, timezone.now() + timedelta(days=17)) is Outcome.CLOSED


def refused(act: str, *values: object) -> str:
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        sql(act, *values)
    return said_by(no.value)


def without(trigger: str, table: str, act: str, *values: object) -> None:
    """The same statement goes through once the trigger is gone (seen red)."""
    with undone():
        sql(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        sql(act, *values)


def _confirming(town: Town, dossier: Dossier) -> tuple[str, list[object]]:
    """The statement of an intruder who confirms by hand, with a spent check of this account."""
    row = NameDoubt.objects.get(dossier=dossier).account_check
    sql("UPDATE desk_accountcheck SET spent_at = now() WHERE id = %s", row.pk)
    statement = (
        "UPDATE desk_dossier SET state = 'RECEIVED', check_id = %s, owner_subject = %s, owner_name = %s,"
        " received_at = clock_timestamp(), code = %s || '-' || to_char(now() AT TIME ZONE 'Asia/Ho_Chi_Minh',"
        " 'YYMMDD') || '-0001' WHERE id = %s"
    )
    return statement, [row.pk, row.subject, NAME, building.PREFIX, dossier.pk]


def test_the_database_takes_no_other_name_undecided(town: Town, officer: Authority) -> None:
    dossier = doubted(town)
    statement, values = _confirming(town, dossier)
    assert refused(statement, *values) == "desk_provisional_name_doubted"
    without("desk_provisional_name", "desk_dossier", statement, *values)
    # Nor in two steps, the name first.
    renamed = (
        "UPDATE desk_dossier SET owner_name = %s, owner_folded = %s WHERE id = %s",
        NAME,
        "x",
        dossier.pk,
    )
    assert refused(*renamed) == "desk_provisional_name_kept"
    without("desk_provisional_name", "desk_dossier", *renamed)
    # Nor while a doubt is open, whatever the name.
    values[2] = OTHER_NAME
    assert refused(statement, *values) == "desk_provisional_name_doubted"

    values[2] = NAME
    name_doubts.say_same(authority=officer, dossier_id=dossier.public_id, reason=REASON)
    with undone():
        sql(statement, *values)


def test_the_database_changes_no_number_without_a_verdict(town: Town, officer: Authority) -> None:
    dossier = doubted(town)
    other = ("UPDATE desk_dossier SET owner_number_bi = %s WHERE id = %s", b"\x07" * 32, dossier.pk)
    assert refused(*other) == "desk_dossier_unchanged"
    without("desk_dossier_guard", "desk_dossier", *other)
    name_doubts.put_number_right(
        authority=officer, dossier_id=dossier.public_id, number=CitizenId(RIGHT), reason=REASON
    )
    assert refused(*other) == "desk_dossier_unchanged"  # one verdict, one change


def test_the_database_keeps_verdicts(town: Town, officer: Authority) -> None:
    dossier = doubted(town)
    stranger = building.an_officer()
    say = "UPDATE desk_namedoubt SET verdict = 'SAME', decided_by = %s, decided_at = now() WHERE dossier_id = %s"
    assert refused(say, stranger.subject, dossier.pk) == "desk_name_doubt_by_officer"
    without("desk_name_doubt_guard", "desk_namedoubt", say, stranger.subject, dossier.pk)
    name_doubts.say_same(authority=officer, dossier_id=dossier.public_id, reason=REASON)
    assert refused(say, officer.subject, dossier.pk) == "desk_name_doubt_decided_once"
    assert refused("DELETE FROM desk_namedoubt WHERE dossier_id = %s", dossier.pk) == "desk_name_doubt_kept"
    counter = AccountCheck.objects.get(public_id=town.draft())
    insert = "INSERT INTO desk_namedoubt (public_id, dossier_id, check_id, verdict, decided_by)"
    insert += " VALUES (gen_random_uuid(), %s, %s, '', '')"
    assert refused(insert, dossier.pk, counter.pk) == "desk_name_doubt_of_recheck"


def _names() -> Iterator[str]:
    yield from (name for pair in corpora.I_FOR_Y for name in pair)
    yield from (
        NAME,
        OTHER_NAME,
        "H'Hen Niê",
        "Đặng Thị Mỹ-Duyên",
        "ĐỖ QUÝ",
        "Ơ̆ng M̆lô",
        "Thúy Huy",
        "Y Bhin Ê̆ban",
    )


def test_a_verdict_is_whole_and_one_doubt_waits_at_a_time(town: Town) -> None:
    """Constraints of the table itself, past its triggers."""
    dossier = doubted(town)
    check = dossier.name_doubts.get().account_check_id
    other = AccountCheck.objects.exclude(pk=check).order_by("-pk").values_list("pk", flat=True)[0]
    columns = "public_id, asked_at, verdict, decided_by, check_id, dossier_id"
    for rule, change in (
        (
            "name_doubt_decided_whole",
            f"UPDATE desk_namedoubt SET verdict = 'SAME' WHERE dossier_id = {dossier.pk}",
        ),
        (
            "name_doubt_one_waiting",
            f"INSERT INTO desk_namedoubt ({columns}) VALUES"
            f" (gen_random_uuid(), clock_timestamp(), '', '', {other}, {dossier.pk})",
        ),
    ):
        with pytest.raises(IntegrityError) as no, transaction.atomic():
            sql("SET LOCAL session_replication_role = replica")
            sql(change)
        assert said_by(no.value) == rule


def test_the_database_folds_names_as_the_house_does(db: None) -> None:
    with connection.cursor() as cursor:
        for name in _names():
            for spelling in (name, name.upper(), f" {name}  {name} "):
                cursor.execute("SELECT desk_name_folded(%s)", [spelling])
                assert cursor.fetchone()[0] == fold(spelling), spelling

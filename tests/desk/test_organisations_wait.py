"""An organisation while the portal is silent: its papers wait, its representative is asked about afterwards."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.desk.test_for_another import may_ask
from tests.desk.test_gate_rules import sql, undone
from tests.desk.town import OWNER, Town, a_form

from motcua import press
from motcua.desk import checks, provisional, slips
from motcua.desk.catalogue_words import Asker
from motcua.desk.models import AccountCheck, Dossier, Representation
from motcua.desk.ports import Representative
from motcua.desk.provisional import Outcome
from motcua.desk.states import State
from motcua.desk.submission import Submission
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import Refusal
from motcua.kernel.tax_code import TaxCode

TAX_CODE, CENTRE = "0100233488", "Trung tâm Ngoại ngữ Mẫu"
PERSON = CitizenId(OWNER)


@pytest.fixture(autouse=True)
def _for_organisations_too(town: Town) -> None:
    may_ask(Asker.OWNER, Asker.ORGANISATION)


def form(**more: object) -> Submission:
    return a_form(**{"representative": PERSON, **more})


def take_in(town: Town, given: Submission | None = None, name: str = CENTRE) -> Dossier:
    town.portal.down = True
    try:
        view = checks.check_owner(
            authority=town.authority,
            number=TaxCode.parse(TAX_CODE),
            registry=town.portal,
            now=timezone.now(),
        )
        draft = town.choose(view.public_id)
        assert draft.provisional and draft.organisation
        return provisional.receive_provisionally(
            authority=town.authority,
            check_id=draft.check_id,
            owner_name=name,
            form=given or form(),
            now=timezone.now(),
        )
    finally:
        town.portal.down = False


def enrolled(town: Town) -> str:
    return town.portal.enrol(TAX_CODE, "TRUNG TÂM NGOẠI NGỮ MẪU").subject


def mandated(town: Town, organisation: str, **more: object) -> Representative:
    values: dict[str, object] = {
        "mandate": uuid.uuid4(),
        "subject": uuid.uuid4().hex,
        "full_name": "Lê Thị Đại Diện",
        "words": "Giấy chứng nhận đăng ký số 12 ngày 01/02/2020",
        "proof_on": timezone.localdate() - timedelta(days=900),
        "until": None,
        "scope": (),
        "at": timezone.now(),
        **more,
    }
    found = Representative(**values)  # type: ignore[arg-type]
    town.portal.mandates[organisation, PERSON.value] = found
    return found


def again(town: Town, dossier: Dossier, days: int = 0) -> Outcome:
    now = timezone.now() + timedelta(days=days)
    return provisional.recheck(dossier_id=dossier.public_id, registry=town.portal, now=now)


def test_it_waits_under_a_number_and_is_received_once_the_mandate_is_confirmed(town: Town) -> None:
    dossier = take_in(town)
    assert (dossier.state, dossier.owner_name, dossier.filer_name) == (State.PROVISIONAL, CENTRE, "")
    assert PERSON.value.encode() not in bytes(dossier.waiting_representative_sealed or b"")
    name, printed = slips.slip_of(dossier)
    assert name == "phieu-tiep-nhan-tam" and press.render(name, printed).startswith(b"%PDF")

    found = mandated(town, enrolled(town))
    assert again(town, dossier) == Outcome.CONFIRMED
    dossier.refresh_from_db()
    assert dossier.state == State.RECEIVED and dossier.code and dossier.due_at
    assert dossier.owner_name == "TRUNG TÂM NGOẠI NGỮ MẪU" and dossier.filer_name == "Lê Thị Đại Diện"
    assert dossier.waiting_representative_sealed is None
    right = dossier.representation
    assert right is not None and (right.kind, right.mandate) == ("ORGANISATION", found.mandate)
    assert press.render(*slips.slip_of(dossier)).startswith(b"%PDF")
    assert again(town, dossier) == Outcome.OVER


def test_silence_in_the_middle_is_silence(town: Town) -> None:
    dossier = take_in(town)
    mandated(town, enrolled(town))
    town.portal.down = True
    assert again(town, dossier) == Outcome.UNKNOWN
    town.portal.down = False
    assert again(town, dossier) == Outcome.CONFIRMED


@pytest.mark.parametrize(
    ("mandate", "said"),
    [
        (None, "không có quyền đại diện"),
        ({"scope": ("9.999999",)}, "không"),
        ({"until": timezone.localdate() - timedelta(days=1)}, "hiệu lực"),
    ],
)
def test_without_a_mandate_that_stands_it_goes_on_waiting_and_says_why(
    town: Town, mandate: dict[str, object] | None, said: str
) -> None:
    dossier = take_in(town)
    subject = enrolled(town)
    if mandate is not None:
        mandated(town, subject, **mandate)
    assert again(town, dossier) == Outcome.NOT_USABLE
    dossier.refresh_from_db()
    assert dossier.state == State.PROVISIONAL and dossier.recheck_answer == "RULE"
    assert said in dossier.closed_reason and dossier.closed_reason.endswith(".")
    assert Representation.objects.count() == 0
    mandated(town, subject)
    assert again(town, dossier) == Outcome.CONFIRMED
    dossier.refresh_from_db()
    assert dossier.closed_reason == ""


@pytest.mark.parametrize("known", [False, True])
def test_after_ten_working_days_it_is_closed_and_the_number_forgotten(town: Town, known: bool) -> None:
    dossier = take_in(town)
    if known:
        enrolled(town)
        town.portal.ahead = 20 * 86_400
    assert again(town, dossier, days=20) == Outcome.CLOSED
    dossier.refresh_from_db()
    assert dossier.state == State.NOT_ACCEPTED and dossier.waiting_representative_sealed is None


def test_the_officer_is_not_the_representative(town: Town) -> None:
    dossier = take_in(town)
    mandated(town, enrolled(town), subject=town.authority.subject)
    assert again(town, dossier) == Outcome.NOT_USABLE
    dossier.refresh_from_db()
    assert "do mình đại diện" in dossier.closed_reason


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"representative": None}, "mandate_wanted"),
        ({"name": " "}, "organisation_name_wanted"),
        ({"name": "a\u202eb c"}, "not_plain_text"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_kept(
    town: Town, change: dict[str, object], code: str
) -> None:
    name = str(change.pop("name", CENTRE))
    with pytest.raises(Refusal) as no:
        take_in(town, form(**change), name)
    assert no.value.code == code
    assert Dossier.objects.count() == 0


def test_a_procedure_for_persons_only_is_said_at_once(town: Town) -> None:
    may_ask(Asker.OWNER)
    with pytest.raises(Refusal) as no:
        take_in(town)
    assert no.value.code == "not_for_organisations"


def test_a_procedure_for_organisations_only_is_taken_in(town: Town) -> None:
    may_ask(Asker.ORGANISATION)
    dossier = take_in(town)
    mandated(town, enrolled(town))
    assert again(town, dossier) == Outcome.CONFIRMED


def test_the_same_form_sent_twice_is_one_dossier(town: Town) -> None:
    given = form()
    first = take_in(town, given)
    check = AccountCheck.objects.get(answer="UNKNOWN", spent_at__isnull=False)
    second = provisional.receive_provisionally(
        authority=town.authority, check_id=check.public_id, owner_name=CENTRE, form=given, now=timezone.now()
    )
    assert first == second


def confirm_without_mandate(dossier: Dossier) -> None:
    """As an attacker with the application's rights would: everything but the right."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE desk_dossier SET state = 'RECEIVED', waiting_representative_sealed = NULL WHERE id = %s",
            [dossier.pk],
        )


def spoken(act: Callable[[], object]) -> str:
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        act()
    return str(getattr(no.value.__cause__.diag, "constraint_name", ""))  # type: ignore[union-attr]


def test_the_database_lets_no_waiting_organisation_through_without_its_right(town: Town) -> None:
    dossier = take_in(town)
    rows = Dossier.objects.filter(pk=dossier.pk)
    assert spoken(lambda: rows.update(waiting_representative_sealed=None)) == "desk_right_waits"
    assert spoken(lambda: rows.update(waiting_representative_sealed=b"x" * 40)) == "desk_right_waits"
    assert spoken(lambda: confirm_without_mandate(dossier)) == "desk_right_of_organisation"
    with undone():
        sql("ALTER TABLE desk_dossier DISABLE TRIGGER desk_dossier_right")
        assert rows.update(waiting_representative_sealed=None) == 1, "seen red"


def test_the_right_of_a_waiting_organisation_is_an_organisations_and_fresh(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = take_in(town)
    subject = enrolled(town)
    mandated(town, subject, at=timezone.now() - timedelta(minutes=6))
    told: list[str] = []
    monkeypatch.setattr(
        provisional, "_told", lambda _pk, no, _now: told.append(no.text) or Outcome.NOT_USABLE
    )
    again(town, dossier)
    assert told == ["Quyền nộp thay phải được kiểm tra khi nộp hồ sơ."]
    with undone():
        sql("ALTER TABLE desk_dossier DISABLE TRIGGER desk_dossier_right")
        assert again(town, dossier) == Outcome.CONFIRMED, "seen red: only the trigger asks how fresh it is"


def test_a_person_who_waits_never_gets_an_organisations_way(town: Town) -> None:
    """The column cannot be put on a dossier that did not begin with it."""
    town.portal.down = True
    draft = town.choose(town.check().public_id)
    dossier = provisional.receive_provisionally(
        authority=town.authority,
        check_id=draft.check_id,
        owner_name="Nguyễn Thị Mẫu",
        form=a_form(),
        now=timezone.now(),
    )
    rows = Dossier.objects.filter(pk=dossier.pk)
    assert spoken(lambda: rows.update(waiting_representative_sealed=b"x" * 40)) == "desk_right_waits"

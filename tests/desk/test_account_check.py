"""Phụ lục II at the service's level: three answers, counted, kept, purpose-bound."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.desk import town as building
from tests.desk.test_gate_rules import shifted
from tests.desk.town import NAME, OWNER, Town

from motcua.accounts import receipt_keys
from motcua.desk import checks
from motcua.desk.models import AccountCheck
from motcua.desk.ports import OwnerStatus
from motcua.kernel.authority import NotAuthorised, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound
from motcua.kernel.tax_code import TaxCode
from motcua.limits.spending import TooManyAttempts


def test_a_found_owner_is_shown_by_masked_name_and_last_digits_only(town: Town) -> None:
    view = town.check()

    assert view.answer == "FOUND" and view.can_receive
    assert view.words == "Kiểm tra tài khoản thành công"
    assert view.last3 == OWNER[-3:]
    assert view.name_masked != NAME
    assert OWNER not in repr(view) and view.name_masked not in repr(view)


def test_a_missing_account_is_said_in_the_dispatchs_words(town: Town) -> None:
    view = town.check("052190000777")

    assert view.answer == "NOT_FOUND" and not view.can_receive and not view.can_receive_provisionally
    assert view.words == (
        "Công dân chưa có tài khoản trên Cổng DVCQG. "
        "Bạn có muốn chuyển đến Cổng Dịch Vụ Công Quốc Gia để tạo tài khoản ?"
    )
    kept = AccountCheck.objects.get(public_id=view.public_id)
    assert kept.number_sealed is None and OWNER[-3:] != kept.last3


def test_silence_is_not_a_missing_account(town: Town) -> None:
    town.portal.down = True
    view = town.check()

    assert view.answer == "UNKNOWN" and view.can_receive_provisionally and not view.can_receive
    assert "chưa có tài khoản trên" not in view.words


def test_an_answer_that_cannot_be_believed_is_silence(town: Town) -> None:
    for lie in ({"aud": "khac"}, {"sub": "b" * 32}, {"status": "CLOSED"}, {"purpose": "khac"}):
        town.portal.tamper = lie
        assert town.check().answer == "UNKNOWN", lie


def test_a_cmnd_from_the_qr_finds_the_account_and_says_so(town: Town) -> None:
    town.portal.enrol("212345678", NAME)
    view = checks.check_owner(
        authority=town.authority,
        number=CitizenId.parse("052190000555"),
        old_number=CitizenId.parse("212345678"),
        registry=town.portal,
        now=timezone.now(),
    )
    assert view.can_receive and view.matched_by_old_number


def test_an_organisation_is_checked_by_its_tax_code(town: Town) -> None:
    town.portal.enrol("0100233488", "Trường Mẫu")
    view = checks.check_owner(
        authority=town.authority,
        number=TaxCode.parse("0100233488"),
        registry=town.portal,
        now=timezone.now(),
    )
    assert view.can_receive
    number, _ = checks.number_of(AccountCheck.objects.get(public_id=view.public_id))
    assert number == TaxCode.parse("0100233488")


def test_an_account_awaiting_activation_counts_as_found(town: Town) -> None:
    town.portal.enrol("052190000010", NAME, status=OwnerStatus.AWAITING_ACTIVATION)
    assert town.check("052190000010").can_receive
    assert town.received("052190000010").pk


@pytest.mark.parametrize(
    ("status", "word"),
    [(OwnerStatus.LOCKED, "khóa"), (OwnerStatus.CLOSED, "đóng"), (OwnerStatus.REVIEW, "xác minh")],
)
def test_other_states_are_said_plainly_and_lead_nowhere(town: Town, status: OwnerStatus, word: str) -> None:
    town.portal.enrol("052190000011", NAME, status=status)
    view = town.check("052190000011")
    assert not view.can_receive and word in view.words and "ề nghị" in view.words
    with pytest.raises(checks.OwnerNotReceivable) as no:
        town.choose(view.public_id)
    assert no.value.text == view.words


def test_the_officers_own_account_is_refused_at_once(town: Town) -> None:
    town.portal.enrol("052190000012", NAME, subject=town.authority.subject)
    view = town.check("052190000012")
    assert not view.can_receive and "chính mình" in view.words
    with pytest.raises(checks.OwnerNotReceivable):
        town.choose(view.public_id)


def test_a_colleague_as_owner_is_shown_as_staff(town: Town) -> None:
    town.portal.enrol("052190000013", NAME, subject=building.an_officer().subject)
    assert town.choose(town.check("052190000013").public_id).owner_is_staff
    assert not town.choose(town.check().public_id).owner_is_staff


def test_checking_needs_the_right_to_receive(town: Town) -> None:
    with pytest.raises(NotAuthorised):
        town.check(by=building.authority_of(town.officer, town.unit, Power.PROCESS))
    assert not town.portal.asked


def test_the_sixty_first_check_in_an_hour_is_refused_before_the_portal_is_asked(town: Town) -> None:
    for _ in range(60):
        town.check()
    with pytest.raises(TooManyAttempts):
        town.check()
    assert len(town.portal.asked) == 60
    assert town.check(by=building.authority_of(building.an_officer(), town.unit)).can_receive


def test_renewing_in_the_middle_of_a_form_is_not_counted(town: Town) -> None:
    draft = town.draft()
    for _ in range(59):
        town.check()
    renewed = checks.renew(authority=town.authority, check_id=draft, registry=town.portal, now=timezone.now())
    assert renewed.can_receive


def test_many_misses_raise_an_alarm(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    for serial in range(20):
        town.check(f"05219{880000 + serial:07d}")
    assert "desk.misses_alarm" in caplog.text
    assert "05219088" not in caplog.text


def test_a_check_of_another_officer_or_unit_is_not_there(town: Town) -> None:
    check_id = town.check().public_id
    colleague = building.authority_of(building.an_officer(), town.unit)
    with pytest.raises(NotFound):
        town.choose(check_id, by=colleague)
    with pytest.raises(NotFound):
        town.receive(town.draft(), by=colleague)
    with pytest.raises(NotFound):
        town.receive(uuid.uuid4())


def test_the_check_carries_the_purpose_and_later_the_procedure(town: Town) -> None:
    view = town.check()
    assert town.portal.asked[-1] == {
        "by": town.authority.subject,
        "unit": town.unit.code,
        "purpose": "tiep-nhan-ho-so",
        "reference": str(view.public_id),
    }
    draft = town.choose(view.public_id)
    kept = AccountCheck.objects.get(public_id=view.public_id)
    assert kept.procedure is not None and kept.procedure.code == building.PROCEDURE
    assert draft.owner_name == NAME and [part.order for part in draft.components] == [1, 2, 3]


def test_a_choice_after_fifteen_minutes_asks_for_a_new_check(town: Town) -> None:
    view = town.check()
    shifted(AccountCheck.objects.get(public_id=view.public_id), 901)
    with pytest.raises(checks.CheckTooOld):
        town.choose(view.public_id)


def test_a_check_costs_two_statements_at_the_desk_each_its_own_transaction(town: Town) -> None:
    receipt_keys.known()  # read by a process every few seconds, whatever is asked
    with CaptureQueriesContext(connection) as seen:
        town.check()
    counted, kept = (one["sql"] for one in seen.captured_queries)  # and no BEGIN, no COMMIT
    assert "limits_bucket" in counted
    assert "journal_event" in kept and "desk_accountcheck" in kept


def test_the_number_is_at_rest_only_sealed(town: Town) -> None:
    town.check()
    for needle, times in ((OWNER, 0), (OWNER.encode().hex(), 0), (OWNER[-3:], 1)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM desk_accountcheck c WHERE c::text LIKE %s", [f"%{needle}%"])
            assert cursor.fetchone() == (times,)

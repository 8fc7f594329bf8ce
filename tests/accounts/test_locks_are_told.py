import pytest

from motcua.accounts import opening, passcodes
from motcua.accounts.models import Registration
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.limits.spending import TooManyAttempts
from motcua.outbox.models import Message
from tests.accounts import people

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "trinh-duyet-mot"


def guess_wrong(registration: Registration, times: int) -> None:
    for _ in range(times):
        with pytest.raises(passcodes.CodeRefused):
            opening.confirm_code(registration, code="000000")


def let_time_pass_for_sends(registration: Registration) -> None:
    """Only the counts of sends: wrong codes in a row stay counted."""
    for quota, who in (
        (Quota.SENDS_TO_PHONE, f"REGISTER:{bytes(registration.phone_bi).hex()}"),
        (Quota.SENDS_TO_PHONE_IN_ALL, bytes(registration.phone_bi).hex()),
        (Quota.SENDS_FOR_ID, f"REGISTER:{bytes(registration.number_bi).hex()}"),
    ):
        spending.reset(quota, who)


def test_twenty_wrong_codes_pause_the_purpose_and_the_phone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    registration = people.registration(people.data())
    for _ in range(4):
        opening.send_code(registration, device=HERE)
        guess_wrong(registration, 5)
        let_time_pass_for_sends(registration)
    opening.send_code(registration, device=HERE)

    with pytest.raises(TooManyAttempts):
        opening.confirm_code(registration, code="000000")

    told = Message.objects.filter(purpose="codes_locked")
    assert told.count() == 1
    assert "tam khoa" in people.newest_text("codes_locked")
    with pytest.raises(TooManyAttempts):
        opening.confirm_code(registration, code=people.newest_code())
    assert told.count() == 1

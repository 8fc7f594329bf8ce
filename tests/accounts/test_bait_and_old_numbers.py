import logging

import pytest
from django.test import override_settings
from django.utils import timezone

from motcua.accounts import assistance, check, decoys, founding, opening
from motcua.accounts.assistance import Filled
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.kernel.citizen_id import CitizenId
from tests.accounts import people
from tests.accounts.desk import authority_at

pytestmark = pytest.mark.django_db(transaction=True)


def ask(number: CitizenId) -> check.Known | None:
    return check.check(
        number=number,
        old_number=None,
        purpose="tiep-nhan-ho-so",
        asked_by="a" * 32,
        unit_code="binhdinh-sgddt",
        reference="r",
        audience="binh-dinh",
        now=timezone.now(),
    )


def test_asking_about_a_number_that_nobody_has_raises_the_alarm_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bait, plain = decoys.invent(2)
    assert decoys.plant([bait]) == 1

    with caplog.at_level(logging.ERROR):
        assert ask(plain) is None
        assert not Event.objects.filter(event="accounts.decoy.asked").exists()
        assert ask(bait) is None

    assert Event.objects.get(event="accounts.decoy.asked").actor == "a" * 32
    assert [record.message for record in caplog.records] == ["accounts.decoy.asked"]
    assert bait.value not in caplog.text


def test_the_look_up_before_creating_an_account_is_watched_too() -> None:
    (bait,) = decoys.invent(1)
    decoys.plant([bait])
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    assistance.look_up(authority=officer, number=bait, old_number=None)
    assert Event.objects.get(event="accounts.decoy.asked").actor == officer.subject


def test_somebody_s_number_is_never_bait() -> None:
    person = people.data()
    people.account(person)
    assert decoys.plant([person.citizen_id]) == 0


@pytest.mark.parametrize(("until", "refused"), [(None, False), ("2999-12-31", False), ("2022-12-31", True)])
def test_nine_digits_open_accounts_until_the_day_that_is_set(until: str | None, refused: bool) -> None:
    person = people.data(number="215000123")
    officer = authority_at("binhdinh-sgddt", Power.OPEN_ACCOUNT)
    with override_settings(CMND_NEW_ACCOUNT_UNTIL=until):
        if refused:
            with pytest.raises(founding.OldNumbersClosed):
                people.registration(person)
            with pytest.raises(founding.OldNumbersClosed):
                assistance.start(authority=officer, filled=Filled(person, "PHONE_MISMATCH"))
        else:
            assert opening.data_of(people.registration(person)) == person

"""What is changed after a request was opened is compared with the account again: at the change, and under its lock."""

import dataclasses
from typing import Any

import pytest
from django.utils import timezone
from pypdfium2 import PdfDocument

from motcua.accounts import application_rows as rows
from motcua.accounts import assistance, creation, guardianships, holder, identity
from motcua.accounts.assistance import Filled
from motcua.accounts.holder import NotTheHolder
from motcua.accounts.models import Account, AssistApplication
from motcua.accounts.sealed_data import PersonData
from motcua.kernel.authority import Authority, Power
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.person_name import PersonName
from tests.accounts import flow, guards, people
from tests.accounts.desk import authority_at, scan_of
from tests.fakes import FakeOperator

pytestmark = pytest.mark.django_db
KIND = AssistApplication.Kind
KINDS = ["OF_AGE", "PHONE"]
ANOTHER: dict[str, dict[str, Any]] = {
    "name": {"full_name": PersonName.parse("Hồ Thị Mười Chín")},
    "birth date": {"born_on": BirthDate.parse("02/01/1990")},
}


@pytest.fixture
def officer() -> Authority:
    return authority_at(guards.UNIT, Power.OPEN_ACCOUNT)


def owner(kind: str) -> tuple[Account, PersonData]:
    """The account, and its owner with a phone that is not bound to it."""
    if kind == "PHONE":
        person = people.data(name="Hồ Thị Mười Tám")
        return people.account(person), guards.own_phone(person)
    person = guards.child(of_age_in=-1, name="Hồ Thị Mười Tám")
    return guards.guarded(person), guards.own_phone(person)


def filled(kind: str, person: PersonData) -> Filled:
    reason = "OF_AGE" if kind == "OF_AGE" else "PHONE_LOST"
    return Filled(person, reason, override_reason="Giấy tờ gốc đúng như vậy")


def opened(officer: Authority, kind: str, person: PersonData) -> AssistApplication:
    application = assistance.start(authority=officer, filled=filled(kind, person), kind=kind)
    scan = scan_of(person.phone.value)
    assistance.attach_scan(authority=officer, application=application, scan=scan, qr_text=None)
    return assistance.application_for(officer, application.public_id)


def to_the_last_press(officer: Authority, application: AssistApplication) -> tuple[AssistApplication, str]:
    application = flow.papered(officer, assistance.application_for(officer, application.public_id))
    flow.forget_budgets()
    creation.send_code(authority=officer, application=application)
    application = assistance.application_for(officer, application.public_id)
    return application, people.newest_code("otp_assist")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", sorted(ANOTHER))
def test_a_change_to_somebody_else_is_refused_and_nothing_is_kept(
    officer: Authority, kind: str, what: str
) -> None:
    _, person = owner(kind)
    application = opened(officer, kind, person)
    other = dataclasses.replace(person, **ANOTHER[what])

    with pytest.raises(NotTheHolder):
        assistance.change(authority=officer, application=application, filled=filled(kind, other))

    kept = assistance.application_for(officer, application.public_id)
    assert rows.data_of(kept) == person


@pytest.mark.parametrize("kind", KINDS)
def test_another_phone_or_a_name_without_its_marks_is_the_same_person(officer: Authority, kind: str) -> None:
    _, person = owner(kind)
    application = opened(officer, kind, person)
    same = dataclasses.replace(
        person, full_name=PersonName.parse("Ho Thi Muoi Tam"), phone=people.data().phone
    )
    changed = assistance.change(authority=officer, application=application, filled=filled(kind, same))
    assert rows.data_of(changed) == same


@pytest.mark.parametrize("rule", ["on", "off"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", sorted(ANOTHER))
def test_what_came_past_the_change_is_stopped_at_the_last_press(
    officer: Authority, monkeypatch: pytest.MonkeyPatch, kind: str, what: str, rule: str
) -> None:
    """A draft of the version before: the paper names somebody else, the code is right, and nothing is given."""
    account, person = owner(kind)
    bound = bytes(account.phones.get(status="active").phone_bi)
    application = opened(officer, kind, person)
    rows.rewrite(officer, application, filled(kind, dataclasses.replace(person, **ANOTHER[what])))
    application, code = to_the_last_press(officer, application)

    def press() -> Account:
        return creation.create(authority=officer, application=application, code=code, registry=FakeOperator())

    if rule == "off":  # seen red: nothing else stands in the way
        monkeypatch.setattr(holder, "require", lambda *_: None)
        assert press() == account
        assert bytes(account.phones.get(status="active").phone_bi) != bound
        return
    with pytest.raises(NotTheHolder):
        press()
    assert bytes(account.phones.get(status="active").phone_bi) == bound
    assert not assistance.application_for(officer, application.public_id).is_finished
    assert guardianships.waits(account.pk) == (kind == "OF_AGE")


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_that_was_put_right_meanwhile_is_the_one_that_counts(officer: Authority, kind: str) -> None:
    account, person = owner(kind)
    application, code = to_the_last_press(officer, opened(officer, kind, person))
    guards.renamed(account, "Hồ Thị Mười Chín")

    with pytest.raises(NotTheHolder):
        creation.create(authority=officer, application=application, code=code, registry=FakeOperator())

    application = assistance.application_for(officer, application.public_id)
    right = dataclasses.replace(person, **ANOTHER["name"])
    application = assistance.change(authority=officer, application=application, filled=filled(kind, right))
    application, code = to_the_last_press(officer, application)
    operator = people.operator_knowing(right)
    assert (
        creation.create(authority=officer, application=application, code=code, registry=operator) == account
    )
    if kind == "PHONE":
        assert identity.primary_phone(account) == person.phone


@pytest.mark.parametrize(
    ("kind", "says"),
    [("OF_AGE", "nhan tai khoan du 18 tuoi"), ("PHONE", "doi so dien thoai tai quay")],
    ids=KINDS,
)
def test_the_text_says_what_the_code_is_for(officer: Authority, kind: str, says: str) -> None:
    to_the_last_press(officer, opened(officer, kind, owner(kind)[1]))
    text = people.newest_text("otp_assist")
    assert text.startswith(f"Ma OTP {says}: ") and "tao tai khoan" not in text
    assert "Chi doc ma nay cho can bo" in text


def test_who_takes_over_signs_what_is_taken_over_what_ends_and_what_rests(officer: Authority) -> None:
    application = opened(officer, "OF_AGE", owner("OF_AGE")[1])
    paper = PdfDocument(creation.paper(authority=officer, application=application, now=timezone.now()))
    assert len(paper) == 1
    words = " ".join(paper[0].get_textpage().get_text_range().split())
    assert "NHẬN TÀI KHOẢN" in words and "HỒ THỊ MƯỜI TÁM" in words.upper()
    for said in ("hết quyền", "hết hiệu lực", "24 giờ", "phản đối", "đủ 18 tuổi"):
        assert said in words, said
    assert "không còn sử dụng số điện thoại" not in words and "ĐỔI SỐ" not in words

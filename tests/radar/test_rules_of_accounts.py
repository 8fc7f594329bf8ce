"""Requests that share a phone or a scan, and accounts without their signed paper: found among real requests."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from motcua.accounts import watching
from motcua.accounts.models import AssistApplication
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.radar import rules, rules_of_accounts
from motcua.radar.finding import Finding
from motcua.radar.thresholds import Thresholds
from tests.accounts import people
from tests.web_office import scans
from tests.web_office.conftest import _operators
from tests.web_office.desk import Desk, in_hand

__all__ = ["_operators"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk() -> Desk:
    return Desk(Power.OPEN_ACCOUNT)


def found(rule: Any, days_later: int = 0) -> list[Finding]:
    newest = AssistApplication.objects.latest("id")
    day = timezone.localdate(newest.created_at) + timedelta(days=days_later)
    return list(rule(rules.day_of(day), Thresholds.now()))


def lines_of(*addresses: str) -> list[int]:
    subjects = [f"application:{in_hand(address).pk}" for address in addresses]
    return sorted(Event.objects.filter(event=rules.BEGUN, subject__in=subjects).values_list("pk", flat=True))


def test_one_phone_for_two_people_is_told_with_both_requests(desk: Desk) -> None:
    one = people.data()
    other = people.data(phone=one.phone.value)
    first = desk.begun(one, scan=scans.pdf(note="a"))
    assert found(rules_of_accounts.same_phones) == []
    second = desk.begun(other, scan=scans.pdf(note="bb"))

    (told,) = found(rules_of_accounts.same_phones)

    assert (told.officer, told.unit_code, told.count) == (desk.subject, "so-mau", 2)
    assert [line.id for line in told.lines] == lines_of(first, second)
    assert told.facts == {"people": 2, "groups": 1}
    assert found(rules_of_accounts.same_scans) == [], "by its own rule only"


def test_one_phone_at_two_desks_is_told_of_whoever_came_that_day(desk: Desk) -> None:
    elsewhere = Desk(Power.OPEN_ACCOUNT, at="noi-khac", name="Đỗ Văn Xa")
    one = people.data()
    desk.begun(one, scan=scans.pdf(note="a"))
    elsewhere.begun(people.data(phone=one.phone.value), scan=scans.pdf(note="bb"))
    assert {told.officer for told in found(rules_of_accounts.same_phones)} == {
        desk.subject,
        elsewhere.subject,
    }


def test_the_same_person_again_is_no_news(desk: Desk) -> None:
    one = people.data()
    address = desk.begun(one)
    desk.post(f"{address}huy/")
    desk.begun(one)

    assert AssistApplication.objects.count() == 2
    assert found(rules_of_accounts.same_phones) == []
    assert found(rules_of_accounts.same_scans) == []


def test_a_phone_that_a_colleague_approved_for_two_is_no_news(desk: Desk) -> None:
    one = people.data()
    desk.created(one)
    address = desk.begun(people.data(phone=one.phone.value), scan=scans.pdf(note="bb"))
    assert len(found(rules_of_accounts.same_phones)) == 1
    second = Desk(Power.APPROVE_EXCEPTION, name="Lê Văn Duyệt")
    desk.post(f"{address}dung-chung-so/", {"shared_reason": "Mẹ giữ điện thoại cho con nhỏ."})
    application = in_hand(address)
    second.post(f"/quan-tri/tai-khoan-cong-dan/dung-chung-so/{application.public_id}/", {"act": "approve"})

    assert in_hand(address).phone_exception_id is not None
    assert found(rules_of_accounts.same_phones) == []


def test_one_scan_for_two_people_is_told_with_both_requests(desk: Desk) -> None:
    first = desk.begun(people.data(), scan=scans.pdf(note="a"))
    assert found(rules_of_accounts.same_scans) == []
    second = desk.begun(people.data(), scan=scans.pdf(note="a"))

    (told,) = found(rules_of_accounts.same_scans)

    assert [line.id for line in told.lines] == lines_of(first, second)
    assert (told.count, told.facts["people"]) == (2, 2)
    assert found(rules_of_accounts.same_phones) == [], "by its own rule only"


def test_an_account_without_its_signed_paper_is_told_after_two_days(desk: Desk) -> None:
    application = desk.created(people.data())

    (told,) = found(rules_of_accounts.missing_papers, days_later=2)

    assert (told.officer, told.count) == (desk.subject, 1)
    assert told.lines[0].facts["application"] == application.pk
    assert found(rules_of_accounts.missing_papers, days_later=1) == []
    assert found(rules_of_accounts.missing_papers, days_later=3) == [], "told once"


def test_with_its_signed_paper_it_is_not(desk: Desk) -> None:
    application = desk.created(people.data())
    address = f"/quan-tri/tai-khoan-cong-dan/yeu-cau/{application.public_id}/giay-da-ky/"
    desk.post(address, {"signed": scans.pdf("da-ky.pdf", note="ky")})
    application.refresh_from_db()
    assert application.signed_paper_id is not None

    assert found(rules_of_accounts.missing_papers, days_later=2) == []


def test_an_old_and_a_new_number_of_one_person_are_one_person() -> None:
    seen = watching._Seen
    who = ("a", "so-mau")
    group = [
        seen(1, frozenset({b"old"}), who, False),
        seen(2, frozenset({b"new", b"old"}), who, True),
        seen(3, frozenset({b"new"}), who, True),
    ]
    assert watching._people(group) == 1
    assert watching._people([*group, seen(4, frozenset({b"other"}), who, True)]) == 2

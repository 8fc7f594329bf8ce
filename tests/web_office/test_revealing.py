"""A whole number, phone or scan: by a click with a reason, counted, one line of the journal, one line for its owner."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from motcua.accounts import reading, revealing
from motcua.accounts.models import LookUp
from motcua.journal.models import Event, Inspection
from motcua.kernel.authority import Power
from motcua.limits.quotas import Quota
from motcua.web.citizen.history import PURPOSES
from tests.accounts import people
from tests.web_office import scans
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/quan-tri/tai-khoan-cong-dan/"
WHY = "Công dân hỏi lại số đã đăng ký, hồ sơ YC-1."


class Opened:
    """An account that an officer opened for somebody."""

    def __init__(self, desk: Desk) -> None:
        self.person = people.data(name="Phan Thị Che")
        application = desk.created(self.person)
        desk.post(
            f"{LIST}yeu-cau/{application.public_id}/giay-da-ky/", {"signed": scans.pdf("ky.pdf", note="k")}
        )
        assert application.account is not None
        self.account = application.account
        self.number = self.person.citizen_id.value
        self.phone = self.person.phone.local
        self.page = f"{LIST}{self.account.public_id}/"

    def ask(self, by: Desk, what: str, reason: str = WHY) -> Any:
        return by.post(f"{self.page}xem-day-du/", {"what": what, "reason": reason})

    def lines(self) -> tuple[int, int]:
        """(of the journal, of the owner's history) about reveals."""
        own = LookUp.objects.filter(purpose__in=revealing.PURPOSES.values()).count()
        return Event.objects.filter(event="accounts.data.revealed").count(), own


@pytest.fixture
def opened(desk: Desk) -> Opened:
    return Opened(desk)


def test_masked_until_it_is_asked_for_and_then_only_in_that_answer(desk: Desk, opened: Opened) -> None:
    for address in (opened.page, f"{opened.page}xem-day-du/", LIST):
        page = desk.get(address).content.decode()
        assert opened.number not in page and opened.phone not in page
        assert opened.number[-3:] in page

    number = desk_page(opened.ask(desk, "NUMBER"))
    assert opened.number in number and opened.phone not in number
    phone = desk_page(opened.ask(desk, "PHONE"))
    assert opened.phone in phone and opened.number not in phone
    assert opened.number not in desk.get(opened.page).content.decode()


def desk_page(answer: Any) -> str:
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return str(answer.content.decode())


@pytest.mark.parametrize("what", list(revealing.What))
def test_each_is_one_line_of_the_journal_and_one_the_owner_sees(
    desk: Desk, opened: Opened, what: str
) -> None:
    before = Event.objects.count()
    assert opened.ask(desk, what).status_code == 200

    assert opened.lines() == (1, 1)
    assert Event.objects.count() == before + 1, "exactly one, of whatever kind"
    event = Event.objects.latest("id")
    kept = Inspection.objects.get(kind="REVEAL")
    assert event.facts == {"what": what, "inspection": kept.pk}
    assert (event.subject, event.actor) == (f"account:{opened.account.pk}", desk.subject)
    assert (kept.reason, kept.about) == (WHY, [f"account:{opened.account.pk}"])
    assert own_history(opened, what) == ["so-mau"]
    opened.ask(desk, what)
    assert opened.lines() == (2, 2)


def own_history(opened: Opened, what: str) -> list[str]:
    """The units of those lines which the owner sees, in the words of the page."""
    purpose = revealing.PURPOSES[revealing.What(what)]
    assert "có ghi lý do" in PURPOSES[purpose]
    viewer: Any = SimpleNamespace(account_id=opened.account.pk)
    return [seen.unit_code for _, seen in reading.own_look_ups(viewer) if seen.purpose == purpose]


def test_a_scan_leaves_as_a_download_of_its_own_bytes(desk: Desk, opened: Opened) -> None:
    answer = opened.ask(desk, "SCAN")
    assert answer.content == scans.pdf().read()
    assert (
        answer["Content-Disposition"].startswith("attachment") and answer["Content-Type"] == "application/pdf"
    )


def test_without_a_reason_nothing_is_shown_counted_or_written(desk: Desk, opened: Opened) -> None:
    for what, reason in (("NUMBER", "vội"), ("NUMBER", ""), ("", WHY), ("EVERYTHING", WHY)):
        answer = opened.ask(desk, what, reason)
        assert answer.status_code == 422 and opened.number not in words(answer)
    assert opened.lines() == (0, 0) and not Inspection.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM limits_bucket WHERE quota = %s", [Quota.PAPERS_OPENED_BY_OFFICER.name]
        )
        assert cursor.fetchone() == (0,)


def test_what_is_gone_is_said_and_leaves_no_line(desk: Desk, opened: Opened) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_phonebinding SET status = 'frozen' WHERE account_id = %s", [opened.account.pk]
        )
    answer = opened.ask(desk, "PHONE")
    assert answer.status_code == 409 and "không còn thông tin" in words(answer)
    assert opened.lines() == (0, 0)


def test_another_unit_and_who_opens_no_accounts_find_nothing(desk: Desk, opened: Opened) -> None:
    elsewhere = Desk(Power.OPEN_ACCOUNT, at="noi-khac", name="Đỗ Văn Xa")
    inspector = Desk(Power.INSPECT, Power.GRANT, Power.EXPORT, name="Tạ Thị Tra")
    assert opened.ask(elsewhere, "NUMBER").status_code == 404
    assert opened.ask(inspector, "NUMBER").status_code == 403
    assert desk.post(f"{LIST}{UUID(int=7)}/xem-day-du/", {"what": "NUMBER", "reason": WHY}).status_code == 404
    assert desk.get(f"{opened.page}xem-day-du/?what=NUMBER&reason={'x' * 12}").status_code == 200
    assert opened.lines() == (0, 0), "nothing is shown by an address"


def test_thirty_in_a_minute_and_then_a_supervisor(desk: Desk, opened: Opened) -> None:
    answers = [opened.ask(desk, "NUMBER") for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert "lãnh đạo bộ phận mở khóa" in words(answers[-1])
    assert opened.lines() == (30, 30)


def test_it_wants_the_second_factor_again(desk: Desk, opened: Opened, settings: Any) -> None:
    settings.OFFICER_SECOND_FACTOR = True
    answer = opened.ask(desk, "NUMBER")
    assert opened.number not in answer.content.decode()
    assert opened.lines() == (0, 0)

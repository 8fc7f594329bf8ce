"""A dossier's owner's whole number or phone: by a click with a reason, one line of the journal, one for the owner."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as live
from django.db import connection, connections

from motcua.accounts import identity, owner_reveals, revealing
from motcua.accounts.models import Account, LookUp
from motcua.desk.models import Dossier
from motcua.journal.models import Event, Inspection
from motcua.kernel.authority import Power
from motcua.limits.quotas import Quota
from tests.races.together import together
from tests.web_counter.conftest import OWNER, Desk, a_unit, text_of

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Liên hệ để bổ sung giấy tờ còn thiếu."


@pytest.fixture
def address(desk: Desk) -> str:
    desk.received()
    return f"/mot-cua/ho-so/{Dossier.objects.get().public_id}/xem-day-du/"


def ask(client: Any, address: str, what: str = "NUMBER", **more: str) -> Any:
    return client.post(address, {"what": what, "reason": WHY, "key": str(uuid.uuid4()), **more})


def lines() -> tuple[int, int]:
    """(of the journal, of the owner's history) about reveals."""
    own = LookUp.objects.filter(purpose__in=revealing.PURPOSES.values()).count()
    return Event.objects.filter(event__in=("desk.owner.revealed", "accounts.owner.revealed")).count(), own


def owner() -> Account:
    return Account.objects.get(person__documents__number_bi=live.KEYRING.fingerprint("citizen_number", OWNER))


def phone_of(account: Account) -> str:
    phone = identity.primary_phone(account)
    assert phone is not None
    return phone.local


def test_each_look_is_one_line_on_each_side_and_nothing_else_shows_it(desk: Desk, address: str) -> None:
    before = Event.objects.count()
    page = desk.client.get(address)
    assert OWNER not in page.content.decode() and lines() == (0, 0)
    shown = ask(desk.client, address)
    assert shown.status_code == 200 and OWNER in text_of(shown)
    assert lines() == (1, 1) and Event.objects.count() == before + 1
    assert phone_of(owner()) in text_of(ask(desk.client, address, "PHONE"))
    assert lines() == (2, 2)
    event = Event.objects.filter(event="desk.owner.revealed").order_by("id").first()
    assert event is not None and event.facts["what"] == "NUMBER"
    assert Inspection.objects.get(pk=event.facts["inspection"]).reason == WHY
    dossier_page = desk.client.get(address.removesuffix("xem-day-du/"))
    assert "Xem đầy đủ" in text_of(dossier_page) and OWNER not in dossier_page.content.decode()


def test_the_owner_reads_who_looked(desk: Desk, address: str) -> None:
    ask(desk.client, address, "PHONE")
    look = LookUp.objects.get(purpose="xem-so-dien-thoai")
    assert look.unit_code == desk.unit.code and re.fullmatch("[0-9a-f]{32}", look.asked_by)
    assert re.fullmatch("[0-9a-f]{64}", look.reference)


def test_one_press_shows_once_however_often_it_is_sent(desk: Desk, address: str) -> None:
    key = str(uuid.uuid4())
    assert ask(desk.client, address, key=key).status_code == 200
    again = ask(desk.client, address, key=key)
    assert again.status_code == 409 and OWNER not in again.content.decode()
    assert lines() == (1, 1)


def test_of_two_presses_at_once_one_shows(desk: Desk, address: str) -> None:
    key = str(uuid.uuid4())
    answers: list[int] = []

    def press() -> None:
        try:
            answers.append(ask(desk.client, address, key=key).status_code)
        finally:
            connections.close_all()

    together([press] * 4)
    assert sorted(answers) == [200, 409, 409, 409]
    assert lines() == (1, 1)


def test_without_a_reason_or_the_right_nothing_is_shown_or_written(desk: Desk, address: str) -> None:
    assert ask(desk.client, address, reason="ngắn").status_code == 422
    assert ask(desk.client, address, "SCAN").status_code == 422
    assert ask(desk.client, address, key="x").status_code == 422
    for other in (Power.HAND_OUT, Power.SIGN, Power.INSPECT):
        assert ask(desk.officer(other), address).status_code == 403
    elsewhere = desk.officer(Power.RECEIVE_DOSSIER, unit=a_unit("phong-khac", "000.00.07.H08"))
    assert ask(elsewhere, address).status_code == 404
    assert elsewhere.get(address).status_code == 404
    assert lines() == (0, 0)


def test_when_the_portal_is_silent_it_is_said_kindly_and_nothing_is_written(
    desk: Desk, address: str, line: Callable[[str], None]
) -> None:
    line("down")
    key = str(uuid.uuid4())
    answer = ask(desk.client, address, key=key)
    assert answer.status_code == 503 and "Chưa hỏi được Cổng" in text_of(answer)
    assert key in answer.content.decode(), "pressing again is the same press"
    assert lines() == (0, 0)
    line("ok")
    assert ask(desk.client, address, key=key).status_code == 200
    assert lines() == (1, 1)


def test_of_a_closed_account_nothing_is_shown(desk: Desk, address: str) -> None:
    Account.objects.filter(pk=owner().pk).update(status="locked")
    answer = ask(desk.client, address)
    assert answer.status_code == 409 and OWNER not in answer.content.decode()
    assert lines() == (0, 0)


def test_a_look_is_counted_as_a_paper_is(desk: Desk, address: str) -> None:
    def counted() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(used), 0) FROM limits_bucket WHERE quota = %s",
                [Quota.PAPERS_OPENED_BY_OFFICER.name],
            )
            (found,) = cursor.fetchone()
        return int(found)

    before = counted()
    ask(desk.client, address)
    assert counted() > before


def test_an_owner_who_is_an_officer_does_not_look_at_the_own_dossier(desk: Desk, address: str) -> None:
    dossier = Dossier.objects.get()
    own = desk.officer(Power.RECEIVE_DOSSIER)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE desk_dossier SET owner_subject = (SELECT subject FROM units_officer ORDER BY id DESC LIMIT 1)"
            " WHERE id = %s",
            [dossier.pk],
        )
        cursor.execute("SET session_replication_role = origin")
    assert ask(own, address).status_code == 403
    assert lines() == (0, 0)


def test_the_same_key_is_one_line_for_the_owner(desk: Desk, address: str) -> None:
    subject = Dossier.objects.get().owner_subject
    for _ in range(3):
        owner_reveals.reveal(
            subject=subject,
            audience=live.DESK_ID,
            what=revealing.What.NUMBER,
            asked_by="a" * 32,
            unit_code="so-gddt",
            key="k" * 64,
        )
    assert LookUp.objects.filter(reference="k" * 64).count() == 1

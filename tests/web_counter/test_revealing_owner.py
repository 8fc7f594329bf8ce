"""A dossier's owner's whole number or phone: by a click with a reason, one line of the journal, one for the owner."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as live
from django.db import connection, connections
from django.utils import timezone

from motcua.accounts import identity, owner_reveals, revealing
from motcua.accounts.models import Account, LookUp
from motcua.desk import acting_for_owner, reveal_tickets
from motcua.desk import revealing as asked
from motcua.desk.models import Dossier
from motcua.gateways.reveals_local import LocalReveals
from motcua.journal.models import Event, Inspection
from motcua.kernel.authority import Power
from motcua.limits.quotas import Quota
from motcua.units import posts
from motcua.units.models import Officer
from tests.races.together import together
from tests.web_counter.conftest import OWNER, Desk, a_unit, boxes_of, text_of

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Liên hệ để bổ sung giấy tờ còn thiếu."


@pytest.fixture
def address(desk: Desk) -> str:
    desk.received()
    return f"/mot-cua/ho-so/{Dossier.objects.get().public_id}/xem-day-du/"


def key_of(client: Any, address: str) -> str:
    """The ticket in the hidden box of a form that was opened just now."""
    return str(boxes_of(client.get(address).content.decode()).get("key", ""))


def ask(client: Any, address: str, what: str = "NUMBER", **more: str) -> Any:
    key = more.pop("key", None) or key_of(client, address)
    return client.post(address, {"what": what, "reason": WHY, "key": key, **more})


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
    key = key_of(desk.client, address)
    assert ask(desk.client, address, key=key).status_code == 200
    again = ask(desk.client, address, key=key)
    assert again.status_code == 409 and OWNER not in again.content.decode()
    assert lines() == (1, 1)


def test_of_two_presses_at_once_one_shows(desk: Desk, address: str) -> None:
    key = key_of(desk.client, address)
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
    for made_up in ("x", str(uuid.uuid4()), f"{uuid.uuid4()}.1.{'0' * 64}"):
        assert ask(desk.client, address, key=made_up).status_code == 409
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
    key = key_of(desk.client, address)
    answer = ask(desk.client, address, key=key)
    assert answer.status_code == 503 and "Chưa nhận được trả lời của Cổng" in text_of(answer)
    assert "không ghi gì" not in text_of(answer), "whether the portal wrote is not known"
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


def test_a_press_is_good_for_a_while_for_its_officer_and_dossier_only(
    desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever keeps one word and waits until nothing remembers it any more is shown nothing with it."""
    key = key_of(desk.client, address)
    colleague = desk.officer(Power.RECEIVE_DOSSIER)
    assert ask(colleague, address, key=key).status_code == 409
    assert ask(desk.client, address, key=key).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM limits_bucket")
    monkeypatch.setattr(timezone, "now", lambda: datetime.now(UTC) + timedelta(minutes=31))
    later = ask(desk.client, address, key=key)
    assert later.status_code == 409 and OWNER not in later.content.decode()
    assert lines() == (1, 1)


def test_of_a_dossier_that_is_over_nothing_is_shown_and_no_way_there(desk: Desk, address: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE desk_dossier SET state = 'RETURNED'")
        cursor.execute("SET session_replication_role = origin")
    assert desk.client.get(address).status_code == 409
    assert "Xem đầy đủ" not in text_of(desk.client.get(address.removesuffix("xem-day-du/")))
    assert lines() == (0, 0)


def test_of_an_organisation_the_tax_code_only(
    desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting_for_owner, "is_of_organisation", lambda dossier: True)
    page = desk.client.get(address).content.decode()
    assert 'value="NUMBER"' in page and 'value="PHONE"' not in page
    assert ask(desk.client, address, "PHONE").status_code == 422
    authority = posts.authority_of(
        Officer.objects.order_by("id").first().subject,
        on=timezone.localdate(),  # type: ignore[union-attr]
    )
    dossier = Dossier.objects.get()
    with pytest.raises(asked.NotOfOrganisations):
        asked.reveal(
            authority=authority,
            dossier_id=dossier.public_id,
            what=asked.What.PHONE,
            reason=WHY,
            ticket=reveal_tickets.ticket_for(authority, dossier, now=timezone.now()),
            portal=LocalReveals(),
            now=timezone.now(),
        )
    assert lines() == (0, 0)

"""Whom a breach concerns where portal and desk are apart: each answers for its own journal and says so."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from motcua.desk import seeing
from motcua.desk.models import Dossier
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound
from motcua.ops import desk_work
from motcua.protection import breach_finding, breach_keeping, breach_noting, breaches, whose
from motcua.protection.breach_finding import Window
from motcua.protection.models import Breach, BreachPerson
from tests.desk import town as building
from tests.desk.town import NAME, OWNER, Town
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/quan-tri/su-co/"


@pytest.fixture
def town(transactional_db: None, tmp_path: Path) -> Town:
    return building.town(tmp_path)


@pytest.fixture
def desk_alone(settings: Any) -> None:
    settings.HOSTS_PORTAL = False
    settings.OFFICER_SECOND_FACTOR = False


@pytest.fixture
def portal_alone(settings: Any) -> None:
    settings.HOSTS_DESK = False


def of(town: Town) -> Window:
    now = timezone.now()
    return Window(now - timedelta(hours=1), now + timedelta(hours=1), officer=town.authority.subject)


def looked_at(town: Town) -> Dossier:
    dossier = town.received()
    seeing.open_page(town.authority, dossier.public_id)
    return dossier


def test_the_desks_journal_leads_to_the_owners_of_its_dossiers(desk_alone: None, town: Town) -> None:
    dossier = looked_at(town)
    town.check("052190000999")

    found = breach_finding.find(of(town))
    who = f"subject:{dossier.owner_subject}"
    assert set(found.people) >= {who} and found.people[who].times >= 3
    assert {"LOOKED", "ASKED", "MADE"} <= set(found.people[who].acts)
    in_vain = [other for other in found.people if other != who]
    assert len(in_vain) == 1 and in_vain[0].startswith("number:"), "asked about, and nobody"
    card = whose.cards([who])[who]
    assert (card.full_name, card.number_masked, card.phone_masked) == (NAME, f"•••{OWNER[-3:]}", "")


def test_nobody_else_is_concerned(desk_alone: None, town: Town) -> None:
    looked_at(town)
    now = timezone.now()
    other = Window(now - timedelta(hours=1), now + timedelta(hours=1), officer="f" * 32)
    before = Window(now - timedelta(hours=3), now - timedelta(hours=2), officer=town.authority.subject)
    assert breach_finding.find(other).people == breach_finding.find(before).people == {}
    with pytest.raises(NotFound):
        breach_finding.find(Window(now - timedelta(hours=1), now, system="he-thong"))


def test_the_pack_is_made_approved_and_told_of_without_a_text(desk_alone: None, town: Town) -> None:
    dossier = looked_at(town)
    first, second = (at_the_top(name) for name in ("Đỗ Thanh Tra", "Lê Quản Trị"))
    page = words(first.get(LIST))
    assert "Nhật ký ở đây không nói hết" in page and "đề nghị quản trị của Cổng lập hồ sơ sự cố" in page
    begun = f"{timezone.localtime() - timedelta(hours=1):%d/%m/%Y %H:%M}"
    sent = first.post(
        f"{LIST}lap/",
        {
            "officer": "",
            "since": begun,
            "aware_at": begun,
            "happened": "Máy tính tại quầy bị người lạ dùng.",
            "measures": "Đã khóa phiên, đổi mật khẩu.",
            "reason": "Theo quyết định kiểm tra 12",
        },
    )
    assert sent.status_code == 302, words(sent)
    row = Breach.objects.get()
    breach_keeping.keep(row)
    shown = words(second.get(f"{LIST}{row.public_id}/"))
    assert NAME in shown and OWNER not in shown and "không nhắn tin" in shown
    breach_noting.note({"breach": str(row.public_id)})
    breach_noting.note({"breach": str(row.public_id)})
    person = BreachPerson.objects.get(who=f"subject:{dossier.owner_subject}")
    assert person.told == BreachPerson.Told.UNREACHED
    assert Event.objects.filter(event="protection.breach.told").count() == 1


def at_the_top(name: str) -> Desk:
    return Desk(Power.INSPECT, Power.GRANT, name=name, at="so-tren-cung")


def test_the_worker_of_a_desk_apart_has_both_errands(desk_alone: None) -> None:
    found = desk_work.handlers()
    assert found[breach_keeping.FIND] is breach_keeping.find
    assert found[breaches.TELL] is breach_noting.note


def test_where_both_are_the_portals_worker_has_them(transactional_db: None) -> None:
    assert breaches.TELL not in desk_work.handlers()
    assert whose.beyond() == ""


def test_a_portal_alone_says_that_desks_know_the_rest(portal_alone: None) -> None:
    assert "nằm trong nhật ký của Một cửa" in whose.beyond()
    assert whose.owners_of({"dossier:5f3b7a52-7f0e-4c86-9a53-0a2b6c1d9e10"}) == {}

"""Whom a breach concerns where portal and desk are apart: each answers for its own journal and says so."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver
from django.utils import timezone

from motcua.desk import provisional, seeing
from motcua.desk.models import Dossier, OwnerAlias
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound
from motcua.ops import desk_work
from motcua.protection import breach_finding, breach_keeping, breach_noting, breaches, whose
from motcua.protection.breach_finding import Window
from motcua.protection.models import Breach, BreachPerson
from tests.desk import town as building
from tests.desk.test_provisional import take_in
from tests.desk.town import NAME, OWNER, Town
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/quan-tri/su-co/"


@pytest.fixture
def town(transactional_db: None, tmp_path: Path) -> Town:
    return building.town(tmp_path)


@pytest.fixture
def every_address() -> None:
    """Read while both systems are at home: read under one alone they would be the other tests' of this process too."""
    get_resolver()._populate()


@pytest.fixture
def desk_alone(every_address: None, settings: Any) -> None:
    settings.HOSTS_PORTAL = False
    settings.OFFICER_SECOND_FACTOR = False


@pytest.fixture
def portal_alone(every_address: None, settings: Any) -> None:
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
    decision = {"act": "duyet", "why": "Đã đối chiếu danh sách."}
    assert first.post(f"{LIST}{row.public_id}/quyet-dinh/", decision).status_code == 403, "the own one"
    assert second.post(f"{LIST}{row.public_id}/quyet-dinh/", decision)["Location"].endswith("?da=su-co-duyet")
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


def test_a_person_of_two_accounts_that_were_joined_is_one(desk_alone: None, town: Town) -> None:
    dossier = looked_at(town)
    stays = "e" * 32
    OwnerAlias.objects.create(was=dossier.owner_subject, now=stays, at=timezone.now())
    found = breach_finding.find(of(town))
    assert set(found.people) == {f"subject:{stays}"}
    assert whose.cards(found.people)[f"subject:{stays}"].full_name == NAME
    OwnerAlias.objects.update(now="", at=timezone.now() + timedelta(seconds=1))
    assert set(breach_finding.find(of(town)).people) == {f"subject:{dossier.owner_subject}"}


def test_a_check_without_an_answer_leads_to_the_dossier_that_was_taken_in_on_it(
    desk_alone: None, town: Town
) -> None:
    owner = town.new_owner()
    dossier = take_in(town, owner)
    assert dossier.unknown_check is not None
    asked = f"check:{dossier.unknown_check.public_id}"
    assert next(iter(whose.owners_of({asked})[asked])).startswith("number:")
    provisional.recheck_at_desk(
        authority=town.authority, dossier_id=dossier.public_id, registry=town.portal, now=timezone.now()
    )
    known = Dossier.objects.get().owner_subject
    assert known and whose.owners_of({asked})[asked] == (f"subject:{known}",)


def test_what_one_approves_the_other_is_told_to_do_on_paper(desk_alone: None, town: Town) -> None:
    assert "văn bản" in whose.beyond() and "tìm được từng người theo mã" not in whose.beyond()

"""What a mandate opens, act by act: everything for every procedure; for some, their dossiers and no more."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from motcua.accounts import sessions
from motcua.accounts.models import Mandate, MandateUse
from motcua.desk.models import Dossier, DossierEvent, FilingDraft, Procedure
from tests.accounts import people
from tests.web_counter.conftest import ONE_WAY, TWO_WAYS, Desk, text_of
from tests.web_counter.test_organisation_pages import Town, filing

IN, OUT = ONE_WAY, TWO_WAYS

#: act → address; what is not there for a scope is 404, what it never opens 403.
OF_DOSSIERS = {
    "see": "/ca-nhan/ho-so/{dossier}/",
    "supplement": "/ca-nhan/ho-so/{dossier}/bo-sung/",
    "withdraw": "/ca-nhan/ho-so/{dossier}/rut/",
    "rate": "/ca-nhan/ho-so/{dossier}/danh-gia/",
    "go on with a draft": "/ca-nhan/nop-ho-so/{draft}/",
    "throw a draft away": "/ca-nhan/nop-ho-so/{draft}/xoa/",
    "begin": "/ca-nhan/nop-ho-so/thu-tuc/{procedure}/",
}
OF_THE_ORGANISATION = {
    "vault": "/ca-nhan/kho-du-lieu/",
    "consents": "/ca-nhan/kho-du-lieu/dong-y/",
    "one look": "/ca-nhan/nhat-ky/1/phan-anh/",
}


@dataclass
class Represented:
    """An organisation with a dossier and a draft in each of two procedures, and two who act for it."""

    town: Town
    whole: Client
    narrow: Client
    dossiers: dict[str, str]
    drafts: dict[str, str]

    def addresses(self, procedure: str) -> dict[str, str]:
        names = {
            "dossier": self.dossiers[procedure],
            "draft": self.drafts[procedure],
            "procedure": procedure,
        }
        return {act: address.format(**names) for act, address in OF_DOSSIERS.items()}


@pytest.fixture
def represented(desk: Desk) -> Represented:
    town = Town(desk)
    Procedure.objects.update(who_may_ask=["ORGANISATION"])
    address = town.granted()
    whole = acting(town)
    dossiers, drafts = {}, {}
    for procedure in (IN, OUT):
        answer = whole.post(begun(whole, procedure), filing(procedure))
        assert answer.status_code == 302, text_of(answer)
        dossiers[procedure] = str(Dossier.objects.latest("pk").public_id)
        begun(whole, procedure)
        drafts[procedure] = str(FilingDraft.objects.latest("pk").public_id)
    town.holder = people.data(name="Trần Thị Hẹp")
    town.account = people.account(town.holder)
    town.granted_again(address, reach="SOME", scope=[IN])
    return Represented(town, whole, acting(town), dossiers, drafts)


def acting(town: Town) -> Client:
    browser = town.browser()
    mandate = Mandate.objects.get(representative=town.account, revoked_at=None)
    assert browser.post(f"/ca-nhan/to-chuc/{mandate.public_id}/lam-viec-thay/").status_code == 302
    return browser


def begun(browser: Client, procedure: str) -> str:
    answer = browser.post(f"/ca-nhan/nop-ho-so/thu-tuc/{procedure}/", {"unit": "so-gddt"})
    return str(answer.headers["Location"])


def test_each_act_is_open_to_the_scope_that_has_its_procedure_and_to_no_other(
    represented: Represented,
) -> None:
    differing = []
    for who, browser, closed in (("whole", represented.whole, ()), ("narrow", represented.narrow, (OUT,))):
        for procedure in (IN, OUT):
            for act, address in represented.addresses(procedure).items():
                answer = browser.get(address).status_code
                if (answer == 404) != (procedure in closed) or answer not in (200, 302, 404):
                    differing.append((who, procedure, act, answer))
    assert differing == []


def test_what_the_organisation_keeps_and_agreed_to_is_for_the_whole_mandate(represented: Represented) -> None:
    for act, address in OF_THE_ORGANISATION.items():
        refused = represented.narrow.get(address)
        assert refused.status_code == 403, act
        assert "chỉ dành cho một số thủ tục" in text_of(refused)
        assert represented.whole.get(address).status_code in (200, 404), act
    nav = represented.narrow.get("/ca-nhan/ho-so/").content.decode()
    assert "/ca-nhan/kho-du-lieu/" not in nav and "/ca-nhan/mat-khau/" not in nav
    assert "/ca-nhan/kho-du-lieu/" in represented.whole.get("/ca-nhan/ho-so/").content.decode()


def test_lists_hold_no_more_than_the_scope(represented: Represented) -> None:
    names = {each.code: each.name for each in Procedure.objects.all()}
    for address in ("/ca-nhan/ho-so/", "/ca-nhan/nop-ho-so/"):
        narrow, whole = text_of(represented.narrow.get(address)), text_of(represented.whole.get(address))
        assert names[IN] in narrow and names[OUT] not in narrow, address
        assert names[IN] in whole and names[OUT] in whole, address


def test_the_history_is_of_own_acts_only_and_the_pages_say_what_the_scope_opens(
    represented: Represented,
) -> None:
    assert "Chưa có lần dùng nào" in text_of(represented.narrow.get("/ca-nhan/nhat-ky/"))
    represented.narrow.post(begun(represented.narrow, IN), filing(IN))
    journal = text_of(represented.narrow.get("/ca-nhan/nhat-ky/"))
    assert "Tiếp nhận học sinh về nước" in journal and "Trực tuyến" in journal
    assert MandateUse.objects.count() == 3, "two of them are somebody else's"
    assert journal.count("Trực tuyến") == 1

    said = text_of(represented.narrow.get("/ca-nhan/to-chuc/"))
    assert f"Tiếp nhận học sinh về nước ( {IN} )" in said
    assert "Chỉ nộp, xem, bổ sung, rút, nộp phí và đánh giá hồ sơ của các thủ tục này" in said
    assert "Mọi thủ tục của tổ chức" in text_of(represented.whole.get("/ca-nhan/to-chuc/"))


def test_the_history_of_a_dossier_names_who_acted_as_far_as_names_are_shown(represented: Represented) -> None:
    out, own = represented.dossiers[OUT], represented.dossiers[IN]
    assert (
        DossierEvent.objects.get(dossier__public_id=own).words
        == "Người đại diện của tổ chức (Lê V** Đại) nộp hồ sơ trực tuyến."
    )
    reason = {"reason": "Nộp nhầm thủ tục", "sure": "on"}
    assert represented.narrow.post(f"/ca-nhan/ho-so/{out}/rut/", reason).status_code == 404
    answer = represented.narrow.post(f"/ca-nhan/ho-so/{own}/rut/", reason)
    assert answer.status_code == 302, text_of(answer)

    assert Dossier.objects.get(public_id=out).state == "NEW"
    line = DossierEvent.objects.filter(dossier__public_id=own).latest("pk")
    assert line.words.startswith("Người đại diện của tổ chức (Trần T** Hẹp) rút hồ sơ trực tuyến.")
    mandate = Mandate.objects.get(representative=represented.town.account)
    assert line.facts["mandate"] == str(mandate.public_id)
    assert MandateUse.objects.filter(mandate=mandate).count() == 1
    shown = text_of(represented.whole.get(f"/ca-nhan/ho-so/{own}/"))
    assert "Trần T** Hẹp" in shown and "Trần Thị Hẹp" not in shown


def test_whoever_acts_for_themselves_is_not_narrowed(represented: Represented) -> None:
    token, _ = sessions.begin(
        represented.town.account, audience="CITIZEN", device="d" * 32, device_words="Chrome"
    )
    own = sessions.visitor_of(token)
    assert own is not None and own.scope.is_whole
    assert own.signed_in_at <= timezone.now()

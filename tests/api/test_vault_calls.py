"""The owner's vault over HTTP: offered, lent by consent, looked at; papers laid in, moved, shown, each once."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from motcua.accounts.models import Account
from motcua.vault import lending
from motcua.vault.models import Look, Paper
from tests.accounts import people
from tests.api.calling import OFFICER, System, a_system, problem
from tests.web_office.scans import html_called_pdf, pdf, too_big

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER, OTHER = "052090000001", "052090000002"
DOSSIER = "000.00.08.H08-261130-0001"
BIRTH = "KHAI_SINH"


class Owner:
    """Somebody with an account, as one system knows them."""

    def __init__(self, system: System, number: str = NUMBER) -> None:
        self.account: Account = people.account(people.data(number=number))
        self.system = system
        said = system.check(number).json()
        self.receipt, self.subject = str(said["receipt"]), str(said["subject"])

    def fields(self, **more: str) -> dict[str, str]:
        return {
            "receipt": self.receipt,
            "type_code": BIRTH,
            "name": "Giấy khai sinh",
            "dossier_code": DOSSIER,
            "by": OFFICER,
            "unit_code": self.system.unit_code,
            **more,
        }

    def put(self, key: str = "giay-to-1", note: str = "", **more: str) -> Any:
        return self.system.send("vault/papers", self.fields(**more), pdf(note=note).read(), key=key)

    def asked(self, **more: object) -> dict[str, object]:
        return {
            "receipt": self.receipt,
            "asked_by": OFFICER,
            "unit_code": self.system.unit_code,
            **more,
        }

    def offered(self) -> list[dict[str, Any]]:
        body = self.asked(type_codes=[BIRTH], procedure_code="2.001914")
        answer = self.system.post("vault/offers", body)
        assert answer.status_code == 200, answer.content.decode()
        papers: list[dict[str, Any]] = answer.json()["papers"]
        return papers

    def lent(self, paper: str, key: str = "muon-giay-1", dossier: str = "000.00.08.H08-261130-0002") -> Any:
        return self.system.post("vault/loans", self.asked(paper_id=paper, dossier_code=dossier), key=key)

    def looked(self, paper: str, dossier: str = "000.00.08.H08-261130-0002", **more: str) -> Any:
        unit = self.system.unit_code
        return self.system.post(
            "vault/lent-papers/view",
            {
                "paper_id": paper,
                "dossier_code": dossier,
                "asked_by": OFFICER,
                "lent_to": unit,
                "unit_code": unit,
                **more,
            },
        )


@pytest.fixture
def owner() -> Owner:
    return Owner(a_system())


def test_a_paper_goes_in_is_offered_lent_and_looked_at_with_every_step_seen_by_the_owner(
    owner: Owner,
) -> None:
    put = owner.put()
    assert put.status_code == 200, put.content.decode()
    paper = put.json()["paper_id"]

    (offer,) = owner.offered()
    lent = owner.lent(paper)
    seen = owner.looked(paper)

    assert (offer["paper_id"], offer["validity"], offer["held_for_masked"]) == (paper, "VALID", "")
    assert lent.json()["paper_id"] == paper and len(lent.json()["sha256"]) == 64
    assert seen.headers["Content-Type"] == "application/pdf"
    assert seen.content.startswith(b"%PDF") and seen.headers["Paper-Pages"] == "2"
    assert seen.headers["Cache-Control"] == "no-store, private"
    assert {look.action for look in Look.objects.filter(owner=owner.account)} >= {"OFFER", "LEND", "VIEW"}


def test_the_same_key_lays_one_paper_in_and_answers_the_same(owner: Owner) -> None:
    first, again = owner.put(), owner.put()

    assert first.json() == again.json()
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (
        None,
        "true",
    )
    assert Paper.objects.count() == 1


def test_the_same_key_with_another_file_is_refused(owner: Owner) -> None:
    owner.put()

    assert problem(owner.put(note="khác")) == (422, "idempotency_key_reused")
    assert problem(owner.put(name="Trích lục khai sinh")) == (422, "idempotency_key_reused")
    assert Paper.objects.count() == 1


def test_a_write_without_a_key_is_not_done(owner: Owner) -> None:
    answer = owner.put(key="")

    assert problem(answer) == (422, "request_invalid")
    assert [error["where"] for error in answer.json()["errors"]] == ["header/Idempotency-Key"]
    assert Paper.objects.count() == 0


def test_a_file_is_judged_like_every_upload(owner: Owner) -> None:
    system = owner.system
    wrong = system.send("vault/papers", owner.fields(), html_called_pdf().read(), key="giay-to-2")
    big = system.send("vault/papers", owner.fields(), too_big().read(), key="giay-to-3")
    empty = system.send("vault/papers", owner.fields(), b"", key="giay-to-4")

    assert problem(wrong)[0] == 422
    assert problem(big) == (413, "request_too_large")
    assert problem(empty)[0] == 422
    assert Paper.objects.count() == 0


def test_what_was_refused_may_be_tried_again_under_the_same_key(owner: Owner) -> None:
    system = owner.system
    system.send("vault/papers", owner.fields(), html_called_pdf().read(), key="giay-to-1")

    assert owner.put("giay-to-1").status_code == 200


def test_a_result_is_hidden_until_it_is_handed_out(owner: Owner) -> None:
    fields = owner.fields(number="12/QĐ", issuer="Sở GDĐT", issued_on="2026-11-30")
    put = owner.system.send("vault/results", fields, pdf().read(), key="ket-qua-1")
    assert put.status_code == 200, put.content.decode()
    assert owner.offered() == []

    unit = owner.system.unit_code
    shown = owner.system.post(
        "vault/results/show", {"dossier_code": DOSSIER, "by": OFFICER, "unit_code": unit}, key="tra-kq-01"
    )

    assert shown.json() == {"done": True}
    assert [paper["paper_id"] for paper in owner.offered()] == [put.json()["paper_id"]]


def test_what_was_laid_in_for_the_wrong_owner_moves_with_its_dossier(owner: Owner) -> None:
    paper = owner.put().json()["paper_id"]
    right = Owner(owner.system, OTHER)
    body = {
        "receipt": right.receipt,
        "from_subject": owner.subject,
        "dossier_code": DOSSIER,
        "reason": "Ghi nhầm chủ hồ sơ",
        "asked_by": OFFICER,
        "approved_by": "c" * 32,
        "unit_code": owner.system.unit_code,
    }

    moved = owner.system.post("vault/moves", body, key="chuyen-01").json()["moved"]
    again = owner.system.post("vault/moves", body, key="chuyen-02").json()["moved"]

    assert list(moved) == [paper] and again == {}
    assert (owner.offered(), [line["paper_id"] for line in right.offered()]) == ([], [moved[paper]])


def test_the_desk_tells_that_its_own_copy_was_opened_once(owner: Owner) -> None:
    paper = owner.put().json()["paper_id"]
    body = {
        "receipt": owner.receipt,
        "paper_id": paper,
        "dossier_code": DOSSIER,
        "by": OFFICER,
        "unit_code": owner.system.unit_code,
        "viewed": True,
    }
    for key in ("mo-giay-01", "mo-giay-01", "mo-giay-02"):
        assert owner.system.post("vault/looks", body, key=key).json() == {"done": True}

    assert Look.objects.filter(action="VIEW").count() == 2
    gone = {**body, "paper_id": str(uuid.uuid4())}
    assert owner.system.post("vault/looks", gone, key="mo-giay-03").status_code == 200, "passed over"


def test_another_desk_neither_sees_nor_borrows_with_its_own_receipt_or_this_ones(owner: Owner) -> None:
    paper = owner.put().json()["paper_id"]
    owner.lent(paper)
    other = Owner.__new__(Owner)
    other.system, other.receipt = a_system(), owner.receipt

    body = other.asked(type_codes=[BIRTH], procedure_code="2.001914")
    assert problem(other.system.post("vault/offers", body)) == (422, "receipt_refused")
    assert problem(other.lent(paper)) == (422, "receipt_refused")
    assert problem(other.looked(paper)) == (404, "paper_not_lent"), "not lent to this desk"


@pytest.mark.parametrize("receipt", ["a.b.c", "x" * 100 + ".y.z"])
def test_a_forged_receipt_opens_no_vault(owner: Owner, receipt: str) -> None:
    owner.receipt = receipt

    assert problem(owner.put()) == (422, "receipt_refused")
    assert problem(owner.lent(str(uuid.uuid4()))) == (422, "receipt_refused")


def test_a_receipt_of_long_ago_borrows_nothing(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a desk owes comes within a month; an older receipt in a thief's hands opens no vault."""
    paper = owner.put().json()["paper_id"]
    monkeypatch.setattr("motcua.api.receipts.LONGEST_DEBT", timedelta(0))

    assert problem(owner.lent(paper)) == (422, "receipt_refused")
    assert problem(owner.put(key="giay-to-2")) == (422, "receipt_refused")


def test_a_paper_that_was_never_lent_or_is_taken_back_is_not_looked_at(owner: Owner) -> None:
    paper = owner.put().json()["paper_id"]
    assert problem(owner.looked(paper)) == (404, "paper_not_lent")
    owner.lent(paper)
    assert owner.looked(paper).status_code == 200

    lending.withdraw(owner.account, lending.consents_of(owner.account)[0].public_id)

    assert problem(owner.looked(paper)) == (404, "paper_not_lent")


def test_nobody_looks_at_a_vault_without_a_trace_by_calling_themselves_the_owner(owner: Owner) -> None:
    owner.put()
    body = owner.asked(type_codes=[BIRTH], procedure_code="2.001914", asked_by=owner.subject, unit_code="")

    assert problem(owner.system.post("vault/offers", body)) == (403, "not_the_owners_session")
    mine = owner.system.of(owner.account).post("signed-in-owner", {"purpose": "chon-giay-to-cua-minh"}).json()
    owned = owner.system.post("vault/offers", {**body, "receipt": mine["receipt"]})
    assert len(owned.json()["papers"]) == 1
    assert not Look.objects.filter(action="OFFER").exists()


def test_an_officer_opens_no_more_papers_a_minute_than_at_our_own_desk(owner: Owner) -> None:
    """L18, over the wire."""
    papers = [
        owner.put(f"giay-to-{nth}", note="x" * nth, type_code=f"GIAY_{nth}").json() for nth in range(31)
    ]
    for nth, paper in enumerate(papers):
        owner.lent(paper["paper_id"], key=f"muon-giay-{nth}")

    statuses = [owner.looked(paper["paper_id"]).status_code for paper in papers]

    assert statuses == [200] * 30 + [429]

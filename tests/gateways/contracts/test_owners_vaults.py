"""What ``desk.ports.OwnersVault`` promises, of everybody who keeps it."""

import uuid
from collections.abc import Callable

import pytest
from tests.files.making import scans
from tests.gateways.contracts.ports_in_use import TYPE, Ground, number
from tests.gateways.contracts.test_account_registries import NAME, found
from tests.vault import papers

from motcua.desk.ports import (
    LONGEST_ISSUER,
    LONGEST_PAPER_NAME,
    FinishedResult,
    Found,
    NotLent,
    NotOffered,
    OfferedPaper,
    PaperValidity,
    PortalUnavailable,
)
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.tax_code import TaxCode

CODE = "000.00.08.H08-261123-0001"
PROCEDURE = "trung-tam-ngoai-ngu"
WHO = {"asked_by": papers.OFFICER, "unit_code": papers.UNIT}


def owner(vaults: Ground, *names: str) -> tuple[str, str]:
    """A number with these papers, and a receipt."""
    who = number()
    vaults.enrol(who, NAME)
    for name in names:
        vaults.lay_in(who, name)
    return who, found(vaults, who).receipt


def offered(vaults: Ground, receipt: str, *types: str) -> list[OfferedPaper]:
    return list(
        vaults.vault.offer(receipt=receipt, type_codes=types or (TYPE,), procedure_code="2.001914", **WHO)
    )


def lent(vaults: Ground, receipt: str, paper_id: str) -> object:
    return vaults.vault.lend(receipt=receipt, paper_id=paper_id, dossier_code=CODE, key="k1", **WHO)


def test_the_owners_papers_of_the_asked_type_are_offered_and_no_others(vaults: Ground) -> None:
    _, receipt = owner(vaults, "Giấy khai sinh")
    _, strangers = owner(vaults)

    (paper,) = offered(vaults, receipt, TYPE, "so-ho-khau")

    assert (paper.name, paper.type_code, paper.validity) == ("Giấy khai sinh", TYPE, PaperValidity.VALID)
    assert offered(vaults, receipt, "so-ho-khau") == []
    assert offered(vaults, strangers) == []


def test_a_paper_has_the_same_id_each_time_it_is_offered(vaults: Ground) -> None:
    """A form is drawn on one page and judged on the next."""
    _, receipt = owner(vaults, "Giấy khai sinh")
    assert offered(vaults, receipt)[0].paper_id == offered(vaults, receipt)[0].paper_id


def test_an_offered_paper_is_lent_with_the_hash_of_its_bytes(vaults: Ground) -> None:
    _, receipt = owner(vaults, "Giấy khai sinh")
    (paper,) = offered(vaults, receipt)

    loan = vaults.vault.lend(receipt=receipt, paper_id=paper.paper_id, dossier_code=CODE, key="k1", **WHO)

    assert (loan.paper_id, loan.type_code, loan.name) == (paper.paper_id, TYPE, "Giấy khai sinh")
    assert len(bytes.fromhex(loan.sha256)) == 32


@pytest.mark.parametrize("made_up", ["", "x", "a.b", str(uuid.UUID(int=7)), "e30." + "0" * 64])
def test_a_paper_that_was_never_offered_is_not_lent(vaults: Ground, made_up: str) -> None:
    _, receipt = owner(vaults, "Giấy khai sinh")
    with pytest.raises(NotLent):
        lent(vaults, receipt, made_up)


def test_somebody_elses_paper_is_not_lent(vaults: Ground) -> None:
    _, receipt = owner(vaults, "Giấy khai sinh")
    _, strangers = owner(vaults)
    (paper,) = offered(vaults, receipt)
    with pytest.raises(NotLent):
        lent(vaults, strangers, paper.paper_id)


def test_an_organisations_paper_is_lent_under_the_mandate_that_was_asked_about_and_no_other(
    vaults: Ground,
) -> None:
    if "representative" not in vaults.offers:
        return
    who, centre = number(), "0100233488"
    vaults.enrol(who, NAME)
    vaults.mandate(centre, who, PROCEDURE)
    vaults.lay_in(centre, "Giấy phép")
    owned = vaults.registry.check(
        number=TaxCode.parse(centre),
        old_number=None,
        purpose="tiep-nhan-ho-so",
        reference=str(uuid.uuid4()),
        **WHO,
    )
    assert isinstance(owned, Found)
    asked = {"receipt": owned.receipt, "type_codes": (TYPE,), **WHO}
    before = vaults.vault.offer(procedure_code=PROCEDURE, **asked)
    assert [paper.name for paper in before] == ["Giấy phép"], "nobody stands at the counter yet"

    mandate = vaults.registry.representative(
        organisation=owned.subject, number=CitizenId.parse(who), procedure_code=PROCEDURE, **WHO
    ).mandate

    assert vaults.vault.offer(procedure_code=PROCEDURE, mandate=mandate, **asked) == before
    assert not vaults.vault.offer(procedure_code="2.001914", mandate=mandate, **asked)
    assert not vaults.vault.offer(procedure_code=PROCEDURE, mandate=uuid.uuid4(), **asked)
    loan = {"receipt": owned.receipt, "paper_id": before[0].paper_id, "dossier_code": CODE, **WHO}
    for nth, (procedure, under) in enumerate(
        [("", None), (PROCEDURE, uuid.uuid4()), ("2.001914", mandate), ("", mandate)]
    ):
        with pytest.raises(NotLent):
            vaults.vault.lend(key=f"khong-{nth}", procedure_code=procedure, mandate=under, **loan)
    lent_under = vaults.vault.lend(key="duoc-1", procedure_code=PROCEDURE, mandate=mandate, **loan)
    assert lent_under.paper_id == before[0].paper_id


def test_a_persons_paper_needs_nobody_elses_mandate(vaults: Ground) -> None:
    if "representative" not in vaults.offers:
        return
    _, receipt = owner(vaults, "Giấy khai sinh")
    (paper,) = offered(vaults, receipt)
    with pytest.raises(NotLent):
        vaults.vault.lend(
            receipt=receipt, paper_id=paper.paper_id, dossier_code=CODE, key="k1",
            procedure_code=PROCEDURE, mandate=uuid.uuid4(), **WHO,
        )  # fmt: skip


def test_silence_is_said(vaults: Ground) -> None:
    _, receipt = owner(vaults, "Giấy khai sinh")
    (paper,) = offered(vaults, receipt)
    vaults.cut()
    with pytest.raises(PortalUnavailable):
        offered(vaults, receipt)
    with pytest.raises(PortalUnavailable):
        lent(vaults, receipt, paper.paper_id)


def test_laying_in_is_once_for_a_key_or_plainly_not_offered(vaults: Ground) -> None:
    _, receipt = owner(vaults)

    def put(key: str) -> str:
        return vaults.vault.put(
            receipt=receipt,
            type_code=TYPE,
            name="Đơn đề nghị",
            data=scans.saved(scans.blank(1)),
            file_name="don.pdf",
            dossier_code=CODE,
            held_for="",
            digitised_by=papers.OFFICER,
            unit_code=papers.UNIT,
            key=key,
        )

    if "put" in vaults.offers:
        assert put("một") == put("một") != put("hai")
        return
    acts: list[Callable[[], object]] = [
        lambda: put("một"),
        lambda: vaults.vault.show_results(dossier_code=CODE, by=papers.OFFICER, unit_code=papers.UNIT),
        lambda: vaults.vault.note_opened(receipt=receipt, paper_id="x", dossier_code=CODE, key="k", **WHO),
    ]
    for act in acts:
        with pytest.raises(NotOffered):
            act()


def test_papers_of_the_longest_names_of_a_catalogue_are_asked_for_and_kept(vaults: Ground) -> None:
    """A portal elsewhere that knew shorter codes left such dossiers undelivered, and offered nothing for them."""
    _, receipt = owner(vaults)
    longest, name = "giay-gioi-thieu-" + "x" * 64, "Giấy " + "x" * (LONGEST_PAPER_NAME - 5)
    assert len(longest) == 80
    assert offered(vaults, receipt, longest) == []
    if "put" not in vaults.offers:
        return
    where = {"dossier_code": CODE, "held_for": "", "unit_code": papers.UNIT}
    assert vaults.vault.put(
        receipt=receipt,
        type_code=longest,
        name=name,
        data=scans.saved(scans.blank(1)),
        file_name="giay.pdf",
        digitised_by=papers.OFFICER,
        key="dài-nhất",
        **where,
    )
    result = FinishedResult(
        type_code=longest,
        name=name,
        number="1/QĐ",
        issuer="Sở " + "x" * (LONGEST_ISSUER - 3),
        issued_on=None,
        data=scans.saved(scans.blank(1)),
        file_name="ket-qua.pdf",
    )
    assert vaults.vault.put_result(
        receipt=receipt, result=result, signed_by=papers.OFFICER, key="dài-nhất-2", **where
    )

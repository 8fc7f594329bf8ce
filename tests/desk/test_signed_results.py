"""A result signed for real, kept, and judged whenever it is shown."""

from pathlib import Path

import pytest
from django.utils import timezone
from tests.desk.lives import House, fresh, house
from tests.desk.town import Town

from motcua.desk import results, signatures
from motcua.desk.models import Result
from motcua.desk.ports import NoSigningKey
from motcua.desk.results import Particulars
from motcua.files import keeping, storing
from motcua.gateways.signing_pkcs12 import Pkcs12Signer
from motcua.gateways.signing_trial import MARK, TrialSigner
from motcua.kernel.authority import Authority
from motcua.kernel.refusal import NotFound

PASSWORD = "mot-mat-khau-cua-tep-khoa"


@pytest.fixture
def home(town: Town) -> House:
    return house(town)


@pytest.fixture
def signer(tmp_path: Path) -> TrialSigner:
    return TrialSigner(tmp_path / "keys", PASSWORD, tmp_path / "keys" / "trust.pem")


def signed_by(home: House, signer: Pkcs12Signer, leader: Authority) -> Result:
    dossier = home.on_the_desk_of_the_specialist()
    home.attach(dossier)
    dossier = home.forward(home.specialist, dossier)
    home.accept(leader, dossier)
    return results.sign(
        authority=leader,
        dossier_id=dossier.public_id,
        particulars=Particulars(number="12/QĐ-SGDĐT"),
        signer=lambda data: signer.sign(
            data, subject=leader.subject, signer_name="Trần Thị Mẫu", reason="Kết quả", at=timezone.now()
        ),
        now=timezone.now(),
    )


def test_a_signed_result_is_judged_good_and_holds_the_draft(home: House, signer: TrialSigner) -> None:
    result = signed_by(home, signer, home.leader)
    report = signatures.report_of(result, signer)
    assert report.good
    assert report.signer == f"Trần Thị Mẫu {MARK}"
    assert result.signed is not None
    assert keeping.read(result.signed).startswith(keeping.read(result.draft))


def test_a_result_whose_bytes_are_gone_says_so(home: House, signer: TrialSigner) -> None:
    result = signed_by(home, signer, home.leader)
    assert result.signed is not None
    storing.delete(result.signed.place)
    report = signatures.report_of(result, signer)
    assert not report.good
    assert "Không mở được tệp kết quả" in report.words


def test_a_result_signed_under_another_authority_is_not_trusted(
    home: House, signer: TrialSigner, tmp_path: Path
) -> None:
    result = signed_by(home, signer, home.leader)
    elsewhere = TrialSigner(tmp_path / "other", PASSWORD, tmp_path / "other" / "trust.pem")
    report = signatures.report_of(result, elsewhere)
    assert (report.intact, report.trusted) == (True, False)


def test_a_draft_has_no_report(home: House, signer: TrialSigner) -> None:
    draft = home.attach(home.on_the_desk_of_the_specialist())
    with pytest.raises(NotFound):
        signatures.report_of(draft, signer)


def test_a_leader_without_a_key_leaves_the_draft_as_it_was(home: House, tmp_path: Path) -> None:
    empty = tmp_path / "none"
    empty.mkdir()
    with pytest.raises(NoSigningKey):
        signed_by(home, Pkcs12Signer(empty, PASSWORD, empty / "trust.pem"), home.leader)
    (standing,) = Result.objects.all()
    assert standing.signed_at is None
    assert fresh(standing.dossier).state == "PROCESSING"


def test_pages_say_it_only_when_there_is_something_signed(home: House, signer: TrialSigner) -> None:
    assert signatures.words_for(None, signer) == ""
    assert signatures.words_for(home.attach(home.on_the_desk_of_the_specialist()), signer) == ""
    assert signatures.words_for(signed_by(home, signer, home.leader), signer).startswith("Chữ ký số hợp lệ")


def test_the_owner_reads_it_once_the_result_was_handed_out(home: House, signer: TrialSigner) -> None:
    result = signed_by(home, signer, home.leader)
    dossier = result.dossier
    owner = dossier.owner_subject
    assert signatures.of_owner(owner, dossier.public_id, signer) is None
    home.hand_out(home.forward(home.leader, fresh(dossier)))
    report = signatures.of_owner(owner, dossier.public_id, signer)
    assert report is not None and report.good
    assert signatures.of_owner("f" * 32, dossier.public_id, signer) is None

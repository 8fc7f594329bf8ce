"""Results signed as PDF: what a signature proves, and of what a reader is warned."""

import io
import random
import secrets
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from tests.files.making import scans

from motcua.desk.ports import NoSigningKey, NotSignable
from motcua.files import inspection
from motcua.gateways.signing_pkcs12 import Pkcs12Signer
from motcua.gateways.signing_trial import MARK, TrialSigner

NOW = datetime.now(UTC).replace(microsecond=0)
LEADER = "a" * 32
OTHER = "b" * 32
PASSWORD = "mot-mat-khau-cua-tep-khoa"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def signer(keys: Path) -> TrialSigner:
    return trial(keys)


@pytest.fixture(scope="module")
def draft() -> bytes:
    return scans.saved(scans.blank(3))


@pytest.fixture(scope="module")
def signed(signer: TrialSigner, draft: bytes) -> bytes:
    return sign(signer, draft)


def trial(place: Path) -> TrialSigner:
    return TrialSigner(place, PASSWORD, place / "trust.pem")


def sign(signer: Pkcs12Signer, data: bytes, *, subject: str = LEADER, at: datetime = NOW) -> bytes:
    return signer.sign(data, subject=subject, signer_name="Trần Thị Mẫu", reason="Kết quả hồ sơ", at=at)


def test_what_was_signed_is_believed_and_says_who_and_when(signer: TrialSigner, signed: bytes) -> None:
    report = signer.verify(signed)
    assert report.good
    assert report.signer == f"Trần Thị Mẫu {MARK}"
    assert report.signed_at == NOW
    assert "Chữ ký số hợp lệ: Trần Thị Mẫu" in report.words


def test_the_draft_is_in_it_byte_for_byte(draft: bytes, signed: bytes) -> None:
    assert signed.startswith(draft)


def test_it_is_a_pades_signature_and_carries_the_reason(signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert field.V.SubFilter == pikepdf.Name("/ETSI.CAdES.detached")
        assert str(field.V.Reason) == "Kết quả hồ sơ"


def test_the_upload_judge_lets_a_signed_result_through(signed: bytes) -> None:
    assert inspection.inspect(signed, "ket-qua.pdf", ("pdf",)).page_count == 3


def test_a_byte_changed_anywhere_it_accounts_for_is_seen(signer: TrialSigner, signed: bytes) -> None:
    gap = range(signed.index(b"/Contents <") + 10, signed.index(b">", signed.index(b"/Contents <")))
    outside = [place for place in range(len(signed)) if place not in gap]
    for place in random.Random(7).sample(outside, 60):
        changed = bytearray(signed)
        changed[place] ^= 1
        assert not signer.verify(bytes(changed)).good, place


def test_words_put_into_the_gap_after_the_signature_are_seen(signer: TrialSigner, signed: bytes) -> None:
    end = signed.index(b">", signed.index(b"/Contents <"))
    changed = bytearray(signed)
    changed[end - 2 : end] = b"41"
    report = signer.verify(bytes(changed))
    assert not report.intact
    assert "đã bị sửa" in report.words


def test_another_page_under_the_same_signature_is_not_intact(signer: TrialSigner, signed: bytes) -> None:
    report = signer.verify(signed.replace(b"595 842", b"595 843", 1))
    assert (report.intact, report.good) == (False, False)


def test_a_revision_appended_later_is_seen(signer: TrialSigner, signed: bytes) -> None:
    from pyhanko.pdf_utils.generic import NameObject, TextStringObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.root[NameObject("/Lang")] = TextStringObject("vi")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    report = signer.verify(out.getvalue())
    assert report.intact
    assert not report.whole_document
    assert "thêm vào sau khi ký" in report.words


def test_bytes_appended_later_are_seen(signer: TrialSigner, signed: bytes) -> None:
    assert not signer.verify(signed + b"\n% them").good


def test_a_key_of_an_authority_nobody_named_is_not_trusted(
    signer: TrialSigner, draft: bytes, tmp_path: Path
) -> None:
    report = signer.verify(sign(trial(tmp_path), draft))
    assert (report.intact, report.trusted) == (True, False)
    assert "chưa xác minh được người ký" in report.words


def test_two_leaders_may_sign_one_after_the_other(signer: TrialSigner, signed: bytes) -> None:
    assert signer.verify(sign(signer, signed, subject=OTHER)).good


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"khong phai pdf", secrets.token_bytes(4000)])
def test_what_is_no_signed_pdf_is_never_believed(signer: TrialSigner, data: bytes) -> None:
    report = signer.verify(data)
    assert (report.intact, report.trusted, report.whole_document) == (False, False, False)
    assert report.words.endswith(".")


def test_an_unsigned_pdf_is_named_so(signer: TrialSigner, draft: bytes) -> None:
    assert "không có chữ ký số" in signer.verify(draft).words


def test_a_locked_pdf_is_refused_and_not_half_signed(signer: TrialSigner) -> None:
    locked = scans.saved(scans.blank(), encryption=pikepdf.Encryption(owner="chu", user="doc"))
    with pytest.raises(NotSignable):
        sign(signer, locked)


def test_somebody_without_a_key_cannot_sign(keys: Path, draft: bytes, signed: bytes) -> None:
    real = Pkcs12Signer(keys, PASSWORD, keys / "trust.pem")
    assert real.verify(sign(real, draft)).good
    with pytest.raises(NoSigningKey):
        sign(real, draft, subject="c" * 32)


@pytest.mark.parametrize("subject", ["../" + "a" * 29, "authority", "A" * 32, LEADER + "\n", ""])
def test_a_subject_is_never_a_path(signer: TrialSigner, draft: bytes, subject: str) -> None:
    with pytest.raises(NoSigningKey):
        sign(signer, draft, subject=subject)


def test_a_wrong_password_opens_no_key(keys: Path, draft: bytes, signed: bytes) -> None:
    with pytest.raises(NoSigningKey):
        sign(Pkcs12Signer(keys, "sai", keys / "trust.pem"), draft)


@pytest.mark.parametrize("days", [-2, 3651])
def test_nobody_signs_outside_the_days_of_the_certificate(
    signer: TrialSigner, draft: bytes, days: int
) -> None:
    with pytest.raises(NoSigningKey):
        sign(signer, draft, at=NOW + timedelta(days=days))


@pytest.mark.race
def test_processes_that_begin_at_once_share_one_authority(tmp_path: Path, draft: bytes) -> None:
    made: list[bytes] = []
    ready = threading.Barrier(6)

    def begin(subject: str) -> None:
        ready.wait(timeout=20)
        made.append(sign(trial(tmp_path), draft, subject=subject))

    threads = [threading.Thread(target=begin, args=(letter * 32,)) for letter in "aaabbc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(made) == 6
    assert all(trial(tmp_path).verify(data).good for data in made)


def test_key_files_are_for_the_system_alone(keys: Path, signed: bytes) -> None:
    assert {file.stat().st_mode & 0o077 for file in keys.iterdir()} == {0}


def test_without_a_list_of_authorities_nobody_is_trusted(keys: Path, signed: bytes, tmp_path: Path) -> None:
    report = Pkcs12Signer(keys, PASSWORD, tmp_path / "nothing.pem").verify(signed)
    assert (report.intact, report.trusted) == (True, False)

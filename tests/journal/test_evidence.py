"""A file of evidence proves its lines without the database, and names what was changed in it."""

import io
import json
import random
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from motcua import journal
from motcua.journal import batches, evidence, evidence_check, sealing
from motcua.journal.evidence import JournalBroken, NothingSealed
from motcua.journal.models import Event
from motcua.journal.witnessing import FileWitness
from motcua.ops import cli
from tests.journal.conftest import as_superuser, seal_all

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
CHANGES = 400


@pytest.fixture
def sealed(
    signer: Ed25519PrivateKey, witnesses: list[FileWitness], monkeypatch: pytest.MonkeyPatch
) -> list[int]:
    """23 lines in seals of seven, seven, seven and two; then one that no seal holds."""
    monkeypatch.setattr(sealing, "BATCH_ROWS", 7)
    for number in range(23):
        journal.record("desk.dossier.received", subject=f"dossier:{number}", facts={"papers": number})
    seal_all(NOON, signer, witnesses)
    journal.record("desk.dossier.returned", subject="dossier:1")
    return list(Event.objects.order_by("id").values_list("id", flat=True))


def made(ids: list[int], signer: Ed25519PrivateKey, witnesses: list[FileWitness]) -> evidence.Evidence:
    asked = {"made_by": "f" * 32, "unit": "so-mau"}
    return evidence.make(ids, asked=asked, now=NOON, public_key=signer.public_key(), witnesses=witnesses)


def document(file: evidence.Evidence) -> bytes:
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        return archive.read("chung-cu.json")


def test_every_line_is_proved_and_what_is_not_sealed_stays_out(
    sealed: list[int], signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    file = made(sealed, signer, witnesses)

    assert (file.rows, file.waiting) == (23, 1)
    assert evidence_check.problems(document(file), signer.public_key()) == []
    told = json.loads(document(file))
    assert [line["id"] for line in told["lines"]] == sealed[:-1]
    assert [witness["head"]["number"] for witness in told["witnesses"]] == [4, 4]


@pytest.mark.parametrize("chosen", [[0], [6], [7], [13, 20], [22], [3, 4, 21]])
def test_a_few_lines_bring_only_their_seals(
    chosen: list[int], sealed: list[int], signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    file = made([sealed[place] for place in chosen], signer, witnesses)

    told = json.loads(document(file))
    assert [line["id"] for line in told["lines"]] == [sealed[place] for place in chosen]
    assert {seal["number"] for seal in told["seals"]} == {place // 7 + 1 for place in chosen}
    assert evidence_check.problems(document(file), signer.public_key()) == []


def test_any_changed_byte_is_found_and_its_part_named(
    sealed: list[int], signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    """Four hundred places drawn by lot, and every place of one line: not one goes unseen."""
    right = document(made(sealed[5:9], signer, witnesses))
    chance = random.Random(24)
    begins = right.index(b'"text"')
    places = [*chance.sample(range(len(right)), CHANGES), *range(begins, right.index(b"\n", begins))]
    for place in places:
        other = chance.choice([byte for byte in range(256) if byte != right[place]])
        changed = right[:place] + bytes([other]) + right[place + 1 :]
        assert evidence_check.problems(changed, signer.public_key()), place


def change(told: dict[str, Any], what: str) -> None:
    """As a forger does: with sums that fit."""
    line, seal, witness = told["lines"][1], told["seals"][0], told["witnesses"][0]
    if what == "text":
        line["text"] = line["text"].replace("received", "returned")
    elif what == "place":
        line["place"] += 1
    elif what == "path":
        line["path"][0] = "00" * 32
    elif what == "left out":
        line["path"].pop()
    elif what == "id":
        line["id"] += 1
    elif what == "seal body":
        seal["rows"] += 1
    elif what == "seal time":
        seal["sealed_at"] = seal["sealed_at"].replace("2026", "2025")
    elif what == "witness hash":
        witness["hashes"]["1"] = "0" * 64
    elif what == "witness head":
        witness["head"]["last_id"] += 1
    told["sums"] = {part: evidence_check.sum_of(told[part]) for part in evidence_check.PARTS}


@pytest.mark.parametrize(("what", "named"), [
    ("text", "lines[1]"), ("place", "lines[1]"), ("path", "lines[1]"), ("left out", "lines[1]"), ("id", "lines[1]"),
    ("seal body", "seals[0] (dấu niêm số 1)"), ("seal time", "seals[0]"),
    ("witness hash", "witnesses (lời chứng 1)"), ("witness head", "witnesses (lời chứng 1)"),
])  # fmt: skip
def test_who_changes_one_thing_and_all_sums_is_named(
    what: str, named: str, sealed: list[int], signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    told = json.loads(document(made(sealed[:6], signer, witnesses)))

    change(told, what)

    (found, *_) = evidence_check.problems(evidence_check.canonical(told), signer.public_key())
    assert found.startswith(named)


def test_a_file_signed_by_another_key_is_not_believed(
    sealed: list[int], signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    stranger = Ed25519PrivateKey.generate().public_key()
    told = document(made(sealed, signer, witnesses))

    assert evidence_check.problems(told, stranger) == ["public_key: khóa trong tệp khác khóa được tin"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"head": 1}'])
def test_what_is_no_evidence_is_said_and_does_not_break(data: bytes) -> None:
    assert evidence_check.problems(data)


def test_the_checker_in_the_file_runs_alone(
    sealed: list[int], signer: Ed25519PrivateKey, witnesses: list[FileWitness], tmp_path: Path
) -> None:
    with zipfile.ZipFile(io.BytesIO(made(sealed, signer, witnesses).data)) as archive:
        archive.extractall(tmp_path)
    key = tmp_path / "key.pem"
    key.write_bytes(
        signer.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )

    def run() -> "subprocess.CompletedProcess[str]":
        # -I: no path of this project, no settings, no database.
        command = [sys.executable, "-I", "kiem-tra.py", "chung-cu.json", "--public-key", "key.pem"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={"PYTHONUTF8": "1"})

    whole = run()
    assert (whole.returncode, whole.stderr) == (0, "") and "23 dòng, 4 dấu niêm, 2 lời chứng" in whole.stdout
    told = (tmp_path / "chung-cu.json").read_text(encoding="utf-8")
    (tmp_path / "chung-cu.json").write_text(
        told.replace("desk.dossier.received", "desk.dossier.returned", 1), "utf-8"
    )
    forged = run()
    assert forged.returncode == 1 and f"dòng nhật ký {sealed[0]}" in forged.stdout


def test_the_command_checks_a_file(
    sealed: list[int],
    signer: Ed25519PrivateKey,
    witnesses: list[FileWitness],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "chung-cu.zip"
    file.write_bytes(made(sealed, signer, witnesses).data)

    assert cli.main(["journal", "verify-evidence", str(file)]) == 0
    assert "so dấu trên với đơn vị giữ lời chứng" in capsys.readouterr().out
    file.write_bytes(b"no zip")
    assert cli.main(["journal", "verify-evidence", str(file)]) == 1
    assert cli.main(["journal", "verify-evidence", str(tmp_path / "none")]) == 2


def test_a_witness_that_is_away_is_said(
    sealed: list[int], signer: Ed25519PrivateKey, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "chung-cu.zip"
    file.write_bytes(made(sealed, signer, [FileWitness(tmp_path / "away")]).data)

    assert evidence_check.report(file) == 0
    assert "không có lời chứng nào" in capsys.readouterr().out


def test_no_evidence_is_made_of_a_journal_that_was_changed(
    sealed: list[int], signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    as_superuser("UPDATE journal_event SET subject = 'dossier:999' WHERE id = %s", sealed[8])

    with pytest.raises(JournalBroken) as no:
        made([sealed[7]], signer, witnesses)
    assert "số 2" in no.value.text


def test_lines_that_no_seal_holds_yet_are_no_evidence(
    sealed: list[int], signer: Ed25519PrivateKey, witnesses: list[FileWitness]
) -> None:
    with pytest.raises(NothingSealed):
        made([sealed[-1]], signer, witnesses)


@pytest.mark.parametrize("width", range(1, 34))
def test_each_place_of_a_tree_of_any_width_leads_to_its_root(width: int) -> None:
    texts = [f"({n},x)" for n in range(width)]
    leaves = batches.leaves_of(text.encode() for text in texts)
    tree = batches.levels(leaves)
    for place, text in enumerate(texts):
        line = {"text": text, "place": place, "path": batches.path(tree, place)}
        assert evidence_check._root(line, width) == batches.merkle_root(leaves)
        for wrong in {place - 1, place + 1, place + width} - {place}:
            assert evidence_check._root({**line, "place": wrong}, width) != batches.merkle_root(leaves)

"""What follows the log: files from the place that has them whole, and a proof that is gone on with (V-37, DP-23)."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as current
from tests.files.test_keeping import PDF, kept
from tests.journal.conftest import seal_all

from motcua import journal
from motcua.files import copied, keeping
from motcua.ops.backup.wal import file_copies, proving
from motcua.ops.backup.wal.archive import FILES, Place
from motcua.ops.backup.wal.stamps import StampKey

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_file_that_one_place_has_changed_is_brought_from_the_other(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"
    key = StampKey.of(Ed25519PrivateKey.generate())
    places = [Place.prepared(tmp_path / f"luu-{nth}", key) for nth in (1, 2)]
    first, second = kept(), kept()
    assert file_copies.copy_new(places, since=None).files == 2
    changed = places[0].root / FILES / first.place
    content = bytearray(changed.read_bytes())
    content[len(content) // 2] ^= 1
    changed.chmod(0o600)
    changed.write_bytes(content)
    (places[0].root / FILES / second.place).unlink()

    settings.FILES_DIR = tmp_path / "sạch"
    assert file_copies.bring_back(places, lambda _: None) == 2
    for row in (first, second):
        row.refresh_from_db()
        assert keeping.read(row) == PDF
    assert copied.look_at_all() == copied.Looked(2, [])

    (places[1].root / FILES / first.place).write_bytes(b"x")
    assert file_copies.bring_back(places, lambda _: None) == 1
    assert copied.look_at_all().broken == [str(first.public_id)], "named, and not left out"


def test_a_proof_that_is_gone_on_with_asks_for_the_same_lost_seals(tmp_path: Path) -> None:
    """It may have taken up the witness's seals and been stopped then: the head of the rows is another one now."""
    (tmp_path / "pg.restoring").mkdir()
    done = cast(Any, SimpleNamespace(server=SimpleNamespace(data_dir=tmp_path / "pg")))
    before = proving._head(done)
    journal.record("accounts.name.shown", subject="file:x")
    seal_all(datetime.now(UTC), current.KEYRING.journal_key, [])
    assert proving._head(done) == before

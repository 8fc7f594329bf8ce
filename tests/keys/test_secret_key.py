"""The secret that pages sign with changes without a restart, and what was signed before is good for its time."""

import os
import re
import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from motcua.kernel.key_changes import NotNow
from motcua.kernel.sealing import Keyring
from motcua.keys import secret_key
from motcua.keys.models import KnownSecretKey
from motcua.keys.secret_key import NoSuchSecret, SecretTooSoon

pytestmark = pytest.mark.django_db(transaction=True)
GIVEN = "mot-bi-mat-cua-may-chu-chi-dung-trong-kiem-thu"


@pytest.fixture(autouse=True)
def _keys(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEYRING = Keyring.generate(tmp_path / "keys")
    settings.SECRET_KEY_GIVEN = GIVEN
    monkeypatch.setattr(secret_key, "LONGEST", timedelta(0))


def test_until_it_is_changed_it_is_the_one_of_the_surroundings() -> None:
    assert secret_key.believed() == [GIVEN]
    assert list(secret_key.standing()) == [(1, "đang dùng")]
    assert not secret_key.path().exists()
    for number in (0, 1, 2):
        with pytest.raises(NoSuchSecret):
            secret_key.retire(number)
    with pytest.raises(NotNow):
        secret_key.begin()


def test_another_signs_and_the_one_of_before_is_believed_until_it_goes() -> None:
    secret_key.add(waits=False)
    signs, before = secret_key.believed()
    assert before == GIVEN and len(signs) == 44
    assert GIVEN not in secret_key.path().read_text(encoding="ascii")
    assert secret_key.path().stat().st_mode & 0o777 == 0o600
    secret_key.retire(1)
    assert secret_key.believed() == [signs]
    assert secret_key.read(secret_key.path().parent, GIVEN) == (signs, [])
    secret_key.add(waits=False)
    assert secret_key.believed()[1:] == [signs]
    assert [word for _, word in secret_key.standing()] == ["đã bỏ", "còn mở được", "đang dùng"]


def test_one_that_waits_is_believed_and_does_not_sign() -> None:
    secret_key.add(waits=True)
    signs, waits = secret_key.believed()
    assert signs == GIVEN
    secret_key.begin()
    assert secret_key.believed() == [waits, GIVEN]


def test_it_does_not_go_before_what_it_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    secret_key.add(waits=False)
    monkeypatch.setattr(secret_key, "LONGEST", timedelta(minutes=30))
    with pytest.raises(SecretTooSoon):
        secret_key.retire(1)
    ago = time.time() - 3600
    os.utime(secret_key.path(), (ago, ago))
    secret_key.retire(1)


def test_a_second_machine_that_makes_one_of_its_own_is_refused(settings: Any, tmp_path: Path) -> None:
    ours = settings.KEYRING
    secret_key.add(waits=False)
    settings.KEYRING = Keyring.generate(tmp_path / "other")
    with pytest.raises(NotNow, match=r"Hãy chép secret\.key"):
        secret_key.add(waits=False)
    assert secret_key.believed() == [GIVEN], "nothing changed there"
    shutil.copy(ours.field_keys_path.with_name("secret.key"), secret_key.path())
    secret_key.add(waits=False)
    settings.SECRET_KEY_GIVEN = "mot-bi-mat-khac-cua-mot-may-khac-han"
    settings.KEYRING = Keyring.generate(tmp_path / "third")
    with pytest.raises(NotNow):
        secret_key.add(waits=True)


def test_after_a_restore_the_secrets_that_lie_there_are_known(settings: Any, tmp_path: Path) -> None:
    secret_key.add(waits=False)
    secret_key.add(waits=False)
    settings.KEYRING = Keyring.generate(tmp_path / "of-a-copy")
    secret_key.take_as_they_lie()
    assert not KnownSecretKey.objects.exists()
    secret_key.add(waits=False)
    assert KnownSecretKey.objects.count() == 2


def test_one_whose_commit_failed_gets_known_by_begin() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        secret_key.add(waits=False)
        raise ZeroDivisionError
    assert not KnownSecretKey.objects.exists() and len(secret_key.believed()) == 2
    secret_key.begin()
    assert KnownSecretKey.objects.count() == 2
    with pytest.raises(NotNow):
        secret_key.begin()


def test_the_file_belongs_to_whom_the_other_keys_belong(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Somebody else than the running system gives the command, which has to read the file afterwards."""
    fields, given = settings.KEYRING.field_keys_path, list[tuple[int, int]]()
    fields.chmod(0o640)
    owner = fields.stat()
    monkeypatch.setattr(os, "geteuid", lambda: owner.st_uid + 1)
    monkeypatch.setattr(os, "chown", lambda path, uid, gid: given.append((uid, gid)))
    secret_key.add(waits=False)
    assert given and set(given) == {(owner.st_uid, owner.st_gid)}
    assert secret_key.path().stat().st_mode & 0o777 == 0o640


def test_a_file_that_is_being_copied_stops_nobody() -> None:
    secret_key.add(waits=False)
    before, content = secret_key.believed(), secret_key.path().read_bytes()
    secret_key.path().write_bytes(b"")
    assert secret_key.believed() == before
    secret_key.path().write_bytes(content)
    secret_key.path().chmod(0o644)
    assert secret_key.believed() == before


def test_nothing_else_is_signed_with_it() -> None:
    """Whoever signs with it somewhere new thinks about how long that lives (``secret_key.LONGEST``)."""
    source = Path(secret_key.__file__).parents[1]
    signs = re.compile(r"core[. ]signing|core import signing|salted_hmac\(|settings\.SECRET_KEY\b")
    found = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if signs.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"web/proof_of_work.py"}

"""A key is shown before it signs and after it signed, sealed where it lies, and one command changes it."""

import argparse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone
from joserfc.jwk import ECKey
from tests.signin import systems
from tests.units import people

from motcua import journal
from motcua.journal.models import Event
from motcua.kernel.sealing import Keyring
from motcua.ops import cli, starting
from motcua.signin import access_tokens, clients, signing_keys
from motcua.signin.access_tokens import AccessTokenNotTrusted
from motcua.signin.models import SigningKey

pytestmark = pytest.mark.django_db(transaction=True)


def signing() -> str:
    return str(signing_keys.standing().signing.kid)


def shown() -> list[str]:
    return [key["kid"] for key in signing_keys.published()["keys"]]


def pass_by(minutes: int) -> None:
    """As if the rows were older."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE signin_signingkey DISABLE TRIGGER signing_key_moves")
        cursor.execute(
            "UPDATE signin_signingkey SET made_at = made_at - make_interval(mins => %s),"
            " signs_from = signs_from - make_interval(mins => %s)",
            [minutes, minutes],
        )
        cursor.execute("ALTER TABLE signin_signingkey ENABLE TRIGGER signing_key_moves")
    signing_keys.forget()


def a_token() -> str:
    return access_tokens.issue(client_id="so-y-te", scopes=frozenset({"account.check"}), now=timezone.now())


def test_a_new_key_is_published_an_hour_before_it_signs_and_the_old_one_an_hour_after() -> None:
    first = signing()
    second = signing_keys.rotate()
    assert (signing(), shown()) == (first, [first, second])
    of_first = a_token()
    pass_by(59)
    assert signing() == first
    pass_by(2)
    assert (signing(), shown()) == (second, [first, second])
    assert access_tokens.read(of_first, now=timezone.now()).client_id == "so-y-te"
    pass_by(60)
    assert (signing(), shown()) == (second, [second])
    with pytest.raises(AccessTokenNotTrusted):
        access_tokens.read(of_first, now=timezone.now())


@pytest.fixture
def of_before(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A directory from before tokens had a key of their own."""
    place = tmp_path / "keys"
    Keyring.generate(place)
    (place / "token.pem").unlink()
    settings.KEYRING = Keyring.from_directory(place)
    signing_keys.forget()
    yield place
    signing_keys.forget()


def test_an_older_installation_moves_over_without_a_token_being_lost(of_before: Path, settings: Any) -> None:
    old = a_token()
    with pytest.raises(signing_keys.FirstKeyInUse):
        signing_keys.set_apart()
    signing_keys.rotate()
    pass_by(61)
    assert access_tokens.read(old, now=timezone.now()).client_id == "so-y-te"
    with pytest.raises(signing_keys.FirstKeyInUse):
        signing_keys.set_apart()
    pass_by(60)
    before, held = shown(), a_token()

    kid = signing_keys.set_apart()

    settings.KEYRING = Keyring.from_directory(of_before)
    signing_keys.forget()
    assert settings.KEYRING.keys_apart
    assert shown() == before
    assert access_tokens.read(held, now=timezone.now()).client_id == "so-y-te"
    made = (of_before / "token.pem").read_bytes()
    assert signing_keys.set_apart() == kid == ECKey.import_key(settings.KEYRING.token_key).thumbprint()
    assert (of_before / "token.pem").read_bytes() == made


def test_no_file_appears_without_its_line_in_the_journal(
    of_before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing_keys.rotate()
    pass_by(121)

    def broken(*_: Any, **__: Any) -> None:
        raise OSError("no journal")

    with monkeypatch.context() as patched, pytest.raises(OSError):
        patched.setattr(journal, "record", broken)
        signing_keys.set_apart()

    assert not (of_before / "token.pem").exists()
    signing_keys.set_apart()
    assert Event.objects.filter(event="signin.signing_key.set_apart").count() == 1


def test_a_machine_without_the_file_says_so_at_its_start(
    of_before: Path, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """One of several: the others would refuse what it signs."""
    apps.get_app_config("signin").ready()
    assert [record.message for record in caplog.records] == ["signin.token_key_missing"]
    caplog.clear()

    Keyring.generate(of_before.parent / "new")
    settings.KEYRING = Keyring.from_directory(of_before.parent / "new")
    apps.get_app_config("signin").ready()
    assert caplog.records == []


def test_the_command_says_what_to_do_first(
    of_before: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "set_up_django", lambda *_: None)
    assert cli._set_keys_apart(argparse.Namespace()) == 1
    assert "signing-keys rotate" in capsys.readouterr().err
    signing_keys.rotate()
    pass_by(121)
    assert cli._set_keys_apart(argparse.Namespace()) == 0
    said = capsys.readouterr().out
    assert "token.pem" in said and signing_keys.set_apart() in said


def test_one_waits_for_the_other() -> None:
    signing_keys.rotate()
    with pytest.raises(signing_keys.KeyWaiting):
        signing_keys.rotate()
    pass_by(61)
    third = signing_keys.rotate()
    assert third in shown() and len(shown()) == 3


def test_a_key_that_somebody_may_know_is_believed_no_more_at_once() -> None:
    of_first = a_token()
    waiting = signing_keys.rotate()
    fresh = signing_keys.rotate(now_at_once=True)
    assert (signing(), shown()) == (fresh, [fresh])
    assert waiting not in shown()
    with pytest.raises(AccessTokenNotTrusted):
        access_tokens.read(of_first, now=timezone.now())
    assert access_tokens.read(a_token(), now=timezone.now())


def test_of_ten_who_rotate_at_once_one_makes_a_key() -> None:
    def rotated(_: int) -> bool:
        try:
            signing_keys.rotate()
        except signing_keys.KeyWaiting:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as crowd:
        assert sum(crowd.map(rotated, range(10))) == 1
    assert SigningKey.objects.count() == 1


def test_the_private_half_lies_sealed_for_its_own_row() -> None:
    kid = signing_keys.rotate()
    row = SigningKey.objects.get()
    assert b"PRIVATE" not in bytes(row.private) and "d" not in row.public
    opened = settings.KEYRING.open("signin_signingkey.private", kid, bytes(row.private))
    assert "PRIVATE KEY" in opened
    assert [each.kid for each in signing_keys.history()] == [kid]
    assert row.signs_from - row.made_at == timedelta(hours=1)


def test_one_command_rotates_and_says_what_holds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "set_up_django", lambda *_: None)
    assert cli.main(["signing-keys", "rotate"]) == 0
    assert cli.main(["signing-keys", "rotate"]) == 1
    assert cli.main(["signing-keys", "list"]) == 0
    told = capsys.readouterr()
    assert "ký sau một giờ" in told.out and "đang ký" in told.out and "được công bố" in told.out
    assert "chờ khóa đó" in told.err
    assert cli.main(["signing-keys", "rotate", "--at-once"]) == 0
    assert len(shown()) == 1
    assert isinstance(cli._parser().parse_args(["signing-keys", "list"]), argparse.Namespace)


def test_a_desk_apart_lets_nobody_in_before_it_has_a_key_for_tokens(of_before: Path, settings: Any) -> None:
    """It would sign with the key of receipts until somebody set them apart (ADR 0042); a portal moves over (above)."""
    people.unit(systems.ROOT)
    client, waiting = systems.asked(systems.connector(), scopes=("catalogue.read",))
    other = systems.connector()
    settings.HOSTS_PORTAL = False

    def approved() -> str:
        return systems.code_of(lambda: clients.approve(authority=other, registration=waiting.public_id))

    assert approved() == "registration_token_key_missing" and systems.live(client) is None
    Keyring.generate(of_before.parent / "new")
    settings.KEYRING = Keyring.from_directory(of_before.parent / "new")
    assert approved() == "" and systems.live(client) is not None

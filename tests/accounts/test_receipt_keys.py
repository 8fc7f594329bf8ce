"""A key of receipts is shown before it signs, believed until its last receipt has lapsed, and not at all when lost."""

import base64
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.utils import timezone

from motcua.accounts import check, receipt_keys, receipt_rotation
from motcua.accounts.models import ReceiptKey
from motcua.ops import cli, starting
from motcua.signin import signing_keys
from tests.accounts import people
from tests.races.together import together
from tests.rule_by_rule import only_by_trigger

pytestmark = pytest.mark.django_db(transaction=True)


def own() -> str:
    return receipt_keys.jwk(settings.KEYRING.receipt_key.public_key())["kid"]


def pass_by(minutes: int) -> None:
    """As if the rows were older."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_receiptkey DISABLE TRIGGER receipt_key_moves")
        cursor.execute(
            "UPDATE accounts_receiptkey SET made_at = made_at - make_interval(mins => %s),"
            " signs_from = signs_from - make_interval(mins => %s)",
            [minutes, minutes],
        )
        cursor.execute("ALTER TABLE accounts_receiptkey ENABLE TRIGGER receipt_key_moves")
    receipt_keys.forget()


def shown() -> list[str]:
    return [key["kid"] for key in receipt_keys.published()]


def a_receipt() -> str:
    return check.sign_receipt(
        audience="binh-dinh",
        subject="a" * 32,
        purpose="p",
        standing=check.Standing.USABLE,
        now=timezone.now(),
    )


def kid_of(receipt: str) -> str:
    head = receipt.split(".")[0]
    named: dict[str, str] = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    return named["kid"]


def test_without_any_row_the_key_of_the_installation_signs() -> None:
    assert (kid_of(a_receipt()), shown(), receipt_keys.retired()) == (own(), [own()], [])


def test_a_new_key_is_shown_an_hour_before_it_signs_and_the_old_one_until_its_last_receipt_lapsed() -> None:
    second = receipt_rotation.rotate()
    assert (kid_of(a_receipt()), shown()) == (own(), [own(), second])
    pass_by(59)
    assert kid_of(a_receipt()) == own()
    pass_by(2)
    assert (kid_of(a_receipt()), shown()) == (second, [second, own()])
    pass_by(14)
    assert shown() == [second, own()], "a receipt of the last moment is still good for a minute"
    pass_by(10)
    assert shown() == [second]
    (gone,) = receipt_keys.retired()
    assert (gone["kid"], gone["lost"]) == (own(), False)
    assert gone["until"] < timezone.now()


def test_a_lost_key_is_believed_no_more_at_once_nor_is_the_one_that_waited() -> None:
    waiting = receipt_rotation.rotate()
    fresh = receipt_rotation.rotate(lost=True)
    assert (kid_of(a_receipt()), shown()) == (fresh, [fresh])
    assert {(key["kid"], key["lost"]) for key in receipt_keys.retired()} == {(own(), True), (waiting, True)}
    assert [receipt_keys.jwk(key)["kid"] for key in receipt_keys.ever_ours()] == [fresh]


def test_a_lost_key_that_was_to_sign_later_does_not_end_the_one_that_took_over() -> None:
    receipt_rotation.rotate()
    fresh = receipt_rotation.rotate(lost=True)
    pass_by(120)
    assert (kid_of(a_receipt()), shown()) == (fresh, [fresh])


def test_the_check_of_an_account_is_signed_by_the_key_of_the_moment() -> None:
    person = people.data()
    people.account(person)

    def checked() -> str:
        known = check.check(
            number=person.citizen_id,
            old_number=None,
            purpose="p",
            asked_by="a" * 32,
            unit_code="u",
            reference=str(uuid.uuid4()),
            audience="binh-dinh",
            now=timezone.now(),
        )
        assert known is not None
        return kid_of(known.receipt)

    assert checked() == own()
    second = receipt_rotation.rotate()
    assert checked() == own()
    pass_by(61)
    assert checked() == second
    third = receipt_rotation.rotate(lost=True)
    assert checked() == third


def test_a_process_that_read_the_keys_reads_them_anew_for_one_it_does_not_know() -> None:
    assert [key.kid for key in receipt_keys.known()] == [own()]
    before = receipt_keys._lately[0]
    fresh = receipt_rotation.rotate(lost=True)
    receipt_keys._lately[0] = before
    assert [key.kid for key in receipt_keys.known()] == [own()]
    assert fresh in [key.kid for key in receipt_keys.known(fresh)]


def test_of_ten_who_rotate_at_once_one_makes_a_key() -> None:
    outcomes = together([receipt_rotation.rotate] * 10)
    assert sum(outcome.went_well for outcome in outcomes) == 1
    assert {outcome.refusal.code for outcome in outcomes if outcome.refusal} == {"receipt_key_waiting"}
    assert ReceiptKey.objects.count() == 2  # the installation's own, and the next


def test_no_check_is_without_a_believed_key_while_keys_change() -> None:
    """Lost twice and rotated, with checks all the while: each was signed by a key that stood when it was asked."""

    def asked() -> bool:
        kid = kid_of(a_receipt())
        return kid in [key.kid for key in receipt_keys.every()]

    def changed() -> str:
        return receipt_rotation.rotate(lost=True)

    outcomes = together([asked, asked, asked, changed, asked, asked, changed, asked] * 3)
    assert all(outcome.went_well and outcome.value for outcome in outcomes)


def test_the_private_half_lies_sealed_for_its_own_row() -> None:
    kid = receipt_rotation.rotate()
    row = ReceiptKey.objects.get(kid=kid)
    assert b"PRIVATE" not in bytes(row.private) and "d" not in row.public
    assert "PRIVATE KEY" in settings.KEYRING.open("accounts_receiptkey.private", kid, bytes(row.private))
    assert ReceiptKey.objects.get(kid=own()).private is None
    assert row.signs_from - row.made_at == timedelta(hours=1)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_receiptkey SET signs_from = signs_from + interval '1 day'",
        "UPDATE accounts_receiptkey SET kid = kid || 'x'",
        "UPDATE accounts_receiptkey SET private = NULL",
        "UPDATE accounts_receiptkey SET lost_at = now(), public = '{}'",
        "DELETE FROM accounts_receiptkey",
        "INSERT INTO accounts_receiptkey (kid, public, signs_from, lost_at)"
        " VALUES ('x', '{}', now() + interval '1 day', now())",
        "INSERT INTO accounts_receiptkey (kid, public, signs_from)"
        " VALUES ('x', '{\"d\": 1}', now() + interval '1 day')",
    ],
)
def test_a_key_that_was_written_is_only_lost(statement: str) -> None:
    receipt_rotation.rotate()
    only_by_trigger(
        "receipt_key_moves", "accounts_receiptkey", lambda: sql(statement), rule="receipt_key_written_once"
    )


def test_what_was_lost_is_not_found_again_and_when_is_said_by_the_database() -> None:
    receipt_rotation.rotate(lost=True)
    lost = "UPDATE accounts_receiptkey SET lost_at = {} WHERE kid = %s"
    with pytest.raises(IntegrityError):
        sql(lost.format("NULL"), own())
    fresh = receipt_rotation.rotate(lost=True)
    moment = ReceiptKey.objects.get(kid=own()).lost_at
    receipt_rotation.rotate(lost=True)
    assert ReceiptKey.objects.get(kid=own()).lost_at == moment
    assert abs(ReceiptKey.objects.get(kid=fresh).lost_at - timezone.now()) < timedelta(minutes=1)


def test_one_command_rotates_lists_and_says_what_holds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "set_up_django", lambda *_: None)
    assert cli.main(["receipts", "rotate"]) == 0
    assert cli.main(["receipts", "rotate"]) == 1
    assert cli.main(["receipts", "keys"]) == 0
    told = capsys.readouterr()
    assert "ký sau một giờ" in told.out and "đang ký" in told.out and "được công bố" in told.out
    assert "chờ khóa đó" in told.err
    assert cli.main(["receipts", "rotate", "--lost"]) == 0
    assert cli.main(["receipts", "keys"]) == 0
    told = capsys.readouterr()
    assert "không quá 2 phút" in told.out and "báo mất từ" in told.out
    assert "signing-keys" not in told.out, "tokens have a first key of their own"


def test_where_one_key_signs_both_the_command_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key directory from before the two were apart (docs/upgrading.md)."""
    monkeypatch.setattr(starting, "set_up_django", lambda *_: None)
    monkeypatch.setattr(settings.KEYRING, "token_key", settings.KEYRING.receipt_key)
    signing_keys.forget()
    assert cli.main(["receipts", "rotate", "--lost"]) == 0
    assert "signing-keys rotate --at-once" in capsys.readouterr().out
    signing_keys.rotate(now_at_once=True)
    assert cli.main(["receipts", "rotate", "--lost"]) == 0
    assert "signing-keys" not in capsys.readouterr().out

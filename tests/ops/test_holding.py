"""What a restore shuts stays shut until the owner of the database opens it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from tests.app_role import give
from tests.rule_by_rule import Rule, constraints_of, two_rows, wrong_of

from motcua.accounts.ports import Verdict
from motcua.desk.ports import Unknown
from motcua.ops import cli, half_restored, handlers, holding, working
from motcua.ops.models import Hold
from motcua.ops.places import APP_ROLE, CannotStart
from motcua.web import outside
from motcua.web.held_outside import NothingLeavesYet

pytestmark = pytest.mark.django_db(transaction=True)

RULES: list[Rule] = [("ops_hold", "hold_door_known", "door = left(door, 2)")]


def test_each_rule_of_the_table_refuses_under_its_name() -> None:
    with transaction.atomic():
        two_rows(Hold, door=lambda nth: Hold.Door.values[nth - 1])
        assert wrong_of(RULES) == []
        transaction.set_rollback(True)
    assert constraints_of("ops") == {rule for _, rule, _ in RULES}


def test_work_that_tells_somebody_outside_waits_and_goes_on_after_the_release() -> None:
    done: list[int] = []
    work = holding.unless_held(lambda: done.append(1) or 5)
    assert work() == 5
    holding.hold(Hold.Door.OUTSIDE, "20261130T000000Z-00000000")
    holding.hold(Hold.Door.OUTSIDE, "20261130T000000Z-00000000")
    assert (work(), len(done)) == (0, 1)
    assert holding.release(Hold.Door.OUTSIDE) and not holding.release(Hold.Door.OUTSIDE)
    assert (work(), len(done)) == (5, 2)


#: What goes on while OUTSIDE is shut: it tells nobody outside anything. Whatever is not named here must ask first.
AT_HOME = {
    # rounds
    "seal", "bucket", "file", "file_key", "field_key", "old_message", "replaced_phone", "figure", "lapsed_post",
    "radar", "left_file", "old_search", "alarm", "pulse",
    # of connected systems, wherever they are registered
    "old_answer", "used_proof",
    # of the portal: what they have to say goes into the outbox, which waits
    "resting_reset", "lapsed_data", "closed_account", "old_class_list", "old_look", "ended_sign_in",
    "old_sign_in", "expiring_paper", "old_desk_dossier", "account_merge", "sharing_of_merged", "of_age",
    "of_age_password", "lapsed_unlinking",
    # of the desk
    "old_dossier", "old_guest",
}  # fmt: skip


def test_every_round_asks_first_or_is_known_to_stay_at_home(settings: Any) -> None:
    """Turned round: a new round or chore is refused here until somebody has thought about it."""
    settings.MAIL_HOST = "mail.example.vn"
    settings.NATIONAL_SYNC = True
    settings.NATIONAL_REGISTER = "tests.desk.fake_register.FakeRegister"
    rounds = [
        *working.rounds(),
        *working.text_rounds([], first=True),
        *working.mail_rounds(),
        *working.national_rounds(),
    ]
    chores = {name: work for name, work, _ in handlers.chores()}
    every = {each.kind: each.work for each in rounds} | chores
    unheld = {kind for kind, work in every.items() if not hasattr(work, "asks_first")}
    assert unheld == AT_HOME
    assert {"errand", "message", "rescue", "letter", "national", "phone_recheck", "compared_day"} <= set(
        every
    )


#: Gateways of the web that may be asked all the same, each for a reason.
NEED_NOT_ASK = {
    "sessions": "a room of ours",
    "procedure_catalogue": "our own catalogue",
    "portal_sign_in": "who signs in goes to the portal themselves, and learns nothing of the restored rows",
    "antivirus": "on this machine; without it no paper could be looked at in a drill",
    "result_signer": "our own keys, or the device in this room",
    "sms_news_reader": "only reads what a provider brought",
}


def test_every_gateway_of_the_web_refuses_while_nothing_may_leave(settings: Any) -> None:
    settings.ACCOUNT_REGISTRY = settings.OWNERS_VAULT = settings.PAYMENT_GATEWAY = f"{__name__}.Gateway"
    settings.SUBSCRIBER_REGISTRY = settings.OWNER_REVEALS = settings.VNEID_SIGN_IN = f"{__name__}.Gateway"
    gateways = {
        name: each for name, each in vars(outside).items() if callable(each) and hasattr(each, "cache_clear")
    }
    asking = gateways.keys() - NEED_NOT_ASK.keys()
    assert asking == {
        "account_registry",
        "owner_reveals",
        "owners_vault",
        "payment_gateway",
        "subscriber_registry",
        "vneid_sign_in",
    }
    for name in asking:
        gateways[name].cache_clear()
    try:
        assert outside.payment_gateway().ask("x") == "asked"
        holding.hold(Hold.Door.OUTSIDE, "20261130T000000Z-00000000")
        for gateway in (
            outside.payment_gateway(),
            outside.owners_vault(),
            outside.owner_reveals(),
            outside.account_registry(),
            outside.vneid_sign_in(),
        ):
            with pytest.raises(NothingLeavesYet):
                gateway.tell()  # type: ignore[union-attr, call-arg]
        assert outside.account_registry().check() == Unknown("nothing_leaves_yet")  # type: ignore[call-arg]
        assert outside.subscriber_registry().ask().verdict is Verdict.UNKNOWN  # type: ignore[call-arg]
        holding.release(Hold.Door.OUTSIDE)
        assert outside.subscriber_registry().ask() == "asked"  # type: ignore[call-arg]
    finally:
        for name in asking:
            gateways[name].cache_clear()


class Gateway:
    """Another system; that anybody asked it is all it says."""

    def __getattr__(self, _: str) -> Callable[..., str]:
        return lambda *_, **__: "asked"


def test_the_running_system_cannot_open_what_is_shut() -> None:
    give()
    holding.hold(Hold.Door.OUTSIDE, "20261130T000000Z-00000000")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")
        assert holding.stands(Hold.Door.OUTSIDE), "it may look"
        holding.release(Hold.Door.OUTSIDE)
    assert holding.stands(Hold.Door.OUTSIDE)


def test_nothing_starts_over_a_database_that_is_half_restored(capsys: pytest.CaptureFixture[str]) -> None:
    half_restored.refuse()
    holding.hold(Hold.Door.EVERYTHING, "20261130T000000Z-00000000")
    with pytest.raises(CannotStart, match="chưa xong"):
        half_restored.refuse()
    assert cli.main(["grants"]) == 1, "rights given now would let the running system in"
    assert "chưa xong" in capsys.readouterr().err
    holding.release(Hold.Door.EVERYTHING)


def test_releasing_says_whether_there_was_anything_to_release(capsys: pytest.CaptureFixture[str]) -> None:
    holding.hold(Hold.Door.OUTSIDE, "20261130T000000Z-00000000")
    assert cli.main(["outbox", "release"]) == 0
    assert "được gửi" in capsys.readouterr().out
    assert cli.main(["outbox", "release"]) == 0
    assert "Không có gì đang bị giữ" in capsys.readouterr().out

"""What is said of a class received at once, and of who files for whom: the rules of migrations 0016 to 0019.

Each is refused under its name, and without its trigger it would have happened (seen red).
"""

import importlib
import inspect
import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from tests.desk import lives, rights
from tests.desk.lives import House
from tests.desk.test_for_another import child, filed, may_ask, only_by_rule, spoilt
from tests.desk.test_gate_rules import refused, sql, undone
from tests.desk.test_group_reception import begun, checked, own_account, received, settled
from tests.desk.town import Town, a_form
from tests.rule_by_rule import named_in, triggers_of

from motcua.desk import relations
from motcua.desk.catalogue_words import Asker
from motcua.desk.models import Dossier, GroupReception, GroupRow, Representation

GROUP = ("desk_groupreception", "desk_group_guard")
ROW = ("desk_grouprow", "desk_group_row_guard")
RIGHT = ("desk_representation", "desk_representation_guard")
RULES_OF = [
    "0016_representations",
    "0017_group_reception",
    "0018_charges_called_off",
    "0019_deliveries_and_hand_outs",
]

Act = Callable[[], object]


def only_by_guard(act: Act, rule: str, guard: tuple[str, str]) -> None:
    table, trigger = guard
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    refused(act, rule)
    with undone():
        sql(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        act()


def changing(table: str, change: str) -> Act:
    return lambda: sql(f"UPDATE {table} SET {change}")


def a_class(town: Town, size: int = 1) -> uuid.UUID:
    return begun(town, [own_account(town, nth) for nth in range(1, size + 1)])


def a_received_class(town: Town) -> uuid.UUID:
    group = a_class(town)
    checked(town, group)
    settled(town, group)
    assert received(town, group) == 0
    return group


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("desk_group_written_once", "label = 'Lớp 9A2'"),
        ("desk_group_written_once", "officer_subject = repeat('d', 32)"),
        ("desk_group_written_once", "kept_until = kept_until + interval '1 day'"),
        ("desk_group_as_chosen", "papers = '[]'"),
        ("desk_group_as_chosen", "receiving_at = receiving_at + interval '1 hour'"),
    ],
)
def test_a_list_that_is_being_received_stays_as_it_was_chosen(town: Town, rule: str, change: str) -> None:
    a_received_class(town)
    only_by_guard(changing("desk_groupreception", change), rule, GROUP)


def test_no_list_and_no_line_of_it_is_deleted(town: Town) -> None:
    a_class(town)
    only_by_guard(lambda: sql("DELETE FROM desk_grouprow"), "desk_group_row_kept", ROW)
    with undone():
        sql("ALTER TABLE desk_grouprow DISABLE TRIGGER desk_group_row_guard")
        sql("DELETE FROM desk_grouprow")
        only_by_guard(lambda: sql("DELETE FROM desk_groupreception"), "desk_group_kept", GROUP)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("desk_group_row_stays", "nth = nth + 1"),
        ("desk_group_row_stays", "public_id = gen_random_uuid()"),
        ("desk_group_row_typed", "typed_sealed = NULL"),
    ],
)
def test_a_line_keeps_its_place_and_what_was_typed_until_its_day(town: Town, rule: str, change: str) -> None:
    a_class(town)
    only_by_guard(changing("desk_grouprow", change), rule, ROW)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("desk_group_row_received", "said = 'Khác.'"),
        ("desk_group_row_received", "papers = '[]'"),
        ("desk_group_row_received", "dossier_id = NULL"),
        ("desk_group_row_typed", "typed_sealed = '\\x01'"),
    ],
)
def test_a_line_that_has_its_dossier_is_closed(town: Town, rule: str, change: str) -> None:
    a_received_class(town)
    only_by_guard(changing("desk_grouprow", change), rule, ROW)


def test_a_line_has_no_other_dossier_than_the_one_made_of_it(town: Town) -> None:
    checked(town, a_class(town))
    stranger = town.received(town.new_owner())
    row = GroupRow.objects.get()
    only_by_guard(changing("desk_grouprow", f"dossier_id = {stranger.pk}"), "desk_group_row_own_dossier", ROW)

    def begins() -> None:
        values = {"answer": "FOUND", "account_check": row.account_check, "typed_sealed": b"x"}
        GroupRow.objects.create(group=row.group, nth=2, dossier=stranger, **values)

    only_by_guard(begins, "desk_group_row_becomes", ROW)


def test_the_rightful_step_of_each_row_is_let_through(town: Town) -> None:
    """The rules refuse what is forged, not the work: the whole way of a class under them."""
    group = a_received_class(town)
    row = GroupRow.objects.get(group__public_id=group)
    assert row.dossier is not None and row.dossier.idempotency_key == row.public_id
    assert GroupReception.objects.get().receiving_at is not None


@pytest.mark.parametrize(
    ("rule", "act"),
    [
        ("desk_right_kept", "DELETE FROM desk_representation"),
        ("desk_right_unchanged", "UPDATE desk_representation SET ends_on = '2999-01-01'"),
        ("desk_right_unchanged", "UPDATE desk_representation SET scope = '{}', proof_number = '99'"),
    ],
)
def test_a_right_once_shown_is_not_rewritten(town: Town, rule: str, act: str) -> None:
    filed(town, rights.parent(), person=child())
    with undone():
        # A dossier stands on it: deleting would be refused by the foreign key as well.
        sql("SET LOCAL session_replication_role = replica")
        sql("UPDATE desk_dossier SET representation_id = NULL")
        sql("SET LOCAL session_replication_role = origin")
        only_by_guard(lambda: sql(act), rule, RIGHT)


def test_a_dossier_keeps_the_right_it_was_filed_with(town: Town) -> None:
    filed(town, rights.parent(), person=child())
    forget = changing("desk_dossier", "representation_id = NULL")
    refused(forget, "desk_right_unchanged")
    with undone():
        sql("ALTER TABLE desk_dossier DISABLE TRIGGER desk_dossier_right")
        forget()


def test_who_files_for_the_dead_or_a_ward_says_for_whom(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def without_a_name(dossier: Dossier, *_: object, **__: object) -> None:
        dossier.representation = Representation.objects.create(
            kind="HEIR", asker="HEIR", proof_code="giay-chung-tu", proof_number="07", proof_on=rights.today()
        )

    may_ask(Asker.HEIR)
    monkeypatch.setattr(relations, "hold", without_a_name)
    draft, form = town.draft(), a_form()
    only_by_rule("desk_right_person", lambda: town.receive(draft, form))


def test_no_officer_receives_what_the_officer_represents(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    may_ask(Asker.ORGANISATION, Asker.GUARDIAN)
    spoilt(
        monkeypatch,
        kind="ORGANISATION",
        asker="ORGANISATION",
        mandate=uuid.uuid4(),
        mandate_at=timezone.now(),
        representative_subject=town.authority.subject,
    )
    draft, form = town.draft(), a_form(right=rights.parent(), person=child())
    only_by_rule("desk_right_not_own", lambda: town.receive(draft, form))


def test_a_result_does_not_begin_in_the_vault(town: Town) -> None:
    house: House = lives.house(town)
    dossier = house.on_the_desk_of_the_specialist()
    before = house.attach(dossier)

    def begun_there() -> None:
        before.pk, before.public_id, before.delivered_as = None, uuid.uuid4(), "p"
        before.save(force_insert=True)

    with undone():
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("SET LOCAL session_replication_role = replica")
        sql("DELETE FROM desk_result")
        sql("SET LOCAL session_replication_role = origin")
        refused(begun_there, "desk_delivered_as_promised")
        sql("ALTER TABLE desk_result DISABLE TRIGGER desk_result_not_yet_delivered")
        begun_there()


# -- nothing of these migrations is left out -----------------------------------------------------------


def _source(migration: str) -> str:
    return inspect.getsource(importlib.import_module(f"motcua.desk.migrations.{migration}"))


@pytest.mark.django_db
def test_every_rule_of_rights_classes_money_and_deliveries_is_tried_somewhere() -> None:
    source = "".join(_source(migration) for migration in RULES_OF)
    rules = set(re.findall(r"desk_refuse\('([a-z_]+)'", source))
    triggers = set(re.findall(r"CREATE (?:CONSTRAINT )?TRIGGER ([a-z_]+)", source))
    assert len(rules) > 25 and triggers <= triggers_of("desk")
    assert (rules | triggers) - named_in(Path(__file__).parent) == set()

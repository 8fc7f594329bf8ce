"""V-32 and T-05: a thousand generated attempts over every way in; afterwards each dossier is asked for its check."""

import random
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tests.desk import town as building
from tests.desk.test_gate_rules import Bench, shifted, sql
from tests.desk.town import NAME, OWNER, PREFIX, Town, a_form

from motcua.desk import checks, provisional
from motcua.desk.models import AccountCheck, Dossier
from motcua.desk.ports import OwnerStatus
from motcua.desk.states import State
from motcua.kernel.authority import Authority
from motcua.kernel.refusal import Refusal
from motcua.limits.models import Bucket

ATTEMPTS = 1000

# A dossier past the gate whose check does not carry it. Written apart from the rules it checks.
WRONG = """
SELECT count(*) FROM desk_dossier d LEFT JOIN desk_accountcheck c ON c.id = d.check_id
 WHERE d.state NOT IN ('PROVISIONAL', 'NEW', 'NOT_ACCEPTED') AND NOT (
       c.id IS NOT NULL AND c.answer = 'FOUND' AND c.status IN ('USABLE', 'AWAITING_ACTIVATION')
   AND c.subject = d.owner_subject AND c.number_bi = d.owner_number_bi AND c.spent_at IS NOT NULL
   AND d.owner_subject <> d.received_by
   AND (c.kind = 'RECHECK' AND c.for_dossier = d.public_id
        OR c.kind = 'COUNTER' AND c.officer_subject = d.received_by AND c.unit_code = d.unit_code
           AND c.procedure_id = d.procedure_id))
"""


def count(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


class Intruder:
    """Tries, in random order, what people, imports, consoles and bugs do."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.dice = town, random.Random(seed)
        self.bench = Bench(town)
        self.desks = [town.authority] + [
            building.authority_of(building.an_officer(), town.unit) for _ in range(3)
        ]
        self.owners = [town.new_owner() for _ in range(6)]
        town.portal.enrol("052190009901", NAME, status=OwnerStatus.LOCKED)
        town.portal.enrol("052190009902", NAME, subject=town.authority.subject)
        town.portal.enrol("052190009903", NAME, subject=self.desks[1].subject)
        self.owners += ["052190009901", "052190009902", "052190009903", "052190009999"]
        self.drafts: list[tuple[uuid.UUID, Authority, str]] = []
        self.ends: Counter[str] = Counter()

    def desk(self) -> Authority:
        return self.dice.choice(self.desks)

    def a_check(self) -> AccountCheck | None:
        return self.dice.choice(list(AccountCheck.objects.order_by("id")[:400]) or [None])

    def a_draft(self) -> tuple[uuid.UUID, Authority, str]:
        """Mostly as the screen would send it, sometimes with a borrowed or invented part."""
        if not self.drafts or self.dice.random() < 0.1:
            return uuid.uuid4(), self.desk(), building.PROCEDURE
        check_id, desk, procedure = self.dice.choice(self.drafts[-12:])
        if self.dice.random() < 0.3:
            desk = self.desk()
        if self.dice.random() < 0.2:
            procedure = "2.002479"
        return check_id, desk, procedure

    def check(self) -> None:
        Bucket.objects.all().delete()
        self.town.portal.down = self.dice.random() < 0.2
        desk = self.desk()
        view = self.town.check(self.dice.choice(self.owners), by=desk)
        procedure = self.dice.choice([building.PROCEDURE, "2.002479"])
        self.drafts.append((view.public_id, desk, procedure))
        self.town.choose(view.public_id, procedure, by=desk)

    def age(self) -> None:
        if check := self.a_check():
            shifted(check, self.dice.choice([60, 601, 901, 5000]))

    def receive(self) -> None:
        check_id, desk, procedure = self.a_draft()
        form = a_form(procedure, private_matter=self.dice.random() < 0.3)
        self.town.receive(check_id, form, by=desk)

    def take_in(self) -> None:
        check_id, desk, procedure = self.a_draft()
        provisional.receive_provisionally(
            authority=desk,
            check_id=check_id,
            owner_name=NAME,
            form=a_form(procedure),
            now=timezone.now(),
        )

    def recheck(self) -> None:
        waiting = Dossier.objects.filter(state=State.PROVISIONAL).first()
        if waiting:
            provisional.recheck(dossier_id=waiting.public_id, registry=self.town.portal, now=timezone.now())

    def spend_by_hand(self) -> None:
        if check := self.a_check():
            AccountCheck.objects.filter(pk=check.pk).update(spent_at=timezone.now())

    def insert(self) -> None:
        """Raw SQL with a check of somebody, an owner of somebody, an officer of somebody."""
        check = self.a_check()
        values: dict[str, Any] = {"state": self.dice.choice(list(State)).value}
        if check is not None and self.dice.random() < 0.8:
            values |= {"check_id": check.pk, "received_by": check.officer_subject or "f" * 32}
            if self.dice.random() < 0.7:
                values |= {"owner_subject": check.subject, "owner_number_bi": check.number_bi}
        else:
            values |= {"check_id": None, "owner_subject": "", "unchecked": self.dice.random() < 0.5}
        if self.dice.random() < 0.3:
            values["received_by"] = self.desk().subject
        if self.dice.random() < 0.2:
            values["channel"] = "ONLINE"
        self.bench.insert(**values)

    def orm(self) -> None:
        """An import that builds the row itself."""
        model = self.bench.model
        row = Dossier(
            **{
                column.attname: getattr(model, column.attname)
                for column in Dossier._meta.concrete_fields
                if column.attname not in {"id", "public_id", "idempotency_key", "code", "account_check_id"}
            }
        )
        row.public_id, row.idempotency_key = uuid.uuid4(), uuid.uuid4()
        row.code = f"{PREFIX}-{timezone.localtime():%y%m%d}-{self.dice.randrange(5000, 9999)}"
        check = self.a_check()
        row.account_check = check if self.dice.random() < 0.8 else None
        row.owner_subject = self.dice.choice([check.subject if check else "", "", "e" * 32])
        Dossier.objects.bulk_create([row])

    def update(self) -> None:
        """A console that moves things along."""
        change = self.dice.choice(
            [
                {"state": self.dice.choice(list(State)).value},
                {"owner_subject": "d" * 32},
                {"received_by": self.desk().subject},
                {"account_check": self.a_check()},
                {"state": "RECEIVED", "account_check": self.a_check()},
                {"unchecked": True, "account_check": None, "owner_subject": ""},
            ]
        )
        one = self.dice.choice(list(Dossier.objects.order_by("-id")[:30]))
        Dossier.objects.filter(pk=one.pk).update(**change)

    def run(self, attempts: int) -> None:
        ways: list[Callable[[], None]] = [
            self.check, self.check, self.age, self.receive, self.receive, self.take_in, self.recheck,
            self.spend_by_hand, self.insert, self.insert, self.orm, self.update,
        ]  # fmt: skip
        for _ in range(attempts):
            way = self.dice.choice(ways)
            try:
                with transaction.atomic() if way in {self.insert, self.orm, self.update} else _nothing():
                    way()
            except (Refusal, DatabaseError) as no:
                self.ends[f"{way.__name__} {type(no).__name__}"] += 1
            else:
                self.ends[f"{way.__name__} ok"] += 1


class _nothing:  # noqa: N801
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def test_a_thousand_attempts_leave_no_dossier_without_its_check(town: Town) -> None:
    intruder = Intruder(town, seed=20220720)
    intruder.run(ATTEMPTS)

    assert count(WRONG) == 0
    assert count("SELECT count(check_id) - count(DISTINCT check_id) FROM desk_dossier") == 0
    ends = intruder.ends
    for way in ("receive", "insert", "orm", "update", "take_in"):
        refused = sum(times for end, times in ends.items() if end.startswith(f"{way} ") and "ok" not in end)
        assert refused > 10, ends
    assert ends["receive ok"] > 5 and ends["recheck ok"] > 5, ends


def test_the_same_attempts_do_break_in_when_the_rules_are_gone(town: Town) -> None:
    """Seen red: the measure above can fail."""
    intruder = Intruder(town, seed=20220720)
    sql("ALTER TABLE desk_dossier DISABLE TRIGGER desk_dossier_guard")
    sql("ALTER TABLE desk_dossier DROP CONSTRAINT dossier_gate")
    try:
        intruder.run(300)
        assert count(WRONG) > 0
    finally:
        sql("SET session_replication_role = replica")
        sql("DELETE FROM desk_dossierevent; DELETE FROM desk_dossiercomponent; DELETE FROM desk_dossier")
        sql("SET session_replication_role = origin")
        sql("ALTER TABLE desk_dossier ENABLE TRIGGER desk_dossier_guard")
        sql(GATE_AGAIN)


GATE_AGAIN = """
ALTER TABLE desk_dossier ADD CONSTRAINT dossier_gate CHECK (
    state IN ('NEW', 'NOT_ACCEPTED', 'PROVISIONAL')
    OR (check_id IS NOT NULL AND exception_id IS NULL AND NOT unchecked AND owner_subject <> '')
    OR (check_id IS NULL AND owner_subject = '' AND (exception_id IS NOT NULL OR unchecked)))
"""


@pytest.mark.parametrize("way", ["reuse", "too old", "other officer", "other owner", "tampered id"])
def test_an_old_or_borrowed_check_is_never_accepted(town: Town, way: str) -> None:
    """T-05, a hundred times each: 0 of 500. The portal is silent, so that no check renews itself."""
    draft = town.draft()
    town.receive(town.draft(town.new_owner()))
    colleague = building.authority_of(building.an_officer(), town.unit)
    if way == "reuse":
        town.receive(draft)
    if way == "too old":
        shifted(AccountCheck.objects.get(public_id=draft), 15 * 60 + 1)
    bench = Bench(town)
    spent = bench.check
    town.portal.down = True
    before = Dossier.objects.count()

    for nth in range(100):
        with pytest.raises((Refusal, DatabaseError)), transaction.atomic():
            if way == "other owner":
                bench.insert(owner_subject=f"{nth:032x}", check_id=spent.pk)
            else:
                by = colleague if way == "other officer" else town.authority
                check_id = uuid.uuid4() if way == "tampered id" else draft
                _receive_outside(town, check_id, by)

    assert Dossier.objects.count() == before


def _receive_outside(town: Town, check_id: uuid.UUID, by: Authority) -> None:
    town.receive(check_id, a_form(), by=by)


def test_fifteen_minutes_are_counted_by_the_databases_clock(town: Town) -> None:
    """An application server whose clock is an hour behind does not make an old check young."""
    draft = town.draft()
    shifted(AccountCheck.objects.get(public_id=draft), 15 * 60 + 1)
    town.portal.down = True
    from motcua.desk import reception

    with pytest.raises(checks.CheckTooOld):
        reception.receive(
            authority=town.authority,
            check_id=draft,
            form=a_form(),
            registry=town.portal,
            now=timezone.now() - timedelta(minutes=14),
        )
    assert OWNER in town.portal.people

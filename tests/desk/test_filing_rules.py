"""What the database holds about online filing: each rule refuses, and what it refuses passes without it (seen red)."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.desk import lives
from tests.desk.fake_portal import claims, signed
from tests.desk.filings import Citizen, a_filing
from tests.desk.town import PROCEDURE, Town

from motcua.desk import database_rules, numbering
from motcua.desk.models import AccountCheck, Dossier, FilingDraft, Notice
from motcua.desk.states import State
from motcua.kernel.authority import Authority, Power


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def only_by(trigger: str, table: str, rule: str, act: Callable[[], object], beside: str = "") -> None:
    """Refused under this name; and without this trigger it would have passed.

    ``beside``: a trigger of another migration that refuses the same and stands aside for this look.
    """
    with undone():
        if beside:
            sql(f"ALTER TABLE {table} DISABLE TRIGGER {beside}")
        with pytest.raises(IntegrityError) as no, transaction.atomic():
            act()
        assert database_rules.name_of(no.value) == rule
        sql(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        act()


@pytest.fixture
def citizen(town: Town) -> Citizen:
    return Citizen(town)


@pytest.fixture
def desk(town: Town) -> Authority:
    return lives.holding(town.unit, Power.RECEIVE_DOSSIER)


def copied(dossier: Dossier, check: AccountCheck, **changes: object) -> None:
    """A raw insert of a filed dossier's row, as a console would do it, spoilt in one place."""
    row = {c.column: getattr(dossier, c.attname) for c in Dossier._meta.concrete_fields if c.column != "id"}
    row |= {
        "public_id": uuid.uuid4(),
        "idempotency_key": uuid.uuid4(),
        "arrived_at": timezone.now(),
        "check_id": check.pk,
        "pauses": "[]",
        **changes,
    }
    columns, holes = ", ".join(row), ", ".join(["%s"] * len(row))
    sql(f"INSERT INTO desk_dossier ({columns}) VALUES ({holes})", *row.values())


def another_check(
    dossier: Dossier, *, kind: str = "SIGN_IN", purpose: str = "nop-ho-so-truc-tuyen"
) -> AccountCheck:
    """A spent check of the same owner with a receipt of its own; ``purpose`` is what the receipt says."""
    first = AccountCheck.objects.get(dossier=dossier)
    receipt = claims(first.subject, "USABLE", purpose)
    fresh = AccountCheck(
        **{
            c.attname: getattr(first, c.attname)
            for c in AccountCheck._meta.concrete_fields
            if c.attname not in {"id", "public_id", "checked_at", "spent_at", "visit"}
        }
    )
    fresh.kind, fresh.purpose, fresh.visit = kind, purpose, uuid.uuid4()
    fresh.officer_subject = "a" * 32 if kind == "COUNTER" else ""
    fresh.receipt, fresh.jti = signed(receipt), str(receipt["jti"])
    fresh.save()
    sql("UPDATE desk_accountcheck SET spent_at = now() WHERE id = %s", fresh.pk)
    return fresh


@pytest.mark.parametrize(
    ("kind", "purpose"), [("SIGN_IN", "tiep-nhan-ho-so"), ("COUNTER", "nop-ho-so-truc-tuyen")]
)
def test_a_receipt_made_for_something_else_is_no_proof_of_a_session(
    citizen: Citizen, kind: str, purpose: str
) -> None:
    dossier = citizen.filed()

    only_by(
        "desk_check_purpose_of_kind",
        "desk_accountcheck",
        "desk_check_purpose_of_kind",
        lambda: another_check(dossier, kind=kind, purpose=purpose),
    )


@pytest.mark.parametrize("spoilt", ["received", "received_by"])
def test_an_online_dossier_begins_as_filed_by_its_owner_now(
    town: Town, citizen: Citizen, desk: Authority, spoilt: str
) -> None:
    dossier = citizen.filed()
    now = timezone.now()
    changes: dict[str, dict[str, object]] = {
        "received": {
            "state": "RECEIVED",
            "code": f"{town.unit.dossier_prefix}-{timezone.localtime(now):%y%m%d}-9001",
            "received_at": now,
            "received_by": desk.subject,
        },
        "received_by": {"received_by": desk.subject},
    }

    check = another_check(dossier)
    only_by(
        "desk_dossier_filed_online",
        "desk_dossier",
        "desk_online_begins_as_filed",
        lambda: copied(dossier, check, **changes[spoilt]),
    )
    with undone():
        copied(dossier, check)


def test_staff_file_their_own_matter_only(town: Town, desk: Authority) -> None:
    staff = Citizen(town, subject=desk.subject)
    draft = staff.begin()
    staff.attach(draft)
    dossier = staff.send(draft, a_filing(private_matter=True))
    check = another_check(dossier)

    spoilt: list[dict[str, object]] = [
        {"private_matter": False},
        {"person_name": "Nguyễn Văn Con"},
        {"filer_name": "Nguyễn Văn Nhờ"},
    ]
    for changes in spoilt:
        only_by(
            "desk_dossier_filed_online",
            "desk_dossier",
            "desk_online_staff_for_self",
            lambda changes=changes: copied(dossier, check, **changes),
        )


def received_by(town: Town, dossier: Dossier, subject: str) -> None:
    now = timezone.now()
    Dossier.objects.filter(pk=dossier.pk).update(
        state=State.RECEIVED,
        code=numbering.draw_code(town.unit.pk, now),
        received_at=now,
        received_by=subject,
    )


def test_only_who_may_receive_at_the_unit_accepts(town: Town, citizen: Citizen) -> None:
    dossier = citizen.filed()
    for stranger in (town.authority, lives.holding(town.unit, Power.PROCESS)):
        only_by(
            "desk_dossier_filed_online",
            "desk_dossier",
            "desk_online_accepted_at_unit",
            lambda stranger=stranger: received_by(town, dossier, stranger.subject),
        )


@pytest.mark.parametrize(
    "change",
    [
        {"person_name": "Người khác"},
        {"owner_name": "Người khác"},
        {"owner_last3": "999"},
        {"filer_name": "Người khác"},
        {"private_matter": True},
    ],
)
def test_what_the_owner_filed_is_not_changed_under_the_officers_eyes(
    citizen: Citizen, change: dict[str, object]
) -> None:
    dossier = citizen.filed()

    only_by(
        "desk_dossier_as_filed",
        "desk_dossier",
        "desk_online_as_filed",
        lambda: Dossier.objects.filter(pk=dossier.pk).update(**change),
    )


def test_nobody_but_the_owner_or_an_officer_withdraws(town: Town, citizen: Citizen) -> None:
    dossier = citizen.filed()

    def withdraw(by: str) -> Notice:
        return Notice.objects.create(
            dossier=dossier,
            kind=Notice.Kind.WITHDRAWAL,
            number=f"{uuid.uuid4()}",
            issued_by=by,
            issued_unit=town.unit,
            reason="Không cần nữa",
        )

    for stranger in ("f" * 32, Citizen(town).subject):
        only_by(
            "desk_withdrawal_by",
            "desk_notice",
            "desk_withdrawal_by_owner",
            lambda stranger=stranger: withdraw(stranger),
            beside="desk_notice_begins",
        )
    with undone():
        withdraw(citizen.subject)
    with undone():
        withdraw(lives.holding(town.unit, Power.RECEIVE_DOSSIER).subject)


def test_a_draft_does_not_change_its_owner_and_lapses_by_the_databases_clock(citizen: Citizen) -> None:
    draft = FilingDraft.objects.get(public_id=citizen.begin())

    only_by(
        "desk_filing_draft_guard",
        "desk_filingdraft",
        "desk_filing_draft_of_owner",
        lambda: FilingDraft.objects.filter(pk=draft.pk).update(owner_subject="a" * 32),
    )
    far = timezone.now() + timedelta(days=400)
    FilingDraft.objects.filter(pk=draft.pk).update(kept_until=far)
    draft.refresh_from_db()
    assert draft.kept_until - draft.saved_at == timedelta(days=30)


def test_an_acceptance_days_later_stands_on_the_check_of_the_filing_and_other_ways_in_do_not(
    town: Town, citizen: Citizen, desk: Authority
) -> None:
    """The re-check at reception of migration 0005 would refuse every filing after 15 minutes; for others it stays."""
    dossier = citizen.filed()
    sql("SET session_replication_role = replica")
    sql("UPDATE desk_accountcheck SET checked_at = checked_at - interval '3 days'")
    sql("SET session_replication_role = origin")

    check = AccountCheck.objects.get(dossier=dossier)
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        copied(dossier, another_check_aged(dossier))
    assert database_rules.name_of(no.value) == "desk_check_too_old"
    with undone():
        received_by(town, dossier, desk.subject)
    assert check.procedure is not None and check.procedure.code == PROCEDURE


def another_check_aged(dossier: Dossier) -> AccountCheck:
    check = another_check(dossier)
    sql("SET LOCAL session_replication_role = replica")
    sql("UPDATE desk_accountcheck SET checked_at = now() - interval '16 minutes' WHERE id = %s", check.pk)
    sql("SET LOCAL session_replication_role = origin")
    return check

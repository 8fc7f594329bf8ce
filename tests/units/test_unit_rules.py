"""What the tables of units and posts can never say; each rule is seen to be the one that refuses."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import QuerySet
from tests.units import people
from tests.units.people import TODAY

from motcua.kernel.authority import PRIVILEGED, Power
from motcua.units.models import Officer, Post, StaffPhone, Unit

pytestmark = pytest.mark.django_db
# Nobody whom people.officer() counts up to, however many officers a run has had.
A, B, C = (f"{letter:f>32}" for letter in "abc")


def refused(rule: str, write: Callable[[], object]) -> None:
    """The write is refused by this very rule, and passes once the rule is taken away."""
    with pytest.raises(DatabaseError) as no, transaction.atomic():
        write()
    assert no.value.__cause__.diag.constraint_name == rule
    table, kind = _place(rule)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"DROP TRIGGER {rule} ON {table}" if kind == "t" else _drop(rule, table))
        write()
        transaction.set_rollback(True)


def _drop(rule: str, table: str | None) -> str:
    return f"DROP INDEX {rule}" if table is None else f"ALTER TABLE {table} DROP CONSTRAINT {rule}"


def _place(rule: str) -> tuple[str | None, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s", [rule])
        if row := cursor.fetchone():
            return row[0], "t"
        cursor.execute("SELECT conrelid::regclass::text FROM pg_constraint WHERE conname = %s", [rule])
        row = cursor.fetchone()
        return (row[0], "c") if row else (None, "i")


def a_post(**more: object) -> Callable[[], Post]:
    who, where = people.officer(), people.unit(f"u{Unit.objects.count()}")
    values = {"granted_by_subject": A, "approved_by_subject": B, **more}
    return lambda: people.post(who, where, Power.SIGN, **values)


def test_nobody_grants_to_oneself() -> None:
    who, where = people.officer(), people.unit("so")
    refused(
        "post_never_to_self",
        lambda: people.post(who, where, Power.SIGN, granted_by_subject=who.subject, approved_by_subject=""),
    )


@pytest.mark.parametrize("same", ["grantee", "granter"])
def test_the_approver_is_a_third_person(same: str) -> None:
    who, where = people.officer(), people.unit("so")
    approver = who.subject if same == "grantee" else A
    refused(
        "post_approver_is_a_third_person",
        lambda: people.post(who, where, Power.SIGN, granted_by_subject=A, approved_by_subject=approver),
    )


@pytest.mark.parametrize("power", sorted(PRIVILEGED))
def test_a_privileged_post_names_its_approver(power: Power) -> None:
    who, where = people.officer(), people.unit("so")
    refused(
        "post_privileged_needs_two",
        lambda: people.post(who, where, Power.SIGN, power, granted_by_subject=A, approved_by_subject=""),
    )


def test_a_plain_post_needs_no_approver() -> None:
    assert a_post(approved_by_subject="")().pk


def test_only_people_and_the_installation_grant() -> None:
    refused("post_people_known", a_post(granted_by_subject="root"))


@pytest.mark.parametrize(("granter", "approver"), [("system", B), (A, "system-2")])
def test_the_installation_grants_alone_or_not_at_all(granter: str, approver: str) -> None:
    refused("post_bootstrap_whole", a_post(granted_by_subject=granter, approved_by_subject=approver))


@pytest.mark.parametrize("powers", [[], ["ROOT"]])
def test_a_post_holds_known_powers(powers: list[str]) -> None:
    refused("post_powers_known", a_post(powers=powers))


def test_the_copied_subject_is_the_officers_own() -> None:
    # PostgreSQL judges it at the end of the statement; the copy cannot be somebody else's.
    refused("post_grantee_is_the_officer", a_post(grantee_subject=C))


def test_a_post_runs_forward() -> None:
    # The exclusion would refuse a backward range as well, with a cruder word.
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE units_post DROP CONSTRAINT post_one_at_a_time")
    refused("post_dates_in_order", a_post(valid_from=TODAY, valid_to=TODAY - timedelta(days=1)))


def test_an_officer_has_one_post_per_unit_and_day() -> None:
    who, where = people.officer(), people.unit("so")
    people.post(who, where, Power.SIGN, valid_to=date(2026, 12, 31))
    people.post(who, where, Power.SIGN, valid_from=date(2027, 1, 1))
    refused(
        "post_one_at_a_time",
        lambda: people.post(
            who, where, Power.PROCESS, valid_from=date(2026, 12, 31), valid_to=date(2026, 12, 31)
        ),
    )


def test_a_revocation_names_who_revoked() -> None:
    post = a_post()()
    refused(
        "post_revoked_by_someone",
        lambda: Post.objects.filter(pk=post.pk).update(revoked_at="2026-11-23T00:00:00Z"),
    )


def test_a_post_is_written_once() -> None:
    post = a_post()()
    refused("post_written_once", lambda: Post.objects.filter(pk=post.pk).update(powers=["PROCESS"]))
    refused("post_written_once", lambda: Post.objects.filter(pk=post.pk).delete())


def test_a_revocation_is_not_taken_back() -> None:
    post = a_post(revoked_at="2026-11-23T00:00:00Z", revoked_by_subject=A)()
    refused(
        "post_written_once",
        lambda: Post.objects.filter(pk=post.pk).update(revoked_at=None, revoked_by_subject=""),
    )


def test_a_unit_is_not_below_itself() -> None:
    top = people.unit("tren")
    low = people.unit("duoi", parent=people.unit("giua", parent=top))
    refused("unit_no_ring", lambda: Unit.objects.filter(pk=top.pk).update(parent=low))


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("unit_code_plain", {"code": "Sở"}),
        ("unit_prefix_shape", {"dossier_prefix": "000.1.08.H08"}),
        ("unit_prefix_shape", {"dossier_prefix": "٠٠٠.00.08.H08"}),
        ("unit_desk_has_prefix", {"has_desk": True}),
        ("unit_kind_known", {"kind": "BO"}),
        ("unit_dates_in_order", {"valid_to": date(2019, 1, 1)}),
    ],
)
def test_a_unit_is_well_formed(rule: str, values: dict[str, object]) -> None:
    refused(rule, lambda: people.unit(**{"code": "mau", **values}))


def test_only_a_closed_unit_has_a_successor() -> None:
    heir = people.unit("moi")
    refused("unit_successor_only_when_closed", lambda: people.unit("cu", successor=heir))


def test_a_dossier_prefix_belongs_to_one_unit() -> None:
    people.unit("mot", dossier_prefix="000.00.08.H08")
    refused("unit_prefix_unique", lambda: people.unit("hai", dossier_prefix="000.00.08.H08"))
    people.unit("khong-mot")
    people.unit("khong-hai")


def test_a_staff_phone_is_32_bytes_and_one_officers() -> None:
    first, second = people.officer(), people.officer()
    refused("staff_phone_bi_32_bytes", lambda: StaffPhone.objects.create(officer=first, phone_bi=b"1" * 31))
    StaffPhone.objects.create(officer=first, phone_bi=b"1" * 32, active=False)
    StaffPhone.objects.create(officer=first, phone_bi=b"1" * 32)
    refused("staff_phone_one_active", lambda: StaffPhone.objects.create(officer=second, phone_bi=b"1" * 32))


def test_an_officer_is_known_by_an_opaque_id() -> None:
    refused("officer_subject_opaque", lambda: people.officer(subject="Nguyen Van A"))
    who = people.officer()
    refused(
        "officer_inactive_iff_deactivated", lambda: Officer.objects.filter(pk=who.pk).update(active=False)
    )


def test_a_request_is_approved_by_another_than_the_asker() -> None:
    from motcua.units.models import GrantRequest

    who, where = people.officer(), people.unit("so")
    asked = GrantRequest.objects.create(
        officer=who, unit=where, powers=["GRANT"], valid_from=TODAY, asked_by_subject=A
    )
    refused(
        "grant_request_decided_by_another",
        lambda: GrantRequest.objects.filter(pk=asked.pk).update(state="APPROVED", decided_by_subject=A),
    )


def test_a_request_is_declined_with_a_reason_and_taken_back_without() -> None:
    from motcua.units.models import GrantRequest

    who, where = people.officer(), people.unit("so")

    def asked() -> QuerySet[GrantRequest]:
        row = GrantRequest.objects.create(
            officer=who, unit=where, powers=["GRANT"], valid_from=TODAY, asked_by_subject=A
        )
        return GrantRequest.objects.filter(pk=row.pk)

    declined = asked()
    refused(
        "grant_request_declined_says_why",
        lambda: declined.update(state="DECLINED", decided_by_subject=B, decided_reason="  "),
    )
    assert declined.update(state="DECLINED", decided_by_subject=B, decided_reason="Đã đủ người.") == 1
    assert asked().update(state="DECLINED", decided_by_subject=A) == 1
    refused(
        "grant_request_declined_says_why",
        lambda: GrantRequest.objects.create(
            officer=who, unit=where, powers=["GRANT"], valid_from=TODAY, asked_by_subject=A,
            state="DECLINED", decided_by_subject=B,
        ),
    )  # fmt: skip


def test_a_request_that_is_decided_stays_as_it_was_decided() -> None:
    from motcua.units.models import GrantRequest

    post = a_post()()

    def decided(**columns: object) -> QuerySet[GrantRequest]:
        row = GrantRequest.objects.create(
            officer=post.officer, unit=post.unit, powers=["GRANT"], valid_from=TODAY, asked_by_subject=A
        )
        found = GrantRequest.objects.filter(pk=row.pk)
        found.update(decided_by_subject=B, **columns)
        return found

    declined = decided(state="DECLINED", decided_reason="Đã đủ người.")
    approved = decided(state="APPROVED")
    reason = "Vì lý do khác."
    for write in (
        lambda: declined.update(decided_reason=reason),
        lambda: declined.update(state="APPROVED"),
        lambda: declined.update(post=post),
        lambda: declined.update(state="OPEN", decided_by_subject=""),
        lambda: approved.update(state="DECLINED", decided_reason=reason),
    ):
        refused("grant_request_decided_once", write)
    assert approved.update(post=post) == 1
    refused("grant_request_decided_once", lambda: approved.update(post=None))


def test_printing_a_row_never_prints_a_person() -> None:
    who = people.officer(full_name="Trần Thị Mẫu")
    assert "Mẫu" not in f"{who} {who!r}"


def test_what_refers_to_a_unit_keeps_it() -> None:
    post = a_post()()
    with pytest.raises(IntegrityError):
        Unit.objects.filter(pk=post.unit_id).delete()

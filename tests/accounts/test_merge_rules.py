"""Accounts are joined by two officers and in no other way, whoever writes to the tables (each rule seen red)."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from motcua.accounts import identity
from motcua.accounts.models import Account, Merge
from tests.accounts import merges, people
from tests.rule_by_rule import only_by_trigger

pytestmark = pytest.mark.django_db
A, B = "a" * 32, "b" * 32
AGREED = f"state = 'AGREED', decided_by = '{B}', decided_at = now()"
DONE = "state = 'DONE', settled_at = now()"
TABLE = "accounts_merge"


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


class Two:
    def __init__(self) -> None:
        self.survivor, self.absorbed = people.account(), people.account()

    def asked(self, **more: object) -> Merge:
        given: dict[str, object] = {
            "kind": "MERGE",
            "survivor": self.survivor,
            "absorbed": self.absorbed,
            "reason": "đã xem giấy tờ gốc",
            "unit_id": 1,
            "unit_code": "so-mau",
            "asked_by": A,
        }
        if "kind" not in more:
            given["evidence"] = merges.scan()
        return Merge.objects.create(**{**given, **more})

    def done(self) -> Merge:
        row = self.asked()
        sql(f"UPDATE {TABLE} SET {AGREED} WHERE id = {row.pk}")
        merges.rested(row)
        sql(f"UPDATE {TABLE} SET {DONE} WHERE id = {row.pk}")
        return row

    def join(self) -> str:
        return (
            f"UPDATE accounts_account SET status = 'merged', merged_into_id = {self.survivor.pk}"
            f" WHERE id = {self.absorbed.pk}"
        )

    def part(self) -> str:
        return (
            "UPDATE accounts_account SET status = 'active', merged_into_id = NULL"
            f" WHERE id = {self.absorbed.pk}"
        )


@pytest.fixture
def two() -> Two:
    return Two()


def by_the_moves(rule: str, act: Callable[[], object]) -> None:
    only_by_trigger("merge_moves", TABLE, act, rule=rule)


def earlier() -> None:
    """What was done in another transaction is no key for this one."""
    sql("SET LOCAL session_replication_role = replica")
    sql(f"UPDATE {TABLE} SET settled_at = settled_at - interval '1 minute' WHERE settled_at IS NOT NULL")
    sql("SET LOCAL session_replication_role = origin")


def test_a_merge_begins_as_a_request_and_is_kept(two: Two) -> None:
    by_the_moves(
        "merge_begins_waiting",
        lambda: two.asked(state="AGREED", decided_by=B, decided_at=timezone.now()),
    )
    two.asked()
    by_the_moves("merge_kept", lambda: sql(f"DELETE FROM {TABLE}"))


@pytest.mark.parametrize("whose", ["survivor", "absorbed"])
def test_nobody_merges_the_own_account(two: Two, whose: str) -> None:
    me = identity.name_to(getattr(two, whose), settings.DESK_ID).subject
    by_the_moves("merge_not_for_oneself", lambda: two.asked(asked_by=me))
    two.asked()
    by_the_moves("merge_not_for_oneself", lambda: sql(f"UPDATE {TABLE} SET {AGREED.replace(B, me)}"))


def test_whoever_created_one_of_the_two_agrees_to_nothing(two: Two) -> None:
    two.asked()
    merges.made_by(two.absorbed, B)
    by_the_moves("merge_not_by_creator", lambda: sql(f"UPDATE {TABLE} SET {AGREED}"))


@pytest.mark.parametrize("gone", ["scan_status = 'PENDING'", "purged_at = now(), wrapped_key = NULL"])
def test_nothing_is_agreed_to_without_its_scan(two: Two, gone: str) -> None:
    two.asked()
    sql("SET LOCAL session_replication_role = replica")
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(f"UPDATE files_storedfile SET {gone}")
    sql("SET LOCAL session_replication_role = origin")
    by_the_moves("merge_evidence_stands", lambda: sql(f"UPDATE {TABLE} SET {AGREED}"))


def test_it_is_not_done_before_its_day(two: Two) -> None:
    two.asked()
    sql(f"UPDATE {TABLE} SET {AGREED}")
    by_the_moves("merge_rests", lambda: sql(f"UPDATE {TABLE} SET {DONE}"))


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'lý do khác hẳn'",
        "asked_by = repeat('c', 32)",
        "decided_by = repeat('d', 32)",
        "due_at = now() - interval '1 day'",
        "state = 'WAITING', decided_by = '', decided_at = NULL",
        "state = 'DECLINED'",
        "survivor_id = absorbed_id, absorbed_id = survivor_id",
    ],
)
def test_what_was_decided_stays_decided(two: Two, change: str) -> None:
    two.asked()
    sql(f"UPDATE {TABLE} SET {AGREED}")
    by_the_moves("merge_written_once", lambda: sql(f"UPDATE {TABLE} SET {change}"))


def test_an_undoing_names_the_newest_merge_of_the_same_two(two: Two) -> None:
    never = two.asked()
    sql(f"UPDATE {TABLE} SET state = 'WITHDRAWN', decided_by = asked_by, decided_at = now()")
    by_the_moves("merge_undoes_the_newest", lambda: two.asked(kind="UNDO", undoes=never))
    merge, other = two.done(), Two()
    by_the_moves("merge_undoes_the_newest", lambda: other.asked(kind="UNDO", undoes=merge))
    undo = two.asked(kind="UNDO", undoes=merge)
    sql(f"UPDATE {TABLE} SET {AGREED} WHERE id = {undo.pk}")
    merges.rested(undo)
    sql(f"UPDATE {TABLE} SET {DONE} WHERE id = {undo.pk}")
    by_the_moves("merge_undoes_the_newest", lambda: two.asked(kind="UNDO", undoes=merge))


def test_two_who_were_born_on_different_days_are_not_agreed_to_be_one(two: Two) -> None:
    two.asked()
    sql("SET LOCAL session_replication_role = replica")
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(f"UPDATE accounts_person SET born_on = born_on - 1 WHERE id = {two.absorbed.person_id}")
    sql("SET LOCAL session_replication_role = origin")
    by_the_moves("merge_born_alike", lambda: sql(f"UPDATE {TABLE} SET {AGREED}"))


def by_the_account(act: Callable[[], object]) -> None:
    only_by_trigger("account_joined", "accounts_account", act)


def test_an_account_is_joined_in_the_transaction_of_its_merge_only(two: Two) -> None:
    by_the_account(lambda: sql(two.join()))
    two.done()
    with transaction.atomic():
        sql(two.join())
    two.absorbed.refresh_from_db()
    assert two.absorbed.merged_into_id == two.survivor.pk


def test_a_merge_of_yesterday_joins_nothing_today(two: Two) -> None:
    two.done()
    earlier()
    by_the_account(lambda: sql(two.join()))


def test_an_account_is_parted_in_the_transaction_of_its_undoing_only(two: Two) -> None:
    merge = two.done()
    sql(two.join())
    by_the_account(lambda: sql(two.part()))
    undo = two.asked(kind="UNDO", undoes=merge)
    sql(f"UPDATE {TABLE} SET {AGREED} WHERE id = {undo.pk}")
    merges.rested(undo)
    sql(f"UPDATE {TABLE} SET {DONE} WHERE id = {undo.pk}")
    sql(two.part())


def test_an_account_that_stays_is_joined_to_none_itself(two: Two) -> None:
    two.done()
    sql(two.join())
    further = Two()
    further.absorbed = two.survivor
    further.done()
    by_the_account(lambda: sql(further.join()))


def test_nothing_is_joined_to_an_account_that_is_locked(two: Two) -> None:
    two.done()
    Account.objects.filter(pk=two.survivor.pk).update(status="locked")
    by_the_account(lambda: sql(two.join()))


def test_an_active_account_is_joined_to_none_that_nobody_activated(two: Two) -> None:
    two.done()
    Account.objects.filter(pk=two.survivor.pk).update(status="pending_activation")
    by_the_account(lambda: sql(two.join()))
    Account.objects.filter(pk=two.absorbed.pk).update(status="pending_activation")
    sql(two.join())


def test_an_account_given_up_closes_with_the_one_that_stays_and_not_before(two: Two) -> None:
    two.done()
    sql(two.join())
    close = f"UPDATE accounts_account SET status = 'closed' WHERE id = {two.absorbed.pk}"
    by_the_account(lambda: sql(close))
    Account.objects.filter(pk=two.survivor.pk).update(status="closed")
    sql(close)


def moved(two: Two, came_from: str = "") -> str:
    return (
        f"UPDATE accounts_identitydocument SET person_id = {two.survivor.person_id},"
        f" came_from_id = {came_from or two.absorbed.person_id}"
        f" WHERE person_id = {two.absorbed.person_id}"
    )


def test_a_number_follows_in_the_transaction_of_the_merge_only(two: Two) -> None:
    only_by_trigger("number_by_two", "accounts_identitydocument", lambda: sql(moved(two)))
    two.done()
    with transaction.atomic():
        sql(moved(two))
        transaction.set_rollback(True)
    earlier()
    only_by_trigger("number_by_two", "accounts_identitydocument", lambda: sql(moved(two)))


@pytest.mark.parametrize("wrong", ["NULL", "survivor", "alone"])
def test_a_number_remembers_whose_it_was_and_nobody_elses(two: Two, wrong: str) -> None:
    two.done()
    told = moved(two, str(two.survivor.person_id) if wrong == "survivor" else "NULL")
    if wrong == "alone":
        told = f"UPDATE accounts_identitydocument SET came_from_id = {two.survivor.person_id}"
    only_by_trigger("number_by_two", "accounts_identitydocument", lambda: sql(told))


def test_a_number_goes_back_to_whom_it_came_from(two: Two) -> None:
    merge = two.done()
    sql(moved(two))
    undo = two.asked(kind="UNDO", undoes=merge)
    sql(f"UPDATE {TABLE} SET {AGREED} WHERE id = {undo.pk}")
    merges.rested(undo)
    earlier()
    sql(f"UPDATE {TABLE} SET {DONE} WHERE id = {undo.pk}")
    back = f"UPDATE accounts_identitydocument SET person_id = {two.absorbed.person_id}"
    all_of_them = lambda: sql(f"{back}, came_from_id = NULL WHERE person_id = {two.survivor.person_id}")  # noqa: E731
    only_by_trigger("number_by_two", "accounts_identitydocument", all_of_them)
    with_memory = lambda: sql(f"{back} WHERE came_from_id IS NOT NULL")  # noqa: E731
    only_by_trigger("number_by_two", "accounts_identitydocument", with_memory)
    sql(f"{back}, came_from_id = NULL WHERE came_from_id IS NOT NULL")


def test_a_number_never_moves_to_a_person_without_an_account_either(two: Two) -> None:
    Account.objects.filter(pk=two.survivor.pk).update(status="closed")
    only_by_trigger("number_by_two", "accounts_identitydocument", lambda: sql(moved(two)))

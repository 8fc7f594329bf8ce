"""What joining two accounts does, and parting them again: in one transaction, with both accounts held.

Numbers go to the account that stays and remember where they came from. Papers, dossiers, consents and histories stay
where they are: ``identity.with_merged`` and ``identity.account_of_subject`` lead to them. So whatever happens while
two accounts are one belongs to the account that stays, and parting them loses nothing.
"""

from motcua import journal
from motcua.accounts import merge_news, merge_state, sessions
from motcua.accounts.models import Account, IdentityDocument, Merge, PhoneBinding, Suspicion, VneidLink
from motcua.accounts.models.columns import ClockTimestamp
from motcua.kernel.refusal import Refusal

State = Merge.State


class NoLongerPossible(Refusal):
    code = "merge_no_longer_possible"
    status = 409
    message = (
        "Đề nghị này vừa được xử lý ở nơi khác. Đề nghị ông/bà tải lại trang để xem tình trạng mới nhất."
    )


def lock(row: Merge) -> None:
    """Both accounts, always in the same order: two merges that cross wait for each other and never for ever."""
    pair = [row.survivor_id, row.absorbed_id]
    held = Account.objects.select_for_update(of=("self",)).select_related("person").filter(pk__in=pair)
    found = {account.pk: account for account in held.order_by("pk")}
    row.survivor, row.absorbed = found[row.survivor_id], found[row.absorbed_id]


def carry_out(row: Merge) -> None:
    """The merge, or its undoing; the triggers let it happen in this transaction and in no other."""
    if row.kind == Merge.Kind.MERGE:
        _join(row)
        merge_news.joined(row)
        merge_state.keep_scan(row, merge_state.KEPT)
    else:
        _part(row)
        row.absorbed.refresh_from_db()
        merge_news.parted(row)
    journal.record(
        "accounts.merge.completed",
        subject=f"merge:{row.public_id}",
        actor=row.decided_by,
        unit_code=row.unit_code,
        facts={
            "survivor": f"account:{row.survivor_id}",
            "absorbed": f"account:{row.absorbed_id}",
            "kind": str(row.kind),
        },
    )


def lapse(row: Merge, why: str) -> None:
    """Something else happened to one of the two while it rested."""
    _settle(row, State.LAPSED)
    merge_state.keep_scan(row, merge_state.CLOSED_KEPT)
    journal.record(
        "accounts.merge.lapsed",
        subject=f"merge:{row.public_id}",
        unit_code=row.unit_code,
        facts={"why": why},
    )


def _join(row: Merge) -> None:
    survivor, absorbed = row.survivor, row.absorbed
    phone = absorbed.phones.filter(status=PhoneBinding.Status.ACTIVE).first()
    _settle(row, State.DONE, absorbed_was=absorbed.status, absorbed_phone=phone)
    Account.objects.filter(pk=absorbed.pk).update(status=Account.Status.MERGED, merged_into=survivor)
    sessions.end_all(absorbed, why="merged")
    sessions.end_under_mandates_of(absorbed, why="merged")
    # The phone is free for its owner, who may want to bind it to the account that stays.
    absorbed.phones.filter(status=PhoneBinding.Status.ACTIVE).update(status=PhoneBinding.Status.FROZEN)
    IdentityDocument.objects.filter(person=absorbed.person_id).update(
        person=survivor.person_id, came_from=absorbed.person_id
    )
    people = (survivor.person_id, absorbed.person_id)
    Suspicion.objects.filter(person__in=people, other__in=people, settled_at=None).update(
        settled_at=ClockTimestamp(), settled_by=row.decided_by
    )


def _part(row: Merge) -> None:
    """Back as it was. The phone stays frozen until the desk has asked the operator whose it is by now (T-11)."""
    merge, absorbed = row.undoes, row.absorbed
    if merge is None:
        raise NoLongerPossible
    _settle(row, State.DONE)
    _end_link_of_both(row, merge)
    Account.objects.filter(pk=absorbed.pk).update(status=merge.absorbed_was, merged_into=None)
    # Whoever acts by the mandates that go back did so as the one person that the two are not.
    sessions.end_under_mandates_of(absorbed, why="parted")
    IdentityDocument.objects.filter(person=row.survivor.person_id, came_from=absorbed.person_id).update(
        person=absorbed.person_id, came_from=None
    )


def _end_link_of_both(row: Merge, merge: Merge) -> None:
    """A VNeID that was linked while they were one may be either's: each links anew at the next sign-in."""
    made = VneidLink.objects.filter(
        account=row.survivor_id, ended_at=None, linked_at__gte=merge.settled_at
    ).update(tech_bi=None, ended_how=VneidLink.Ended.PARTED, ended_at=ClockTimestamp())
    if made:
        sessions.end_by_vneid(row.survivor, why="vneid_unlinked")
        journal.record("accounts.vneid.parted", subject=f"account:{row.survivor_id}")


def _settle(row: Merge, state: str, **as_it_was: object) -> None:
    won = Merge.objects.filter(pk=row.pk, state=State.AGREED).update(
        state=state, settled_at=ClockTimestamp(), **as_it_was
    )
    if not won:
        raise NoLongerPossible
    row.refresh_from_db(fields=["state", "settled_at", "absorbed_was"])

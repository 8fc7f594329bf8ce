"""Đề nghị của người giữ tài khoản: what waits when the owner comes of age was asked by a guardian, and ends that day.

Ended by whichever comes first: the notice of the day, or the owner who takes the account over. Nobody can agree to it
in between (migration 0102; merges: 0065, phones: 0065).
"""

from collections import Counter
from datetime import date, datetime, time
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from motcua import journal
from motcua.accounts import identity, joining, mandate_requests, merge_state, notices, vneid_unlinking
from motcua.accounts.models import (
    Account,
    Adjustment,
    AssistApplication,
    IdentityDocument,
    MandateRequest,
    Merge,
    RestingReset,
    VneidLink,
)
from motcua.accounts.models.columns import ClockTimestamp
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound
from motcua.outbox import sending, texts
from motcua.units import officers

#: Who decided: nobody but the day.
BY_THE_DAY: Final = "den-ngay"
_OPEN_STILL: Final = (*AssistApplication.HOLDING, AssistApplication.Status.LAPSED)
_WHY: Final = "Chủ tài khoản đã đủ 18 tuổi; đề nghị do người giữ tài khoản nhờ lập nên kết thúc."


def end_requests(account: Account, *, day: date, guardian: Phone | None, last3: str) -> int:
    """In the caller's transaction; how many ended. ``guardian``: the phone that held the account until then.

    What the owner had asked for since the day goes on. The guardian, whoever is the other party, and each officer who
    had asked are told once.
    """
    before = timezone.make_aware(datetime.combine(day, time.min))
    asked: Counter[str] = Counter()
    asked.update(_adjustments(account, before))
    asked.update(_mandates(account, before))
    asked.update(_merges(account, before))
    asked.update(_phone_changes(account, before))
    asked.update(_unlinking(account, before))
    ended = asked.total() + _resets(account)
    if not ended:
        return 0
    journal.record(
        "accounts.guardianship.requests_ended", subject=f"account:{account.pk}", facts={"count": ended}
    )
    key = f"{day:%Y%m%d}"
    if guardian is not None:
        text = texts.guardian_requests_ended(last3=last3, count=ended)
        notices.tell(account=account, to=guardian, text=text, purpose="guardian_requests_ended", key=key)
    for subject, count in asked.items():
        _tell_officer(account, subject, count, key)
    return ended


def left_over() -> Q:
    """Of guardianships: something that was asked for before the day is still open."""
    own = {"account": OuterRef("account")}
    before = {"asked_at__date__lt": OuterRef("ends_on")}
    numbers = IdentityDocument.objects.filter(
        person=OuterRef(OuterRef("account__person")), status="active"
    ).values("number_bi")
    merges = Merge.objects.filter(
        Q(survivor=OuterRef("account")) | Q(absorbed=OuterRef("account")),
        kind=Merge.Kind.MERGE,
        state__in=(Merge.State.WAITING, Merge.State.AGREED),
        **before,
    )
    links = Q(**own) | Q(account__merged_into=OuterRef("account"))
    closings = Adjustment.objects.filter(
        **own, **before, kind=Adjustment.Kind.CLOSE, decision=Adjustment.Decision.WAITING
    )
    mandates = MandateRequest.objects.filter(
        representative=OuterRef("account"), decision=MandateRequest.Decision.WAITING, **before
    )
    phones = AssistApplication.objects.filter(
        kind=AssistApplication.Kind.PHONE,
        number_bi__in=numbers,
        status__in=_OPEN_STILL,
        created_at__date__lt=OuterRef("ends_on"),
    )
    resets = RestingReset.objects.filter(**own, state=RestingReset.State.WAITING)
    return (
        Q(Exists(closings))
        | Q(Exists(mandates))
        | Q(Exists(merges))
        | Q(Exists(phones))
        | Q(Exists(vneid_unlinking.waiting(links & Q(**before))))
        | Q(Exists(resets))
    )


def hold_phone_changes(number: CitizenId) -> None:
    """In the caller's transaction, before the account: a change of phone holds its request first, then the account."""
    account = identity.account_by_number(number)
    if account is not None:
        list(_phone_requests(account).order_by("pk").select_for_update().values_list("pk"))


def _adjustments(account: Account, before: datetime) -> list[str]:
    rows = Adjustment.objects.filter(
        account=account, kind=Adjustment.Kind.CLOSE, decision=Adjustment.Decision.WAITING, asked_at__lt=before
    )
    return [
        row.asked_by
        for row in rows.select_for_update()
        if Adjustment.objects.filter(pk=row.pk, decision=Adjustment.Decision.WAITING).update(
            decision=Adjustment.Decision.DECLINED,
            decided_by=BY_THE_DAY,
            decided_reason=_WHY,
            decided_at=ClockTimestamp(),
        )
    ]


def _mandates(account: Account, before: datetime) -> list[str]:
    waiting = MandateRequest.Decision.WAITING
    rows = MandateRequest.objects.filter(representative=account, decision=waiting, asked_at__lt=before)
    asked = []
    for row in rows.select_related("scan").select_for_update(of=("self",)):
        mandate_requests.end(
            row, by=BY_THE_DAY, why=_WHY
        )  # whoever acts for the organisation hears of it too
        asked.append(row.asked_by)
    return asked


def _merges(account: Account, before: datetime) -> list[str]:
    """Not partings: they give each owner back what is theirs."""
    rows = Merge.objects.filter(
        Q(survivor=account) | Q(absorbed=account), kind=Merge.Kind.MERGE, asked_at__lt=before
    ).select_related("survivor", "absorbed", "evidence")
    asked = []
    for row in rows.filter(state=Merge.State.WAITING).select_for_update(of=("self",)):
        Merge.objects.filter(pk=row.pk, state=Merge.State.WAITING).update(
            state=Merge.State.DECLINED,
            decided_by=BY_THE_DAY,
            decided_reason=_WHY,
            decided_at=ClockTimestamp(),
        )
        merge_state.keep_scan(row, merge_state.CLOSED_KEPT)
        asked.append(row.asked_by)
    for row in rows.filter(state=Merge.State.AGREED).select_for_update(of=("self",)):
        joining.lapse(row, "merge_of_guarded")
        other = row.absorbed if row.survivor_id == account.pk else row.survivor
        phone = identity.primary_phone(other)
        if phone is not None:
            key = str(row.public_id)
            notices.tell(
                account=other, to=phone, text=texts.merge_stopped(), purpose="merge_stopped", key=key
            )
        asked.append(row.asked_by)
    return asked


def _phone_changes(account: Account, before: datetime) -> list[str]:
    rows = _phone_requests(account).filter(created_at__lt=before)
    return [
        row.officer_subject
        for row in rows.order_by("pk").select_for_update()
        if AssistApplication.objects.filter(pk=row.pk, status__in=_OPEN_STILL).update(
            status=AssistApplication.Status.CANCELLED, last_act_at=ClockTimestamp()
        )
    ]


def _phone_requests(account: Account) -> QuerySet[AssistApplication]:
    numbers = account.person.documents.filter(status="active").values("number_bi")
    return AssistApplication.objects.filter(
        kind=AssistApplication.Kind.PHONE, number_bi__in=numbers, status__in=_OPEN_STILL
    )


def _unlinking(account: Account, before: datetime) -> list[str]:
    rows = vneid_unlinking.waiting(vneid_unlinking.of(account) & Q(asked_at__lt=before))
    return [
        row.asked_by
        for row in rows.select_for_update()
        if vneid_unlinking.drop(row, VneidLink.Dropped.OF_AGE)
    ]


def _resets(account: Account) -> int:
    return RestingReset.objects.filter(account=account, state=RestingReset.State.WAITING).update(
        state=RestingReset.State.CANCELLED, password="", settled_at=ClockTimestamp()
    )


def _tell_officer(account: Account, subject: str, count: int, key: str) -> None:
    try:
        phone = officers.phone_of(subject)
    except NotFound:  # not an officer any more
        return
    sending.enqueue(
        to=phone,
        text=texts.officer_requests_ended(count=count, host=notices.public_host()),
        purpose="officer_requests_ended",
        dedupe_key=f"officer_requests_ended:{account.pk}:{key}:{subject}",
    )

"""What officers see of assisted creation beside the list: one account's request, shared phones, today's counts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from motcua.accounts import application_rows as rows
from motcua.accounts import assistance, creation, guardian_writing, guardianships, identity
from motcua.accounts.models import Account, AssistApplication, Guardianship, TempCredential
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.passcodes import CodeStatus
from motcua.accounts.sealed_data import PersonData
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history; the web puts the words to the code."""

    at: datetime
    code: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class AssistedAccount:
    """An account that an officer opened, for officers of its units: numbers masked (DP-05)."""

    account: Account = field(repr=False)
    full_name: str = field(repr=False)
    number_masked: str = field(repr=False)
    phone_masked: str = field(repr=False)
    phone_frozen: bool
    application: AssistApplication | None
    events: list[Event]
    #: Until when the newest one-time password is good; None when there is none to use.
    password_until: datetime | None
    #: Who holds it until the owner comes of age (and until the owner then takes it over).
    guardian: Guardianship | None
    #: Whether whose phone it is may be written down or taken back now.
    guardian_may_change: bool


@dataclass(frozen=True, slots=True)
class InHand:
    """What the one screen shows of a request while it is being prepared, beside the request itself."""

    data: PersonData = field(repr=False)
    namesakes: int
    phone_taken: bool
    code: CodeStatus | None


@dataclass(frozen=True, slots=True)
class SharedPhone:
    """A phone for two accounts that waits for a second officer."""

    public_id: uuid.UUID
    request_number: str
    unit_code: str
    asked_by: str
    reason: str = field(repr=False)
    full_name: str = field(repr=False)
    phone_masked: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Today:
    """Counts of the viewer's unit and those below, for one day."""

    opened: int
    waiting: int
    in_hand: int


def assisted_account(viewer: Authority, public_id: uuid.UUID) -> AssistedAccount:
    """By the opaque id in the address; NotFound beyond the viewer's units."""
    viewer.require(Power.OPEN_ACCOUNT)
    account = (
        Account.objects.select_related("person")
        .filter(public_id=public_id, origin=Account.Origin.ASSISTED, vouching_unit_id__in=_units(viewer))
        .first()
    )
    if account is None:
        raise NotFound
    application = (
        account.applications.select_related("scan", "signed_paper")
        .filter(kind=AssistApplication.Kind.CREATE)
        .first()
    )
    document = identity.own_documents(account).filter(status="active").order_by("kind").first()
    phone = account.phones.filter(status="active").first()
    frozen = identity.frozen_phone(account) if phone is None else None
    passwords = list(
        TempCredential.objects.filter(account=account)
        .annotate(is_good=Q(used_at=None, voided_at=None, expires_at__gt=ClockTimestamp()))
        .order_by("id")
    )
    guardian = guardianships.open_of(account)
    is_open = phone is not None and account.status in guardianships.OPEN
    return AssistedAccount(
        account=account,
        full_name=account.person.full_name,
        number_masked=masked(document.last3) if document else "",
        phone_masked=phone.phone_masked if phone else frozen.phone_masked if frozen else "",
        phone_frozen=frozen is not None,
        application=application,
        events=_events(account, application, passwords),
        password_until=next((one.expires_at for one in passwords if one.is_good), None),
        guardian=guardian,
        guardian_may_change=is_open and not guardian_writing.is_grown_up(account),
    )


def in_hand(viewer: Authority, application: AssistApplication) -> InHand:
    """For the officer who prepares it."""
    viewer.require(Power.OPEN_ACCOUNT)
    data = rows.data_of(application)
    return InHand(
        data=data,
        namesakes=assistance.namesakes(data),
        phone_taken=creation.phone_is_taken(application, data),
        code=creation.code_status(authority=viewer, application=application),
    )


def data_of(application: AssistApplication) -> PersonData:
    """What was typed about the citizen; NotFound once it is forgotten."""
    return rows.data_of(application)


def masked(last3: str) -> str:
    """As lists show a number: ``*********123``."""
    return f"*********{last3}" if last3 else ""


def shared_phones_waiting(viewer: Authority) -> list[SharedPhone]:
    """Of the viewer's units, oldest first; the viewer's own requests are for somebody else."""
    viewer.require(Power.APPROVE_EXCEPTION)
    waiting = _shared(viewer).order_by("id")[:50]
    return [_shared_phone(application) for application in waiting]


def shared_phone_waiting(viewer: Authority, public_id: uuid.UUID) -> AssistApplication:
    """One of them; NotFound when it is not, or no longer, waiting in the viewer's units."""
    viewer.require(Power.APPROVE_EXCEPTION)
    return rows.one_for(viewer, public_id)


def today(viewer: Authority, *, on: date) -> Today:
    """For the dashboard; two statements on narrow indexes."""
    midnight = timezone.make_aware(datetime.combine(on, time.min))
    accounts = Account.objects.filter(origin=Account.Origin.ASSISTED, vouching_unit_id__in=_units(viewer))
    opened = accounts.filter(opened_at__gte=midnight)
    in_hand = AssistApplication.objects.filter(
        unit_id__in=_units(viewer), status__in=AssistApplication.HOLDING, expires_at__gt=ClockTimestamp()
    )
    return Today(
        opened=opened.count(),
        waiting=opened.filter(status=Account.Status.PENDING).count(),
        in_hand=in_hand.count(),
    )


def _shared(viewer: Authority) -> QuerySet[AssistApplication]:
    waiting = AssistApplication.objects.filter(
        unit_id__in=_units(viewer),
        status__in=AssistApplication.HOLDING,
        expires_at__gt=ClockTimestamp(),
        phone_exception__isnull=True,
    )
    return waiting.exclude(shared_phone_reason="").exclude(shared_phone_by=viewer.subject)


def _shared_phone(application: AssistApplication) -> SharedPhone:
    data = rows.data_of(application)
    return SharedPhone(
        public_id=application.public_id,
        request_number=application.request_number,
        unit_code=application.unit_code,
        asked_by=application.shared_phone_by,
        reason=application.shared_phone_reason,
        full_name=data.full_name.value,
        phone_masked=data.phone.masked,
    )


def _events(
    account: Account, application: AssistApplication | None, passwords: Sequence[TempCredential]
) -> list[Event]:
    found = [Event(account.opened_at, "opened", account.vouched_by)]
    if application is not None:
        found.append(Event(application.created_at, "begun", application.officer_subject))
        if application.signed_paper is not None:
            found.append(Event(application.signed_paper.kept_at, "paper_attached"))
    for nth, password in enumerate(passwords):
        found.append(Event(password.created_at, "password_sent_again" if nth else "password_sent"))
    if account.activated_at is not None:
        found.append(Event(account.activated_at, "activated"))
    for held in account.guardianships.order_by("pk"):
        found.append(Event(held.began_at, "guardian_written", held.recorded_by))
        if held.taken_back_at is not None:
            found.append(Event(held.taken_back_at, "guardian_taken_back", held.taken_back_by))
    return sorted(found, key=lambda event: event.at)


def in_hand_at(unit_ids: Sequence[int]) -> dict[int, int]:
    """How many requests each unit has in hand just now; counts only."""
    held = AssistApplication.objects.filter(
        unit_id__in=unit_ids, status__in=AssistApplication.HOLDING, expires_at__gt=ClockTimestamp()
    )
    return dict(held.order_by().values_list("unit_id").annotate(n=Count("id")))


def _units(viewer: Authority) -> tuple[int, ...]:
    return viewer.subtree or (viewer.unit_id,)

"""Tổ chức: an account under a tax code, and the citizens who may act for it, each by a mandate with a proof.

An organisation has no password and no phone of its own: it is reached through its representatives. Two officers give
a mandate (``mandate_requests``), one takes it back; a use of it and its revocation meet at its row.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts import (
    founding,
    identity,
    mandate_news,
    mandate_requests,
    providers,
    sessions,
    standing_mandates,
)
from motcua.accounts.models import Account, IdentityDocument, Mandate, MandateUse, Person, Session
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import number_fingerprint
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.kernel.visitor import Visitor

_MOST = 200


class OrganisationKnown(Refusal):
    code = "organisation_known"
    status = 409
    message = "Mã số thuế này đã có tài khoản tổ chức. Đề nghị mở tài khoản đó để ghi nhận người đại diện."


class MandateNotStanding(Refusal):
    code = "mandate_not_standing"
    status = 409
    message = (
        "Người này không có quyền đại diện còn hiệu lực cho tổ chức ở thủ tục này, hoặc quyền đã bị thu hồi. "
        "Đề nghị tổ chức đăng ký người đại diện tại bộ phận một cửa, hoặc để người đại diện khác nộp."
    )


@dataclass(frozen=True, slots=True)
class Used:
    """A mandate that stood at this moment, for one procedure."""

    mandate: uuid.UUID
    representative_subject: str
    full_name: str = field(repr=False)
    words: str = field(repr=False)
    proof_on: date
    until: date | None
    scope: Sequence[str]
    at: datetime


def register(*, authority: Authority, tax_code: TaxCode, name: str) -> Account:
    """An account for an organisation whose registration was shown. Raises OrganisationKnown, NotAuthorised."""
    authority.require(Power.OPEN_ACCOUNT)
    shown = plain_text.clean(name, max_length=200)
    try:
        with transaction.atomic():
            person = Person.objects.create(
                kind=Person.Kind.ORGANISATION,
                full_name=shown,
                folded_name=fold(shown),
                name_words=[word[:50] for word in fold(shown).split()],
            )
            founding.link_number(person, tax_code, IdentityDocument.Source.OFFICER)
            account = Account.objects.create(
                person=person, status=Account.Status.PENDING, origin=Account.Origin.SELF
            )
            identity.name_to(account, settings.DESK_ID)
            journal.record(
                "accounts.organisation.registered",
                subject=f"account:{account.pk}",
                actor=authority.subject,
                unit_code=authority.unit_code,
            )
    except IntegrityError as broken:
        if founding.refusal_for(broken) is None:
            raise
        raise OrganisationKnown from None
    return account


def revoke(*, authority: Authority, organisation: uuid.UUID, mandate: uuid.UUID, why: str) -> None:
    """From this moment nobody acts by it: one conditional UPDATE, and its sessions end.

    Raises NotFound, also for a mandate of another organisation than the one the officer looks at.
    """
    authority.require(Power.OPEN_ACCOUNT)
    reason = plain_text.clean(why, max_length=300) or "Theo đề nghị của tổ chức"
    with transaction.atomic():
        gone = Mandate.objects.filter(
            public_id=mandate, organisation__public_id=organisation, revoked_at=None
        ).update(revoked_at=ClockTimestamp(), revoked_by=authority.subject, revoked_why=reason)
        if not gone:
            raise NotFound
        sessions.end_of_mandate(mandate)
        row = Mandate.objects.select_related("organisation", "representative", "request__scan").get(
            public_id=mandate
        )
        mandate_requests.keep_proof_after_end(row)
        mandate_news.revoked(row)
        journal.record(
            "accounts.mandate.revoked",
            subject=f"mandate:{mandate}",
            actor=authority.subject,
            unit_code=authority.unit_code,
        )


def organisations(authority: Authority, *, tax_code: TaxCode | None = None) -> list[Account]:
    """Those registered, newest first; one of them by its number. Two queries."""
    authority.require(Power.OPEN_ACCOUNT)
    found = Account.objects.filter(person__kind=Person.Kind.ORGANISATION)
    if tax_code is not None:
        found = found.filter(
            person__documents__number_bi=number_fingerprint(tax_code), person__documents__status="active"
        )
    return list(found.select_related("person").order_by("-pk")[:_MOST])


def tax_code_of(account: Account) -> str:
    """As printed."""
    document = account.person.documents.filter(kind="MST", status="active").first()
    return TaxCode(identity.number_of(document)).shown if document else ""


def mandates_of(account: Account) -> list[Mandate]:
    """Standing and past, newest first."""
    found = Mandate.objects.filter(organisation=account).select_related("representative__person")
    return list(found.order_by("-pk")[:_MOST])


def held_by(viewer: Visitor) -> list[Mandate]:
    """The organisations the viewer may act for, or could."""
    found = Mandate.objects.filter(representative__in=identity.with_merged(viewer.account_id))
    return list(found.select_related("organisation__person").order_by("-pk")[:_MOST])


def act_for(viewer: Visitor, mandate: uuid.UUID, *, device: str, device_words: str) -> str:
    """Another session, the organisation's, under this mandate; the viewer's own ends. The token for the cookie.

    Raises MandateNotStanding, NotFound.
    """
    if viewer.is_officer or viewer.mandate_id is not None:
        raise NotFound
    row = Mandate.objects.select_related("organisation").filter(public_id=mandate).first()
    if row is None or row.representative_id not in identity.with_merged(viewer.account_id):
        raise NotFound
    with transaction.atomic():
        if not standing_mandates.stands(row):
            raise MandateNotStanding
        token, session = sessions.begin(
            row.organisation,
            audience="CITIZEN",
            device=device,
            device_words=device_words,
            mandate_id=row.pk,
            taken_up_by=viewer.account_id,
            provider=_provider_of(viewer),
        )
        sessions.end(viewer)
        journal.record(
            "accounts.mandate.taken_up",
            subject=f"mandate:{row.public_id}",
            facts={"session": session.pk},
        )
    return token


def _provider_of(viewer: Visitor) -> str:
    """Who said who the viewer is: goes along with them. Raises PasswordsOver past the last day of passwords."""
    if viewer.provider == providers.DVCQG:
        providers.refuse_passwords_when_over(timezone.localdate())
    return viewer.provider


def back_to_oneself(viewer: Visitor, *, device: str, device_words: str) -> str:
    """The own session again of whoever took the mandate up; the organisation's ends. Raises NotFound.

    Never the account that the mandate names: the two may have been joined meanwhile, or parted.
    """
    if viewer.mandate_id is None:
        raise NotFound
    session = Session.objects.select_related("taken_up_by").get(pk=viewer.session_id)
    myself = session.taken_up_by
    if myself is None or myself.status != Account.Status.ACTIVE:
        raise NotFound
    with transaction.atomic():
        token, _ = sessions.begin(
            myself,
            audience="CITIZEN",
            device=device,
            device_words=device_words,
            provider=_provider_of(viewer),
        )
        sessions.end(viewer)
    return token


def use(
    *,
    organisation: Account,
    representative: CitizenId,
    procedure_code: str,
    asked_by: str,
    unit_code: str,
    audience: str = "",
) -> Used:
    """The mandate this citizen holds for the organisation, if it stands now. Raises MandateNotStanding.

    The representative is named to ``audience`` (our own desk when empty).
    """
    holder = identity.account_by_number(representative)
    if holder is None:
        raise MandateNotStanding
    mine = Mandate.objects.filter(
        organisation=organisation, representative__in=identity.with_merged(holder.pk)
    )
    held = mine.filter(revoked_at=None).order_by("pk").first()
    if held is None:
        raise MandateNotStanding
    return use_row(
        held, procedure_code=procedure_code, asked_by=asked_by, unit_code=unit_code, audience=audience
    )


def use_in_session(
    *, session: uuid.UUID, organisation: Account, procedure_code: str, asked_by: str, audience: str = ""
) -> Used:
    """The mandate of whoever acts for the organisation in this session. Raises MandateNotStanding."""
    held = (
        Mandate.objects.select_related("representative__person")
        .filter(organisation=organisation, sessions__public_id=session, sessions__ended_at=None)
        .first()
    )
    if held is None:
        raise MandateNotStanding
    return use_row(held, procedure_code=procedure_code, asked_by=asked_by, unit_code="", audience=audience)


def use_row(
    mandate: Mandate, *, procedure_code: str, asked_by: str, unit_code: str, audience: str = ""
) -> Used:
    """Written down first: the trigger on the use says whether the mandate stands. Raises MandateNotStanding."""
    try:
        with transaction.atomic():
            row = MandateUse.objects.create(
                mandate=mandate, procedure_code=procedure_code, asked_by=asked_by, unit_code=unit_code
            )
            row.refresh_from_db(fields=["at"])
    except IntegrityError as broken:
        raise MandateNotStanding from broken
    holder = identity.stays(mandate.representative)
    return Used(
        mandate=mandate.public_id,
        representative_subject=identity.subject_of(holder.public_id, audience or settings.DESK_ID),
        full_name=holder.person.full_name,
        words=standing_mandates.words_of(mandate),
        proof_on=mandate.proof_on,
        until=mandate.valid_to,
        scope=list(mandate.scope),
        at=row.at,
    )

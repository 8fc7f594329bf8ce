"""Tổ chức: an account under a tax code, and the citizens who may act for it, each by a mandate with a proof.

An organisation has no password and no phone of its own: it is reached through its representatives. A mandate is
written and revoked by an officer before whom the paper was shown; a use of it and its revocation meet at its row.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from motcua import journal
from motcua.accounts import founding, identity, looking_up, sessions
from motcua.accounts.models import Account, IdentityDocument, Mandate, MandateUse, Person
from motcua.accounts.models.columns import ClockTimestamp
from motcua.accounts.sealed_data import number_fingerprint
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.tax_code import TaxCode
from motcua.kernel.visitor import Visitor

Basis = Mandate.Basis
_MOST = 200
#: As the catalogue writes them; never digits alone, which could be somebody's number.
_PROCEDURE_CODE = re.compile(r"(?=[0-9-]*[A-Za-z.])[0-9A-Za-z][0-9A-Za-z.-]{0,39}")


class OrganisationKnown(Refusal):
    code = "organisation_known"
    status = 409
    message = "Mã số thuế này đã có tài khoản tổ chức. Đề nghị mở tài khoản đó để ghi nhận người đại diện."


class RepresentativeUnknown(Refusal):
    code = "representative_unknown"
    message = (
        "Người đại diện chưa có tài khoản đang hoạt động trên Cổng DVCQG. "
        "Đề nghị người đó đăng ký, kích hoạt tài khoản trước, rồi ghi nhận lại."
    )


class ScopeNotCodes(Refusal):
    code = "mandate_scope_not_codes"
    message = (
        "Phạm vi phải ghi bằng mã thủ tục, ví dụ 1.005092, cách nhau bằng dấu phẩy. "
        "Đề nghị ông/bà nhập lại, hoặc để trống cho mọi thủ tục."
    )


class MandateNotWritten(Refusal):
    """The database's sentence."""

    code = "mandate_not_written"
    status = 409
    message = "{words}"


class MandateNotStanding(Refusal):
    code = "mandate_not_standing"
    status = 409
    message = (
        "Người này không có quyền đại diện còn hiệu lực cho tổ chức ở thủ tục này, hoặc quyền đã bị thu hồi. "
        "Đề nghị tổ chức đăng ký người đại diện tại bộ phận một cửa, hoặc để người đại diện khác nộp."
    )


@dataclass(frozen=True, slots=True)
class Granting:
    """What the officer types from the paper that was shown."""

    representative: CitizenId
    basis: str
    valid_from: date
    valid_to: date | None
    proof: str = field(repr=False)
    proof_on: date
    scope: Sequence[str] = ()


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


def grant(*, authority: Authority, organisation: uuid.UUID, granting: Granting) -> Mandate:
    """The answer says whether the number has an account, so it is counted like any other look-up (threats L14).

    Raises ScopeNotCodes, RepresentativeUnknown, MandateNotWritten, NotFound, NotAuthorised, TooManyAttempts.
    """
    authority.require(Power.OPEN_ACCOUNT)
    account = organisation_of(organisation)
    scope = _scope_of(granting.scope)
    holder = looking_up.account_asked_about(authority, granting.representative, "dai-dien-to-chuc")
    if holder is None or holder.status != Account.Status.ACTIVE or holder.person.kind != Person.Kind.CITIZEN:
        raise RepresentativeUnknown
    identity.name_to(holder, settings.DESK_ID)
    try:
        with transaction.atomic():
            mandate = Mandate.objects.create(
                organisation=account,
                representative=holder,
                basis=granting.basis,
                scope=scope,
                valid_from=granting.valid_from,
                valid_to=granting.valid_to,
                proof=plain_text.clean(granting.proof, max_length=200),
                proof_on=granting.proof_on,
                granted_by=authority.subject,
                granted_unit_code=authority.unit_code,
            )
            journal.record(
                "accounts.mandate.granted",
                subject=f"mandate:{mandate.public_id}",
                actor=authority.subject,
                unit_code=authority.unit_code,
                facts={"organisation": f"account:{account.pk}", "basis": str(granting.basis)},
            )
    except IntegrityError as broken:
        raise MandateNotWritten(words=_words_of(broken)) from None
    return mandate


def _scope_of(codes: Sequence[str]) -> list[str]:
    """Which procedures there are the desk knows; here only what cannot be a code at all is refused."""
    if not all(_PROCEDURE_CODE.fullmatch(code) for code in codes):
        raise ScopeNotCodes
    return sorted(set(codes))


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


def organisation_of(public_id: uuid.UUID) -> Account:
    """Raises NotFound for everything that is no organisation."""
    found = (
        Account.objects.select_related("person")
        .filter(public_id=public_id, person__kind=Person.Kind.ORGANISATION)
        .first()
    )
    if found is None:
        raise NotFound
    return found


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
    found = Mandate.objects.filter(representative_id=viewer.account_id)
    return list(found.select_related("organisation__person").order_by("-pk")[:_MOST])


def act_for(viewer: Visitor, mandate: uuid.UUID, *, device: str, device_words: str) -> str:
    """Another session, the organisation's, under this mandate; the viewer's own ends. The token for the cookie.

    Raises MandateNotStanding, NotFound.
    """
    if viewer.is_officer or viewer.mandate_id is not None:
        raise NotFound
    row = Mandate.objects.select_related("organisation").filter(public_id=mandate).first()
    if row is None or row.representative_id != viewer.account_id:
        raise NotFound
    with transaction.atomic():
        if not stands(row):
            raise MandateNotStanding
        token, session = sessions.begin(
            row.organisation,
            audience="CITIZEN",
            device=device,
            device_words=device_words,
            mandate_id=row.pk,
        )
        sessions.end(viewer)
        journal.record(
            "accounts.mandate.taken_up",
            subject=f"mandate:{row.public_id}",
            facts={"session": session.pk},
        )
    return token


def back_to_oneself(viewer: Visitor, *, device: str, device_words: str) -> str:
    """The representative's own session again; the organisation's ends. Raises NotFound."""
    if viewer.mandate_id is None:
        raise NotFound
    row = Mandate.objects.select_related("representative").get(pk=viewer.mandate_id)
    with transaction.atomic():
        token, _ = sessions.begin(
            row.representative, audience="CITIZEN", device=device, device_words=device_words
        )
        sessions.end(viewer)
    return token


def stands(mandate: Mandate) -> bool:
    """Today, whatever the procedure."""
    today = timezone.localdate()
    over = mandate.valid_to is not None and mandate.valid_to < today
    return mandate.revoked_at is None and mandate.valid_from <= today and not over


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
    held = Mandate.objects.filter(organisation=organisation, representative=holder, revoked_at=None).first()
    if holder is None or held is None:
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
    holder = mandate.representative
    return Used(
        mandate=mandate.public_id,
        representative_subject=identity.subject_of(holder.public_id, audience or settings.DESK_ID),
        full_name=holder.person.full_name,
        words=words_of(mandate),
        proof_on=mandate.proof_on,
        until=mandate.valid_to,
        scope=list(mandate.scope),
        at=row.at,
    )


def words_of(mandate: Mandate) -> str:
    """As printed on the slip: the basis, the paper, its days."""
    until = f", đến hết ngày {mandate.valid_to:%d/%m/%Y}" if mandate.valid_to else ""
    return f"{Basis(mandate.basis).label}: {mandate.proof} ngày {mandate.proof_on:%d/%m/%Y}{until}"


def _words_of(broken: IntegrityError) -> str:
    diagnosis = getattr(broken.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", "") or ""
    for rule in Mandate._meta.constraints:
        if rule.name == name:
            return str(rule.violation_error_message)
    sentence = getattr(diagnosis, "message_primary", "") or ""
    if not name.startswith("mandate_") or getattr(diagnosis, "table_name", None):
        raise broken
    return sentence

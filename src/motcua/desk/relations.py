"""Tư cách nộp hồ sơ: who files for whom, by which paper, until when; and whether the procedure lets them ask.

The kinds of right and their papers are a data file beside this one, with days of validity: a law brings others.
What a kind means for the dossier is code here and a trigger in the database.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from motcua.desk.catalogue_words import Asker
from motcua.desk.models import AccountCheck, Dossier, Procedure, Representation
from motcua.desk.ports import AccountRegistry, Representative
from motcua.kernel import plain_text
from motcua.kernel.birth_date import BirthDate
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import Refusal

Kind = Representation.Kind

_FILE: Final = Path(__file__).with_name("relations.json")
OF_AGE: Final = 18


class Concerned(StrEnum):
    """Whom the matter is about, when not the owner of the account."""

    NONE = "NONE"
    MINOR = "MINOR"
    ADULT = "ADULT"
    DEAD = "DEAD"


_WAITING: Final = "desk.dossier.waiting_representative"


class NotWhoMayAsk(Refusal):
    code = "not_who_may_ask"
    message = (
        "Thủ tục này chỉ nhận hồ sơ của: {who}. Đề nghị chọn đúng tư cách nộp hồ sơ và kèm giấy tờ chứng minh, "
        "hoặc hướng dẫn người có quyền đến nộp."
    )


class NotForOrganisations(Refusal):
    code = "not_for_organisations"
    message = (
        "Thủ tục này không nhận hồ sơ của tổ chức, chỉ nhận hồ sơ của: {who}. Đề nghị chọn thủ tục khác, "
        "hoặc hướng dẫn người có quyền đến nộp bằng tài khoản của mình."
    )


class RightWanted(Refusal):
    code = "right_wanted"
    message = (
        "Hồ sơ có người nộp hoặc người được giải quyết khác chủ hồ sơ. "
        "Đề nghị chọn tư cách nộp hồ sơ và ghi giấy tờ chứng minh."
    )


class ProofWanted(Refusal):
    code = "right_proof_wanted"
    message = "Đề nghị chọn loại, ghi số và ngày cấp của giấy tờ chứng minh quyền nộp thay; ngày cấp không sau hôm nay."


class PersonWanted(Refusal):
    code = "person_wanted"
    message = "Đề nghị ghi họ và tên người được giải quyết{more} theo giấy tờ chứng minh."


class FilerWanted(Refusal):
    code = "filer_wanted"
    message = "Đề nghị ghi họ và tên người nộp theo giấy tờ tùy thân của người đó."


class NoLongerMinor(Refusal):
    code = "no_longer_minor"
    message = (
        "Người được giải quyết đã đủ 18 tuổi nên cha, mẹ, người giám hộ không nộp thay được nữa. "
        "Đề nghị người đó nộp bằng tài khoản của mình hoặc lập giấy ủy quyền."
    )


class RightOver(Refusal):
    code = "right_over"
    message = (
        "Quyền nộp thay đã hết hiệu lực hoặc chưa ghi ngày hết hiệu lực. "
        "Đề nghị kiểm tra ngày trên giấy tờ; nếu đã hết hạn, đề nghị lập giấy mới."
    )


class OutOfScope(Refusal):
    code = "right_out_of_scope"
    message = (
        "Giấy tờ chứng minh không cho nộp thay thủ tục này. Đề nghị bổ sung nội dung ủy quyền, đại diện, "
        "hoặc để chủ hồ sơ tự nộp."
    )


class MandateWanted(Refusal):
    code = "mandate_wanted"
    message = (
        "Tổ chức nộp hồ sơ qua người đại diện đã đăng ký. Đề nghị chọn tư cách người đại diện của tổ chức và "
        "nhập số CMND/CCCD của người đó."
    )


@dataclass(frozen=True, slots=True)
class Proof:
    """A paper that proves a kind of right."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Relation:
    """One kind of right as the law in force has it."""

    kind: Kind
    asker: Asker
    words: str
    concerned: Concerned
    law: str
    proofs: Sequence[Proof]
    valid_from: date
    valid_to: date | None

    @property
    def filed_by_another(self) -> bool:
        """Whether the person at the counter is not the holder of the checked account."""
        return self.kind in {Kind.AUTHORISED, Kind.ORGANISATION}


@dataclass(frozen=True, slots=True)
class Right:
    """What the form says of the right to file for another."""

    kind: Kind
    proof_code: str = ""
    proof_number: str = field(repr=False, default="")
    proof_on: date | None = None
    until: date | None = None
    scope: Sequence[str] = ()
    mandated: Representative | None = field(repr=False, default=None)

    def content(self) -> list[object]:
        """For the mark of a form: the same right, the same words."""
        return [
            self.kind.value,
            self.proof_code,
            self.proof_number,
            str(self.proof_on or ""),
            str(self.until or ""),
            list(self.scope),
            str(self.mandated.mandate) if self.mandated else "",
        ]


def relations_on(on: date) -> list[Relation]:
    """The kinds of right in force on that day, in the order of the file."""
    return [
        each
        for each in _relations()
        if each.valid_from <= on and (each.valid_to is None or on <= each.valid_to)
    ]


def relations_for(procedure: Procedure, *, on: date, organisation: bool = False) -> list[Relation]:
    """Those under which somebody may ask for this procedure. An organisation has one way only."""
    who = set(procedure.who_may_ask)
    return [
        each
        for each in relations_on(on)
        if (not who or each.asker in who) and (each.kind == Kind.ORGANISATION) == organisation
    ]


def for_organisations(procedure: Procedure) -> bool:
    """Whether an organisation may ask for it at all."""
    return not procedure.who_may_ask or Asker.ORGANISATION in procedure.who_may_ask


def require_for_organisations(procedure: Procedure) -> None:
    """Raises NotForOrganisations."""
    if not for_organisations(procedure):
        raise NotForOrganisations(who=_who(procedure))


def owner_may_ask(procedure: Procedure) -> bool:
    """Whether a person may ask for it for themselves."""
    return not procedure.who_may_ask or Asker.OWNER in procedure.who_may_ask


def come_of_age(born: date) -> date:
    """The eighteenth birthday, as the database counts it: 29 February becomes the 28th."""
    year = born.year + OF_AGE
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def proof_words(kind: str, code: str, number: str, on: date) -> str:
    """As printed: the paper, its number, its day."""
    name = next(
        (
            proof.name
            for each in _relations()
            if each.kind == kind
            for proof in each.proofs
            if proof.code == code
        ),
        "Giấy tờ chứng minh",
    )
    return f"{name}{f' số {number}' if number else ''} ngày {on:%d/%m/%Y}"


def hold(
    dossier: Dossier,
    right: Right | None,
    *,
    procedure: Procedure,
    organisation: bool = False,
    now: datetime,
) -> None:
    """Write down the right this dossier is filed under and put its words on the dossier; or say why not.

    Inside the transaction that files it, after the free words are set. Raises this file's refusals.
    """
    on = timezone.localdate(now)
    if organisation:
        require_for_organisations(procedure)
    if organisation and (right is None or right.kind != Kind.ORGANISATION):
        raise MandateWanted
    _require_asker(procedure, right, on)
    if right is None:
        if dossier.filer_name or dossier.person_name:
            raise RightWanted
        return
    if (right.kind == Kind.ORGANISATION) != organisation:
        raise MandateWanted
    row = (
        _of_organisation(right)
        if right.kind == Kind.ORGANISATION
        else _of_person(dossier, right, _relation(right.kind, on), on)
    )
    if row.ends_on is not None and row.ends_on < on:
        raise NoLongerMinor if row.born_on else RightOver
    if row.scope and procedure.code not in row.scope:
        raise OutOfScope
    _say(dossier, row, right)
    row.save(force_insert=True)
    dossier.representation = row


def let_wait(dossier: Dossier, representative: CitizenId, *, procedure: Procedure) -> None:
    """Keep whom to ask the portal about, sealed, while it is silent. Raises NotForOrganisations."""
    require_for_organisations(procedure)
    dossier.waiting_representative_sealed = settings.KEYRING.seal(
        _WAITING, str(dossier.public_id), representative.value
    )


def waiting_representative(dossier: Dossier) -> CitizenId | None:
    """Whom the portal is to be asked about once it answers; none for a person's dossier."""
    if dossier.waiting_representative_sealed is None:
        return None
    sealed = bytes(dossier.waiting_representative_sealed)
    return CitizenId(settings.KEYRING.open(_WAITING, str(dossier.public_id), sealed))


def right_at_the_desk(
    *,
    check: AccountCheck,
    number: CitizenId,
    procedure_code: str,
    asked_by: str,
    unit_code: str,
    registry: AccountRegistry,
) -> Right:
    """Whether the person at the counter acts for the organisation that was checked; outside any transaction.

    Raises NotARepresentative, PortalUnavailable.
    """
    found = registry.representative(
        organisation=check.subject,
        number=number,
        procedure_code=procedure_code,
        asked_by=asked_by,
        unit_code=unit_code,
    )
    return Right(Kind.ORGANISATION, mandated=found)


def _require_asker(procedure: Procedure, right: Right | None, on: date) -> None:
    who = procedure.who_may_ask
    asker = _relation(right.kind, on).asker if right else Asker.OWNER
    if who and asker not in who:
        raise _not_who_may_ask(procedure)


def _not_who_may_ask(procedure: Procedure) -> NotWhoMayAsk:
    return NotWhoMayAsk(who=_who(procedure))


def _who(procedure: Procedure) -> str:
    return "; ".join(str(Asker(each).label).lower() for each in procedure.who_may_ask)


def _relation(kind: Kind, on: date) -> Relation:
    found = next((each for each in relations_on(on) if each.kind == kind), None)
    if found is None:
        raise RightWanted
    return found


def _of_organisation(right: Right) -> Representation:
    given = right.mandated
    if given is None:
        raise MandateWanted
    return Representation(
        kind=Kind.ORGANISATION,
        asker=Asker.ORGANISATION,
        proof_code="dai-dien-to-chuc",
        proof_on=given.proof_on,
        ends_on=given.until,
        scope=list(given.scope),
        representative_subject=given.subject,
        mandate=given.mandate,
        mandate_at=given.at,
    )


def _of_person(dossier: Dossier, right: Right, relation: Relation, on: date) -> Representation:
    number = plain_text.clean(right.proof_number, max_length=60)
    known = {proof.code for proof in relation.proofs}
    if right.proof_code not in known or not number or right.proof_on is None or right.proof_on > on:
        raise ProofWanted
    born, until = None, right.until
    if relation.concerned is Concerned.MINOR:
        if not dossier.person_name or not dossier.person_born:
            raise PersonWanted(more=" và ngày sinh")
        born = BirthDate.parse(dossier.person_born).on
        if born > on:
            raise PersonWanted(more=" và ngày sinh đúng")
        last = come_of_age(born) - timedelta(days=1)
        until = min(last, until) if until else last
        if last < on:
            raise NoLongerMinor
    elif relation.concerned is not Concerned.NONE and not dossier.person_name:
        raise PersonWanted(more="")
    if relation.filed_by_another and not dossier.filer_name:
        raise FilerWanted
    if relation.kind == Kind.AUTHORISED and until is None:
        raise RightOver
    return Representation(
        kind=relation.kind,
        asker=relation.asker,
        proof_code=right.proof_code,
        proof_number=number,
        proof_on=right.proof_on,
        born_on=born,
        ends_on=until,
        scope=sorted(set(right.scope)),
    )


def _say(dossier: Dossier, row: Representation, right: Right) -> None:
    """The filer and the proof as they are printed; what the form said more closely stands."""
    if right.mandated:
        dossier.filer_name = right.mandated.full_name
        dossier.filer_relation = str(Kind.ORGANISATION.label)
        dossier.filer_proof = right.mandated.words[:300]
        return
    dossier.filer_relation = dossier.filer_relation or str(Kind(row.kind).label)
    words = proof_words(row.kind, row.proof_code, row.proof_number, row.proof_on)
    if row.kind == Kind.AUTHORISED and row.ends_on:
        words += f", đến hết ngày {row.ends_on:%d/%m/%Y}"
    dossier.filer_proof = dossier.filer_proof or words
    if row.kind == Kind.PARENT:
        dossier.person_relation = dossier.person_relation or "Con"


@cache
def _relations() -> tuple[Relation, ...]:
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Relation(
            kind=Kind(row["kind"]),
            asker=Asker(row["asker"]),
            words=row["words"],
            concerned=Concerned(row["concerned"]),
            law=row["law"],
            proofs=tuple(Proof(**proof) for proof in row["proofs"]),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        for row in rows
    )

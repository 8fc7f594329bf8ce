"""What a reception form says, as values: papers handed in, who files, for whom, how the result is wanted."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TypedDict

from django.conf import settings

from motcua.desk.catalogue_words import Necessity
from motcua.desk.models import Component, Dossier, DossierComponent
from motcua.desk.relations import Right
from motcua.files.models import StoredFile
from motcua.kernel import plain_text
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal

How = DossierComponent.How
_MOST_COPIES = 999


class PapersIncomplete(Refusal):
    code = "papers_incomplete"
    message = (
        "Danh mục thành phần hồ sơ chưa được điền đúng ({name}). "
        "Đề nghị ông/bà chọn cách nộp và kèm tệp hoặc giấy tờ cho từng thành phần."
    )


class NecessaryPaperMissing(Refusal):
    code = "necessary_paper_missing"
    message = (
        "Thành phần “{component}” là bắt buộc, hồ sơ còn thiếu thì chưa được tiếp nhận. "
        "Đề nghị ông/bà nhận đủ thành phần, hoặc hướng dẫn người nộp bổ sung rồi nộp lại."
    )


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One line of the checklist. ``order`` is the component's; ``file`` was kept before, by this officer."""

    order: int
    how: How
    originals: int = 0
    certified: int = 0
    copies: int = 0
    file: StoredFile | None = None
    vault_paper_id: str = ""


@dataclass(frozen=True, slots=True)
class Filer:
    """Người nộp, when that is not the owner, with the paper that proves the right."""

    name: str = field(repr=False, default="")
    relation: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class PersonConcerned:
    """Người được giải quyết, when that is not the owner (a minor, a dead person, an authoriser's child)."""

    name: str = field(repr=False, default="")
    born: str = field(repr=False, default="")
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """How the filer is reached; printed on the slip, kept sealed."""

    phone: Phone | None = None
    email: str = field(repr=False, default="")
    address: str = field(repr=False, default="")


class ContactWords(TypedDict):
    phone: str
    email: str
    address: str


@dataclass(frozen=True, slots=True)
class Submission:
    """The reception form. ``key`` is the form's own random id: sending it twice is sending it once."""

    key: uuid.UUID
    procedure_code: str
    process_id: int
    papers: Sequence[HandedIn]
    filer: Filer = Filer()
    person: PersonConcerned = PersonConcerned()
    #: The right to file for another; none when the owner files the own matter.
    right: Right | None = None
    #: Who stands at the counter for an organisation; the desk asks the portal for the mandate.
    representative: CitizenId | None = field(repr=False, default=None)
    contact: Contact = Contact()
    private_matter: bool = False
    result_wanted: Dossier.ResultWanted = Dossier.ResultWanted.AT_DESK
    note: str = field(repr=False, default="")

    def mac(self, *more: str) -> bytes:
        """32 bytes that are the same for the same form, so that one key does not carry two forms."""
        papers = [
            [p.order, p.how.value, p.originals, p.certified, p.copies, p.vault_paper_id,
             bytes(p.file.sha256).hex() if p.file else ""]
            for p in self.papers
        ]  # fmt: skip
        content = json.dumps(
            [
                self.procedure_code,
                self.process_id,
                papers,
                asdict(self.filer),
                asdict(self.person),
                contact_words(self.contact),
                self.private_matter,
                self.result_wanted.value,
                self.note,
                *(self.right.content() if self.right else []),
                *([self.representative.value] if self.representative else []),
            ]
        )
        digest: bytes = settings.KEYRING.mac("desk.submission", content, *more)
        return digest


def cleaned(form: Submission) -> dict[str, str]:
    """The free words of the form as columns of the dossier, without hidden characters."""
    return {
        "filer_name": plain_text.clean(form.filer.name, max_length=120),
        "filer_relation": plain_text.clean(form.filer.relation, max_length=120),
        "filer_proof": plain_text.clean(form.filer.proof, max_length=300),
        "person_name": plain_text.clean(form.person.name, max_length=120),
        "person_born": plain_text.clean(form.person.born, max_length=20),
        "person_relation": plain_text.clean(form.person.relation, max_length=120),
        "note": plain_text.clean(form.note, max_length=1000, lines=True),
    }


def contact_words(contact: Contact) -> ContactWords:
    """As kept and printed."""
    return {
        "phone": contact.phone.value if contact.phone else "",
        "email": plain_text.clean(contact.email, max_length=120),
        "address": plain_text.clean(contact.address, max_length=300),
    }


def seal_contact(contact: Contact, public_id: uuid.UUID) -> bytes | None:
    """The contact at rest; nothing at all when nothing was given."""
    words = contact_words(contact)
    if not any(words.values()):
        return None
    sealed: bytes = settings.KEYRING.seal(
        "desk.dossier.contact", str(public_id), json.dumps(words, ensure_ascii=False)
    )
    return sealed


def phone_fingerprint(phone: Phone) -> bytes:
    """32 bytes by which the dossiers of a contact's phone are found, and nothing is read."""
    mark: bytes = settings.KEYRING.fingerprint("desk.contact_phone", phone.value)
    return mark


def contact_of(dossier: Dossier) -> ContactWords:
    """The contact again, for the slip and for the text about a missing account."""
    if dossier.contact_sealed is None:
        return {"phone": "", "email": "", "address": ""}
    words: ContactWords = json.loads(
        settings.KEYRING.open("desk.dossier.contact", str(dossier.public_id), dossier.contact_sealed)
    )
    return words


def checklist(components: Sequence[Component], papers: Sequence[HandedIn]) -> list[DossierComponent]:
    """The papers against the catalogue: each component once, names as they are today."""
    handed = {paper.order: paper for paper in papers}
    if len(handed) != len(papers) or set(handed) - {component.order for component in components}:
        raise PapersIncomplete(name="trùng hoặc thừa thành phần")
    return [_line(component, handed.get(component.order)) for component in components]


def whole_checklist(components: Sequence[Component], papers: Sequence[HandedIn]) -> list[DossierComponent]:
    """The checklist of a desk: a dossier that lacks a necessary component is not received (NĐ 61/2018, điều 17)."""
    lines = checklist(components, papers)
    for component, line in zip(components, lines, strict=True):
        if component.necessity == Necessity.REQUIRED and line.how == How.NONE:
            raise NecessaryPaperMissing(component=component.name)
    return lines


def _line(component: Component, paper: HandedIn | None) -> DossierComponent:
    if paper is None:
        paper = HandedIn(order=component.order, how=How.NONE)
    counts = (paper.originals, paper.certified, paper.copies)
    whole = (
        (paper.how == How.UPLOADED) == (paper.file is not None)
        and (paper.how == How.VAULT) == bool(paper.vault_paper_id)
        and not (paper.how == How.VAULT and component.not_reused)
        and all(0 <= count <= _MOST_COPIES for count in counts)
        and (paper.file is None or paper.file.purpose == StoredFile.Purpose.DOSSIER_COMPONENT)
    )
    if not whole:
        raise PapersIncomplete(name=component.name)
    return DossierComponent(
        order=component.order,
        name=component.name,
        type_code=component.type_code,
        how=paper.how,
        originals=paper.originals,
        certified=paper.certified,
        copies=paper.copies,
        file=paper.file,
        vault_paper_id=paper.vault_paper_id,
    )

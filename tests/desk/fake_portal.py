"""The portal, faked at the desk's ports: it knows the people it was told of and signs as the real one does."""

import base64
import hashlib
import json
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings

from motcua.desk.ports import (
    RECEIPT_TYPE,
    Answer,
    FinishedResult,
    Found,
    LentFile,
    LentPaper,
    NotARepresentative,
    NotFoundAnswer,
    NotLent,
    OfferedPaper,
    OwnerCard,
    OwnerStatus,
    PortalUnavailable,
    Representative,
    SessionNotLive,
    SignedInOwner,
    Unknown,
)
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.tax_code import TaxCode


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(
    claims: Mapping[str, object],
    *,
    header: Mapping[str, object] | None = None,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> str:
    """A JWS in compact form, right unless told otherwise."""
    head = header if header is not None else {"alg": "ES256", "typ": RECEIPT_TYPE}
    content = f"{encoded(json.dumps(head).encode())}.{encoded(json.dumps(claims).encode())}"
    private: ec.EllipticCurvePrivateKey = key or settings.KEYRING.receipt_key
    r, s = decode_dss_signature(private.sign(content.encode(), ec.ECDSA(SHA256())))
    return f"{content}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def claims(subject: str, status: str, purpose: str, /, **more: object) -> dict[str, object]:
    now = int(time.time())
    return {
        "iss": settings.PORTAL_ISSUER,
        "aud": settings.DESK_ID,
        "sub": subject,
        "iat": now,
        "exp": now + 900,
        "jti": uuid.uuid4().hex,
        "purpose": purpose,
        "status": status,
        **more,
    }


@dataclass
class Person:
    full_name: str
    subject: str
    status: OwnerStatus = OwnerStatus.USABLE


@dataclass
class FakePortal:
    """Both ports. ``down`` is silence; ``asked`` and ``told`` are what it saw."""

    people: dict[str, Person] = field(default_factory=dict)
    down: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    told: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    papers: dict[str, list[OfferedPaper]] = field(default_factory=dict)
    vault: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)
    lent: list[tuple[str, str]] = field(default_factory=list)
    opened: dict[str, tuple[str, str]] = field(default_factory=dict)
    tamper: Mapping[str, object] = field(default_factory=dict)
    moves: list[tuple[str, str, str]] = field(default_factory=list)
    hidden: dict[str, set[str]] = field(default_factory=dict)
    sessions: dict[uuid.UUID, str] = field(default_factory=dict)
    mandates: dict[tuple[str, str], Representative] = field(default_factory=dict)
    #: (organisation, mandate, procedure) that were asked about.
    mandates_used: set[tuple[str, uuid.UUID, str]] = field(default_factory=set)
    #: Numbers whose phone is frozen.
    frozen: set[str] = field(default_factory=set)
    ahead: int = 0  # seconds: the portal of a later day
    _keys: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enrol(
        self, number: str, full_name: str, *, status: OwnerStatus = OwnerStatus.USABLE, subject: str = ""
    ) -> Person:
        person = Person(full_name, subject or uuid.uuid4().hex, status)
        self.people[number] = person
        return person

    def check(
        self,
        *,
        number: CitizenId | TaxCode,
        old_number: CitizenId | None,
        purpose: str,
        asked_by: str,
        unit_code: str,
        reference: str,
    ) -> Answer:
        self.asked.append({"by": asked_by, "unit": unit_code, "purpose": purpose, "reference": reference})
        if self.down:
            return Unknown("down")
        by_old = number.value not in self.people and old_number is not None
        asked = old_number.value if by_old and old_number else number.value
        person = self.people.get(asked)
        if person is None:
            return NotFoundAnswer()
        return Found(
            receipt=signed(
                claims(person.subject, person.status, purpose, **{**self._dated(), **self.tamper})
            ),
            subject=person.subject,
            status=person.status,
            name_masked=PersonName.parse(person.full_name).masked,
            last3=asked[-3:],
            matched_by_old_number=by_old,
            phone_frozen=asked in self.frozen,
        )

    def _dated(self) -> dict[str, object]:
        now = int(time.time()) + self.ahead
        return {"iat": now, "exp": now + 900}

    def owner_card(self, *, receipt: str, procedure_code: str, asked_by: str, unit_code: str) -> OwnerCard:
        if self.down:
            raise PortalUnavailable
        return OwnerCard(self._of(receipt).full_name)

    def owner_in_session(self, *, session: uuid.UUID, subject: str, purpose: str) -> SignedInOwner:
        self.asked.append({"by": subject, "unit": "", "purpose": purpose, "reference": str(session)})
        if self.down:
            raise PortalUnavailable
        if self.sessions.get(session) != subject:
            raise SessionNotLive
        number, person = next((n, p) for n, p in self.people.items() if p.subject == subject)
        told = claims(subject, person.status, purpose, **{**self._dated(), **self.tamper})
        return SignedInOwner(
            receipt=signed(told),
            subject=subject,
            status=person.status,
            full_name=person.full_name,
            name_masked=PersonName.parse(person.full_name).masked,
            number=number,
            last3=number[-3:],
        )

    def signed_in(self, number: str) -> tuple[uuid.UUID, str]:
        """A live session of this person: its id and the person's subject."""
        session, subject = uuid.uuid4(), self.people[number].subject
        self.sessions[session] = subject
        return session, subject

    def representative(
        self, *, organisation: str, number: CitizenId, procedure_code: str, asked_by: str, unit_code: str
    ) -> Representative:
        return self._mandate(organisation, number.value, procedure_code)

    def representative_in_session(
        self, *, session: uuid.UUID, organisation: str, procedure_code: str
    ) -> Representative:
        return self._mandate(organisation, "", procedure_code)

    def _mandate(self, organisation: str, number: str, procedure_code: str) -> Representative:
        if self.down:
            raise PortalUnavailable
        try:
            found = self.mandates[organisation, number]
        except KeyError:
            raise NotARepresentative from None
        self.mandates_used.add((organisation, found.mandate, procedure_code))
        return found

    def still_usable(self, *, subject: str) -> bool | None:
        if self.down:
            return None
        return any(
            person.subject == subject
            and person.status in {OwnerStatus.USABLE, OwnerStatus.AWAITING_ACTIVATION}
            for person in self.people.values()
        )

    def tell(self, *, subject: str, template: str, params: Mapping[str, str], key: str) -> None:
        if self.down:
            raise PortalUnavailable
        with self._lock:
            if key not in self._keys:
                self._keys.add(key)
                self.told.append((subject, template, dict(params)))

    def offer(
        self,
        *,
        receipt: str,
        type_codes: Sequence[str],
        procedure_code: str,
        asked_by: str,
        unit_code: str,
        mandate: uuid.UUID | None = None,
    ) -> Sequence[OfferedPaper]:
        if self.down:
            raise PortalUnavailable
        subject = self._of(receipt).subject
        if mandate is not None and (subject, mandate, procedure_code) not in self.mandates_used:
            return []
        mine = self.papers.get(subject, [])
        return [paper for paper in mine if paper.type_code in type_codes]

    def lend(
        self,
        *,
        receipt: str,
        paper_id: str,
        dossier_code: str,
        asked_by: str,
        unit_code: str,
        key: str,
        procedure_code: str = "",
        mandate: uuid.UUID | None = None,
    ) -> LentPaper:
        if self.down:
            raise PortalUnavailable
        subject = self._of(receipt).subject
        of_organisation = any(
            one.subject == subject and len(number) in (10, 13) for number, one in self.people.items()
        )
        used = (subject, mandate, procedure_code) in self.mandates_used
        if not used if of_organisation else mandate is not None:
            raise NotLent
        for paper in self.papers.get(subject, []):
            if paper.paper_id == paper_id:
                self.lent.append((paper_id, dossier_code))
                return LentPaper(paper_id, paper.type_code, paper.name, hashlib.sha256(b"").hexdigest())
        raise NotLent

    def put(
        self,
        *,
        receipt: str,
        type_code: str,
        name: str,
        data: bytes,
        file_name: str,
        dossier_code: str,
        held_for: str,
        digitised_by: str,
        unit_code: str,
        key: str,
    ) -> str:
        if self.down:
            raise PortalUnavailable
        self.vault[key] = (self._of(receipt).subject, type_code, data)
        return f"paper-{key}"[:40]

    def put_result(
        self,
        *,
        receipt: str,
        result: FinishedResult,
        dossier_code: str,
        held_for: str,
        signed_by: str,
        unit_code: str,
        key: str,
    ) -> str:
        if self.down:
            raise PortalUnavailable
        self.vault[key] = (self._of(receipt).subject, result.type_code, result.data)
        self.hidden.setdefault(dossier_code, set()).add(key)
        return f"paper-{key}"[:40]

    def show_results(self, *, dossier_code: str, by: str, unit_code: str) -> None:
        if self.down:
            raise PortalUnavailable
        self.hidden.pop(dossier_code, None)

    def view_lent(
        self, *, paper_id: str, dossier_code: str, asked_by: str, lent_to: str, unit_code: str
    ) -> LentFile:
        if self.down:
            raise PortalUnavailable
        raise NotLent

    def move(
        self,
        *,
        receipt: str,
        from_subject: str,
        dossier_code: str,
        reason: str,
        asked_by: str,
        approved_by: str,
        unit_code: str,
    ) -> Mapping[str, str]:
        if self.down:
            raise PortalUnavailable
        to = self._of(receipt).subject
        self.moves.append((from_subject, to, dossier_code))
        moved = {}
        for key, (owner, type_code, data) in list(self.vault.items()):
            if owner == from_subject:
                self.vault[key] = (to, type_code, data)
                moved[f"paper-{key}"[:40]] = f"moved-{key}"[:40]
        return moved

    def note_opened(
        self,
        *,
        receipt: str,
        paper_id: str,
        dossier_code: str,
        asked_by: str,
        unit_code: str,
        key: str,
        viewed: bool = False,
    ) -> None:
        if self.down:
            raise PortalUnavailable
        self.opened[key] = (self._of(receipt).subject, paper_id)

    def _of(self, receipt: str) -> Person:
        body = receipt.split(".")[1]
        subject = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sub"]
        return next(person for person in self.people.values() if person.subject == subject)

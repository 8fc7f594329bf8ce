"""What comes back, as the document describes it."""

from typing import Any, Literal, NotRequired, TypedDict

Status = Literal["USABLE", "AWAITING_ACTIVATION", "LOCKED", "CLOSED", "REVIEW", "UNLINKED"]


class AccountFound(TypedDict):
    answer: Literal["found"]
    receipt: str
    subject: str
    status: Status
    name_masked: str
    last3: str
    matched_by_old_number: bool
    #: Codes and texts do not reach the owner; missing from a portal of before.
    phone_frozen: NotRequired[bool]


class AccountNotFound(TypedDict):
    answer: Literal["not_found"]


class SubjectUsable(TypedDict):
    subject: str
    known: bool
    usable: bool


class Representative(TypedDict):
    mandate: str
    subject: str
    full_name: str
    words: str
    proof_on: str
    until: str | None
    scope: list[str]
    at: str


class SignedInPerson(TypedDict):
    receipt: str
    subject: str
    status: Status
    full_name: str
    name_masked: str
    number: str
    last3: str
    organisation: bool


class OfferedPaper(TypedDict):
    paper_id: str
    type_code: str
    name: str
    validity: Literal["VALID", "EXPIRED"]
    issued_on: str | None
    valid_until: str | None
    held_for_masked: str


class LentPaper(TypedDict):
    paper_id: str
    type_code: str
    name: str
    sha256: str


ArrivalKind = Literal["NOTICES", "PAPERS", "RESULTS", "MOVES"]


class ArrivalDigest(TypedDict):
    kind: ArrivalKind
    count: int
    sha256: str


class MergedOwner(TypedDict):
    was: str
    now: str
    at: str


class DossierEvent(TypedDict):
    code: str
    unit_code: str
    procedure_code: str
    kind: str
    from_state: str
    state: str
    step: str
    at: str


class Unit(TypedDict):
    code: str
    name: str
    short_name: str
    kind: str
    parent: str | None
    successor: str | None
    district: str
    address: str
    phone: str
    dossier_prefix: str
    has_desk: bool
    valid_from: str
    valid_to: str | None


class Procedure(TypedDict):
    code: str
    versions: list[dict[str, Any]]


class ImportLine(TypedDict):
    at: str
    code: str
    outcome: str
    words: str
    reasons: list[str]


class ImportReport(TypedDict):
    applied: bool
    changes: int
    lines: list[ImportLine]

"""What the desk asks of the portal, whoever runs it: is this owner known, and what is in their vault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import Refusal
from motcua.kernel.tax_code import TaxCode

#: ``typ`` of the signed receipt's header; anything else is another kind of token.
RECEIPT_TYPE = "account-receipt+jwt"

#: ``purpose`` of every check made at the counter; it is a claim of the receipt.
PURPOSE_RECEPTION = "tiep-nhan-ho-so"


#: ``purpose`` of the receipt by which the owner's own session opens the gate for online filing (SIGN_IN).
PURPOSE_FILING = "nop-ho-so-truc-tuyen"

#: ``purpose`` of the receipt with which an owner who fills in a form asks about the own vault; opens no gate.
PURPOSE_OWN_VAULT = "chon-giay-to-cua-minh"


#: ``purpose`` of the question who somebody is that will hold a post at this desk; opens no gate.
PURPOSE_APPOINTING = "bo-nhiem-can-bo"

#: ``purpose`` of the check of a new owner, when a dossier was filed under the wrong one; opens no gate.
PURPOSE_CORRECTION = "sua-chu-ho-so"

#: ``purpose`` of the question whose lines an inspector of the desk is going to read; opens no gate.
PURPOSE_INSPECTION = "thanh-tra-nhat-ky"


class OwnerStatus(StrEnum):
    """The state of an account that was found."""

    USABLE = "USABLE"
    AWAITING_ACTIVATION = "AWAITING_ACTIVATION"
    LOCKED = "LOCKED"
    CLOSED = "CLOSED"
    REVIEW = "REVIEW"
    #: Only an account that is linked to VNeID counts by now (NĐ 69/2024).
    UNLINKED = "UNLINKED"


#: With these the owner's dossier is received; with the others the way out is said.
RECEIVABLE = frozenset({OwnerStatus.USABLE, OwnerStatus.AWAITING_ACTIVATION})


@dataclass(frozen=True, slots=True)
class Found:
    """An account is there.

    ``receipt`` is a JWS (compact, ES256, ``typ`` = RECEIPT_TYPE) with the claims iss, aud (this desk's id),
    sub (the owner's opaque id for this desk), iat, exp (at most 15 minutes later), jti, purpose, status.
    ``name_masked`` hides the inner words; there is no phone, address or birth date.
    """

    receipt: str = field(repr=False)
    subject: str
    status: OwnerStatus
    name_masked: str = field(repr=False)
    last3: str = field(repr=False)
    matched_by_old_number: bool = False
    #: The owner's phone went to somebody else: nothing reaches them by it until another one is bound.
    phone_frozen: bool = False


@dataclass(frozen=True, slots=True)
class NotFoundAnswer:
    """The portal answered: nobody has an account under this number."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The portal did not answer, or not in a way that can be believed. Never the same as "no account"."""

    reason_code: str = "no_answer"


Answer = Found | NotFoundAnswer | Unknown


@dataclass(frozen=True, slots=True)
class OwnerCard:
    """What the slip prints about the owner; asked when the procedure is chosen."""

    full_name: str = field(repr=False)


class PortalUnavailable(Refusal):
    """No answer from the portal. Raised by everything but ``check``, which answers Unknown."""

    code = "portal_unavailable"
    status = 503
    message = "Cổng DVCQG chưa trả lời. Nội dung đã nhập vẫn còn; đề nghị ông/bà thử lại sau ít phút."


class NotOffered(Refusal):
    """This portal has no such service: asking again is no use. Said plainly, never passed over (docs/dvcqg.md)."""

    code = "portal_does_not_offer"
    status = 501
    message = (
        "Cổng DVCQG không cung cấp việc này qua đường kết nối hiện có. "
        "Đề nghị ông/bà thực hiện trực tiếp trên Cổng DVCQG, hoặc làm bằng giấy tại bộ phận một cửa."
    )


class SessionNotLive(Refusal):
    """The portal answered: nobody is signed in under this session any more."""

    code = "session_not_live"
    status = 403
    message = (
        "Phiên đăng nhập đã kết thúc. Đề nghị ông/bà đăng nhập lại; nội dung đã lưu vẫn còn trong bản nháp."
    )


@dataclass(frozen=True, slots=True)
class SignedInOwner:
    """Who is signed in, as the portal vouches for it; ``receipt`` as in ``Found``, with the purpose that was asked."""

    receipt: str = field(repr=False)
    subject: str
    status: OwnerStatus
    full_name: str = field(repr=False)
    name_masked: str = field(repr=False)
    number: str = field(repr=False)
    last3: str = field(repr=False)
    organisation: bool = False


class NotARepresentative(Refusal):
    """The portal answered: this person may not act for this organisation in this matter, now."""

    code = "not_a_representative"
    status = 409
    message = (
        "Người này không có quyền đại diện còn hiệu lực cho tổ chức ở thủ tục này, hoặc quyền đã bị thu hồi. "
        "Đề nghị tổ chức đăng ký người đại diện tại bộ phận một cửa, hoặc để người đại diện khác nộp."
    )


@dataclass(frozen=True, slots=True)
class Representative:
    """Somebody who may act for an organisation, at the moment ``at``; ``words`` is the proof as printed."""

    mandate: UUID
    subject: str
    full_name: str = field(repr=False)
    words: str = field(repr=False)
    proof_on: date
    until: date | None
    scope: Sequence[str]
    at: datetime


class AccountRegistry(Protocol):
    """The portal's accounts. Implementations never raise for an outage in ``check``: they answer Unknown."""

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
        """Is there an account under ``number`` (or, when that is not known, under ``old_number``)?

        ``asked_by`` is the officer's opaque id, ``reference`` the desk's own id of this question (a uuid).
        The portal counts, journals and shows the question to the citizen.
        """
        ...

    def owner_card(self, *, receipt: str, procedure_code: str, asked_by: str, unit_code: str) -> OwnerCard:
        """The owner's full name, for a procedure that was chosen. Journalled, visible to the citizen.

        Raises PortalUnavailable.
        """
        ...

    def owner_in_session(self, *, session: UUID, subject: str, purpose: str) -> SignedInOwner:
        """The account that is signed in under ``session``, if that is ``subject`` and the session lives.

        For the owner's own acts online: PURPOSE_FILING (journalled) and PURPOSE_OWN_VAULT.
        Raises SessionNotLive, PortalUnavailable.
        """
        ...

    def representative(
        self, *, organisation: str, number: CitizenId, procedure_code: str, asked_by: str, unit_code: str
    ) -> Representative:
        """The mandate by which this citizen acts for ``organisation`` (an opaque id), if it stands; a use is written.

        Raises NotARepresentative, PortalUnavailable.
        """
        ...

    def representative_in_session(
        self, *, session: UUID, organisation: str, procedure_code: str
    ) -> Representative:
        """Whoever acts for ``organisation`` in this session, if the mandate covers the procedure; a use is written.

        Raises NotARepresentative, PortalUnavailable.
        """
        ...

    def still_usable(self, *, subject: str) -> bool | None:
        """Whether the account may still be received for, now; None when the portal does not answer."""
        ...

    def tell(self, *, subject: str, template: str, params: Mapping[str, str], key: str) -> None:
        """Text the owner. ``key`` is ours and stable: telling twice must not text twice.

        Templates: ``dossier_moved`` (code, state), ``supplement_requested`` (code, until), ``due_date_moved``
        (code, due), ``filing_sent``, ``dossier_refused``, ``dossier_withdrawn``, ``dossier_stopped``, ``result_ready``,
        ``result_handed_out`` (code), ``dossier_received`` (code, due), ``dossier_provisional`` (number),
        ``dossier_confirmed`` (code, due), ``account_wanted`` (number), ``provisional_closed`` (number),
        ``dossier_moved_away`` and ``dossier_moved_here`` (code).
        Raises PortalUnavailable.
        """
        ...


class PaperValidity(StrEnum):
    VALID = "VALID"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class OfferedPaper:
    """A paper in the owner's vault that could serve a component.

    ``held_for_masked`` is the person it is about when that is not the owner: two children, two papers.
    """

    paper_id: str
    type_code: str
    name: str
    validity: PaperValidity
    issued_on: date | None = None
    valid_until: date | None = None
    held_for_masked: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LentPaper:
    """A paper that the owner lets this dossier use."""

    paper_id: str
    type_code: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class LentFile:
    """The bytes of a lent paper, for drawing a page of it; they are not kept at the desk."""

    data: bytes = field(repr=False)
    kind: str
    pages: int


@dataclass(frozen=True, slots=True)
class FinishedResult:
    """A signed result for the owner's vault; ``data`` is the signed file."""

    type_code: str
    name: str
    data: bytes = field(repr=False)
    file_name: str = field(repr=False)
    number: str = field(default="", repr=False)
    issuer: str = ""
    issued_on: date | None = None
    valid_until: date | None = None


#: What a vault keeps of the name of a paper, and of who issued it (letters). A catalogue may say more.
LONGEST_PAPER_NAME: Final = 300
LONGEST_ISSUER: Final = 200


class NotLent(Exception):
    """The vault answered: this paper is not this owner's, or may not be used."""


class OwnersVault(Protocol):
    """The owner's vault at the portal. Every call may raise PortalUnavailable."""

    def offer(
        self,
        *,
        receipt: str,
        type_codes: Sequence[str],
        procedure_code: str,
        asked_by: str,
        unit_code: str,
        mandate: UUID | None = None,
    ) -> Sequence[OfferedPaper]:
        """The papers that could serve; shown to the officer, journalled, visible to the owner.

        ``mandate``: by which somebody stands here for an organisation, once that is known. One that does not stand
        for this owner and procedure is offered nothing.
        """
        ...

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
        mandate: UUID | None = None,
    ) -> LentPaper:
        """Record the owner's consent (given in person) and this use of the paper, once per key.

        An organisation's papers are lent under a ``mandate`` that stood for ``procedure_code`` when the portal was
        asked about it (``AccountRegistry.representative``), and under no other. Raises NotLent.
        """
        ...

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
        """Lay a digitised component into the vault of the receipt's subject, once per key; its paper id.

        The receipt proves whose vault it is (signature, audience, subject). Its expiry is not judged: what
        the desk owes may be delivered hours later. ``held_for`` is the name of the person concerned when
        that is not the owner (a minor, a dead person), else empty. ``name`` has at most ``LONGEST_PAPER_NAME``
        letters, ``type_code`` 80.
        """
        ...

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
        """Lay a signed result into the owner's vault, hidden until ``show_results``; once per key; its paper id."""
        ...

    def show_results(self, *, dossier_code: str, by: str, unit_code: str) -> None:
        """The dossier's results were handed out: the owner sees them from now on. Saying it twice is harmless."""
        ...

    def view_lent(
        self, *, paper_id: str, dossier_code: str, asked_by: str, lent_to: str, unit_code: str
    ) -> LentFile:
        """A paper lent to this dossier, for an officer who works on it; the portal counts and shows the look.

        ``lent_to`` is the unit the owner agreed to, ``unit_code`` the officer's own. Raises NotLent (never lent,
        or the consent was withdrawn), TooManyAttempts.
        """
        ...

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
        """Move what this dossier laid into ``from_subject``'s vault to the vault of the receipt's subject.

        For each paper that moved its old and its new id. What moved before stays; saying it twice is harmless.
        """
        ...

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
        """An officer opened the desk's own copy of a paper that lies in the vault: the owner sees it, once per key.

        ``viewed``: page by page, nothing was downloaded. A paper that is no longer this owner's is passed over.
        """
        ...


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What a reader is told about a signed result. ``words`` is one Vietnamese sentence or two, complete."""

    intact: bool
    trusted: bool
    whole_document: bool
    signer: str = field(repr=False)
    signed_at: datetime | None
    words: str = field(repr=False)

    @property
    def good(self) -> bool:
        return self.intact and self.trusted and self.whole_document


class NoSigningKey(Refusal):
    """The signer has no key here, or one that may not be used at this moment."""

    code = "no_signing_key"
    status = 409
    message = (
        "Chưa ký được: hệ thống không có chứng thư số còn hiệu lực của ông/bà."
        " Đề nghị liên hệ quản trị hệ thống để nạp chứng thư số."
    )


class NotSignable(Refusal):
    """The draft is a PDF that no signature can be laid over."""

    code = "draft_not_signable"
    status = 422
    message = (
        "Không ký được lên tệp dự thảo này (tệp bị khóa chỉnh sửa hoặc có cấu trúc lạ)."
        " Đề nghị chuyên viên xuất lại tệp PDF rồi đính kèm lại."
    )


class ResultSigner(Protocol):
    """The keys with which leaders sign results (PAdES)."""

    def sign(self, data: bytes, *, subject: str, signer_name: str, reason: str, at: datetime) -> bytes:
        """The PDF with a signature over all of it, by the key of the officer ``subject``.

        The bytes given are the beginning of the bytes returned. Raises NoSigningKey, NotSignable.
        """
        ...

    def verify(self, data: bytes) -> SignatureReport:
        """Whether it is still what was signed, by whom, and whether we trust that key. Raises nothing."""
        ...


class PaymentStatus(StrEnum):
    """What the payment system says of an order. PENDING: not decided yet; UNKNOWN: it has no such order."""

    PAID = "PAID"
    REFUSED = "REFUSED"
    PENDING = "PENDING"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class PaymentNews:
    """Of one order. ``reference`` is ours; ``transaction`` is the payment system's own, empty until paid."""

    reference: str
    status: PaymentStatus
    amount_vnd: int = 0
    transaction: str = ""


class PaymentUnavailable(Refusal):
    code = "payment_unavailable"
    status = 503
    message = (
        "Hệ thống thanh toán chưa trả lời nên chưa có khoản tiền nào được ghi nhận."
        " Đề nghị ông/bà thử lại sau ít phút hoặc nộp tại bộ phận một cửa."
    )


class PaymentNotGenuine(Refusal):
    """Not from the payment system, changed on the way, or too old."""

    code = "payment_not_genuine"
    status = 401
    message = (
        "Thông báo thanh toán không có chữ ký đúng nên không được ghi nhận. Đề nghị kiểm tra khóa hai bên."
    )


class PaymentGateway(Protocol):
    """Where people pay on-line. It learns a reference, an amount and the words of a procedure; nothing of a person."""

    def begin(self, *, reference: str, amount_vnd: int, words: str, return_to: str, notify_to: str) -> str:
        """The address of the page to pay on; once per reference, whose page is the same again.

        Raises PaymentUnavailable.
        """
        ...

    def ask(self, reference: str) -> PaymentNews:
        """How far the order is. Raises PaymentUnavailable."""
        ...

    def heard(self, *, body: bytes, at: str, signature: str) -> PaymentNews:
        """What the payment system sent by itself. Raises PaymentNotGenuine."""
        ...

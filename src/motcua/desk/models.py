"""Một cửa: procedures, account checks, dossiers. Rules that span rows are triggers in migration 0002."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from motcua.desk.catalogue_models import CatalogueDraft as CatalogueDraft
from motcua.desk.catalogue_models import Component as Component
from motcua.desk.catalogue_models import Procedure as Procedure
from motcua.desk.catalogue_models import ProcedureForm as ProcedureForm
from motcua.desk.catalogue_models import Process as Process
from motcua.desk.catalogue_models import ProcessStep as ProcessStep
from motcua.desk.relation_tables import Representation
from motcua.desk.states import UNGATED, State
from motcua.files.models import StoredFile
from motcua.keys.marks import MarkField, MarkFits
from motcua.units.models import Unit

_UNGATED = sorted(state.value for state in UNGATED)
#: Ends without a result: what was promised before is promised no more.
_ENDED = frozenset({State.NOT_ACCEPTED, State.WITHDRAWN, State.STOPPED})
_OPEN = ["RECEIVED", "PROCESSING", "SUPPLEMENT", "PAYMENT"]
_SUBJECT = r"\A([0-9a-f]{32})?\Z"
_CODE = r"\A[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}-[0-9]{6}-[0-9]{4}\Z"
_PROVISIONAL = r"\ATN-[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}-[0-9]{6}-[0-9]{4}\Z"
#: Letters and digits that nobody mixes up when reading a slip aloud.
TRACK_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_TRACK = rf"\A[{TRACK_LETTERS}]{{6}}\Z"


def _clock() -> RawSQL:
    return RawSQL("clock_timestamp()", ())


class AccountCheck(models.Model):
    """One answer of the portal about one owner. Written once; spent once.

    ``look_up`` is set on the further rows of one visit: they carry the answer, the officer and the
    time of the look-up they derive from. ``procedure`` and ``owner_name_sealed`` are added once, when the
    procedure is chosen.
    """

    class Kind(models.TextChoices):
        COUNTER = "COUNTER", "Tại quầy"
        SIGN_IN = "SIGN_IN", "Chủ hồ sơ đăng nhập"
        RECHECK = "RECHECK", "Kiểm tra lại"

    class Answer(models.TextChoices):
        FOUND = "FOUND", "Đã có tài khoản"
        NOT_FOUND = "NOT_FOUND", "Chưa có tài khoản"
        UNKNOWN = "UNKNOWN", "Chưa kiểm tra được"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.TextField(choices=Kind.choices)
    answer = models.TextField(choices=Answer.choices)
    status = models.TextField(blank=True, default="")
    subject = models.TextField(blank=True, default="")
    number_sealed = models.BinaryField(null=True)
    number_bi = MarkField()
    last3 = models.TextField(blank=True, default="")
    name_masked = models.TextField(blank=True, default="")
    owner_name_sealed = models.BinaryField(null=True)
    by_old_number = models.BooleanField(default=False)
    phone_frozen = models.BooleanField(default=False, db_default=False)
    officer_subject = models.TextField(blank=True, default="")
    unit_code = models.TextField(blank=True, default="")
    purpose = models.TextField()
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(db_default=_clock(), editable=False)
    receipt = models.TextField(blank=True, default="")
    jti = models.TextField(blank=True, default="")
    look_up = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    renewed_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    for_dossier = models.UUIDField(null=True)
    reason_code = models.TextField(blank=True, default="")
    visit = models.UUIDField(default=uuid.uuid4, editable=False)
    spent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lần kiểm tra tài khoản"
        indexes: ClassVar = [
            models.Index(fields=["officer_subject", "-checked_at"], name="check_by_officer"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="check_known_words",
                condition=Q(kind__in=["COUNTER", "SIGN_IN", "RECHECK"])
                & Q(answer__in=["FOUND", "NOT_FOUND", "UNKNOWN"])
                & Q(
                    status__in=[
                        "",
                        "USABLE",
                        "AWAITING_ACTIVATION",
                        "LOCKED",
                        "CLOSED",
                        "REVIEW",
                        "UNLINKED",
                    ]
                ),
                violation_error_message="Kết quả kiểm tra tài khoản không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="check_found_has_receipt",
                condition=Q(answer="FOUND")
                & ~Q(receipt="")
                & ~Q(jti="")
                & ~Q(subject="")
                & ~Q(status="")
                & Q(number_sealed__isnull=False)
                | ~Q(answer="FOUND") & Q(receipt="", jti="", subject="", status="", name_masked="", last3=""),
                violation_error_message="Kết quả có tài khoản phải kèm biên nhận đã ký của Cổng DVCQG.",
            ),
            models.CheckConstraint(
                name="check_number_bi_32_bytes",
                condition=Q(MarkFits("number_bi")),
                violation_error_message="Dấu vết số định danh không đúng độ dài.",
            ),
            models.CheckConstraint(
                name="check_subjects_opaque",
                condition=Q(officer_subject__regex=_SUBJECT) & Q(subject__regex=r"\A[A-Za-z0-9_-]{0,64}\Z"),
                violation_error_message="Mã định danh của chủ hồ sơ hoặc cán bộ không đúng dạng.",
            ),
            models.CheckConstraint(
                name="check_made_by_somebody",
                condition=Q(kind="COUNTER") & ~Q(officer_subject="")
                | Q(kind="SIGN_IN", officer_subject="", answer="FOUND")
                | Q(kind="RECHECK", for_dossier__isnull=False),
                violation_error_message="Lần kiểm tra phải ghi người kiểm tra hoặc hồ sơ được kiểm tra lại.",
            ),
            models.UniqueConstraint(
                name="check_receipt_once",
                fields=["jti"],
                condition=Q(look_up=None) & ~Q(jti=""),
                violation_error_message="Biên nhận của Cổng DVCQG này đã được dùng.",
            ),
            models.UniqueConstraint(
                name="check_renewed_once",
                fields=["renewed_from"],
                violation_error_message="Lần kiểm tra này đã được làm mới.",
            ),
        ]

    def __str__(self) -> str:
        return f"check:{self.public_id}"


class GateException(models.Model):
    """Trường hợp ngoại lệ: a person who cannot have an account, received on a leader's word."""

    class Reason(models.TextChoices):
        PASSPORT = "PASSPORT", "Người nước ngoài, người mang hộ chiếu"
        NO_NUMBER = "NO_NUMBER", "Chưa được cấp số định danh"
        CANNOT = "CANNOT", "Không thể có tài khoản (già yếu, khuyết tật, không có điện thoại)"
        OTHER = "OTHER", "Lý do khác"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reason_kind = models.TextField(choices=Reason.choices)
    reason = models.TextField()
    owner_name = models.TextField()
    paper_sealed = models.BinaryField(null=True)
    asked_by = models.TextField()
    asked_at = models.DateTimeField(db_default=_clock(), editable=False)
    approved_by = models.TextField(blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    declined_by = models.TextField(blank=True, default="")
    declined_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "trường hợp ngoại lệ"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="exception_has_reason",
                condition=Q(reason__regex=r"\S{1}.{3}")
                & Q(reason_kind__in=["PASSPORT", "NO_NUMBER", "CANNOT", "OTHER"]),
                violation_error_message="Trường hợp ngoại lệ phải ghi rõ lý do.",
            ),
            models.CheckConstraint(
                name="exception_approved_by_another",
                condition=Q(approved_at=None, approved_by="")
                | Q(approved_at__isnull=False) & ~Q(approved_by="") & ~Q(approved_by=F("asked_by")),
                violation_error_message="Trường hợp ngoại lệ phải do người khác duyệt.",
            ),
            models.CheckConstraint(
                name="exception_decided_once",
                condition=Q(declined_at=None, declined_by="")
                | Q(declined_at__isnull=False, approved_at=None) & ~Q(declined_by=""),
                violation_error_message="Trường hợp ngoại lệ chỉ được quyết định một lần.",
            ),
        ]

    def __str__(self) -> str:
        return f"exception:{self.public_id}"


class Dossier(models.Model):
    """Hồ sơ. The owner comes from the check, never from the session (threats C7, C8)."""

    class Channel(models.TextChoices):
        COUNTER = "COUNTER", "Trực tiếp"
        ONLINE = "ONLINE", "Trực tuyến"

    class ResultWanted(models.TextChoices):
        AT_DESK = "AT_DESK", "Nhận tại bộ phận một cửa"
        POST = "POST", "Nhận qua bưu chính công ích"
        ONLINE = "ONLINE", "Nhận trực tuyến"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.TextField(null=True, blank=True, unique=True)
    provisional_number = models.TextField(null=True, blank=True, unique=True)
    track_check = models.TextField()
    state = models.TextField(choices=State.choices)
    channel = models.TextField(choices=Channel.choices, default=Channel.COUNTER)
    account_check = models.OneToOneField(
        AccountCheck, on_delete=models.PROTECT, null=True, db_column="check_id", related_name="dossier"
    )
    unknown_check = models.OneToOneField(
        AccountCheck, on_delete=models.PROTECT, null=True, related_name="provisional_dossier"
    )
    exception = models.OneToOneField(
        GateException, on_delete=models.PROTECT, null=True, related_name="dossier"
    )
    #: Why somebody else than the owner files, or the owner for somebody else; none: the owner's own matter.
    representation = models.OneToOneField(
        Representation, on_delete=models.PROTECT, null=True, related_name="dossier"
    )
    unchecked = models.BooleanField(default=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_code = models.TextField()
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="+")
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="+")
    owner_subject = models.TextField(blank=True, default="")
    owner_name = models.TextField()
    owner_folded = models.TextField()
    owner_number_sealed = models.BinaryField(null=True)
    owner_number_bi = MarkField(null=True)
    owner_last3 = models.TextField(blank=True, default="")
    person_name = models.TextField(blank=True, default="")
    person_born = models.TextField(blank=True, default="")
    person_relation = models.TextField(blank=True, default="")
    filer_name = models.TextField(blank=True, default="")
    filer_relation = models.TextField(blank=True, default="")
    filer_proof = models.TextField(blank=True, default="")
    #: The number of who stands at the counter for an organisation, until the portal says whether they may.
    waiting_representative_sealed = models.BinaryField(null=True)
    contact_sealed = models.BinaryField(null=True)
    contact_phone_bi = MarkField(null=True)
    private_matter = models.BooleanField(default=False)
    received_by = models.TextField(blank=True, default="")
    received_by_name = models.TextField(blank=True, default="")
    arrived_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    due_words = models.TextField(blank=True, default="")
    result_wanted = models.TextField(choices=ResultWanted.choices, default=ResultWanted.AT_DESK)
    note = models.TextField(blank=True, default="")
    idempotency_key = models.UUIDField()
    request_mac = models.BinaryField()
    closed_reason = models.TextField(blank=True, default="")
    recheck_answer = models.TextField(blank=True, default="")
    rechecked_at = models.DateTimeField(null=True, blank=True)
    owner_asked_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    #: Where it lies now; kept by the triggers on hops, so that work lists ask one table.
    at_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    at_officer = models.TextField(blank=True, default="")
    at_step = models.TextField(blank=True, default="")
    #: While it waits for the owner the clock stands (tạm dừng), or will start anew.
    paused_at = models.DateTimeField(null=True, blank=True)
    #: Since when the term counts (reception, or a full supplement), and when it stood still: [[since, until], …].
    clock_since = models.DateTimeField(null=True, blank=True)
    pauses = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "hồ sơ"
        indexes: ClassVar = [
            models.Index(
                fields=["at_unit", "-arrived_at", "-id"],
                name="dossier_open_here",
                condition=Q(state__in=_OPEN),
            ),
            models.Index(
                fields=["at_unit", "due_at", "id"], name="dossier_open_due", condition=Q(state__in=_OPEN)
            ),
            models.Index(
                fields=["contact_phone_bi"],
                name="dossier_by_phone",
                condition=Q(contact_phone_bi__isnull=False),
            ),
            models.Index(
                fields=["at_officer", "-arrived_at", "-id"],
                name="dossier_at_officer",
                condition=~Q(at_officer=""),
            ),
            models.Index(fields=["unit", "-arrived_at", "-id"], name="dossier_by_arrival"),
            models.Index(
                fields=["unit", "due_at", "id"], name="dossier_by_due", condition=Q(due_at__isnull=False)
            ),
            models.Index(
                fields=["owner_subject", "-arrived_at", "-id"],
                name="dossier_by_owner",
                condition=~Q(owner_subject=""),
            ),
            models.Index(fields=["owner_number_bi"], name="dossier_by_number"),
            models.Index(fields=["unit", "state", "-arrived_at", "-id"], name="dossier_by_state"),
            models.Index(fields=["unit", "procedure", "-arrived_at", "-id"], name="dossier_by_procedure"),
            models.Index(
                fields=["unit", "arrived_at"], name="dossier_provisional", condition=Q(state="PROVISIONAL")
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="dossier_representative_waits",
                condition=Q(waiting_representative_sealed=None)
                | Q(state="PROVISIONAL", representation=None, filer_name="", person_name=""),
                violation_error_message="Số của người đại diện chỉ giữ khi tiếp nhận tạm, chờ Cổng trả lời.",
            ),
            models.CheckConstraint(
                name="dossier_state_known",
                condition=Q(state__in=[state.value for state in State]),
                violation_error_message="Trạng thái hồ sơ không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="dossier_received_iff_coded",
                condition=Q(state__in=_UNGATED, code=None, received_at=None)
                | ~Q(state__in=_UNGATED)
                & Q(code__isnull=False, received_at__isnull=False)
                & ~Q(received_by=""),
                violation_error_message="Hồ sơ đã tiếp nhận phải có mã hồ sơ, thời điểm và người tiếp nhận.",
            ),
            models.CheckConstraint(
                name="dossier_code_shape",
                condition=Q(code=None) | Q(code__regex=_CODE),
                violation_error_message="Mã hồ sơ không đúng cấu trúc quy định.",
            ),
            models.CheckConstraint(
                name="dossier_provisional_number_shape",
                condition=Q(provisional_number=None) & ~Q(state="PROVISIONAL")
                | Q(provisional_number__regex=_PROVISIONAL, unknown_check__isnull=False),
                violation_error_message="Tiếp nhận tạm phải có số tạm và lần kiểm tra không có trả lời.",
            ),
            models.CheckConstraint(
                name="dossier_gate",
                condition=Q(state__in=_UNGATED)
                | Q(account_check__isnull=False, exception=None, unchecked=False) & ~Q(owner_subject="")
                | Q(account_check=None, owner_subject="") & (Q(exception__isnull=False) | Q(unchecked=True)),
                violation_error_message="Chỉ được tiếp nhận hồ sơ của chủ hồ sơ đã được kiểm tra tài khoản.",
            ),
            models.CheckConstraint(
                name="dossier_owner_iff_checked",
                condition=Q(account_check=None, owner_subject="")
                | Q(account_check__isnull=False) & ~Q(owner_subject=""),
                violation_error_message="Chủ hồ sơ phải là người được kiểm tra tài khoản.",
            ),
            models.CheckConstraint(
                name="dossier_not_own",
                condition=~Q(owner_subject=F("received_by")) | Q(owner_subject=""),
                violation_error_message="Cán bộ không tiếp nhận hồ sơ của mình. Đề nghị cán bộ khác nhận.",
            ),
            models.CheckConstraint(
                name="dossier_number_bi_32_bytes",
                condition=Q(owner_number_bi=None) | Q(MarkFits("owner_number_bi")),
                violation_error_message="Dấu vết số định danh không đúng độ dài.",
            ),
            models.CheckConstraint(
                name="dossier_phone_bi_32_bytes",
                condition=Q(contact_phone_bi=None) | Q(MarkFits("contact_phone_bi")),
                violation_error_message="Dấu vết số điện thoại không đúng độ dài.",
            ),
            models.CheckConstraint(
                name="dossier_track_shape",
                condition=Q(track_check__regex=_TRACK),
                violation_error_message="Ký tự kiểm tra của hồ sơ không đúng dạng.",
            ),
            models.UniqueConstraint(
                name="dossier_submitted_once",
                fields=["received_by", "idempotency_key"],
                violation_error_message="Hồ sơ này đã được gửi.",
            ),
        ]

    def __str__(self) -> str:
        return f"dossier:{self.public_id}"

    @property
    def promises_a_day(self) -> bool:
        """Not while the clock stands still, and not after an end without a result."""
        return self.paused_at is None and self.state not in _ENDED

    @property
    def due_shown(self) -> str:
        """Hẹn trả as people read it now; ``due_words`` is what was promised last."""
        if self.state in _ENDED:  # whatever it waited for
            return "Không còn hẹn trả"
        if self.paused_at is None:
            return self.due_words
        since = timezone.localtime(self.paused_at)
        return f"Tạm dừng từ {since:%H:%M %d/%m/%Y}, hẹn trả được tính lại khi giải quyết tiếp"


class DossierComponent(models.Model):
    """One line of the checklist as it was handed in; the name is a snapshot of the catalogue's."""

    class How(models.TextChoices):
        UPLOADED = "UPLOADED", "Bản quét tải lên"
        VAULT = "VAULT", "Lấy từ Kho dữ liệu"
        SHOWN = "SHOWN", "Xuất trình"
        PAPER = "PAPER", "Bản giấy"
        NONE = "NONE", "Không nộp"

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="components")
    order = models.PositiveSmallIntegerField()
    name = models.TextField()
    type_code = models.TextField()
    how = models.TextField(choices=How.choices)
    originals = models.PositiveSmallIntegerField(default=0)
    certified = models.PositiveSmallIntegerField(default=0)
    copies = models.PositiveSmallIntegerField(default=0)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    vault_paper_id = models.TextField(blank=True, default="")
    delivered_as = models.TextField(blank=True, default="")
    #: Handed in after a notice of supplement (form 02), not at reception.
    supplement = models.BooleanField(default=False)

    class Meta:
        verbose_name = "thành phần của hồ sơ"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "order"], name="dossier_component_once"),
            models.UniqueConstraint(
                name="dossier_component_file_once",
                fields=["file"],
                violation_error_message="Tệp này đã dùng cho một hồ sơ. Đề nghị ông/bà tải tệp lên lại.",
            ),
            models.CheckConstraint(
                name="dossier_component_how",
                condition=Q(how="UPLOADED", file__isnull=False, vault_paper_id="")
                | Q(how="VAULT", file=None) & ~Q(vault_paper_id="")
                | Q(how__in=["SHOWN", "PAPER", "NONE"], file=None, vault_paper_id=""),
                violation_error_message="Thành phần hồ sơ phải kèm đúng tệp hoặc giấy tờ trong kho.",
            ),
        ]

    def __str__(self) -> str:
        return f"dossier_component:{self.pk}"


class DossierEvent(models.Model):
    """Lịch sử hồ sơ: lines are added, never changed. Words for people, no names."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(db_default=_clock(), editable=False)
    kind = models.TextField()
    from_state = models.TextField(blank=True, default="")
    to_state = models.TextField()
    by_subject = models.TextField(blank=True, default="")
    words = models.TextField()
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = "lịch sử hồ sơ"
        indexes: ClassVar = [models.Index(fields=["dossier", "id"], name="dossier_event_in_order")]

    def __str__(self) -> str:
        return f"dossier_event:{self.pk}"


class DayCounter(models.Model):
    """The last number given at a unit on a day, a row per series; drawing locks it until the commit."""

    class Series(models.TextChoices):
        RECEIVED = "RECEIVED", "Mã hồ sơ"
        PROVISIONAL = "PROVISIONAL", "Số tiếp nhận tạm"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    series = models.TextField(choices=Series.choices)
    last = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "số thứ tự trong ngày"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "day", "series"], name="day_counter_once"),
            models.CheckConstraint(
                name="day_counter_four_digits",
                condition=Q(last__gte=1, last__lte=9999),
                violation_error_message="Đơn vị đã dùng hết 9999 số hồ sơ trong ngày.",
            ),
        ]

    def __str__(self) -> str:
        return f"day_counter:{self.pk}"


# The rest of the room's tables; at the end, because they point at the dossier.
from motcua.desk.alias_tables import OwnerAlias  # noqa: E402
from motcua.desk.correction_tables import OwnerCorrection  # noqa: E402
from motcua.desk.filing_tables import FilingDraft, FilingFile  # noqa: E402
from motcua.desk.group_reception_tables import GroupReception, GroupRow  # noqa: E402
from motcua.desk.name_doubt_tables import NameDoubt  # noqa: E402
from motcua.desk.national_tables import NationalSync  # noqa: E402
from motcua.desk.officer_reset_tables import OfficerReset  # noqa: E402
from motcua.desk.reconciliation_tables import Difference, Reconciliation  # noqa: E402
from motcua.desk.records import (  # noqa: E402
    Charge,
    HandOut,
    Hop,
    Notice,
    Opinion,
    Rating,
    Result,
    YearCounter,
)
from motcua.desk.register_tables import ReceptionCorrection, RegisterExport  # noqa: E402
from motcua.desk.standing_tables import StandingMark  # noqa: E402

__all__ = [
    "AccountCheck",
    "Charge",
    "Component",
    "DayCounter",
    "Difference",
    "Dossier",
    "DossierComponent",
    "DossierEvent",
    "FilingDraft",
    "FilingFile",
    "GateException",
    "GroupReception",
    "GroupRow",
    "HandOut",
    "Hop",
    "NameDoubt",
    "NationalSync",
    "Notice",
    "OfficerReset",
    "Opinion",
    "OwnerAlias",
    "OwnerCorrection",
    "Procedure",
    "Process",
    "Rating",
    "ReceptionCorrection",
    "Reconciliation",
    "RegisterExport",
    "Representation",
    "Result",
    "StandingMark",
    "YearCounter",
]

"""Kho dữ liệu: papers, the consents they are lent by, and who looked at them."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from motcua.accounts.models import Account
from motcua.accounts.models.columns import OctetLengthIs, fingerprint_is_32_bytes, since
from motcua.files.models import StoredFile
from motcua.keys.marks import MarkField


class Paper(models.Model):
    """One document in one vault. Whose it is comes from the receipt, never from a session (threats C9).

    Written once: afterwards ``state`` changes and, for a hidden result, ``visible_from``, once. A version that was
    replaced stands again when what replaced it turned out to be another owner's and has moved (``versions``).
    """

    class Source(models.TextChoices):
        COMPONENT = "COMPONENT", "Thành phần hồ sơ đã số hóa"
        RESULT = "RESULT", "Kết quả giải quyết"
        OWNER = "OWNER", "Chủ tài khoản đưa lên"

    class State(models.TextChoices):
        CURRENT = "CURRENT", "Đang dùng"
        SUPERSEDED = "SUPERSEDED", "Đã có bản mới"
        MOVED = "MOVED", "Đã chuyển về đúng chủ"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    receipt_audience = models.CharField(max_length=64)
    receipt_subject = models.CharField(max_length=64)
    put_key = models.CharField(max_length=160)
    subject_name_sealed = models.BinaryField(default=b"")
    type_code = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    folded_title = models.CharField(max_length=300)  # title, then issuer: found and sorted without marks
    number_sealed = models.BinaryField(default=b"")
    same_paper_bi = MarkField(emptied="title = ''")
    issuer = models.CharField(max_length=200, blank=True, default="")
    issued_on = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.BinaryField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    source = models.CharField(max_length=10, choices=Source.choices)
    source_dossier_code = models.CharField(max_length=60, blank=True, default="")
    digitised_by_subject = models.CharField(max_length=64, blank=True, default="")
    digitised_unit_code = models.CharField(max_length=64, blank=True, default="")
    visible_from = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CURRENT)
    kept_at = since()

    class Meta:
        verbose_name = "giấy tờ"
        indexes: ClassVar = [
            models.Index(F("owner"), F("kept_at").desc(), F("id").desc(), name="paper_of_owner_newest"),
            models.Index(fields=["owner", "type_code"], name="paper_of_owner_by_type"),
            models.Index(fields=["receipt_audience", "source_dossier_code"], name="paper_of_dossier"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="paper_put_once",
                fields=["receipt_audience", "put_key"],
                violation_error_message="Giấy tờ này đã được đưa vào kho dữ liệu.",
            ),
            models.UniqueConstraint(
                name="paper_one_current_version",
                fields=["owner", "same_paper_bi"],
                condition=Q(state="CURRENT"),
                violation_error_message="Giấy tờ này đã có trong kho dữ liệu.",
            ),
            fingerprint_is_32_bytes("paper", "same_paper_bi"),
            models.CheckConstraint(
                name="paper_hash_with_file",
                condition=Q(file=None, sha256=None) | Q(OctetLengthIs("sha256"), file__isnull=False),
                violation_error_message="Giấy tờ có tệp phải có mã băm của tệp.",
            ),
            models.CheckConstraint(
                name="paper_source_known",
                condition=Q(source__in=["COMPONENT", "RESULT", "OWNER"]),
                violation_error_message="Nguồn giấy tờ không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="paper_state_known",
                condition=Q(state__in=["CURRENT", "SUPERSEDED", "MOVED"]),
                violation_error_message="Trạng thái giấy tờ không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="paper_hidden_only_result",
                condition=Q(source="RESULT") | Q(visible_from__isnull=False),
                violation_error_message="Chỉ kết quả chưa trả mới được ẩn.",
            ),
            models.CheckConstraint(
                name="paper_versions_count_up",
                condition=Q(version=1, replaces=None) | Q(version__gt=1, replaces__isnull=False),
                violation_error_message="Bản mới phải chỉ ra bản cũ.",
            ),
            models.CheckConstraint(
                name="paper_of_dossier_names_digitiser",
                condition=Q(source="OWNER")
                | (~Q(digitised_by_subject="") & ~Q(digitised_by_subject=F("receipt_subject"))),
                violation_error_message="Người số hóa phải là cán bộ khác chủ hồ sơ.",
            ),
        ]

    def __str__(self) -> str:
        return f"paper:{self.pk}"


class Consent(models.Model):
    """Sự đồng ý của chủ kho: for one dossier, one recipient, one purpose, until withdrawn (threats C16)."""

    class How(models.TextChoices):
        IN_PERSON = "IN_PERSON", "Tại quầy, cán bộ ghi nhận"
        ONLINE = "ONLINE", "Trực tuyến, chủ tài khoản tự xác nhận"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    recipient_audience = models.CharField(max_length=64)
    owner_subject = models.CharField(max_length=64)
    recipient_unit_code = models.CharField(max_length=64)
    purpose = models.CharField(max_length=60)
    dossier_code = models.CharField(max_length=60)
    given_how = models.CharField(max_length=10, choices=How.choices)
    recorded_by_subject = models.CharField(max_length=64, blank=True, default="")
    text_version = models.CharField(max_length=20)
    given_at = since()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    #: When an owner who came of age said yes again to what a parent or guardian had agreed to.
    renewed_at = models.DateTimeField(null=True, blank=True)
    #: When it was said, by the receipt that an errand brought later; None: as it was written (``given_at``).
    said_at = models.DateTimeField(null=True, editable=False)
    #: Over, because the dossier turned out to be somebody else's; not taken back by the owner.
    ended_by_move = models.BooleanField(default=False)
    #: An organisation's: by which mandate, used for which procedure, somebody said yes for it.
    mandate = models.UUIDField(null=True, editable=False)
    procedure_code = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)

    class Meta:
        verbose_name = "sự đồng ý"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="consent_one_standing",
                fields=["owner", "recipient_audience", "recipient_unit_code", "dossier_code", "purpose"],
                condition=Q(withdrawn_at=None),
                violation_error_message="Chủ tài khoản đã đồng ý cho hồ sơ này.",
            ),
            models.CheckConstraint(
                name="consent_recorded_by_an_officer",
                condition=Q(given_how="ONLINE", recorded_by_subject="")
                | (
                    Q(given_how="IN_PERSON")
                    & ~Q(recorded_by_subject="")
                    & ~Q(recorded_by_subject=F("owner_subject"))
                ),
                violation_error_message="Đồng ý tại quầy phải do cán bộ khác chủ tài khoản ghi nhận.",
            ),
            models.CheckConstraint(
                name="consent_says_what_for",
                condition=~Q(purpose="") & ~Q(dossier_code="") & ~Q(recipient_unit_code=""),
                violation_error_message="Sự đồng ý phải ghi rõ mục đích, hồ sơ và nơi nhận.",
            ),
            models.CheckConstraint(
                name="consent_mandate_for_a_procedure",
                condition=Q(mandate=None, procedure_code="")
                | Q(mandate__isnull=False) & ~Q(procedure_code=""),
                violation_error_message="Đồng ý thay tổ chức phải ghi quyền đại diện và thủ tục.",
            ),
            models.CheckConstraint(
                name="consent_moved_is_over",
                condition=Q(ended_by_move=False) | Q(withdrawn_at__isnull=False),
                violation_error_message="Sự đồng ý hết hiệu lực do chuyển hồ sơ phải ghi thời điểm.",
            ),
        ]

    def __str__(self) -> str:
        return f"consent:{self.pk}"


class Loan(models.Model):
    """A paper lent to a dossier, by a standing consent of its owner for that dossier (threats C16)."""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="loans")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="loans")
    dossier_code = models.CharField(max_length=60)
    lent_at = since()
    #: When the paper was chosen for the dossier, as an errand brought it; None: when it was lent.
    chosen_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "lượt dùng lại giấy tờ"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="loan_once",
                fields=["consent", "paper"],
                violation_error_message="Giấy tờ này đã được dùng cho hồ sơ.",
            ),
        ]

    def __str__(self) -> str:
        return f"loan:{self.pk}"


class Look(models.Model):
    """Ai đã xem giấy tờ của tôi (threats DP-08). Rows are only added."""

    class Role(models.TextChoices):
        OWNER = "OWNER", "Chủ tài khoản"
        OFFICER = "OFFICER", "Cán bộ"
        SYSTEM = "SYSTEM", "Hệ thống kết nối"

    class Action(models.TextChoices):
        OFFER = "OFFER", "Tra cứu để dùng lại"
        VIEW = "VIEW", "Xem"
        DOWNLOAD = "DOWNLOAD", "Tải xuống"
        LEND = "LEND", "Dùng lại cho hồ sơ"
        PRINT = "PRINT", "In"
        API = "API", "Lấy qua kết nối"

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="looks")
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    actor_subject = models.CharField(max_length=64)
    unit_code = models.CharField(max_length=64, blank=True, default="")
    role = models.CharField(max_length=8, choices=Role.choices)
    action = models.CharField(max_length=8, choices=Action.choices)
    purpose = models.CharField(max_length=60)
    dossier_code = models.CharField(max_length=60, blank=True, default="")
    #: What another system calls this look, so that telling twice is telling once.
    noted_key = models.CharField(max_length=64, blank=True, default="", editable=False)
    at = since()

    class Meta:
        verbose_name = "lượt xem"
        indexes: ClassVar = [models.Index(F("owner"), F("id").desc(), name="look_of_owner_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="look_role_known",
                condition=Q(role__in=["OWNER", "OFFICER", "SYSTEM"]),
                violation_error_message="Vai trò không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="look_action_known",
                condition=Q(action__in=["OFFER", "VIEW", "DOWNLOAD", "LEND", "PRINT", "API"]),
                violation_error_message="Thao tác không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="look_of_officer_names_unit",
                condition=Q(role="OWNER") | (~Q(unit_code="") & ~Q(purpose="")),
                violation_error_message="Lượt xem của cán bộ phải ghi đơn vị và mục đích.",
            ),
            models.UniqueConstraint(
                name="look_noted_once",
                fields=["noted_key"],
                condition=~Q(noted_key=""),
                violation_error_message="Lượt xem này đã được ghi.",
            ),
        ]

    def __str__(self) -> str:
        return f"look:{self.pk}"


class ExpiryNotice(models.Model):
    """The owner was told that this paper is about to expire: once. Rows are only added."""

    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, related_name="expiry_notice")
    told_at = since()

    class Meta:
        verbose_name = "lượt báo giấy tờ sắp hết hạn"

    def __str__(self) -> str:
        return f"expiry_notice:{self.pk}"


class Contest(models.Model):
    """The owner says: this look was not right. Goes to the inspectorate, not to the same unit (DP-09)."""

    look = models.OneToOneField(Look, on_delete=models.PROTECT, related_name="contest")
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    unit_code = models.CharField(max_length=64)
    words_sealed = models.BinaryField()
    raised_at = since()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_subject = models.CharField(max_length=64, blank=True, default="")
    answered_unit_code = models.CharField(max_length=64, blank=True, default="")
    answer = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        verbose_name = "khiếu nại lượt xem"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="contest_answered_by_another_unit",
                condition=Q(answered_at=None, answered_by_subject="", answer="")
                | (
                    Q(answered_at__isnull=False)
                    & ~Q(answered_by_subject="")
                    & ~Q(answer="")
                    & ~Q(answered_unit_code=F("unit_code"))
                ),
                violation_error_message="Khiếu nại phải do đơn vị khác trả lời.",
            ),
        ]

    def __str__(self) -> str:
        return f"contest:{self.pk}"


class Correction(models.Model):
    """Moving a paper that was filed under the wrong owner: asked by one, approved by another (C9)."""

    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, related_name="correction")
    to_audience = models.CharField(max_length=64)
    to_subject = models.CharField(max_length=64)
    reason = models.CharField(max_length=300)
    asked_by_subject = models.CharField(max_length=64)
    asked_unit_code = models.CharField(max_length=64)
    asked_at = since()
    approved_by_subject = models.CharField(max_length=64, blank=True, default="")
    approved_at = models.DateTimeField(null=True, blank=True)
    new_paper = models.OneToOneField(
        Paper, on_delete=models.PROTECT, null=True, blank=True, related_name="came_by"
    )

    class Meta:
        verbose_name = "chuyển giấy tờ về đúng chủ"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="correction_two_officers",
                condition=~Q(asked_by_subject="") & ~Q(approved_by_subject=F("asked_by_subject")),
                violation_error_message="Việc chuyển giấy tờ phải do hai cán bộ khác nhau thực hiện.",
            ),
            models.CheckConstraint(
                name="correction_not_to_oneself",
                condition=~Q(to_subject=F("asked_by_subject")) & ~Q(to_subject=F("approved_by_subject")),
                violation_error_message="Cán bộ không được chuyển giấy tờ vào kho của chính mình.",
            ),
            models.CheckConstraint(
                name="correction_done_when_approved",
                condition=Q(approved_by_subject="", approved_at=None, new_paper=None)
                | (~Q(approved_by_subject="") & Q(approved_at__isnull=False)),
                violation_error_message="Việc chuyển giấy tờ phải được duyệt trước khi thực hiện.",
            ),
        ]

    def __str__(self) -> str:
        return f"correction:{self.pk}"


# Tables of their own file; Django looks for all of a room's tables here.
from motcua.vault.paper_correction_tables import PaperCorrection, PaperFault, PaperReport  # noqa: E402

__all__ = [
    "Consent",
    "Contest",
    "Correction",
    "ExpiryNotice",
    "Loan",
    "Look",
    "Paper",
    "PaperCorrection",
    "PaperFault",
    "PaperReport",
]

"""Sửa giấy tờ trong kho: what an owner says is wrong with a paper, and what two officers made of it."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from motcua.accounts.models import Account
from motcua.accounts.models.columns import since
from motcua.files.models import StoredFile
from motcua.vault.models import Paper


class PaperFault(models.TextChoices):
    """What is wrong with a paper."""

    VAULT = "VAULT", "Nằm nhầm kho"
    FACTS = "FACTS", "Ghi sai thông tin"


class PaperReport(models.Model):
    """The owner says that a paper is not theirs, or says something wrong. Answered once."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="reports")
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    unit_code = models.CharField(max_length=64)
    fault = models.CharField(max_length=5, choices=PaperFault.choices)
    words_sealed = models.BinaryField()
    raised_at = since()
    answered_at = models.DateTimeField(null=True)
    answered_by_subject = models.CharField(max_length=64, blank=True, default="")
    answer = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "báo giấy tờ sai"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="paper_report_one_open",
                fields=["paper"],
                condition=Q(answered_at=None),
                violation_error_message="Ông/bà đã báo giấy tờ này, đơn vị đang xem xét.",
            ),
            models.CheckConstraint(
                name="paper_report_fault_known",
                condition=Q(fault__in=["VAULT", "FACTS"]),
                violation_error_message="Điều báo sai không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="paper_report_answered_with_words",
                condition=Q(answered_at=None, answered_by_subject="", answer="")
                | Q(answered_at__isnull=False) & ~Q(answered_by_subject="") & ~Q(answer=""),
                violation_error_message="Trả lời phải ghi người trả lời và nội dung.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit_code", "id"], condition=Q(answered_at=None), name="paper_report_open"),
        ]

    def __str__(self) -> str:
        return f"paper_report:{self.public_id}"


class PaperCorrection(models.Model):
    """One paper, and what is to be put right: asked by one officer with evidence, decided by another, once.

    ``VAULT``: the paper goes to the vault of ``to_subject``, with all its versions. ``FACTS``: a new version with
    the right type, number, days and name takes its place; the wrong one stays as the version before.
    """

    class Decision(models.TextChoices):
        WAITING = "WAITING", "Chờ duyệt"
        APPROVED = "APPROVED", "Đã duyệt"
        DECLINED = "DECLINED", "Không duyệt"
        WITHDRAWN = "WITHDRAWN", "Đã rút"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="corrections_asked")
    report = models.ForeignKey(PaperReport, on_delete=models.PROTECT, null=True, related_name="corrections")
    unit_code = models.CharField(max_length=64)
    fault = models.CharField(max_length=5, choices=PaperFault.choices)
    to_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    to_subject = models.CharField(max_length=64, blank=True, default="")
    type_code = models.CharField(max_length=80, blank=True, default="")
    title = models.CharField(max_length=300, blank=True, default="")
    number_sealed = models.BinaryField(default=b"")
    subject_name_sealed = models.BinaryField(default=b"")
    issued_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    reason = models.CharField(max_length=300)
    evidence = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    asked_by_subject = models.CharField(max_length=64)
    asked_at = since()
    decision = models.CharField(max_length=9, choices=Decision.choices, default=Decision.WAITING)
    decided_by_subject = models.CharField(max_length=64, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(max_length=300, blank=True, default="")
    new_paper = models.OneToOneField(Paper, on_delete=models.PROTECT, null=True, related_name="put_right_by")

    class Meta:
        verbose_name = "sửa giấy tờ trong kho"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="paper_correction_one_waiting",
                fields=["paper"],
                condition=Q(decision="WAITING"),
                violation_error_message="Giấy tờ này đã có đề nghị sửa chờ duyệt. Đề nghị xem danh sách chờ duyệt.",
            ),
            models.CheckConstraint(
                name="paper_correction_says_what",
                condition=Q(fault="VAULT", to_account__isnull=False, type_code="", title="")
                & ~Q(to_subject="")
                | Q(fault="FACTS", to_account=None, to_subject="") & ~Q(type_code="") & ~Q(title=""),
                violation_error_message="Đề nghị phải ghi kho đúng, hoặc ghi loại giấy tờ đúng.",
            ),
            models.CheckConstraint(
                name="paper_correction_has_reason",
                condition=Q(reason__regex=r"\S{1}.{4}") & ~Q(asked_by_subject=""),
                violation_error_message="Đề nghị phải ghi lý do và người đề nghị.",
            ),
            models.CheckConstraint(
                name="paper_correction_decision_known",
                condition=Q(decision__in=["WAITING", "APPROVED", "DECLINED", "WITHDRAWN"]),
                violation_error_message="Quyết định về đề nghị không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="paper_correction_decided_by_somebody",
                condition=Q(decision="WAITING", decided_by_subject="", decided_at=None, decided_reason="")
                | ~Q(decision="WAITING") & ~Q(decided_by_subject="") & Q(decided_at__isnull=False),
                violation_error_message="Quyết định về đề nghị phải ghi người và thời điểm quyết định.",
            ),
            models.CheckConstraint(
                name="paper_correction_two_officers",
                condition=Q(decision="WAITING")
                | Q(decision="WITHDRAWN", decided_by_subject=F("asked_by_subject"))
                | Q(decision__in=["APPROVED", "DECLINED"]) & ~Q(decided_by_subject=F("asked_by_subject")),
                violation_error_message="Người duyệt phải khác người đề nghị; chỉ người đề nghị được rút.",
            ),
            models.CheckConstraint(
                name="paper_correction_declined_with_reason",
                condition=~Q(decision="DECLINED") | ~Q(decided_reason=""),
                violation_error_message="Không duyệt thì phải ghi lý do.",
            ),
            models.CheckConstraint(
                name="paper_correction_done_when_approved",
                condition=Q(new_paper=None) | Q(decision="APPROVED"),
                violation_error_message="Giấy tờ chỉ được sửa khi đề nghị đã được duyệt.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit_code", "decision", "id"], name="paper_correction_of_unit"),
        ]

    def __str__(self) -> str:
        return f"paper_correction:{self.public_id}"

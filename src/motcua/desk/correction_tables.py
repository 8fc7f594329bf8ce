"""Sửa chủ hồ sơ: whose a dossier became instead of whose it was. Rules are triggers in the migration of corrections."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from motcua.desk.models import AccountCheck, Dossier
from motcua.files.models import StoredFile
from motcua.units.models import Unit


class OwnerCorrection(models.Model):
    """Asked by one officer, approved by another who is neither owner. Written once, decided once.

    The checks hold who the owners are; nothing here names them. A correction undone is a further row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: What was asked for with one reason at one time.
    batch = models.UUIDField()
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="owner_corrections")
    from_subject = models.TextField()
    from_check = models.ForeignKey(AccountCheck, on_delete=models.PROTECT, related_name="+")
    to_subject = models.TextField()
    asked_check = models.OneToOneField(AccountCheck, on_delete=models.PROTECT, related_name="+")
    done_check = models.OneToOneField(AccountCheck, on_delete=models.PROTECT, null=True, related_name="+")
    #: What the dossier says after it: the new owner is an officer, and it is a private matter.
    private_matter = models.BooleanField(default=False)
    reason = models.TextField()
    evidence = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    asked_by = models.TextField()
    asked_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False)
    approved_by = models.TextField(blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    declined_by = models.TextField(blank=True, default="")
    declined_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "sửa chủ hồ sơ"
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at", "id"],
                name="owner_correction_waiting",
                condition=Q(approved_at=None, declined_at=None),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="owner_correction_two_officers",
                condition=~Q(asked_by="") & ~Q(approved_by=F("asked_by")),
                violation_error_message="Việc sửa chủ hồ sơ phải do hai cán bộ khác nhau thực hiện.",
            ),
            models.CheckConstraint(
                name="owner_correction_not_own",
                condition=~Q(to_subject=F("asked_by"))
                & ~Q(to_subject=F("approved_by"))
                & ~Q(from_subject=F("approved_by")),
                violation_error_message="Cán bộ là chủ hồ sơ cũ hoặc mới không duyệt việc sửa chủ hồ sơ.",
            ),
            models.CheckConstraint(
                name="owner_correction_other_owner",
                condition=~Q(from_subject="") & ~Q(to_subject="") & ~Q(from_subject=F("to_subject")),
                violation_error_message="Chủ hồ sơ mới phải khác chủ hồ sơ đang ghi.",
            ),
            models.CheckConstraint(
                name="owner_correction_has_reason",
                condition=Q(reason__regex=r"\S{1}.{3}"),
                violation_error_message="Đề nghị sửa chủ hồ sơ phải ghi rõ lý do.",
            ),
            models.CheckConstraint(
                name="owner_correction_decided_once",
                condition=Q(approved_at=None, approved_by="", done_check=None)
                & (Q(declined_at=None, declined_by="") | Q(declined_at__isnull=False) & ~Q(declined_by=""))
                | Q(approved_at__isnull=False, done_check__isnull=False, declined_at=None, declined_by="")
                & ~Q(approved_by=""),
                violation_error_message="Đề nghị sửa chủ hồ sơ chỉ được quyết định một lần.",
            ),
            models.UniqueConstraint(
                name="owner_correction_one_waiting",
                fields=["dossier"],
                condition=Q(approved_at=None, declined_at=None),
                violation_error_message="Hồ sơ này đã có đề nghị sửa chủ đang chờ duyệt.",
            ),
        ]

    def __str__(self) -> str:
        return f"owner_correction:{self.public_id}"

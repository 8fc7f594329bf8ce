"""Bản nháp hồ sơ trực tuyến: what a citizen has typed and attached but not sent. Rules: migration of online filing.

Part of this room's tables (``models`` imports this file at its end). A draft that is sent is gone: it became a dossier.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from motcua.files.models import StoredFile
from motcua.units.models import Unit


class FilingDraft(models.Model):
    """Nháp: one form of one owner, as typed; ``public_id`` is the key its dossier will have been sent under."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner_subject = models.TextField()
    #: By its code: a version is replaced while drafts of it lie about, and a draft is sent by the one in force then.
    procedure_code = models.TextField()
    #: The version it was last saved under; another one in force is said on the form.
    version = models.PositiveBigIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    typed_sealed = models.BinaryField(null=True)
    begun_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False)
    saved_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False)
    kept_until = models.DateTimeField(
        db_default=RawSQL("clock_timestamp() + interval '30 days'", ()), editable=False
    )

    class Meta:
        verbose_name = "nháp hồ sơ trực tuyến"
        indexes: ClassVar = [
            models.Index(fields=["owner_subject", "-saved_at", "-id"], name="filing_draft_of_owner"),
            models.Index(fields=["kept_until"], name="filing_draft_lapses"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="filing_draft_of_somebody",
                condition=Q(owner_subject__regex=r"\A[0-9a-f]{32}\Z"),
                violation_error_message="Bản nháp phải có chủ hồ sơ.",
            ),
            models.CheckConstraint(
                name="filing_draft_kept_for_a_time",
                condition=Q(kept_until__gt=F("saved_at")),
                violation_error_message="Bản nháp phải có hạn lưu.",
            ),
        ]

    def __str__(self) -> str:
        return f"filing_draft:{self.public_id}"


class FilingFile(models.Model):
    """Tệp của bản nháp: at most one for a component; becomes the component's when the draft is sent."""

    draft = models.ForeignKey(FilingDraft, on_delete=models.PROTECT, related_name="files")
    order = models.PositiveSmallIntegerField()
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "tệp của bản nháp"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draft", "order"], name="filing_file_once"),
        ]

    def __str__(self) -> str:
        return f"filing_file:{self.pk}"

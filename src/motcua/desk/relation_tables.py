"""Quyền nộp thay: why somebody else than the owner files, or files for somebody else; one row for one dossier.

Part of this room's tables; ``models`` imports this file. What it allows is judged by a trigger on the dossier
(migration of representations).
"""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

_SUBJECT = r"\A([0-9a-f]{32})?\Z"


class Representation(models.Model):
    """The right under which a dossier is filed for another, with the paper that proves it, as it was shown."""

    class Kind(models.TextChoices):
        PARENT = "PARENT", "Cha, mẹ của người chưa thành niên"
        GUARDIAN = "GUARDIAN", "Người giám hộ của người chưa thành niên"
        WARD = "WARD", "Người giám hộ của người mất năng lực hành vi dân sự"
        AUTHORISED = "AUTHORISED", "Người được ủy quyền"
        HEIR = "HEIR", "Người thừa kế, thân nhân của người đã mất"
        ORGANISATION = "ORGANISATION", "Người đại diện của tổ chức"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.TextField(choices=Kind.choices)
    #: The catalogue's word (who_may_ask) that this right answers to.
    asker = models.TextField()
    proof_code = models.TextField()
    proof_number = models.TextField(blank=True, default="")
    proof_on = models.DateField()
    #: Of the minor concerned; the right ends the day before they come of age.
    born_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    #: Codes of the procedures it is good for; none: every one.
    scope = ArrayField(models.TextField(), default=list)
    #: An organisation's: who acts, under which mandate, and when the portal said that it counts.
    representative_subject = models.TextField(blank=True, default="")
    mandate = models.UUIDField(null=True)
    mandate_at = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False)

    class Meta:
        verbose_name = "quyền nộp thay"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="representation_kind_of_asker",
                condition=Q(kind__in=["PARENT", "GUARDIAN", "WARD"], asker="GUARDIAN")
                | Q(kind="AUTHORISED", asker="AUTHORISED")
                | Q(kind="HEIR", asker="HEIR")
                | Q(kind="ORGANISATION", asker="ORGANISATION"),
                violation_error_message="Tư cách nộp thay không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="representation_has_proof",
                condition=Q(proof_code__regex=r"\A[a-z0-9-]{3,60}\Z"),
                violation_error_message="Quyền nộp thay phải có giấy tờ chứng minh.",
            ),
            models.CheckConstraint(
                name="representation_authorised_until",
                condition=~Q(kind="AUTHORISED") | Q(ends_on__isnull=False),
                violation_error_message="Việc ủy quyền phải ghi ngày hết hiệu lực.",
            ),
            models.CheckConstraint(
                name="representation_mandate_of_organisation",
                condition=Q(kind="ORGANISATION", mandate__isnull=False, mandate_at__isnull=False)
                & Q(representative_subject__regex=_SUBJECT)
                & ~Q(representative_subject="")
                | ~Q(kind="ORGANISATION") & Q(mandate=None, mandate_at=None, representative_subject=""),
                violation_error_message="Tổ chức nộp hồ sơ qua người đại diện đã đăng ký.",
            ),
        ]

    def __str__(self) -> str:
        return f"representation:{self.public_id}"

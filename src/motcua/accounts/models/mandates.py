"""Who may act for an organisation. Rules that span rows: migration of mandates."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from motcua.accounts.models.columns import since
from motcua.accounts.models.people import Account


class Mandate(models.Model):
    """Quyền đại diện: one citizen for one organisation, for some procedures or all, for a time or until revoked."""

    class Basis(models.TextChoices):
        LEGAL = "LEGAL", "Đại diện theo pháp luật"
        AUTHORISED = "AUTHORISED", "Đại diện theo ủy quyền"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="mandates")
    representative = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="mandates_held")
    basis = models.CharField(max_length=10, choices=Basis.choices)
    #: Codes of procedures; none: everything.
    scope = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    proof = models.CharField(max_length=200)
    proof_on = models.DateField()
    granted_by = models.CharField(max_length=64)
    granted_unit_code = models.CharField(max_length=64)
    granted_at = since()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=64, blank=True, default="")
    revoked_why = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mandate_days_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực.",
            ),
            models.CheckConstraint(
                name="mandate_authorised_until",
                condition=Q(basis="LEGAL") | Q(basis="AUTHORISED", valid_to__isnull=False),
                violation_error_message="Việc ủy quyền đại diện phải có ngày hết hiệu lực.",
            ),
            models.CheckConstraint(
                name="mandate_has_proof",
                condition=Q(proof__regex=r"\S{1}.{3}") & ~Q(granted_by=""),
                violation_error_message="Quyền đại diện phải ghi giấy tờ chứng minh và người ghi nhận.",
            ),
            models.CheckConstraint(
                name="mandate_revoked_by_somebody",
                condition=Q(revoked_at=None, revoked_by="", revoked_why="")
                | Q(revoked_at__isnull=False) & ~Q(revoked_by="") & ~Q(revoked_why=""),
                violation_error_message="Việc thu hồi quyền đại diện phải ghi người thu hồi và lý do.",
            ),
            models.UniqueConstraint(
                name="mandate_once_while_it_stands",
                fields=["organisation", "representative"],
                condition=Q(revoked_at=None),
                violation_error_message=(
                    "Người này đang đại diện cho tổ chức. Đề nghị thu hồi quyền cũ trước khi ghi nhận quyền mới."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["representative"], condition=Q(revoked_at=None), name="mandate_held"),
        ]

    def __str__(self) -> str:
        return f"mandate:{self.public_id}"


class MandateUse(models.Model):
    """A mandate was looked at for one dossier, and stood. The row is the portal's word on the order of events."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="uses")
    procedure_code = models.CharField(max_length=40)
    asked_by = models.CharField(max_length=64)
    unit_code = models.CharField(max_length=64, blank=True, default="")
    at = since()

    class Meta:
        indexes = [models.Index(fields=["mandate", "-id"], name="mandate_use_newest")]

    def __str__(self) -> str:
        return f"mandate_use:{self.pk}"

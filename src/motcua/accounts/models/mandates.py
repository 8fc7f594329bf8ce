"""Who may act for an organisation. Rules that span rows: migration of mandates."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from motcua.accounts.models.columns import since
from motcua.accounts.models.people import Account
from motcua.files.models import StoredFile


class MandateRequest(models.Model):
    """Đề nghị ghi nhận người đại diện: one officer asks with the scanned proof, another decides, once.

    Until it is approved it opens nothing: a mandate is written from an approved request and from nothing else.
    """

    class Decision(models.TextChoices):
        WAITING = "WAITING", "Chờ duyệt"
        APPROVED = "APPROVED", "Đã duyệt"
        DECLINED = "DECLINED", "Không duyệt"
        WITHDRAWN = "WITHDRAWN", "Đã rút"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="mandate_requests")
    representative = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="mandates_asked")
    basis = models.CharField(max_length=10)
    scope = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    proof = models.CharField(max_length=200)
    proof_on = models.DateField()
    scan = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    asked_by = models.CharField(max_length=64)
    asked_unit_code = models.CharField(max_length=64)
    asked_at = since()
    decision = models.CharField(max_length=9, choices=Decision.choices, default=Decision.WAITING)
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_unit_code = models.CharField(max_length=64, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "đề nghị ghi nhận người đại diện"
        constraints = [
            models.CheckConstraint(
                name="mandate_request_days_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực.",
            ),
            models.CheckConstraint(
                name="mandate_request_authorised_until",
                condition=Q(basis="LEGAL") | Q(basis="AUTHORISED", valid_to__isnull=False),
                violation_error_message="Việc ủy quyền đại diện phải có ngày hết hiệu lực.",
            ),
            models.CheckConstraint(
                name="mandate_request_has_proof",
                condition=Q(proof__regex=r"\S{1}.{3}") & ~Q(asked_by=""),
                violation_error_message="Đề nghị phải ghi giấy tờ chứng minh và người đề nghị.",
            ),
            models.CheckConstraint(
                name="mandate_request_decision_known",
                condition=Q(decision__in=["WAITING", "APPROVED", "DECLINED", "WITHDRAWN"]),
                violation_error_message="Quyết định về đề nghị không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="mandate_request_decided_by_somebody",
                condition=Q(decision="WAITING", decided_by="", decided_at=None, reason="")
                | ~Q(decision="WAITING") & ~Q(decided_by="") & Q(decided_at__isnull=False),
                violation_error_message="Quyết định về đề nghị phải ghi người và thời điểm quyết định.",
            ),
            models.CheckConstraint(
                name="mandate_request_two_officers",
                condition=Q(decision="WAITING")
                | Q(decision="WITHDRAWN", decided_by=F("asked_by"))
                | Q(decision__in=["APPROVED", "DECLINED"]) & ~Q(decided_by=F("asked_by")),
                violation_error_message="Người duyệt phải khác người đề nghị; chỉ người đề nghị được rút.",
            ),
            models.CheckConstraint(
                name="mandate_request_declined_with_reason",
                condition=~Q(decision="DECLINED") | ~Q(reason=""),
                violation_error_message="Không duyệt thì phải ghi lý do.",
            ),
            models.UniqueConstraint(
                name="mandate_request_one_waiting",
                fields=["organisation", "representative"],
                condition=Q(decision="WAITING"),
                violation_error_message=(
                    "Người này đang có đề nghị chờ duyệt ở tổ chức này. Đề nghị xem danh sách chờ duyệt."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["asked_unit_code", "decision", "id"], name="mandate_request_of_unit"),
        ]

    def __str__(self) -> str:
        return f"mandate_request:{self.public_id}"


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
    #: None only in mandates older than the rule of two officers.
    request = models.OneToOneField(
        MandateRequest, on_delete=models.PROTECT, null=True, related_name="mandate"
    )
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

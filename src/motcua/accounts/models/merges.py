"""Gộp tài khoản trùng: two accounts of one person, joined by two officers and parted by two. Rules: migration 0045.

Joining moves no paper and no history: the account that is given up points to the one that stays, and everybody who
asks follows the pointer. So parting loses nothing either (docs/adr/0034-merging-accounts.md).
"""

import uuid

from django.db import models
from django.db.models import F, Q

from motcua.accounts.models.columns import one_of, since
from motcua.accounts.models.people import Account, PhoneBinding
from motcua.files.models import StoredFile


class Merge(models.Model):
    """One joining or parting; asked once, decided once, done once."""

    class Kind(models.TextChoices):
        MERGE = "MERGE", "Gộp tài khoản"
        UNDO = "UNDO", "Tách tài khoản đã gộp"

    class State(models.TextChoices):
        WAITING = "WAITING", "Chờ duyệt"
        AGREED = "AGREED", "Đã duyệt, chờ đến ngày gộp"
        DONE = "DONE", "Đã thực hiện"
        DECLINED = "DECLINED", "Không duyệt"
        WITHDRAWN = "WITHDRAWN", "Đã rút"
        OBJECTED = "OBJECTED", "Chủ tài khoản phản đối"
        LAPSED = "LAPSED", "Không còn thực hiện được"

    #: Decided by the second officer, whatever came of it afterwards.
    DECIDED = ("AGREED", "DONE", "DECLINED", "OBJECTED", "LAPSED")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    survivor = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="merges_kept")
    absorbed = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="merges_given_up")
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    #: The scan that shows both numbers, or says why the two are one person.
    evidence = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300)
    unit_id = models.BigIntegerField()
    unit_code = models.CharField(max_length=64)
    asked_by = models.CharField(max_length=64)
    asked_at = since()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_reason = models.CharField(max_length=300, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    #: Not before this moment; the database says it, three days ahead where the two phones differ.
    due_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    #: As it was before, for the way back.
    absorbed_was = models.CharField(max_length=20, blank=True, default="")
    absorbed_phone = models.ForeignKey(PhoneBinding, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "gộp tài khoản"
        indexes = [
            models.Index(fields=["unit_id", "-id"], name="merge_of_unit"),
            models.Index(fields=["due_at"], condition=Q(state="AGREED"), name="merge_due"),
        ]
        constraints = [
            one_of("merge", "kind", ["MERGE", "UNDO"]),
            one_of(
                "merge",
                "state",
                ["WAITING", "AGREED", "DONE", "DECLINED", "WITHDRAWN", "OBJECTED", "LAPSED"],
            ),
            models.CheckConstraint(
                name="merge_two_accounts",
                condition=~Q(survivor=F("absorbed")),
                violation_error_message="Hai tài khoản được gộp phải khác nhau.",
            ),
            models.UniqueConstraint(
                fields=["absorbed"],
                condition=Q(state__in=["WAITING", "AGREED"]),
                name="merge_one_open",
                violation_error_message="Tài khoản này đang có một đề nghị gộp hoặc tách chưa xong.",
            ),
            models.CheckConstraint(
                name="merge_two_officers",
                condition=Q(state="WAITING", decided_by="", decided_at=None)
                | Q(state="WITHDRAWN", decided_by=F("asked_by"), decided_at__isnull=False)
                | (
                    Q(
                        state__in=["AGREED", "DONE", "DECLINED", "OBJECTED", "LAPSED"],
                        decided_at__isnull=False,
                    )
                    & ~Q(decided_by="")
                    & ~Q(decided_by=F("asked_by"))
                ),
                violation_error_message="Người duyệt phải khác người đề nghị.",
            ),
            models.CheckConstraint(
                name="merge_has_reason",
                condition=Q(reason__regex=r"\S.{3,}") & ~Q(asked_by="") & ~Q(unit_code=""),
                violation_error_message="Đề nghị gộp phải ghi người đề nghị, đơn vị và lý do.",
            ),
            models.CheckConstraint(
                name="merge_says_what",
                condition=Q(kind="MERGE", undoes=None, evidence__isnull=False)
                | Q(kind="UNDO", undoes__isnull=False),
                violation_error_message="Đề nghị gộp phải có bản quét; đề nghị tách phải chỉ ra lần gộp.",
            ),
        ]

    def __str__(self) -> str:
        return f"merge:{self.pk}"

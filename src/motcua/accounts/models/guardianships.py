"""Tài khoản do cha, mẹ hoặc người giám hộ giữ: until the eighteenth birthday, and not a day longer. Rules: 0065."""

import uuid
from typing import Final

from django.db import models
from django.db.models import Q

from motcua.accounts.models.columns import one_of, since
from motcua.accounts.models.people import Account


class WaitsForOwner(models.Func):
    """Whether the account with this key is nobody's to enter: its owner came of age and has not taken it over."""

    function = "accounts_waits_for_owner"
    output_field = models.BooleanField()


#: A guardian holds it, or held it until the owner came of age: neither handed over nor taken back.
HELD: Final = Q(settled_at=None, taken_back_at=None)


class Guardianship(models.Model):
    """The phone and the password of a minor's account are in a parent's or guardian's hands.

    From ``ends_on`` on nobody enters the account, whether or not anything has run; it is settled when the owner takes
    the account over at a desk.
    """

    class Kind(models.TextChoices):
        PARENT = "PARENT", "Cha hoặc mẹ"
        GUARDIAN = "GUARDIAN", "Người giám hộ"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="guardianships")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    #: The first day on which the owner acts alone; written by a trigger, from the birth date, and forgotten with it.
    ends_on = models.DateField(null=True, editable=False)
    #: Which of the notices beforehand was promised last: 0 none, 1 thirty days, 2 seven days, 3 on the day.
    told = models.PositiveSmallIntegerField(default=0, db_default=0)
    began_at = since()
    recorded_by = models.CharField(max_length=64, blank=True, default="")
    unit_id = models.BigIntegerField(null=True)
    unit_code = models.CharField(max_length=64, blank=True, default="")
    #: Of the request by which the owner took the account over; the request itself is forgotten before this is.
    request_number = models.CharField(max_length=20, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=64, blank=True, default="")
    #: Where it was handed over; not always where the guardian was recorded.
    settled_unit_id = models.BigIntegerField(null=True)
    settled_unit_code = models.CharField(max_length=64, blank=True, default="", db_default="")
    #: The operator did not confirm the own phone: no password goes there before the old phone has had its say.
    rests_until = models.DateTimeField(null=True)
    #: When the owner had read what was done in their name.
    reviewed_at = models.DateTimeField(null=True)
    #: Why an officer wrote it down of an account that was there already; "" where the phone was bound with it.
    reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    #: Written down by mistake, and taken back before the day: the phone is the owner's own.
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.CharField(max_length=64, blank=True, default="", db_default="")
    taken_back_unit_code = models.CharField(max_length=64, blank=True, default="", db_default="")
    taken_back_reason = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=HELD,
                name="guardianship_one_open",
                violation_error_message="Tài khoản này đã ghi người giữ.",
            ),
            models.CheckConstraint(
                name="guardianship_settled_says_how",
                condition=Q(settled_at=None, request_number="", settled_by="")
                | (Q(settled_at__isnull=False) & ~Q(request_number="") & ~Q(settled_by="")),
                violation_error_message="Lần nhận tài khoản phải ghi yêu cầu và cán bộ thực hiện.",
            ),
            models.CheckConstraint(
                name="guardianship_read_afterwards",
                condition=Q(reviewed_at=None) | Q(settled_at__isnull=False),
                violation_error_message="Chủ tài khoản chỉ xác nhận đã xem sau khi nhận tài khoản.",
            ),
            models.CheckConstraint(
                name="guardianship_rests_once_settled",
                condition=Q(rests_until=None, settled_unit_code="") | Q(settled_at__isnull=False),
                violation_error_message="Nơi giao và thời gian chờ chỉ ghi khi tài khoản đã được giao.",
            ),
            models.CheckConstraint(
                name="guardianship_told_known",
                condition=Q(told__lte=3),
                violation_error_message="Số lần báo trước không hợp lệ.",
            ),
            models.CheckConstraint(
                name="guardianship_taken_back_whole",
                condition=Q(
                    taken_back_at=None, taken_back_by="", taken_back_unit_code="", taken_back_reason=""
                )
                | Q(taken_back_at__isnull=False, settled_at=None, taken_back_reason__regex=r"\S.{3,}\S")
                & ~Q(taken_back_by="")
                & ~Q(taken_back_unit_code=""),
                violation_error_message="Bỏ ghi người giữ tài khoản phải ghi ai bỏ, ở đâu và vì sao.",
            ),
            one_of("guardianship", "kind", ["PARENT", "GUARDIAN"]),
        ]
        indexes = [
            models.Index(fields=["unit_id", "ends_on", "id"], name="guardianship_of_unit"),
            models.Index(
                fields=["ends_on", "id"],
                condition=HELD,
                name="guardianship_by_day",
            ),
        ]

    def __str__(self) -> str:
        return f"guardianship:{self.public_id}"

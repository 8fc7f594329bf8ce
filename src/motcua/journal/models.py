"""The journal's tables. Events, seals and inspections are written once; triggers refuse every change."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class ClockTimestamp(Now):
    """The moment of this very row, not of the transaction's beginning."""

    template = "CLOCK_TIMESTAMP()"

    def as_postgresql(self, compiler, connection, **extra):  # type: ignore[no-untyped-def]
        return self.as_sql(compiler, connection, **extra)


class Event(models.Model):
    """One line. The table also has the column `xid`, first in the row: see migration 0001."""

    at = models.DateTimeField("lúc", db_default=ClockTimestamp())
    event = models.TextField("việc")
    subject = models.TextField("đối tượng")
    actor = models.TextField("người làm", db_default="")
    unit_code = models.TextField("đơn vị", db_default="")
    facts = models.JSONField("chi tiết", db_default=models.Value({}, models.JSONField()))

    class Meta:
        verbose_name = "dòng nhật ký"
        indexes = [
            models.Index(fields=["subject", "id"], name="journal_event_subject"),
            models.Index(fields=["actor", "id"], name="journal_event_actor"),
            models.Index(fields=["at"], name="journal_event_at"),
            # What an inspector reads: a unit's lines, all or of one kind, in the list's own order.
            models.Index(fields=["unit_code", "id"], name="journal_event_unit"),
            models.Index(fields=["unit_code", "event", "id"], name="journal_event_unit_event"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.event}"


class Seal(models.Model):
    """One batch of lines, closed: its Merkle root, chained to the seal before and signed."""

    first_id = models.BigIntegerField("dòng đầu")
    last_id = models.BigIntegerField("dòng cuối", unique=True)
    rows = models.IntegerField("số dòng")
    ids = models.TextField("các dòng")
    leaves = models.TextField("dấu vết từng dòng")
    merkle_root = models.CharField("gốc Merkle", max_length=64)
    # One seal follows each seal: two sealers cannot fork the chain.
    previous_hash = models.CharField("dấu trước", max_length=64, unique=True)
    hash = models.CharField("dấu", max_length=64, unique=True)
    sealed_at = models.DateTimeField("lúc")
    signature = models.BinaryField("chữ ký")

    class Meta:
        verbose_name = "dấu niêm"

    def __str__(self) -> str:
        return f"{self.pk} {self.first_id}-{self.last_id}"


class Horizon(models.Model):
    """How far the sealer may go once every transaction up to `xid` is over. One row, rewritten."""

    upto_id = models.BigIntegerField("đến dòng")
    xid = models.BigIntegerField("giao dịch")
    noted_at = models.DateTimeField("lúc", db_default=ClockTimestamp())

    class Meta:
        verbose_name = "mốc niêm"
        constraints = [models.CheckConstraint(name="journal_horizon_single", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"{self.upto_id}"


class Inspection(models.Model):
    """An inspector asked about one person or took lines out of the house, or an officer looked at what is masked or
    took a list along; the reason stays with it."""

    class Kind(models.TextChoices):
        PERSON = "PERSON", "Tìm theo người"
        EVIDENCE = "EVIDENCE", "Xuất tệp chứng cứ"
        REVEAL = "REVEAL", "Xem thông tin đầy đủ"
        LIST = "LIST", "Kết xuất danh sách"
        BREACH = "BREACH", "Lập hồ sơ sự cố"

    kind = models.TextField("loại", choices=Kind.choices)
    officer_subject = models.TextField("người kiểm tra")
    unit_code = models.TextField("đơn vị")
    reason = models.TextField("lý do")
    #: What the lines are about, in ids; a person's search goes on over its pages without asking again.
    about = ArrayField(models.TextField(), verbose_name="đối tượng", db_default=models.Value([]))
    rows = models.IntegerField("số dòng", db_default=0)
    file_sha256 = models.CharField("dấu của tệp", max_length=64, blank=True, db_default="")
    at = models.DateTimeField("lúc", db_default=ClockTimestamp())

    class Meta:
        verbose_name = "lượt kiểm tra nhật ký"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="inspection_says_why",
                condition=models.Q(reason__regex=r"\S.{8,}\S"),
                violation_error_message="Lượt kiểm tra nhật ký phải có lý do từ 10 ký tự.",
            ),
            models.CheckConstraint(
                name="inspection_kind_known",
                condition=models.Q(kind__in=["PERSON", "REVEAL", "LIST"], file_sha256="")
                | models.Q(kind__in=["EVIDENCE", "BREACH"], file_sha256__regex=r"\A[0-9a-f]{64}\Z"),
                violation_error_message="Tệp chứng cứ phải có dấu SHA-256 của tệp.",
            ),
        ]

    def __str__(self) -> str:
        return f"inspection:{self.pk}"

"""The journal's three tables. Rows of the first two are written once; triggers refuse every change."""

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

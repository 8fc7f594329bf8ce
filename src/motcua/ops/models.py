"""What was done once in the life of this database."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Milestone(models.Model):
    """Its presence says that the step was done; it is never done again."""

    name = models.CharField("việc", max_length=60, primary_key=True)
    at = models.DateTimeField("lúc", db_default=Now())

    class Meta:
        verbose_name = "mốc"

    def __str__(self) -> str:
        return self.name


class Hold(models.Model):
    """After a restore: as long as a line is here, that door stays shut. Only the database's owner takes it away."""

    class Door(models.TextChoices):
        EVERYTHING = "EVERYTHING", "Toàn hệ thống: đang khôi phục"
        OUTSIDE = "OUTSIDE", "Gửi ra ngoài"

    door = models.CharField("cửa", max_length=10, choices=Door, primary_key=True)
    #: The id of the backup that was brought back.
    backup = models.CharField("bản sao lưu", max_length=40)
    since = models.DateTimeField("từ lúc", db_default=Now())

    class Meta:
        verbose_name = "tạm giữ"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="hold_door_known",
                condition=models.Q(door__in=["EVERYTHING", "OUTSIDE"]),
                violation_error_message="Chỉ giữ được toàn hệ thống hoặc việc gửi ra ngoài.",
            ),
        ]

    def __str__(self) -> str:
        return "hold"

"""What the room writes down: how each chore that deletes ran the last time."""

from django.db import models

from motcua.protection.breach_models import Breach, BreachPerson

__all__ = ["Breach", "BreachPerson", "ChoreRun"]


class ChoreRun(models.Model):
    """One row a chore; a chore that never ran has none."""

    chore = models.CharField("việc định kỳ", max_length=40, primary_key=True)
    ran_at = models.DateTimeField("chạy xong lần cuối", null=True)
    erased_at = models.DateTimeField("lần cuối có xóa", null=True)
    erased = models.PositiveBigIntegerField("đã xóa lần đó", default=0)
    erased_ever = models.PositiveBigIntegerField("đã xóa từ trước tới nay", default=0)
    failed_at = models.DateTimeField("lần cuối không xong", null=True)

    class Meta:
        verbose_name = "lần chạy của việc xóa dữ liệu"

    def __str__(self) -> str:
        return "chore_run"

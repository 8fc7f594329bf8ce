"""What was done once in the life of this database."""

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

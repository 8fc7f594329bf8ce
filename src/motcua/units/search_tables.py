"""The searches of officers, so that what was typed stands in no address."""

import uuid

from django.db import models
from django.db.models import Func


class StatementClock(Func):
    """The database's clock at the start of the statement."""

    function = "statement_timestamp"
    output_field = models.DateTimeField()


class SearchMemory(models.Model):
    """The filters of one search. Rows are reused, and go when they have lapsed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer_subject = models.CharField(max_length=64)
    sealed = models.BinaryField()
    at = models.DateTimeField(db_default=StatementClock())

    class Meta:
        indexes = [models.Index(fields=["officer_subject", "at"], name="units_search_of_officer")]

    def __str__(self) -> str:
        return f"search:{self.pk}"

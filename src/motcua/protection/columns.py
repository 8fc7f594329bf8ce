"""The database's own clock, for columns that it fills."""

from django.db import models
from django.db.models import Func


class ClockTimestamp(Func):
    """Now, not the start of the transaction."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()

"""The one clock that all workers share."""

from django.db.models import DateTimeField, Func


class DbClock(Func):
    """``clock_timestamp()``: the database's time at this very moment, not at the start of the transaction."""

    function = "clock_timestamp"
    template = "%(function)s()"
    arity = 0
    output_field = DateTimeField()

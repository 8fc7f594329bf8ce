"""The calendars that the tests of working time read, and moments as people write them."""

from datetime import date, datetime

from motcua.kernel.working_time import WorkCalendar, vietnam

PLAIN = WorkCalendar()
#: As announced for 2022 to 2026, with the swap of 2 January 2026 that an administrator entered.
ANNOUNCED = vietnam(range(2021, 2029)).edited(off=[date(2026, 1, 2)], worked=[date(2026, 1, 10)])


def at(text: str) -> datetime:
    shape = "%d/%m/%Y %H:%M:%S" if text.count(":") == 2 else "%d/%m/%Y %H:%M"
    return datetime.strptime(text, shape).replace(tzinfo=PLAIN.zone)

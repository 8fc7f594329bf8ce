"""Sửa lịch làm việc: days off and make-up days for the province, hours for a unit; each with its decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from motcua import journal
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.working_time import Sessions, Week
from motcua.units import work_calendar
from motcua.units.models import CalendarDay, OfficeDay, OfficeHours, Unit


class CalendarOfTheProvince(Refusal):
    code = "calendar_of_the_province"
    status = 403
    message = (
        "Ngày nghỉ và ngày làm bù dùng chung cho cả tỉnh, do đơn vị cấp trên cùng quản lý. "
        "Đề nghị ông/bà liên hệ quản trị của đơn vị đó."
    )


class DayAlreadyThere(Refusal):
    code = "calendar_day_already_there"
    status = 409
    message = "Ngày này đã có trong lịch. Đề nghị ông/bà sửa dòng đã có."


class HoursAlreadyThere(Refusal):
    code = "office_hours_already_there"
    status = 409
    message = "Đơn vị đã có giờ làm việc từ ngày này. Đề nghị ông/bà bỏ dòng cũ hoặc chọn ngày khác."


class WrongHours(Refusal):
    code = "office_hours_wrong"
    message = (
        "Giờ làm việc chưa đúng. Mỗi buổi cần giờ bắt đầu trước giờ kết thúc, buổi sáng trước buổi chiều, "
        "và cả tuần có ít nhất một buổi. Đề nghị ông/bà kiểm tra lại."
    )


class HoursEndTooEarly(Refusal):
    code = "office_hours_end_too_early"
    message = "Ngày kết thúc phải từ ngày bắt đầu. Đề nghị ông/bà nhập lại."


@dataclass(frozen=True, slots=True)
class Entry:
    """A day off or a make-up day (``is_off`` False), and the decision that says so."""

    day: date
    is_off: bool
    occasion: str
    source: str
    swapped_with: date | None = None


@transaction.atomic
def add_day(*, authority: Authority, entry: Entry) -> UUID:
    """A day off or a make-up day for all units; dates already promised to citizens stay."""
    _require_the_province(authority)
    row = _insert(authority, entry)
    journal.record(
        "units.calendar_day.added",
        subject=f"calendar_day:{row.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts=_facts_of(row),
    )
    return row.public_id


@transaction.atomic
def change_day(*, authority: Authority, public_id: UUID, entry: Entry, reason: str) -> UUID:
    """The old line is taken out for that reason and a new one says the new thing. NotFound when it was out."""
    _require_the_province(authority)
    _take_out("units_calendarday", authority, public_id, reason)
    row = _insert(authority, entry)
    journal.record(
        "units.calendar_day.changed",
        subject=f"calendar_day:{row.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={**_facts_of(row), "replaces": str(public_id)},
    )
    return row.public_id


@transaction.atomic
def remove_day(*, authority: Authority, public_id: UUID, reason: str) -> None:
    """The day is again what the announced calendar says. NotFound when it was taken out before."""
    _require_the_province(authority)
    _take_out("units_calendarday", authority, public_id, reason)
    journal.record(
        "units.calendar_day.removed",
        subject=f"calendar_day:{public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts=_facts_of(CalendarDay.objects.get(public_id=public_id)),
    )


@transaction.atomic
def set_hours(
    *,
    authority: Authority,
    unit_code: str,
    valid_from: date,
    valid_to: date | None = None,
    days: Sequence[Sessions],
    last_receipt: time = time(15),
    source: str,
) -> UUID:
    """The hours of a unit of one's own or below, from a day on: at most two sessions a day, Monday first."""
    authority.require(Power.MANAGE_CATALOGUE)
    unit = Unit.objects.filter(code=unit_code, pk__in=authority.subtree).first()
    if unit is None:
        raise NotAuthorised(power=Power.MANAGE_CATALOGUE.value)
    if valid_to is not None and valid_to < valid_from:
        raise HoursEndTooEarly
    rows = _rows_of(days)
    try:
        with transaction.atomic():
            hours = OfficeHours.objects.create(
                unit=unit,
                valid_from=valid_from,
                valid_to=valid_to,
                last_receipt=last_receipt,
                source=source,
                added_by_subject=authority.subject,
            )
    except IntegrityError as no:
        raise HoursAlreadyThere from no
    for row in rows:
        row.hours = hours
    OfficeDay.objects.bulk_create(rows)
    journal.record(
        "units.office_hours.added",
        subject=f"office_hours:{hours.public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"at_unit": unit.code, "since": valid_from.isoformat()},
    )
    return hours.public_id


@transaction.atomic
def remove_hours(*, authority: Authority, public_id: UUID, reason: str) -> None:
    """The unit goes back to its earlier hours, or to those of the unit above. NotFound when they were out."""
    authority.require(Power.MANAGE_CATALOGUE)
    found = OfficeHours.objects.filter(public_id=public_id, unit_id__in=authority.subtree)
    hours = found.select_related("unit").first()
    if hours is None:
        raise NotFound
    _take_out("units_officehours", authority, public_id, reason)
    journal.record(
        "units.office_hours.removed",
        subject=f"office_hours:{public_id}",
        actor=authority.subject,
        unit_code=authority.unit_code,
        facts={"at_unit": hours.unit.code, "since": hours.valid_from.isoformat()},
    )


def _require_the_province(authority: Authority) -> None:
    authority.require(Power.MANAGE_CATALOGUE)
    if not work_calendar.manages_the_province(authority):
        raise CalendarOfTheProvince


def _insert(authority: Authority, entry: Entry) -> CalendarDay:
    try:
        with transaction.atomic():
            return CalendarDay.objects.create(
                day=entry.day,
                kind=CalendarDay.Kind.OFF if entry.is_off else CalendarDay.Kind.WORKED,
                occasion=entry.occasion,
                source=entry.source,
                swapped_with=entry.swapped_with,
                added_by_subject=authority.subject,
            )
    except IntegrityError as no:
        raise DayAlreadyThere from no


def _take_out(table: str, authority: Authority, public_id: UUID, reason: str) -> None:
    """One conditional UPDATE decides which of two administrators was first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET removed_at = clock_timestamp(), removed_by_subject = %s, removed_reason = %s"  # noqa: S608
            " WHERE public_id = %s AND removed_at IS NULL",
            [authority.subject, reason, public_id],
        )
        if cursor.rowcount != 1:
            raise NotFound


def _rows_of(days: Sequence[Sessions]) -> list[OfficeDay]:
    try:
        Week(days=tuple(days))
    except ValueError as no:
        raise WrongHours from no
    if any(len(sessions) > 2 for sessions in days):
        raise WrongHours
    return [_row_of(weekday, sessions) for weekday, sessions in enumerate(days, start=1) if sessions]


def _row_of(weekday: int, sessions: Sessions) -> OfficeDay:
    """One session alone is a morning when it opens before noon."""
    morning, afternoon = sessions if len(sessions) == 2 else (sessions[0], None)
    if afternoon is None and morning[0] >= time(12):
        return OfficeDay(weekday=weekday, afternoon_opens=morning[0], afternoon_closes=morning[1])
    row = OfficeDay(weekday=weekday, morning_opens=morning[0], morning_closes=morning[1])
    if afternoon is not None:
        row.afternoon_opens, row.afternoon_closes = afternoon
    return row


def _facts_of(row: CalendarDay) -> dict[str, str]:
    return {"day": row.day.isoformat(), "kind": str(row.kind)}

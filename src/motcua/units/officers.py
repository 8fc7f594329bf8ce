"""Cán bộ: who works here, known by an opaque id; their phones are never good for a citizen."""

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from motcua import journal
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units.models import Officer, StaffPhone

_PHONE_FIELD = "officer.phone"


class PhoneOfAnotherOfficer(Refusal):
    code = "phone_of_another_officer"
    status = 409
    message = "Số điện thoại này đã được đăng ký cho cán bộ khác. Đề nghị ông/bà kiểm tra lại số điện thoại."


class OfficerAlreadyRegistered(Refusal):
    code = "officer_already_registered"
    status = 409
    message = "Người này đã được đăng ký là cán bộ. Đề nghị ông/bà cấp vị trí cho cán bộ đã có."


@transaction.atomic
def register(*, subject: str, full_name: PersonName, phone: Phone, by: str = "system") -> Officer:
    """A person with an account of their own may from now on hold posts; gives no right by itself."""
    if Officer.objects.filter(subject=subject).exists():
        raise OfficerAlreadyRegistered
    try:
        with transaction.atomic():
            officer = Officer.objects.create(
                subject=subject,
                full_name=full_name.value,
                phone_sealed=settings.KEYRING.seal(_PHONE_FIELD, subject, phone.value),
                phone_masked=phone.masked,
            )
            _bind(officer, phone)
    except IntegrityError as taken:
        raise _what_is_taken(taken) from taken
    journal.record("units.officer.registered", subject=f"officer:{officer.pk}", actor=by)
    return officer


@transaction.atomic
def change_phone(*, subject: str, phone: Phone, by: str) -> None:
    """The officer's account has a new number; the old one stays a phone of staff for thirty days more."""
    officer = Officer.objects.select_for_update().filter(subject=subject, active=True).first()
    if officer is None:
        raise NotFound
    try:
        with transaction.atomic():
            _bind(officer, phone)
    except IntegrityError as taken:
        raise PhoneOfAnotherOfficer from taken
    officer.phone_sealed = settings.KEYRING.seal(_PHONE_FIELD, subject, phone.value)
    officer.phone_masked = phone.masked
    officer.save(update_fields=["phone_sealed", "phone_masked"])
    journal.record("units.officer.phone_changed", subject=f"officer:{officer.pk}", actor=by)


def is_staff(subject: str) -> bool:
    """Whether this person is or was an officer. Asked at every reception: plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM units_officer WHERE subject = %s)", [subject])
        return bool(cursor.fetchone()[0])


def name_of(officer_id: int) -> str:
    """The officer's name as it is today. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT full_name FROM units_officer WHERE id = %s", [officer_id])
        found = cursor.fetchone()
    if found is None:
        raise NotFound
    return str(found[0])


def release_replaced() -> int:
    """Phones whose successor has stood for thirty days are free for their next holders; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE units_staffphone AS old SET active = false WHERE old.active AND EXISTS ("
            " SELECT 1 FROM units_staffphone n WHERE n.officer_id = old.officer_id AND n.active AND n.id > old.id"
            " AND n.added_at <= clock_timestamp() - interval '30 days')"
        )
        freed: int = cursor.rowcount
    return freed


@transaction.atomic
def deactivate(*, subject: str, by: str) -> None:
    """The officer stops working: no post counts from this moment, the phone is theirs alone again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE units_officer SET active = false, deactivated_at = clock_timestamp()"
            " WHERE subject = %s AND active RETURNING id",
            [subject],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    StaffPhone.objects.filter(officer_id=row[0], active=True).update(active=False)
    journal.record("units.officer.deactivated", subject=f"officer:{row[0]}", actor=by)


def phone_of(subject: str) -> Phone:
    """The officer's own number, for the form they fill and the texts they get."""
    officer = Officer.objects.filter(subject=subject, active=True).only("phone_sealed").first()
    if officer is None:
        raise NotFound
    return Phone.parse(settings.KEYRING.open(_PHONE_FIELD, subject, bytes(officer.phone_sealed)))


def _bind(officer: Officer, phone: Phone) -> None:
    """A row of its own each time: the newest says which phone is in use, and since when."""
    StaffPhone.objects.create(officer=officer, phone_bi=settings.KEYRING.fingerprint("phone", phone.value))


def _what_is_taken(error: IntegrityError) -> Refusal:
    if "staff_phone_one_active" in str(error):
        return PhoneOfAnotherOfficer()
    return OfficerAlreadyRegistered()

"""Units, officers and posts for the tests of this room."""

from datetime import date
from itertools import count
from zoneinfo import ZoneInfo

from motcua.kernel.authority import Authority, Power
from motcua.ops.sign_ins import DATA
from motcua.units import posts
from motcua.units.models import Officer, Post, Unit

TODAY = date(2026, 11, 23)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
UNITS_FILE = DATA / "units_binh_dinh_2022.json"
_serial = count(1)


def unit(code: str, *, parent: Unit | None = None, **more: object) -> Unit:
    values = {
        "name": code,
        "short_name": code,
        "kind": Unit.Kind.THPT,
        "valid_from": date(2020, 1, 1),
        **more,
    }
    return Unit.objects.create(code=code, parent=parent, **values)


def officer(**more: object) -> Officer:
    """An officer with a subject like ``000…1``; the phone is nobody's."""
    subject = f"{next(_serial):032x}"
    values = {
        "subject": subject,
        "full_name": "Cán Bộ Mẫu",
        "phone_sealed": b"x",
        "phone_masked": "09*****000",
    }
    return Officer.objects.create(**{**values, **more})


def post(who: Officer, where: Unit, *powers: Power, **more: object) -> Post:
    values: dict[str, object] = {
        "grantee_subject": who.subject,
        "powers": [power.value for power in powers],
        "valid_from": date(2022, 1, 1),
        "granted_by_subject": "system",
        "approved_by_subject": "system-2",
    }
    return Post.objects.create(officer=who, unit=where, **{**values, **more})


def administrator(where: Unit) -> Authority:
    who = officer()
    post(who, where, Power.GRANT)
    return posts.authority_of(who.subject, on=TODAY)


def authority_at(who: Officer, where: Unit) -> Authority:
    """The officer at that unit today."""
    return posts.authority_of(who.subject, at_unit=where.code, on=TODAY)


def editor(where: Unit) -> Authority:
    """Somebody who manages the catalogues there."""
    who = officer()
    post(who, where, Power.MANAGE_CATALOGUE)
    return authority_at(who, where)

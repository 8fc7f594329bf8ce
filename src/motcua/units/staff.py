"""Ai là cán bộ: asked before a citizen's phone, owner or filer is accepted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q

from motcua.kernel.authority import Power
from motcua.kernel.collation import collation_key
from motcua.kernel.person_name import fold
from motcua.kernel.phone import Phone
from motcua.units.models import Officer, Post, StaffPhone


@dataclass(frozen=True, slots=True)
class Colleague:
    """An officer as other officers see them."""

    officer_id: int
    subject: str
    full_name: str
    phone_masked: str

    def __repr__(self) -> str:
        return f"officer:{self.officer_id}"


def is_staff_phone(phone: Phone) -> int | None:
    """The officer whose phone this is, or None (threats C5)."""
    mark = settings.KEYRING.fingerprint("phone", phone.value)
    return StaffPhone.objects.filter(phone_bi=mark, active=True).values_list("officer_id", flat=True).first()


def is_staff_subject(subject: str) -> bool:
    """Whether this account belongs to somebody who works here now."""
    return Officer.objects.filter(subject=subject, active=True).exists()


def officer_of(subject: str) -> Colleague | None:
    """The working officer behind an account, or None."""
    officer = Officer.objects.filter(subject=subject, active=True).first()
    return _seen(officer) if officer else None


def subject_of(number: int) -> str:
    """The opaque id behind the number of an officer's page; "" when there is none."""
    return Officer.objects.filter(pk=number).values_list("subject", flat=True).first() or ""


def officers_by_subject(subjects: Iterable[str]) -> dict[str, Colleague]:
    """For lists that name officers, working or not; one query, unknown ids are left out."""
    return {officer.subject: _seen(officer) for officer in Officer.objects.filter(subject__in=set(subjects))}


def subjects_named(name: str, unit_ids: Sequence[int]) -> tuple[str, ...]:
    """Officers, working or not, of these units whose name holds these words, with or without marks."""
    wanted = set(fold(name).split())
    held = Post.objects.filter(unit_id__in=unit_ids).values("officer_id")
    officers = Officer.objects.filter(id__in=held).values_list("subject", "full_name")
    return tuple(subject for subject, full_name in officers if wanted <= set(fold(full_name).split()))


def colleagues_of(subject: str, unit_code: str, *, on: date, power: Power | None = None) -> list[Colleague]:
    """Who else works at the unit on this day (and holds ``power``): somebody to hand one's own matter to."""
    posts = Post.objects.filter(
        unit__code=unit_code, revoked_at=None, officer__active=True, valid_from__lte=on
    )
    posts = posts.filter(Q(valid_to=None) | Q(valid_to__gte=on)).exclude(grantee_subject=subject)
    if power is not None:
        posts = posts.filter(powers__contains=[power.value])
    officers = Officer.objects.filter(id__in=posts.values("officer_id")).order_by("full_name", "id")
    return [_seen(officer) for officer in officers]


def working_at(unit_ids: Sequence[int], *, on: date) -> list[Colleague]:
    """Who holds a post in one of these units on this day, by name; one query."""
    posts = Post.objects.filter(unit_id__in=unit_ids, revoked_at=None, valid_from__lte=on)
    posts = posts.filter(Q(valid_to=None) | Q(valid_to__gte=on))
    officers = Officer.objects.filter(id__in=posts.values("officer_id"), active=True)
    return sorted(map(_seen, officers), key=lambda one: (collation_key(one.full_name), one.officer_id))


def _seen(officer: Officer) -> Colleague:
    return Colleague(officer.pk, officer.subject, officer.full_name, officer.phone_masked)

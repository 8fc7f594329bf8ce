"""Nộp trực tuyến: which procedures may be filed by whoever is signed in, with which papers, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from motcua.desk import catalogue
from motcua.desk.catalogue import LEVEL_OF, ProcedureNotOffered
from motcua.desk.catalogue_words import Asker
from motcua.desk.models import Component, Procedure, ProcedureForm, Process
from motcua.desk.ports import PURPOSE_OWN_VAULT, AccountRegistry, OfferedPaper, OwnersVault, PortalUnavailable
from motcua.kernel.collation import collation_key
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound
from motcua.kernel.scope import EVERYTHING, Scope
from motcua.units import staff
from motcua.units.models import Unit

PAGE = 20
_MOST_WORDS = 8
#: Who files for themselves or for somebody in their care; the authorised and organisations have ways of their own.
_PERSONS = (Asker.OWNER, Asker.GUARDIAN, Asker.HEIR)
#: With these the person concerned may be somebody else than the owner.
_FOR_OTHERS = frozenset({Asker.GUARDIAN, Asker.HEIR})
_PLACE_WORDS = {"so": "tại Sở", "phong": "tại Phòng", "truong": "tại trường"}
_TERM_WORDS = {"WORKING_DAYS": "ngày làm việc", "WORKING_HOURS": "giờ làm việc", "CALENDAR_DAYS": "ngày"}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the procedures found."""

    rows: Sequence[Procedure]
    total: int
    number: int

    @property
    def has_next(self) -> bool:
        return self.number * PAGE < self.total


@dataclass(frozen=True, slots=True)
class Place:
    """A desk where it may be filed."""

    code: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Fileable:
    """One procedure as it is filed online today."""

    procedure: Procedure
    components: Sequence[Component]
    forms: Sequence[ProcedureForm]
    places: Sequence[Place]

    @property
    def askers(self) -> list[str]:
        return [str(Asker(asker).label) for asker in self.procedure.who_may_ask]

    @property
    def term_words(self) -> str:
        return online_term_words(self.procedure)

    @property
    def for_others(self) -> bool:
        """Whether somebody in the owner's care may be the person concerned."""
        who = set(self.procedure.who_may_ask)
        return not who or bool(who & _FOR_OTHERS)


def procedures(
    *, organisation: bool, within: Scope = EVERYTHING, words: str = "", number: int = 1, on: date
) -> Page:
    """What this kind of account may file online on this day, as the alphabet has it; two queries."""
    found = _fileable(organisation, within, on)
    for word in fold(words).split()[:_MOST_WORDS]:
        found = found.filter(Q(name_folded__contains=word) | Q(code__icontains=word))
    keys = sorted(found.values_list("pk", "name", "code"), key=lambda row: (collation_key(row[1]), row[2]))
    number = max(1, min(number, -(-len(keys) // PAGE)))
    wanted = [pk for pk, _, _ in keys[(number - 1) * PAGE : number * PAGE]]
    rows = Procedure.objects.in_bulk(wanted)
    return Page([rows[pk] for pk in wanted], len(keys), number)


def procedure(code: str, *, organisation: bool, within: Scope = EVERYTHING, on: date) -> Fileable:
    """One of them, with its papers, forms and the desks that receive it; four queries. Raises NotFound."""
    found = _fileable(organisation, within, on).filter(code=code).first()
    if found is None:
        raise NotFound
    return Fileable(
        procedure=found,
        components=catalogue.components_of(found),
        forms=list(found.forms.order_by("pk")),
        places=_places(found, on),
    )


def place(code: str, found: Fileable) -> Unit:
    """The desk that was chosen, if it receives this procedure. Raises ProcedureNotOffered."""
    if code not in {each.code for each in found.places}:
        raise ProcedureNotOffered
    return Unit.objects.get(code=code)


def process_for(procedure: Procedure, unit: Unit) -> Process:
    """The way it takes at this unit: the one named after its level, else the first."""
    ways = list(Process.objects.filter(procedure=procedure).order_by("order"))
    if not ways:
        raise ProcedureNotOffered
    here = _PLACE_WORDS[LEVEL_OF[unit.kind]]
    named = [way for way in ways if here in way.name]
    chosen = (named or ways)[0]
    chosen.procedure = procedure
    return chosen


def online_term_words(procedure: Procedure) -> str:
    """The term of what is filed online, in words."""
    if procedure.term_online_unit == "SAME_DAY":
        return "Trong ngày làm việc"
    if procedure.term_online_unit not in _TERM_WORDS:
        return procedure.deadline_words
    return f"{procedure.term_online_amount:02d} {_TERM_WORDS[procedure.term_online_unit]}"


def own_papers(
    *,
    session: UUID,
    subject: str,
    components: Sequence[Component],
    procedure_code: str,
    registry: AccountRegistry,
    vault: OwnersVault,
) -> Sequence[OfferedPaper] | None:
    """What the owner's own vault has for these components; None while it does not answer.

    The question is the owner's: no look is written down. Raises SessionNotLive.
    """
    wanted = [each.type_code for each in components if each.type_code and not each.not_reused]
    if not wanted:
        return ()
    try:
        owner = registry.owner_in_session(session=session, subject=subject, purpose=PURPOSE_OWN_VAULT)
        return vault.offer(
            receipt=owner.receipt,
            type_codes=wanted,
            procedure_code=procedure_code,
            asked_by=subject,
            unit_code="",
        )
    except PortalUnavailable:
        return None


def names_of(
    codes: Sequence[str], *, organisation: bool, within: Scope = EVERYTHING, on: date
) -> dict[str, tuple[str, bool]]:
    """For a list of drafts: each procedure's latest name, and whether it may be filed online on this day."""
    latest = Procedure.objects.filter(code__in=codes).order_by("code", "-valid_from").distinct("code")
    may = set(_fileable(organisation, within, on).filter(code__in=codes).values_list("code", flat=True))
    return {row.code: (row.name, row.code in may) for row in latest}


def is_staff(subject: str) -> bool:
    """Whether this account belongs to somebody who works here: they file their own matters only."""
    return staff.is_staff_subject(subject)


def today() -> date:
    return timezone.localdate()


def _fileable(organisation: bool, within: Scope, on: date) -> "QuerySet[Procedure]":
    """In force, with a term for what is filed online, for this kind of account and, under a mandate, in its scope."""
    in_force = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on))
    asked_by = [Asker.ORGANISATION] if organisation else list(_PERSONS)
    who = Q(who_may_ask=[]) | Q(who_may_ask__overlap=[asker.value for asker in asked_by])
    found = Procedure.objects.filter(in_force & who).exclude(term_online_unit="")
    return found if within.is_whole else found.filter(code__in=within.codes)


def _places(procedure: Procedure, on: date) -> list[Place]:
    kinds = [kind for kind, level in LEVEL_OF.items() if level in procedure.levels]
    units = Unit.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=on), has_desk=True, kind__in=kinds, valid_from__lte=on
    )
    found = [Place(unit.code, unit.name, unit.address or unit.district) for unit in units]
    return sorted(found, key=lambda each: collation_key(each.name))

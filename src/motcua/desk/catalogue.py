"""Danh mục thủ tục: what may be asked for at this desk, and which papers it takes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from django.db.models import Prefetch, Q, QuerySet

from motcua.desk.catalogue_words import Asker
from motcua.desk.models import Component, Procedure, Process
from motcua.desk.offered import procedure_at, process_at
from motcua.kernel.authority import Authority
from motcua.kernel.collation import collation_key
from motcua.kernel.refusal import Refusal
from motcua.units.models import Unit

#: The catalogue's word for each kind of unit.
LEVEL_OF: dict[str, str] = {
    Unit.Kind.SO: "so",
    Unit.Kind.PHONG_CM: "so",
    Unit.Kind.PHONG_GDDT: "phong",
    Unit.Kind.THPT: "truong",
    Unit.Kind.TRUC_THUOC: "truong",
    Unit.Kind.GDTX: "truong",
    Unit.Kind.GDNN_GDTX: "truong",
}

_BY_ORGANISATIONS = Q(who_may_ask=[]) | Q(who_may_ask__contains=[Asker.ORGANISATION.value])
#: The same names are put into their order on every page that offers them.
_place = lru_cache(maxsize=4_096)(collation_key)
_LEVEL_WORDS = {"so": "tại Sở", "phong": "tại Phòng"}


class ProcedureNotOffered(Refusal):
    code = "procedure_not_offered"
    message = (
        "Thủ tục hoặc quy trình này không tiếp nhận tại đơn vị hoặc đã hết hiệu lực. "
        "Đề nghị ông/bà chọn thủ tục khác trong danh sách."
    )


def procedures_for(authority: Authority, *, on: date, organisation: bool = False) -> list[Procedure]:
    """The procedures this unit receives on this day, with their processes; two queries.

    ``organisation``: only what organisations may ask for.
    """
    unit = Unit.objects.only("kind").get(pk=authority.unit_id)
    found = (
        _in_force(on)
        .filter(_BY_ORGANISATIONS if organisation else Q(), levels__contains=[LEVEL_OF[unit.kind]])
        .prefetch_related(Prefetch("processes", queryset=Process.objects.order_by("order")))
    )
    return sorted(found, key=lambda procedure: (_place(procedure.name), procedure.code))


def procedure_for(
    authority: Authority, code: str, *, on: date, organisation: bool = False
) -> Procedure | None:
    """The one with this code among ``procedures_for``; one query, and nothing has to be put into an order."""
    return procedure_at(authority.unit_id, code, on=on, levels=LEVEL_OF, organisation=organisation)


def processes_of(procedure: Procedure) -> Sequence[Process]:
    """Its processes in their order; nothing is asked when they were read with it."""
    read: Sequence[Process] | None = getattr(procedure, "ways", None)
    return list(procedure.processes.all()) if read is None else read


def level_words(authority: Authority) -> str:
    """How the names of processes call the level of this unit; "" where none is named after it."""
    return _LEVEL_WORDS.get(_levels(authority)[0], "")


def process_of(authority: Authority, procedure: str | int, process_id: int, *, on: date) -> Process:
    """The chosen process with its procedure, if this unit receives it on this day; one query.

    ``procedure``: its code, or the key of any version: what counts is the version of this day. The checklist is
    read along, for ``components_of``.
    """
    process = process_at(authority.unit_id, procedure, process_id, on=on, levels=LEVEL_OF)
    if process is None:
        raise ProcedureNotOffered
    return process


def versions_of(code: str) -> list[int]:
    """The keys of all versions of a code: dossiers keep the version they were received with."""
    return list(Procedure.objects.filter(code=code).values_list("pk", flat=True))


def for_organisations(*, on: date) -> Mapping[str, str]:
    """Code → name of what organisations may ask for, in the order of the alphabet; one query."""
    rows = _in_force(on).filter(_BY_ORGANISATIONS).values_list("code", "name")
    return dict(sorted(rows, key=lambda row: (_place(row[1]), row[0])))


def received(*, on: date) -> Mapping[str, str]:
    """Code → name of everything that may be asked for."""
    return dict(_in_force(on).order_by("code").values_list("code", "name"))


def names_of(codes: Iterable[str]) -> Mapping[str, str]:
    """Code → the name of its newest version, whether in force or not; at most one query."""
    wanted = sorted(set(codes))
    rows = Procedure.objects.filter(code__in=wanted).order_by("valid_from") if wanted else []
    return {row.code: row.name for row in rows}


def components_of(procedure: Procedure) -> Sequence[Component]:
    """The checklist, in its order; nothing is asked when ``process_of`` has read it."""
    read: Sequence[Component] | None = getattr(procedure, "checklist", None)
    return list(procedure.components.order_by("order")) if read is None else read


def words_of_paper_type(type_code: str) -> str:
    """What the newest published procedure calls a paper of this type; the code itself where none names it."""
    component = (
        Component.objects.filter(type_code=type_code).order_by("-procedure_id").values_list("name", flat=True)
    )
    result = (
        Procedure.objects.filter(result_type_code=type_code).order_by("-pk").values_list("result", flat=True)
    )
    return component.first() or result.first() or type_code


def paper_types() -> list[tuple[str, str]]:
    """Every type of paper that a procedure asks for or gives, with its words, in the order of the alphabet."""
    asked = Component.objects.exclude(type_code="").order_by("procedure_id").values_list("type_code", "name")
    given = (
        Procedure.objects.exclude(result_type_code="")
        .order_by("pk")
        .values_list("result_type_code", "result")
    )
    # The newest version of a procedure names it last, and that is what it is called.
    words = {**dict(given), **dict(asked)}
    return sorted(words.items(), key=lambda each: _place(each[1]))


def _levels(authority: Authority) -> list[str]:
    """As an array: one lookup of the unit inside the same statement would read another room's table twice."""
    unit = Unit.objects.only("kind").get(pk=authority.unit_id)
    return [LEVEL_OF[unit.kind]]


def _in_force(on: date) -> QuerySet[Procedure]:
    return Procedure.objects.filter(_open_on("", on))


def _open_on(prefix: str, on: date) -> Q:
    return Q(**{f"{prefix}valid_from__lte": on}) & (
        Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gte": on})
    )

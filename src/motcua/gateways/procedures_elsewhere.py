"""Không có danh mục thủ tục tại đây: a portal without a desk knows what its connected desks told it."""

from collections.abc import Iterable, Mapping

from motcua.signin import desk_procedures


class ProceduresElsewhere:
    """``accounts.ports.ProcedureCatalogue`` over what connected desks receive; None while none has said so."""

    def for_organisations(self) -> Mapping[str, str] | None:
        return desk_procedures.for_organisations()

    def names_of(self, codes: Iterable[str]) -> Mapping[str, str]:
        return desk_procedures.names_of(codes)

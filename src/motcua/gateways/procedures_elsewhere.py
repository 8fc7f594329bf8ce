"""Không có danh mục thủ tục tại đây: a portal without a desk serves many, each with a catalogue of its own."""

from collections.abc import Iterable, Mapping


class ProceduresElsewhere:
    """``accounts.ports.ProcedureCatalogue`` where there is none: codes are taken as they are written."""

    def for_organisations(self) -> Mapping[str, str] | None:
        return None

    def names_of(self, codes: Iterable[str]) -> Mapping[str, str]:
        return {}

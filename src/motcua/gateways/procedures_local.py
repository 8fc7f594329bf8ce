"""Danh mục thủ tục trong cùng hệ thống: the desk's catalogue, as accounts ask for it (``accounts.ports``)."""

from collections.abc import Iterable, Mapping

from django.utils import timezone

from motcua.desk import catalogue


class DeskProcedures:
    """``accounts.ports.ProcedureCatalogue`` over the desk of this installation."""

    def for_organisations(self) -> Mapping[str, str] | None:
        return catalogue.for_organisations(on=timezone.localdate())

    def names_of(self, codes: Iterable[str]) -> Mapping[str, str]:
        return catalogue.names_of(codes)

"""Dossiers told to Cổng DVCQG, and the national catalogue read there."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from motcua.desk.ports_national import (
    CatalogueLine,
    DossierTold,
    NationalProcedure,
    NationalRefused,
    NationalSilent,
    StepTold,
)
from motcua.gateways import dvcqg_envelopes, dvcqg_receipts
from motcua.gateways.dvcqg_line import Declined, DvcqgLine, configured
from motcua.gateways.dvcqg_words import BUSINESS, CITIZEN, OWNER_KIND
from motcua.gateways.wire import LineBroken

#: The catalogue changes by decision, not by the hour.
_KEPT: Final = 24 * 3600.0
_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_LONGEST_NAME: Final = 1000
_MOST_LINES: Final = 20_000


class DvcqgDossiers:
    """Implements ``desk.ports_national.NationalRegister``."""

    def __init__(self, line: DvcqgLine | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._line = line or DvcqgLine(configured())
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, NationalProcedure]] = {}

    def tell_dossier(self, told: DossierTold, *, known: bool) -> None:
        procedure = self._procedure_of(told.procedure_code)
        account = dvcqg_receipts.account_in(told.receipt)
        kind = account.kind if account else (CITIZEN if len(told.owner_number) in {0, 9, 12} else BUSINESS)
        envelope = dvcqg_envelopes.dossier(
            told,
            procedure,
            owner_kind=OWNER_KIND[kind],
            verified=account is not None and account.verified,
        )
        with _in_our_words():
            self._line.push("DongBoHoSoMC", [envelope], updating=known)

    def tell_step(self, step: StepTold) -> None:
        with _in_our_words():
            self._line.push("CapNhatTienDoHoSoMC", [dvcqg_envelopes.step(step)], updating=None)

    def knows(self, code: str) -> bool:
        with _in_our_words():
            found = _lines(self._line.query("TraCuuHoSo", {"MaHoSo": code}))
            return any(line.get("MaHoSo") == code for line in found)

    def procedure(self, code: str) -> NationalProcedure | None:
        with _in_our_words():
            found = _lines(self._line.query("LayThuTuc", {"maTTHC": code}))
            return next((one for one in map(_procedure, found) if one.code == code), None)

    def procedures(self) -> Sequence[NationalProcedure]:
        with _in_our_words():
            return [_procedure(line) for line in _lines(self._line.query("LayDanhSachTTHC", {}))]

    def agencies(self) -> Sequence[CatalogueLine]:
        return self._catalogue("LayDanhMucCoQuan", "MACOQUAN", "TENCOQUAN")

    def fields(self) -> Sequence[CatalogueLine]:
        return self._catalogue("LayDanhMucLinhVuc", "MALINHVUC", "TENLINHVUC")

    def _catalogue(self, service: str, code: str, name: str) -> list[CatalogueLine]:
        with _in_our_words():
            return [
                CatalogueLine(_text(line, code), _text(line, name, longest=_LONGEST_NAME))
                for line in _lines(self._line.query(service, {}))
            ]

    def _procedure_of(self, code: str) -> NationalProcedure:
        """From the catalogue, remembered for a day. Raises NationalRefused when it is not there."""
        with self._lock:
            asked_at, kept = self._known.get(code, (0.0, None))
        if kept is not None and self._clock() - asked_at < _KEPT:
            return kept
        found = self.procedure(code)
        if found is None:
            raise NationalRefused("MaTTHC", "Mã thủ tục không có trong danh mục của Cổng DVCQG.")
        with self._lock:
            self._known[code] = (self._clock(), found)
        return found


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except LineBroken as broken:
        raise NationalSilent from broken
    except Declined as no:
        raise NationalRefused(no.code, no.words) from no


def _lines(result: object) -> list[Mapping[str, object]]:
    """A list of objects, nothing at all for none; LineBroken for any other shape."""
    if result is None or result == "":
        return []
    if not isinstance(result, list) or len(result) > _MOST_LINES:
        raise LineBroken("result")
    if not all(isinstance(line, dict) for line in result):
        raise LineBroken("result")
    return result


def _procedure(line: Mapping[str, object]) -> NationalProcedure:
    fields = _lines(line.get("LINHVUCTHUCHIEN"))
    first: Mapping[str, object] = fields[0] if fields else {"MALINHVUC": "", "TENLINHVUC": ""}
    return NationalProcedure(
        code=_text(line, "MATTHC"),
        name=_text(line, "TENTTHC", longest=_LONGEST_NAME),
        field_code=_text(first, "MALINHVUC", may_be_empty=True),
        field_name=_text(first, "TENLINHVUC", longest=_LONGEST_NAME, may_be_empty=True),
    )


def _text(line: Mapping[str, object], name: str, *, longest: int = 0, may_be_empty: bool = False) -> str:
    """A code, or a name of at most ``longest`` characters; LineBroken otherwise."""
    value = line.get(name)
    if not isinstance(value, str) or "\x00" in value:
        raise LineBroken(name)
    if not value and may_be_empty:
        return value
    if (longest and 0 < len(value) <= longest) or _CODE.fullmatch(value):
        return value
    raise LineBroken(name)

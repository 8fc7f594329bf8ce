"""Cổng DVCQG, faked at the desk's port: it keeps what it was told, and can be silent, lossy or of another opinion."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from motcua.desk.ports_national import (
    CatalogueLine,
    DossierTold,
    NationalProcedure,
    NationalRefused,
    NationalSilent,
    StepTold,
)

FIELD = CatalogueLine("G01-GD01", "Giáo dục và Đào tạo (mô phỏng)")


@dataclass
class FakeRegister:
    """``refuses`` are the next answers, used up; ``loses`` counts answers that get lost after all was taken."""

    down: bool = False
    loses: int = 0
    refuses: list[NationalRefused] = field(default_factory=list)
    dossiers: dict[str, DossierTold] = field(default_factory=dict)
    steps: list[StepTold] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tell_dossier(self, told: DossierTold, *, known: bool) -> None:
        with self._lock:
            self._hear(f"dossier {known}")
            if told.procedure_code.startswith("9"):
                raise NationalRefused("-5", "Mã thủ tục không có trong danh mục.")
            if (told.code in self.dossiers) != known:
                raise NationalRefused("-3" if not known else "-4", "Hồ sơ đã tồn tại hoặc chưa tồn tại.")
            self.dossiers[told.code] = told
            self._lose()

    def tell_step(self, step: StepTold) -> None:
        with self._lock:
            self._hear("step")
            if step.code not in self.dossiers:
                raise NationalRefused("-4", "Hồ sơ chưa tồn tại.")
            if step not in self.steps:
                self.steps.append(step)
            self._lose()

    def knows(self, code: str) -> bool:
        with self._lock:
            self._hear("knows")
            return code in self.dossiers

    def procedure(self, code: str) -> NationalProcedure | None:
        self._hear("procedure")
        if code.startswith("9"):
            return None
        return NationalProcedure(code, f"Thủ tục {code} (mô phỏng)", FIELD.code, FIELD.name)

    def procedures(self) -> Sequence[NationalProcedure]:
        found = self.procedure("2.001914")
        return [found] if found else []

    def agencies(self) -> Sequence[CatalogueLine]:
        self._hear("agencies")
        return [CatalogueLine("000.00.00.H08", "UBND tỉnh (mô phỏng)")]

    def fields(self) -> Sequence[CatalogueLine]:
        self._hear("fields")
        return [FIELD]

    def _hear(self, what: str) -> None:
        self.calls.append(what)
        if self.down:
            raise NationalSilent
        if self.refuses:
            raise self.refuses.pop(0)

    def _lose(self) -> None:
        if self.loses:
            self.loses -= 1
            raise NationalSilent

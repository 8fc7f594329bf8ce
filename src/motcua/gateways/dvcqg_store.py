"""Kho dữ liệu of Cổng DVCQG in part: papers are found and fetched there, nothing can be laid in (NotOffered).

A paper's id is where it lies, signed for its owner: the store is asked again for nothing that it did not offer.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Never
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from motcua.desk.checks import LONGEST_FORM
from motcua.desk.ports import (
    FinishedResult,
    LentFile,
    LentPaper,
    NotLent,
    NotOffered,
    OfferedPaper,
    PaperValidity,
    PortalUnavailable,
)
from motcua.files import keeping as files
from motcua.gateways import dvcqg_receipts
from motcua.gateways.dvcqg_line import Declined, DvcqgLine, configured
from motcua.gateways.portal_receipts import verified
from motcua.gateways.wire import LineBroken
from motcua.kernel.refusal import Refusal
from motcua.units import staff

_ASK: Final = "TraCuuKho"
_FETCH: Final = "TaiTepKho"
_COUNTER: Final = "1"
_LONGEST: Final = 1000
_MOST_PAPERS: Final = 200
_NAMES: Final = ("MaKetQua", "TenGiayTo", "SoKyHieu", "CoQuanChuQuan")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,6000}\.[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a paper lies, and whose it is."""

    owner: str
    type_code: str
    name: str
    agency: str
    path: str
    file: str


class DvcqgStore:
    """Implements ``desk.ports.OwnersVault``, in part."""

    def __init__(
        self, line: DvcqgLine | None = None, *, types: Mapping[str, str] | None = None, asker: str = ""
    ) -> None:
        """``types``: our type of paper → MaKetQua; ``asker``: whose number stands in each question."""
        self._line = line or DvcqgLine(
            configured(settings.DVCQG_STORE_URL or "", settings.DVCQG_STORE_DSTCODE or "")
        )
        self._types = types if types is not None else _types(settings.DVCQG_STORE_TYPES)
        self._asker = asker or settings.DVCQG_STORE_ASKER or ""

    def offer(
        self,
        *,
        receipt: str,
        type_codes: Sequence[str],
        procedure_code: str,
        asked_by: str,
        unit_code: str,
        mandate: UUID | None = None,
    ) -> Sequence[OfferedPaper]:
        verified(receipt, longest=LONGEST_FORM)
        account = dvcqg_receipts.account_in(receipt)
        wanted = {self._types[code]: code for code in type_codes if code in self._types}
        if account is None or not account.number or not wanted:
            return []
        officer = staff.officer_of(asked_by)
        question = {
            "SoDinhDanhChuSoHuu": account.number,
            "HoTenNguoiYeuCau": officer.full_name if officer else "",
            "SoDinhDanhNguoiYeuCau": self._asker,
            "KenhThucHien": _COUNTER,
            "MaThuTuc": procedure_code,
            "DanhSachDanhMucKetQua": [{"MaKetQua": code, "SoKyHieu": ""} for code in wanted],
        }
        try:
            found = _papers(self._line.query(_ASK, question))
        except (LineBroken, Declined) as silent:
            raise PortalUnavailable from silent
        return [
            OfferedPaper(
                paper_id=_token(_place(paper, account.tech_id, wanted[str(paper["MaKetQua"])])),
                type_code=wanted[str(paper["MaKetQua"])],
                name=str(paper["TenGiayTo"]),
                validity=PaperValidity.VALID,
            )
            for paper in found
            if paper["MaKetQua"] in wanted and paper["DanhSachTepDinhKem"]
        ]

    def lend(
        self,
        *,
        receipt: str,
        paper_id: str,
        dossier_code: str,
        asked_by: str,
        unit_code: str,
        key: str,
        procedure_code: str = "",
        mandate: UUID | None = None,
    ) -> LentPaper:
        subject = verified(receipt, late=True).subject
        place = _place_of(paper_id)
        if place.owner != subject:
            raise NotLent
        digest = hashlib.sha256(self._fetch(place)).hexdigest()
        return LentPaper(paper_id, place.type_code, place.name, digest)

    def view_lent(
        self, *, paper_id: str, dossier_code: str, asked_by: str, lent_to: str, unit_code: str
    ) -> LentFile:
        place = _place_of(paper_id)
        data = self._fetch(place)
        try:
            checked = files.check(data, name=place.file, antivirus=import_string(settings.ANTIVIRUS)())
        except Refusal as bad:  # nobody's file is shown that would not have been taken from a citizen
            raise NotLent from bad
        return LentFile(data, checked.inspected.kind, checked.inspected.page_count or 0)

    def put(
        self,
        *,
        receipt: str,
        type_code: str,
        name: str,
        data: bytes,
        file_name: str,
        dossier_code: str,
        held_for: str,
        digitised_by: str,
        unit_code: str,
        key: str,
    ) -> Never:
        raise NotOffered

    def put_result(
        self,
        *,
        receipt: str,
        result: FinishedResult,
        dossier_code: str,
        held_for: str,
        signed_by: str,
        unit_code: str,
        key: str,
    ) -> Never:
        raise NotOffered

    def show_results(self, *, dossier_code: str, by: str, unit_code: str) -> Never:
        raise NotOffered

    def move(
        self,
        *,
        receipt: str,
        from_subject: str,
        dossier_code: str,
        reason: str,
        asked_by: str,
        approved_by: str,
        unit_code: str,
    ) -> Never:
        raise NotOffered

    def note_opened(
        self,
        *,
        receipt: str,
        paper_id: str,
        dossier_code: str,
        asked_by: str,
        unit_code: str,
        key: str,
        viewed: bool = False,
    ) -> Never:
        raise NotOffered

    def _fetch(self, place: _Place) -> bytes:
        """The file's bytes. Raises NotLent when the store will not give them, PortalUnavailable."""
        try:
            said = self._line.query(_FETCH, {"CoQuanChuQuan": place.agency, "DuongDan": place.path})
            if not isinstance(said, str) or not said:
                raise LineBroken("file")
            return base64.b64decode(said, validate=True)
        except Declined as no:
            raise NotLent from no
        except (LineBroken, binascii.Error) as silent:
            raise PortalUnavailable from silent


def _papers(said: object) -> list[Mapping[str, object]]:
    """DanhSachGiayToKetQua, each line with all it must have; LineBroken otherwise."""
    lines = said.get("DanhSachGiayToKetQua") if isinstance(said, dict) else None
    if not isinstance(lines, list) or len(lines) > _MOST_PAPERS:
        raise LineBroken("result")
    for line in lines:
        if not isinstance(line, dict) or not isinstance(line.get("DanhSachTepDinhKem"), list):
            raise LineBroken("paper")
        texts = [line.get(name) for name in _NAMES]
        for file in line["DanhSachTepDinhKem"]:
            if not isinstance(file, dict):
                raise LineBroken("file")
            texts += [file.get("TenTep"), file.get("DuongDan")]
        if not all(isinstance(text, str) and len(text) <= _LONGEST and "\x00" not in text for text in texts):
            raise LineBroken("paper")
    return lines


def _place(paper: Mapping[str, object], owner: str, type_code: str) -> _Place:
    (first, *_) = paper["DanhSachTepDinhKem"]  # type: ignore[misc]  # a list of objects, as _papers saw
    return _Place(
        owner=owner,
        type_code=type_code,
        name=str(paper["TenGiayTo"]),
        agency=str(paper["CoQuanChuQuan"]),
        path=first["DuongDan"],  # type: ignore[has-type]
        file=first["TenTep"],  # type: ignore[has-type]
    )


def _token(place: _Place) -> str:
    """The same for the same paper, so that a form still fits the page it was drawn on."""
    raw = json.dumps(asdict(place), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    body = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    return f"{body}.{_mac(body)}"


def _place_of(token: str) -> _Place:
    """Raises NotLent for a paper that was never offered here."""
    body, _, mac = token.partition(".")
    if not _TOKEN.fullmatch(token) or not hmac.compare_digest(mac, _mac(body)):
        raise NotLent
    return _Place(**json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))


def _mac(body: str) -> str:
    digest: bytes = settings.KEYRING.mac("gateways.dvcqg.paper", body)
    return digest.hex()


@lru_cache(maxsize=4)
def _types(file: str | None) -> Mapping[str, str]:
    """Our type of paper → MaKetQua, from the province's own file; none: nothing is ever offered."""
    if file is None:
        return {}
    said = json.loads(Path(file).read_text(encoding="utf-8"))
    return {str(ours): str(theirs) for ours, theirs in said.items()}

"""The sample catalogue: education procedures of 2022, marked as a sample and meant to be edited."""

import json
import re
from datetime import date
from pathlib import Path
from typing import TypedDict

from django.db import transaction

from motcua.desk.models import Procedure
from motcua.desk.procedures import entries, versions
from motcua.desk.procedures.columns import Entry
from motcua.desk.sample_processes import processes_of
from motcua.kernel.term import Term

SAMPLE_FROM = date(2022, 1, 1)
FIELD = "Giáo dục và Đào tạo"
LEGAL_BASIS = {
    "2.001914": "Thông tư 21/2019/TT-BGDĐT",
    "1.005092": "Thông tư 21/2019/TT-BGDĐT",
    "2.002478": "Quyết định 51/2002/QĐ-BGDĐT; Thông tư 50/2021/TT-BGDĐT",
}
#: Asked for by organisations, not by one person.
OF_ORGANISATIONS = frozenset({"1.006388", "1.005074", "trung-tam-ngoai-ngu", "tu-van-du-hoc"})
#: Also for the families of the dead (domain: bản sao từ sổ gốc).
OF_HEIRS = frozenset({"1.005092"})

_DAYS = re.compile(r"([0-9]+) working days?")
_SHOWN = re.compile(r"xuất trình", re.IGNORECASE)
_COPY = re.compile(r"bản sao", re.IGNORECASE)
#: A request belongs to one dossier, and a scan is not the original that is wanted.
_OF_ONE_REQUEST = re.compile(
    r"^(Đơn|Tờ khai|Tờ trình|Phiếu|Giấy đề nghị|Giấy giới thiệu|Bản chính)|\(bản chính\)"
)
_IF = re.compile(r"\((nếu [^)]*)\)", re.IGNORECASE)


class _Given(TypedDict):
    code: str
    name: str
    levels: list[str]
    deadline: str | None
    components: list[str]
    fee_vnd: int | None
    decided_by: str
    result: str


@transaction.atomic
def load(path: Path) -> int:
    """Add the procedures that are not there yet; returns how many. What an administrator edited stays."""
    given: list[_Given] = json.loads(path.read_text(encoding="utf-8"))
    known = set(Procedure.objects.values_list("code", flat=True))
    fresh = [one for one in given if one["code"] not in known]
    for one in fresh:
        versions.insert(_entry(one), is_sample=True)
    return len(fresh)


def _entry(given: _Given) -> Entry:
    code = given["code"]
    term, words = _deadline(given["deadline"])
    amount, unit = (term.amount, term.unit.value) if term else (0, "")
    local = given["fee_vnd"] is None
    return {
        **entries.new(),
        "code": code,
        "name": given["name"],
        "field": FIELD,
        "levels": given["levels"],
        "decided_by": given["decided_by"],
        "who_may_ask": _who(code),
        "term_direct_amount": amount,
        "term_direct_unit": unit,
        "term_online_amount": amount,
        "term_online_unit": unit,
        "deadline_words": words,
        "fee_vnd": given["fee_vnd"],
        "charge_vnd": None if local else 0,
        "fee_words": "Theo nghị quyết của Hội đồng nhân dân tỉnh" if local else "",
        "paid_when": "AT_RECEPTION" if local else "",
        "result": given["result"],
        "result_type_code": entries.type_code_of(given["result"]),
        "legal_basis": LEGAL_BASIS.get(code, ""),
        "valid_from": SAMPLE_FROM.isoformat(),
        "components": [_component(name) for name in given["components"]],
        "forms": [
            {"name": f"Mẫu {name[:1].lower()}{name[1:]}", "link": ""}
            for name in given["components"]
            if name.startswith(("Đơn", "Tờ trình"))
        ],
        "processes": processes_of(code, term),
    }


def _who(code: str) -> list[str]:
    if code in OF_ORGANISATIONS:
        return ["AUTHORISED", "ORGANISATION"]
    return ["OWNER", "GUARDIAN", "AUTHORISED", *(["HEIR"] if code in OF_HEIRS else [])]


def _deadline(text: str | None) -> tuple[Term | None, str]:
    if text is None:
        return None, ""
    if text.startswith("same day"):
        return Term.of_working_days(0), "Trong ngày làm việc (nhận sau 15 giờ: ngày làm việc tiếp theo)"
    found = _DAYS.match(text)
    if found is None:
        return None, ""
    days = int(found[1])
    return Term.of_working_days(days), f"{days:02d} ngày làm việc"


def _component(name: str) -> Entry:
    shown = bool(_SHOWN.search(name))
    copy = bool(_COPY.search(name)) and not shown and not name.startswith("Đơn")
    condition = _IF.search(name)
    when = condition[1] if condition else ""
    return {
        "name": name,
        "type_code": entries.type_code_of(name),
        "originals": 0 if copy else 1,
        "certified": 0,
        "copies": 1 if copy else 0,
        "shown_only": shown,
        "digitise": not shown,
        "necessity": "CONDITIONAL" if when else "REQUIRED",
        "asked_when": f"{when[:1].upper()}{when[1:]}",
        "not_reused": bool(_OF_ONE_REQUEST.search(name)),
    }

"""The sample catalogue: education procedures of 2022, marked as a sample and meant to be edited."""

import json
import re
from datetime import date
from pathlib import Path
from typing import TypedDict

from django.db import transaction

from motcua.desk.models import Component, Procedure, Process, ProcessStep
from motcua.kernel.person_name import fold

SAMPLE_FROM = date(2022, 1, 1)
FIELD = "Giáo dục và Đào tạo"
#: The one procedure with two ways through the house (issue 2, point 2).
WITH_TWO_PROCESSES = "2.001914"

_DAYS = re.compile(r"([0-9]+) working days?")
_SHOWN = re.compile(r"xuất trình", re.IGNORECASE)
_COPY = re.compile(r"bản sao", re.IGNORECASE)
_REMARK = re.compile(r"\([^)]*\)")
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")

RECEIVE, APPRAISE, SIGN, HAND_OUT = "Tiếp nhận", "Thẩm định", "Ký duyệt", "Trả kết quả"


_POWER = {
    RECEIVE: "RECEIVE_DOSSIER",
    APPRAISE: "PROCESS",
    "Trình lãnh đạo phòng": "SIGN",
    SIGN: "SIGN",
    HAND_OUT: "HAND_OUT",
}


class _Entry(TypedDict):
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
    entries: list[_Entry] = json.loads(path.read_text(encoding="utf-8"))
    known = set(Procedure.objects.values_list("code", flat=True))
    fresh = [entry for entry in entries if entry["code"] not in known]
    for entry in fresh:
        _add(entry)
    return len(fresh)


def type_code_of(name: str) -> str:
    """The vault's word for a paper: its name folded, without remarks, with hyphens."""
    return _NOT_A_LETTER.sub("-", fold(_REMARK.sub("", name)).lower()).strip("-")[:80]


def _add(entry: _Entry) -> None:
    days, words = _deadline(entry["deadline"])
    unit = "" if days is None else "WORKING_DAYS" if days else "SAME_DAY"
    procedure = Procedure.objects.create(
        code=entry["code"],
        name=entry["name"],
        field=FIELD,
        levels=entry["levels"],
        deadline_words=words,
        term_direct_amount=days or 0,
        term_direct_unit=unit,
        term_online_amount=days or 0,
        term_online_unit=unit,
        name_folded=fold(entry["name"]),
        fee_vnd=entry["fee_vnd"],
        result=entry["result"],
        decided_by=entry["decided_by"],
        is_sample=True,
        valid_from=SAMPLE_FROM,
    )
    Component.objects.bulk_create(
        _component(procedure, order, name) for order, name in enumerate(entry["components"], start=1)
    )
    for order, (name, steps) in enumerate(_processes(entry["code"]), start=1):
        process = Process.objects.create(procedure=procedure, name=name, order=order)
        ProcessStep.objects.bulk_create(
            ProcessStep(
                process=process,
                order=int(step["order"]),
                name=step["name"],
                power=_POWER[step["name"]],
                working_minutes=60,
            )
            for step in steps
        )


def _deadline(text: str | None) -> tuple[int | None, str]:
    if text is None:
        return None, ""
    if text.startswith("same day"):
        return 0, "Trong ngày làm việc (nhận sau 15 giờ: ngày làm việc tiếp theo)"
    found = _DAYS.match(text)
    if found is None:
        return None, ""
    days = int(found[1])
    return days, f"{days:02d} ngày làm việc"


def _component(procedure: Procedure, order: int, name: str) -> Component:
    shown = bool(_SHOWN.search(name))
    copy = bool(_COPY.search(name)) and not shown and not name.startswith("Đơn")
    return Component(
        procedure=procedure,
        order=order,
        name=name,
        type_code=type_code_of(name),
        originals=0 if copy else 1,
        copies=1 if copy else 0,
        shown_only=shown,
        digitise=not shown,
    )


def _processes(code: str) -> list[tuple[str, list[dict[str, str]]]]:
    whole = _steps(RECEIVE, APPRAISE, SIGN, HAND_OUT)
    if code != WITH_TWO_PROCESSES:
        return [("Quy trình chuẩn", whole)]
    return [
        ("Quy trình tại Sở Giáo dục và Đào tạo", whole),
        (
            "Quy trình tại Phòng Giáo dục và Đào tạo",
            _steps(RECEIVE, APPRAISE, "Trình lãnh đạo phòng", SIGN, HAND_OUT),
        ),
    ]


def _steps(*names: str) -> list[dict[str, str]]:
    return [{"order": str(order), "name": name} for order, name in enumerate(names, start=1)]

"""Mẫu cây đơn vị: the education offices of Bình Định as of 2022, to start from and to edit.

Schools and districts come from public lists; dossier prefixes, hotlines, the specialist departments and the
continuing education centres are samples. What is already there is never overwritten: it may be edited.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from motcua.kernel.person_name import fold
from motcua.units.models import Unit

_PROVINCE = "tỉnh Bình Định"
_ROOT = "binhdinh-sgddt"
_SINCE = date(2020, 1, 1)
_AGENCY_OF_THE_SO = "08"
_FIRST_DISTRICT_AGENCY = 31
_DEPARTMENTS = {
    "van-phong": "Văn phòng Sở",
    "quan-ly-chat-luong": "Phòng Quản lý chất lượng giáo dục",
    "trung-hoc": "Phòng Giáo dục trung học - Giáo dục thường xuyên",
    "thanh-tra": "Thanh tra Sở",
}


@dataclass(frozen=True, slots=True)
class _Planned:
    code: str
    name: str
    short_name: str
    kind: Unit.Kind
    district: str = ""
    dossier_prefix: str = ""


#: With ``warning_until``: desks whose gate still warns, so that a binding day can be previewed and moved.
STILL_WARNING = ("binhdinh-pgddt-van-canh", "binhdinh-gdnn-gdtx-van-canh")


@transaction.atomic
def load(path: Path, *, warning_until: date | None = None) -> int:
    """Add the sample units that are missing; returns how many were added."""
    told = json.loads(path.read_text(encoding="utf-8"))
    province = told["province_code_in_dossier_numbers"]
    root, added = _add(_the_so(told["so"], province), parent=None, number=0)
    count = int(added)
    for number, planned in enumerate(_units_below(told, province), start=1):
        day = warning_until if planned.code in STILL_WARNING else None
        count += _add(planned, parent=root, number=number, gate_day=day)[1]
    return count


def _the_so(name: str, province: str) -> _Planned:
    short = name.replace("Giáo dục và Đào tạo", "GDĐT")
    return _Planned(_ROOT, name, short, Unit.Kind.SO, "Quy Nhơn", f"000.00.{_AGENCY_OF_THE_SO}.{province}")


def _units_below(told: dict[str, object], province: str) -> Iterator[_Planned]:
    districts, schools = told["districts_2022"], told["thpt"]
    if not isinstance(districts, list) or not isinstance(schools, dict):
        raise TypeError("the file of sample units has another shape")
    yield from _departments()
    yield from _district_units(districts, province)
    yield from _provincial_units(schools, province)


def _departments() -> Iterator[_Planned]:
    for code, name in _DEPARTMENTS.items():
        yield _Planned(f"{_ROOT}-{code}", name, name, Unit.Kind.PHONG_CM, "Quy Nhơn")


def _district_units(districts: list[list[str]], province: str) -> Iterator[_Planned]:
    for agency, (_code, full) in enumerate(districts, start=_FIRST_DISTRICT_AGENCY):
        district = full.removeprefix("Thành phố ").removeprefix("Thị xã ").removeprefix("Huyện ")
        tail = _slug(district)
        of = full[0].lower() + full[1:]
        yield _Planned(
            f"binhdinh-pgddt-{tail}",
            f"Phòng Giáo dục và Đào tạo {of}",
            f"Phòng GDĐT {district}",
            Unit.Kind.PHONG_GDDT,
            district,
            f"000.05.{agency}.{province}",
        )
        if district != "Quy Nhơn":
            yield _Planned(
                f"binhdinh-gdnn-gdtx-{tail}",
                f"Trung tâm Giáo dục nghề nghiệp - Giáo dục thường xuyên {of}",
                f"GDNN-GDTX {district}",
                Unit.Kind.GDNN_GDTX,
                district,
                f"000.06.{agency}.{province}",
            )


def _provincial_units(schools: dict[str, list[str]], province: str) -> Iterator[_Planned]:
    under_the_so = 1
    yield _Planned(
        "binhdinh-gdtx-tinh",
        f"Trung tâm Giáo dục thường xuyên {_PROVINCE}",
        "GDTX tỉnh",
        Unit.Kind.GDTX,
        "Quy Nhơn",
        f"000.{under_the_so:02}.{_AGENCY_OF_THE_SO}.{province}",
    )
    for district, names in schools.items():
        for name in names:
            under_the_so += 1
            yield _Planned(
                f"binhdinh-thpt-{_slug(name)}",
                f"Trường THPT {name}",
                f"THPT {name}",
                Unit.Kind.TRUC_THUOC if name.startswith("chuyên ") else Unit.Kind.THPT,
                district,
                f"000.{under_the_so:02}.{_AGENCY_OF_THE_SO}.{province}",
            )


def _add(
    planned: _Planned, *, parent: Unit | None, number: int, gate_day: date | None = None
) -> tuple[Unit, bool]:
    return Unit.objects.get_or_create(
        code=planned.code,
        defaults={
            "name": planned.name,
            "short_name": planned.short_name,
            "kind": planned.kind,
            "parent": parent,
            "district": planned.district,
            "address": f"{planned.district}, {_PROVINCE}",
            "phone": f"0256 000 00{number:02}",
            "dossier_prefix": planned.dossier_prefix,
            "has_desk": bool(planned.dossier_prefix),
            "valid_from": _SINCE,
            "gate_binds_from": gate_day,
        },
    )


def _slug(words: str) -> str:
    return "-".join(fold(words).split())

"""Quy trình mẫu: the steps of the sample procedures; their times together fit the term."""

from typing import Final

from motcua.desk.procedures.columns import Entry
from motcua.kernel.term import Term, TermUnit

#: The one procedure with two ways through the house (issue 2, point 2).
WITH_TWO_PROCESSES: Final = "2.001914"
#: Through two agencies: 20 days at the department, 5 at the province.
THROUGH_TWO_AGENCIES: Final = "1.006388"
PROVINCE: Final = "Ủy ban nhân dân tỉnh"

_DAY: Final = 480
_TERM_UNKNOWN: Final = 5 * _DAY


def processes_of(code: str, term: Term | None) -> list[Entry]:
    """The processes of a sample procedure."""
    if term is not None and term.unit is TermUnit.SAME_DAY:
        return [_way("Quy trình giải quyết ngay", _at_once())]
    minutes = term.amount * _DAY if term else _TERM_UNKNOWN
    if code == THROUGH_TWO_AGENCIES:
        return [_way("Quy trình qua hai cơ quan", _two_agencies(minutes))]
    if code == WITH_TWO_PROCESSES:
        return [
            _way("Quy trình tại Sở Giáo dục và Đào tạo", _standard(minutes, "PHONG_CM")),
            _way("Quy trình tại Phòng Giáo dục và Đào tạo", _checked_twice(minutes)),
        ]
    return [_way("Quy trình chuẩn", _standard(minutes, "PHONG_CM"))]


def _at_once() -> list[Entry]:
    return [
        _received("Tiếp nhận, đối chiếu sổ gốc", 60),
        _step("Ký duyệt", "SIGN", 60, "RESULT_ATTACHED", "RESULT_SIGNED"),
        _handed_out(30),
    ]


def _standard(minutes: int, kind: str) -> list[Entry]:
    received, signed, handed = _shares(minutes)
    return [
        _received("Tiếp nhận", received),
        _handled("Thụ lý", minutes - received - signed - handed, kind),
        _signed("Ký duyệt", signed),
        _handed_out(handed),
    ]


def _checked_twice(minutes: int) -> list[Entry]:
    received, signed, handed = _shares(minutes)
    work = minutes - received - signed - handed
    return [
        _received("Tiếp nhận", received),
        _handled("Thụ lý", work - work // 4),
        _step("Thẩm tra", "PROCESS", work // 4, "RESULT_ATTACHED"),
        _signed("Ký duyệt", signed),
        _handed_out(handed),
    ]


def _two_agencies(minutes: int) -> list[Entry]:
    """The province's share is the last five days of the term."""
    own = minutes - 5 * _DAY
    return [
        _received("Tiếp nhận", 240),
        _step("Thẩm định", "PROCESS", own - 3 * 240, "OPINION_ANSWERED", department="PHONG_CM"),
        _step("Trình Ủy ban nhân dân tỉnh", "SIGN", 2 * 240),
        {**_step("Quyết định", "PROCESS", 5 * _DAY - 240, "RESULT_ATTACHED"), **_OF_PROVINCE},
        _handed_out(240),
    ]


_OF_PROVINCE: Final = {"unit_role": "OTHER_AGENCY", "agency": PROVINCE}


def _shares(minutes: int) -> tuple[int, int, int]:
    """Reception, signing and handing out of a term."""
    return (60, 60, 60) if minutes <= _DAY else (120, 240, 120) if minutes < 5 * _DAY else (240, 480, 240)


def _received(name: str, minutes: int) -> Entry:
    return _step(name, "RECEIVE_DOSSIER", minutes, "COMPONENTS_DIGITISED", "FEE_PAID")


def _handled(name: str, minutes: int, kind: str = "") -> Entry:
    return _step(name, "PROCESS", minutes, "OPINION_ANSWERED", "RESULT_ATTACHED", department=kind)


def _signed(name: str, minutes: int) -> Entry:
    return _step(name, "SIGN", minutes, "RESULT_SIGNED")


def _handed_out(minutes: int) -> Entry:
    return _step("Trả kết quả", "HAND_OUT", minutes)


def _step(name: str, power: str, minutes: int, *leave_when: str, department: str = "") -> Entry:
    order = ("COMPONENTS_DIGITISED", "FEE_PAID", "OPINION_ANSWERED", "RESULT_ATTACHED", "RESULT_SIGNED")
    return {
        "name": name,
        "unit_role": "DEPARTMENT" if department else "RECEIVING",
        "unit_kind": department,
        "agency": "",
        "power": power,
        "working_minutes": minutes,
        "leave_when": [word for word in order if word in leave_when],
    }


def _way(name: str, steps: list[Entry]) -> Entry:
    return {"name": name, "steps": steps}

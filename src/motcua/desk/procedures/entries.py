"""An entry read from outside: every value judged, then the whole; the reasons are said in the reader's words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from motcua.desk.procedures.columns import (
    COMPONENT,
    MOST_STEPS,
    PARTS,
    PROCEDURE,
    STEP,
    Column,
    Entry,
    Unreadable,
    time_words,
)
from motcua.journal.recording import looks_personal
from motcua.kernel import plain_text
from motcua.kernel.person_name import fold

_CODE: Final = re.compile(r"(?=[0-9-]*[A-Za-z.])[0-9A-Za-z][0-9A-Za-z.-]{0,39}")
_TYPE_CODE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_REMARK: Final = re.compile(r"\([^)]*\)")
_NOT_A_LETTER: Final = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME: Final = 60
_MINUTES: Final = {"WORKING_DAYS": 480, "WORKING_HOURS": 60}


def type_code_of(name: str) -> str:
    """The vault's word for a paper: its name folded, without remarks, with hyphens."""
    return _NOT_A_LETTER.sub("-", fold(_REMARK.sub("", name)).lower()).strip("-")[:80].strip("-")


def blank(columns: Sequence[Column]) -> Entry:
    """An entry, or a part of one, in which nothing was typed yet."""
    return {column.name: column.empty for column in columns}


def read(raw: object) -> tuple[Entry, list[str]]:
    """The entry and everything that is wrong with it; unreadable values stand at their defaults."""
    if not isinstance(raw, Mapping):
        return new(), ["Mỗi thủ tục phải là một đối tượng có các trường như trong tệp kết xuất."]
    said: list[str] = []
    entry = read_columns(PROCEDURE, raw, said)
    for part, (columns, most) in PARTS.items():
        entry[part] = [read_columns(columns, each, said, part) for each in _listed(raw, part, most, said)]
    for process, given in zip(
        entry["processes"], _listed(raw, "processes", PARTS["processes"][1], []), strict=True
    ):
        steps = _listed(given, "steps", MOST_STEPS, said)
        process["steps"] = [read_columns(STEP, each, said, "steps") for each in steps]
    told = _listed(raw, "components", PARTS["components"][1], [])
    for component, given in zip(entry["components"], told, strict=True):
        if not isinstance(given, Mapping) or "not_reused" not in given:
            component["not_reused"] = None  # not a word about it: as it stands (versions)
        component["type_code"] = component["type_code"] or type_code_of(component["name"])
    return entry, said or problems(entry)


def new() -> Entry:
    """A procedure of which nothing is known yet."""
    return {**blank(PROCEDURE), "components": [], "forms": [], "processes": []}


def read_columns(columns: Sequence[Column], raw: object, said: list[str], place: str = "") -> Entry:
    """Each column once; what is wrong is added to ``said``."""
    given: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
    known = {column.name for column in columns} | set(PARTS) | {"steps", "order"}
    for stranger in sorted(_readable(name)[:40] for name in given if name not in known):
        said.append(f"Trường “{stranger}” không có trong danh mục.")
    found: Entry = {}
    for column in columns:
        try:
            found[column.name] = column.read(given.get(column.name))
        except Unreadable as no:
            where = f"{_named(given)}: " if place else ""
            said.append(where + no.text)
            found[column.name] = column.empty
    return found


def problems(entry: Entry) -> list[str]:
    """What makes a readable entry impossible to publish; [] when nothing does."""
    return [*_of_the_whole(entry), *_of_components(entry), *_of_forms(entry), *_of_processes(entry)]


def _of_the_code(code: str) -> list[str]:
    if not _CODE.fullmatch(code):
        return ["Mã thủ tục chỉ gồm chữ không dấu, chữ số, dấu chấm, dấu gạch nối và không chỉ toàn chữ số."]
    if looks_personal(
        code
    ):  # the journal, which names procedures by their codes, would refuse every reception
        return ["Mã thủ tục giống số điện thoại hoặc số định danh. Đề nghị ông/bà nhập mã đã công bố."]
    return []


def _of_the_whole(entry: Entry) -> list[str]:
    said = _of_the_code(entry["code"])
    if not entry["name"]:
        said.append("Tên thủ tục: chưa được nhập.")
    if not entry["levels"]:
        said.append("Cấp tiếp nhận: chưa được nhập.")
    if not entry["valid_from"]:
        said.append("Có hiệu lực từ: chưa được nhập.")
    elif entry["valid_to"] and entry["valid_to"] < entry["valid_from"]:
        said.append("Ngày hết hiệu lực phải sau ngày có hiệu lực.")
    for channel, words in (("direct", "trực tiếp"), ("online", "trực tuyến")):
        counted = entry[f"term_{channel}_unit"] not in ("", "SAME_DAY")
        if counted != (entry[f"term_{channel}_amount"] > 0):
            said.append(f"Thời hạn nộp {words} phải gồm số lượng và đơn vị tính.")
    if (entry["fee_vnd"] or entry["charge_vnd"]) and not entry["paid_when"]:
        said.append("Có thu phí, lệ phí thì phải chọn thời điểm thu.")
    if entry["result_type_code"] and not _TYPE_CODE.fullmatch(entry["result_type_code"]):
        said.append("Mã loại kết quả chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối.")
    return said


def _of_components(entry: Entry) -> list[str]:
    said = []
    for component in entry["components"]:
        name = _named(component)
        if not _TYPE_CODE.fullmatch(component["type_code"]):
            said.append(f"{name}: mã loại giấy tờ chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối.")
        if component["shown_only"] and component["digitise"]:
            said.append(f"{name}: giấy tờ chỉ xuất trình thì không số hóa.")
        if not (
            component["shown_only"] or component["originals"] or component["certified"] or component["copies"]
        ):
            said.append(f"{name}: phải có ít nhất một bản, hoặc chỉ xuất trình.")
        if (component["necessity"] == "CONDITIONAL") != bool(component["asked_when"]):
            said.append(f"{name}: trường hợp cần nộp được ghi khi, và chỉ khi, thành phần có điều kiện.")
    return said


def _of_forms(entry: Entry) -> list[str]:
    return [
        f"{_named(form)}: địa chỉ tải phải bắt đầu bằng https://."
        for form in entry["forms"]
        if ":" in form["link"].partition("/")[0] and not form["link"].startswith("https://")
    ]


def _of_processes(entry: Entry) -> list[str]:
    if not entry["processes"]:
        return ["Thủ tục phải có ít nhất một quy trình."]
    names = [process["name"] for process in entry["processes"]]
    said = ["Các quy trình phải có tên khác nhau."] if len(set(names)) < len(names) else []
    for process in entry["processes"]:
        said += [f"{_named(process)}: {words}" for words in _of_steps(entry, process["steps"])]
    return said


def _of_steps(entry: Entry, steps: Sequence[Entry]) -> list[str]:
    if len(steps) < 2 or steps[0]["power"] != "RECEIVE_DOSSIER" or steps[-1]["power"] != "HAND_OUT":
        return ["phải bắt đầu bằng bước tiếp nhận và kết thúc bằng bước trả kết quả."]
    said = []
    for step in steps:
        if (step["unit_role"] == "OTHER_AGENCY") != bool(step["agency"]):
            said.append(f"bước {_named(step)} ghi tên cơ quan khi, và chỉ khi, do cơ quan khác thực hiện.")
        if step["unit_kind"] and step["unit_role"] != "DEPARTMENT":
            said.append(f"bước {_named(step)} chỉ chọn loại bộ phận khi do bộ phận chuyên môn thực hiện.")
    term = term_minutes(entry)
    spent = sum(step["working_minutes"] for step in steps)
    if term and spent > term:
        said.append(
            f"tổng thời gian các bước ({time_words(spent)}) vượt thời hạn giải quyết ({time_words(term)})."
        )
    return said


def term_minutes(entry: Entry) -> int:
    """The direct term as working time; 0 where it is not counted so."""
    if entry["term_direct_unit"] == "SAME_DAY":
        return 480
    return int(entry["term_direct_amount"]) * _MINUTES.get(entry["term_direct_unit"], 0)


def _listed(raw: object, part: str, most: int, said: list[str]) -> list[Any]:
    found = raw.get(part) if isinstance(raw, Mapping) else None
    if found is None:
        return []
    label = {"components": "Thành phần", "forms": "Mẫu đơn", "processes": "Quy trình"}.get(part, "Bước")
    if not isinstance(found, list):
        said.append(f"{label}: phải là một danh sách.")
        return []
    if len(found) > most:
        said.append(f"{label}: không quá {most} dòng.")
    return found[:most]


def _named(part: Mapping[str, Any]) -> str:
    return f"“{_readable(part.get('name') or 'chưa có tên')}”"


def _readable(given: object) -> str:
    """A name as a reason may repeat it: a hidden character would forge the report, and no table keeps a NUL."""
    text = str(given)[:_LONGEST_NAME]
    return "".join("?" if plain_text.has_hidden(char) else char for char in text)


__all__ = ["COMPONENT", "Entry", "blank", "new", "problems", "read", "term_minutes", "type_code_of"]

"""Cổng DVCQG as a province meets it behind NDXP/LGSP: a login, one address for every service, error codes."""

import json
import os
import re
import secrets
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus

from motcua.simulators import dvcqg_shapes as shapes
from motcua.simulators import dvcqg_store, faults
from motcua.simulators.dvcqg_shapes import Misshapen
from motcua.simulators.signed import DEVELOPMENT
from motcua.simulators.store import Store

Answer = tuple[HTTPStatus, dict[str, object]]

DSTCODE, UNIT, USER = "VN:GOV:000.00.00.G22:dvcqg", "000.00.00.H08", "motcua"
_LONGEST_SESSION = 1800
_ENVELOPE = {"session", "service"}

WRONG_LOGIN, LAPSED, BAD_SHAPE, KNOWN, UNKNOWN, NO_PROCEDURE, REFUSED = (
    "-1", "401", "-2", "-3", "-4", "-5", "-6",
)  # fmt: skip


class No(Exception):
    """An error code and its sentence."""

    def __init__(self, code: str, words: str) -> None:
        self.code, self.words = code, words
        super().__init__(code)


def log_in(store: Store, said: dict[str, object], *, dstcode: str) -> Answer:
    """A session for who knows the password."""
    if faults.current(store)["dvcqg"] == "down":
        return _down()
    password = os.environ.get("DVCQG_PASSWORD") or DEVELOPMENT
    if set(said) != {"username", "password"} or dstcode != DSTCODE:
        return _no(No(BAD_SHAPE, "username, password, dstcode"))
    right = secrets.compare_digest(str(said["password"]).encode(), password.encode())
    if said["username"] != USER or not right:
        return _no(No(WRONG_LOGIN, "Sai tên đăng nhập hoặc mật khẩu."))
    session = secrets.token_urlsafe(24)
    with store.open() as db:
        db.execute(
            "INSERT INTO national_session (id, until) VALUES (?, ?)",
            (session, time.time() + _LONGEST_SESSION),
        )
    return HTTPStatus.OK, {"error_code": "0", "session": session}


def serve(store: Store, said: dict[str, object], *, dstcode: str) -> Answer:
    """One question under a session, as broken as the fault board says."""
    fault = faults.current(store)["dvcqg"]
    if fault == "down":
        return _down()
    if fault == "slow":
        time.sleep(faults.SLOW_SECONDS)
    try:
        _admit(store, said, dstcode=dstcode, once=fault == "lapsing")
        if fault == "refusing":
            raise No(REFUSED, "Từ chối hồ sơ của công dân 052190000001 do lỗi nghiệp vụ.")
        result = _service(said)(store, said)
    except No as no:
        return _no(no)
    except Misshapen as field:
        return _no(No(BAD_SHAPE, f"Trường dữ liệu không hợp lệ: {field}."))
    if fault == "silent":  # done, and the answer is lost on the way
        return HTTPStatus.GATEWAY_TIMEOUT, {"error": "timeout"}
    return HTTPStatus.OK, result


def _admit(store: Store, said: Mapping[str, object], *, dstcode: str, once: bool) -> None:
    session = said.get("session")
    if dstcode != DSTCODE:
        raise No(BAD_SHAPE, "dstcode")
    with store.open() as db:
        row = db.execute("SELECT until, used FROM national_session WHERE id = ?", (str(session),)).fetchone()
        db.execute("UPDATE national_session SET used = used + 1 WHERE id = ?", (str(session),))
    if row is None or row["until"] < time.time() or (once and row["used"]):
        raise No(LAPSED, "Phiên làm việc đã hết hạn.")


def _service(said: Mapping[str, object]) -> Callable[[Store, Mapping[str, object]], dict[str, object]]:
    try:
        return _SERVICES[str(said.get("service"))]
    except KeyError:
        raise No(BAD_SHAPE, "Không có dịch vụ này.") from None


def _take_dossiers(store: Store, said: Mapping[str, object]) -> dict[str, object]:
    """New ones must be new, known ones known; the same again replaces what was there."""
    updating = said.get("isUpdating")
    if set(said) != _ENVELOPE | {"data", "isUpdating"} or updating not in ("True", "False"):
        raise Misshapen("isUpdating")
    for dossier in _data(said, shapes.DOSSIER):
        code = str(dossier["MaHoSo"])
        if _named(str(dossier["MaTTHC"])) is None:
            raise No(NO_PROCEDURE, "Mã thủ tục không có trong danh mục.")
        with store.open() as db:
            there = db.execute("SELECT 1 FROM national_dossier WHERE code = ?", (code,)).fetchone()
            if there and updating == "False":
                raise No(KNOWN, "Hồ sơ đã tồn tại.")
            if not there and updating == "True":
                raise No(UNKNOWN, "Hồ sơ chưa tồn tại.")
            db.execute(
                "INSERT INTO national_dossier (code, said) VALUES (?, ?)"
                " ON CONFLICT (code) DO UPDATE SET said = excluded.said, times = times + 1",
                (code, json.dumps(dossier, ensure_ascii=False)),
            )
    return {"error_code": "0", "result": ""}


def _take_steps(store: Store, said: Mapping[str, object]) -> dict[str, object]:
    """A line that was taken before is the same line."""
    if set(said) != _ENVELOPE | {"data"}:
        raise Misshapen("data")
    for step in _data(said, shapes.STEP):
        with store.open() as db:
            if not db.execute("SELECT 1 FROM national_dossier WHERE code = ?", (step["MaHoSo"],)).fetchone():
                raise No(UNKNOWN, "Hồ sơ chưa tồn tại.")
            db.execute(
                "INSERT INTO national_step (code, said) VALUES (?, ?)"
                " ON CONFLICT (code, said) DO UPDATE SET times = times + 1",
                (step["MaHoSo"], json.dumps(step, ensure_ascii=False, sort_keys=True)),
            )
    return {"error_code": "0", "result": ""}


def _find_dossier(store: Store, said: Mapping[str, object]) -> dict[str, object]:
    code = _question(said, {"MaHoSo"})["MaHoSo"]
    with store.open() as db:
        row = db.execute("SELECT said FROM national_dossier WHERE code = ?", (str(code),)).fetchone()
    return {"error_code": "0", "result": [json.loads(row["said"])] if row else []}


def _find_procedure(store: Store, said: Mapping[str, object]) -> dict[str, object]:
    procedure = _named(str(_question(said, {"maTTHC"})["maTTHC"]))
    return {"error_code": "0", "result": [procedure] if procedure else []}


def _list_procedures(store: Store, said: Mapping[str, object]) -> dict[str, object]:
    _question(said, set())
    return {
        "error_code": "0",
        "result": [_named(code) for code in ("1.005074", "1.006388", "2.001914", "2.002478")],
    }


def _list_agencies(store: Store, said: Mapping[str, object]) -> dict[str, object]:
    _question(said, set())
    agency = {"MACOQUAN": UNIT, "TENCOQUAN": "UBND tỉnh (mô phỏng)"}
    return {"error_code": "0", "result": [agency]}


def _list_fields(store: Store, said: Mapping[str, object]) -> dict[str, object]:
    _question(said, set())
    return {"error_code": "0", "result": [{"MALINHVUC": _FIELD[0], "TENLINHVUC": _FIELD[1]}]}


_FIELD = ("G01-GD01", "Giáo dục và Đào tạo (mô phỏng)")


def _named(code: str) -> dict[str, object] | None:
    """Every code that looks like one is in this catalogue, but those that begin with a nine."""
    if not re.match("[0-8]", code):
        return None
    field = {"MALINHVUC": _FIELD[0], "TENLINHVUC": _FIELD[1]}
    return {"MATTHC": code, "TENTTHC": f"Thủ tục {code} (mô phỏng)", "LINHVUCTHUCHIEN": [field]}


def _data(said: Mapping[str, object], shape: Mapping[str, shapes.Rule]) -> list[dict[str, object]]:
    lines = said.get("data")
    if not isinstance(lines, list) or not 1 <= len(lines) <= 100:
        raise Misshapen("data")
    return [shapes.fits(line, shape) for line in lines]


def _question(said: Mapping[str, object], names: set[str]) -> Mapping[str, object]:
    if set(said) != _ENVELOPE | {"madonvi"} | names or said["madonvi"] != UNIT:
        raise Misshapen("madonvi")
    return {name: said[name] for name in names}


def _look_up(store: Store, said: Mapping[str, object]) -> dict[str, object]:
    question = shapes.fits(dict(_question(said, set(shapes.ACCOUNT))), shapes.ACCOUNT)
    return {"error_code": "0", "result": dvcqg_store.account(store, question)}


def _ask_store(store: Store, said: Mapping[str, object]) -> dict[str, object]:
    question = shapes.fits(dict(_question(said, set(shapes.STORE))), shapes.STORE)
    found = dvcqg_store.papers(store, question)
    return {"errorCode": "0", "message": "", "signature": "", "result": {"DanhSachGiayToKetQua": found}}


def _fetch_file(store: Store, said: Mapping[str, object]) -> dict[str, object]:
    question = shapes.fits(dict(_question(said, set(shapes.FILE))), shapes.FILE)
    data = dvcqg_store.file(store, question)
    if data is None:
        raise No(UNKNOWN, "Không có tệp này.")
    return {"errorCode": "0", "message": "", "signature": "", "result": data}


_SERVICES: dict[str, Callable[[Store, Mapping[str, object]], dict[str, object]]] = {
    "DongBoHoSoMC": _take_dossiers,
    "CapNhatTienDoHoSoMC": _take_steps,
    "TraCuuHoSo": _find_dossier,
    "LayThuTuc": _find_procedure,
    "LayDanhSachTTHC": _list_procedures,
    "LayDanhMucCoQuan": _list_agencies,
    "LayDanhMucLinhVuc": _list_fields,
    "TraCuuTaiKhoan": _look_up,
    "TraCuuKho": _ask_store,
    "TaiTepKho": _fetch_file,
}


def _no(no: No) -> Answer:
    return HTTPStatus.OK, {"error_code": no.code, "message": no.words}


def _down() -> Answer:
    return HTTPStatus.SERVICE_UNAVAILABLE, {"error": "down"}

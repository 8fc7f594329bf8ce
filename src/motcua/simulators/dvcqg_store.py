"""Whose accounts and papers the simulated Cổng DVCQG knows, and what arrived there."""

import base64
import json
import uuid
from collections.abc import Mapping

from motcua.kernel.person_name import PersonName
from motcua.simulators.store import Store


def enrol(store: Store, said: Mapping[str, object]) -> dict[str, object]:
    """An account: number, name, kind (LoaiTaiKhoan), status (TrangThai), level (MucDo); its TechID."""
    tech_id = str(said.get("tech_id") or uuid.uuid4().hex)
    with store.open() as db:
        db.execute(
            "INSERT OR REPLACE INTO national_account (number, tech_id, kind, name, status, level)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                str(said["number"]),
                tech_id,
                str(said.get("kind") or "1"),
                str(said["name"]),
                str(said.get("status") or "1"),
                str(said.get("level") or "2"),
            ),
        )
    return {"tech_id": tech_id}


def lay_in(store: Store, said: Mapping[str, object]) -> dict[str, object]:
    """A paper of an owner: number, result_code, name, and its file as base64."""
    path = f"/kho/{uuid.uuid4().hex}"
    with store.open() as db:
        db.execute(
            "INSERT INTO national_paper (owner, result_code, name, path, file, data) VALUES (?, ?, ?, ?, ?, ?)",
            (
                str(said["number"]),
                str(said["result_code"]),
                str(said["name"]),
                path,
                str(said.get("file") or "giay-to.pdf"),
                str(said["data"]),
            ),
        )
    return {"path": path}


def arrived(store: Store) -> dict[str, object]:
    """Every dossier and every line of history, with how often each was told."""
    with store.open() as db:
        dossiers = db.execute("SELECT said, times FROM national_dossier ORDER BY code").fetchall()
        steps = db.execute("SELECT said, times FROM national_step ORDER BY id").fetchall()
    return {
        "dossiers": [{"said": json.loads(row["said"]), "times": row["times"]} for row in dossiers],
        "steps": [{"said": json.loads(row["said"]), "times": row["times"]} for row in steps],
    }


def account(store: Store, question: Mapping[str, object]) -> dict[str, object]:
    """Yes with what a desk may know, the whole name only for a chosen procedure; or no."""
    number = str(question["SoDinhDanh"])
    with store.open() as db:
        row = db.execute("SELECT * FROM national_account WHERE number = ?", (number,)).fetchone()
    if row is None:
        return {"CoTaiKhoan": "0"}
    masked = row["name"] if row["kind"] != "1" else PersonName.parse(row["name"]).masked
    return {
        "CoTaiKhoan": "1",
        "TechID": row["tech_id"],
        "LoaiTaiKhoan": row["kind"],
        "HoVaTenChe": masked,
        "SoDienThoaiChe": "09*****000",
        "TrangThai": row["status"],
        "MucDo": row["level"],
        "HoVaTen": row["name"] if question["MaTTHC"] else "",
    }


def papers(store: Store, question: Mapping[str, object]) -> list[dict[str, object]]:
    """What the owner has of the results that were asked for."""
    asked = question["DanhSachDanhMucKetQua"]
    wanted = {line["MaKetQua"] for line in asked} if isinstance(asked, list) else set()
    with store.open() as db:
        rows = db.execute(
            "SELECT * FROM national_paper WHERE owner = ? ORDER BY id", (str(question["SoDinhDanhChuSoHuu"]),)
        ).fetchall()
    return [
        {
            "MaKetQua": row["result_code"],
            "TenGiayTo": row["name"],
            "SoKyHieu": f"{row['id']}/GT",
            "CoQuanChuQuan": "000.00.00.H08",
            "DanhSachTepDinhKem": [{"TenTep": row["file"], "DuongDan": row["path"]}],
        }
        for row in rows
        if row["result_code"] in wanted
    ]


def file(store: Store, question: Mapping[str, object]) -> str | None:
    """The bytes as base64, for who knows where they lie."""
    with store.open() as db:
        row = db.execute(
            "SELECT data FROM national_paper WHERE path = ?", (str(question["DuongDan"]),)
        ).fetchone()
    return base64.b64encode(base64.b64decode(row["data"])).decode() if row else None

"""What the desk says of a dossier, as the parameters of a notice: unaccented in a text, in full in a letter."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Final

_OF_A_STATE: Final = {
    "DONE": "result_ready",
    "PAYMENT": "charge_asked",
    "PROCESSING": "dossier_goes_on",
}
#: Before its reception a dossier that was filed online has no code to name it by.
_WITHOUT_CODE: Final = {"dossier_refused": "filing_refused", "dossier_withdrawn": "filing_withdrawn"}


def event_of(template: str, params: Mapping[str, str]) -> str:
    """The notice for a template of the desk's, by state where the state decides."""
    if template == "dossier_moved":
        return _OF_A_STATE.get(params.get("state", ""), template)
    if not params.get("code") and template in _WITHOUT_CODE:
        return _WITHOUT_CODE[template]
    return template


def for_a_letter(params: Mapping[str, str]) -> dict[str, str]:
    """With marks."""
    due, until = _day(params.get("due", "")), _day(params.get("until", ""))
    return {
        "ma_ho_so": params.get("code", ""),
        "so_tam": params.get("number", ""),
        "hen_tra": f"hẹn trả {due}" if due else "ngày trả theo thông báo",
        "hen_moi": due or "theo thông báo",
        "truoc_ngay": f"trước ngày {until}" if until else "theo phiếu yêu cầu",
        "trang_thai": params.get("state_words", ""),
    }


def for_a_text(params: Mapping[str, str]) -> dict[str, str]:
    """Without marks, and short."""
    said = {name: _unaccented(value).lower() for name, value in for_a_letter(params).items()}
    until = _day(params.get("until", ""))
    return {
        **said,
        "ma_ho_so": params.get("code", ""),
        "so_tam": params.get("number", ""),
        "truoc_ngay": f"truoc {until}" if until else "theo phieu yeu cau",
    }


def _unaccented(text: str) -> str:
    plain = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")


def _day(text: str) -> str:
    """Or nothing where the agency will announce it."""
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else ""

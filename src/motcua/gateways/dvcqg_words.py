"""The words of Cổng DVCQG beside ours: codes, moments, lengths. What is not certain is listed in docs/dvcqg.md."""

import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from motcua.desk.states import State

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

#: TrangThaiHoSo and TrangThai: DVCQG's ten, in their order. A provisional reception is nobody's but the desk's.
STATE = {
    State.NEW: "1",
    State.RECEIVED: "2",
    State.NOT_ACCEPTED: "3",
    State.PROCESSING: "4",
    State.SUPPLEMENT: "5",
    State.PAYMENT: "6",
    State.WITHDRAWN: "7",
    State.STOPPED: "8",
    State.DONE: "9",
    State.RETURNED: "10",
}

CITIZEN, BUSINESS, ORGANISATION = "1", "2", "3"
#: LoaiTaiKhoan of an account → LoaiDoiTuong of a dossier. Not the same list: 3 is an organisation in the first and
#: a state agency (CQNN) in the second, where an organisation is 4.
OWNER_KIND = {CITIZEN: "1", BUSINESS: "2", ORGANISATION: "4"}

#: LoaiDinhDanh by the number's length: CMND, CCCD, tax code.
_NUMBER_KIND = {9: "2", 12: "1", 10: "3", 13: "3"}

YES, NO = "1", "0"


def yes_or_no(fact: bool) -> str:
    return YES if fact else NO


def number_kind(number: str) -> str:
    """LoaiDinhDanh of a number whose shape was judged before. Raises KeyError for any other."""
    return _NUMBER_KIND[len(number)]


def moment(at: datetime | None) -> str:
    """yyyyMMddHHmmss on Vietnamese clocks; nothing for no moment."""
    return f"{at.astimezone(_VIETNAM):%Y%m%d%H%M%S}" if at else ""


def cut(text: str, most: int) -> str:
    """At most so many characters, never half of one: a letter keeps its marks, and the end says that more follows."""
    whole = unicodedata.normalize("NFC", text).strip()
    if len(whole) <= most:
        return whole
    end = most - 1
    while end > 0 and unicodedata.combining(whole[end]):
        end -= 1
    return f"{whole[:end].rstrip()}…"

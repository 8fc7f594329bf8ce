"""Every phone's inbox, and 1414, which tells a subscriber what the operator has on record."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from motcua.kernel.phone import Phone
from motcua.simulators import subscribers
from motcua.simulators.store import Store

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_INQUIRY = "1414"


@dataclass(frozen=True, slots=True)
class Text:
    at: str
    sender: str
    text: str

    def as_json(self) -> dict[str, str]:
        return {"at": self.at, "from": self.sender, "text": self.text}


def inbox(store: Store, phone: Phone) -> list[Text]:
    """Newest first."""
    with store.open() as db:
        rows = db.execute(
            "SELECT at, sender, text FROM message WHERE phone = ? AND shown ORDER BY id DESC LIMIT 500",
            [phone.value],
        ).fetchall()
    return [Text(row["at"], row["sender"], row["text"]) for row in rows]


def deliver(
    store: Store, phone: Phone, *, sender: str, text: str, reference: str | None = None, shown: bool = True
) -> bool:
    """Once per reference; whether this was the first time."""
    with store.open() as db:
        done = db.execute(
            "INSERT OR IGNORE INTO message (phone, sender, text, at, reference, shown)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                phone.value,
                sender,
                text,
                datetime.now(_ZONE).isoformat(timespec="milliseconds"),
                reference,
                shown,
            ],
        )
        return done.rowcount > 0


def known(store: Store) -> list[tuple[Phone, int]]:
    """All phones that have a subscriber or a text, with the number of texts."""
    with store.open() as db:
        rows = db.execute(
            "SELECT phone, sum(texts) AS texts FROM ("
            " SELECT phone, 0 AS texts FROM subscriber UNION ALL"
            " SELECT phone, count(*) FROM message WHERE shown GROUP BY phone) GROUP BY phone ORDER BY phone"
        ).fetchall()
    return [(Phone.parse(row["phone"]), row["texts"]) for row in rows]


def send_to_1414(store: Store, phone: Phone, text: str) -> None:
    """The answer arrives in the phone's own inbox."""
    deliver(store, phone, sender=_INQUIRY, text=_answer(store, phone, text))


def _answer(store: Store, phone: Phone, text: str) -> str:
    if text.upper().split()[:1] != ["TTTB"]:
        return "Cu phap khong dung. Soan TTTB gui 1414 (mien phi) de kiem tra thong tin thue bao."
    subscriber = subscribers.find(store, phone)
    if subscriber is None:
        return (
            f"Thue bao {phone.local} chua co thong tin dang ky. "
            "De nghi mang giay to tuy than den diem giao dich cua nha mang."
        )
    kind = "CCCD" if len(subscriber.id_number) == 12 else "CMND"
    return (
        f"Thong tin thue bao {phone.local}: Ho ten: {unaccented(subscriber.name).upper()}; "
        f"Ngay sinh: {subscriber.born_on}; So giay to: {subscriber.id_number}; Ngay cap: 01/07/2021; "
        f"Noi cap: Cuc Canh sat QLHC ve TTXH; Loai giay to: {kind}."
    )


def unaccented(text: str) -> str:
    plain = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")

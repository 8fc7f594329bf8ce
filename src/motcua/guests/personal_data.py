"""Khách qua Cổng: who came in through the portal's sign-in."""

from motcua.kernel.personal_data import (
    CODE,
    DIGEST,
    POINTER,
    Basis,
    Kept,
    Nobodys,
    Personal,
    Who,
    Withheld,
)

PERSONAL = (
    Personal(
        "GuestSession: name_sealed device_words tokens_sealed",
        "người đã được Cổng xác nhận đang làm việc tại một cửa; hỏi Cổng thay người đó",
        Basis.DUTY,
        (Who.OWNER, Who.SYSTEM),
        Kept("thẻ truy cập: đến khi hết phiên; dòng: 30 ngày", chore="old_guest"),
        Withheld.PASSING,
    ),
)
NOBODYS = (
    Nobodys("GuestSession: subject", POINTER),
    Nobodys("GuestSession: token_hash", DIGEST),
    Nobodys("GuestSession: unit_code portal_session ended_why mandate_scope", CODE),
)

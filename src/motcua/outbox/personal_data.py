"""Hộp thư đi: what the room holds about people: whom a text or letter goes to, and its words until they are sent."""

from motcua.kernel.authority import Power
from motcua.kernel.personal_data import (
    CATALOGUE,
    CODE,
    POINTER,
    Basis,
    Kept,
    Nobodys,
    Personal,
    Who,
    Withheld,
    evidence,
)

PERSONAL = (
    Personal(
        "Message: to_sealed to_bi to_masked",
        "gửi tin nhắn; trả lời “đã gửi tới số nào” ở dạng che",
        Basis.DUTY,
        (Who.SYSTEM,),
        Kept("tin mã OTP 24 giờ; thông báo 90 ngày (`NOTICES_KEPT_DAYS`)", chore="old_message"),
        Withheld.NOT_LINKED,
    ),
    Personal(
        "Message: body_sealed",
        "nội dung tin đang chờ gửi; chờ báo phát thì tới khi tin đã tới máy, lâu nhất 30 phút",
        Basis.DUTY,
        (Who.SYSTEM,),
        Kept("xóa ngay khi đã gửi, hỏng hoặc hết hạn", rule="outbox_body_erased"),
        Withheld.PASSING,
    ),
    Personal(
        "Letter: to_sealed to_bi to_masked",
        "gửi thư thông báo tới email đã xác nhận",
        Basis.CONSENT,
        (Who.SYSTEM,),
        Kept("thư mã xác nhận 24 giờ; thông báo 90 ngày (`NOTICES_KEPT_DAYS`)", chore="old_message"),
        Withheld.NOT_LINKED,
    ),
    Personal(
        "Letter: subject_sealed body_sealed",
        "nội dung thư đang chờ gửi",
        Basis.CONSENT,
        (Who.SYSTEM,),
        Kept("xóa ngay khi đã gửi, hỏng hoặc hết hạn", rule="outbox_letter_erased"),
        Withheld.PASSING,
    ),
    Personal(
        "Provider: ruled_reason",
        "vì sao ngừng hay dùng lại một nhà cung cấp tin nhắn",
        Basis.SERVICE,
        (Power.CONNECT_SYSTEMS,),
        evidence("tới lần đổi sau; nhật ký giữ việc đổi"),
        Withheld.OFFICIAL,
    ),
    Personal(
        "NoticeWording: reason",
        "vì sao sửa mẫu thông báo",
        Basis.SERVICE,
        (Power.MANAGE_CATALOGUE,),
        evidence("lời văn gửi đi phải truy được người sửa"),
        Withheld.OFFICIAL,
    ),
)
NOBODYS = (
    Nobodys(
        "Letter: purpose server_receipt failure; Message: purpose unit_code gateway_receipt failure;"
        " Handover: provider kind purpose unit_code receipt failure; Provider: code last_failure;"
        " DeliveryNews: provider event_id receipt; Errand: kind failure; NoticeWording: event unit_code",
        CODE,
    ),
    Nobodys(
        "Letter: dedupe_key; Message: dedupe_key; Errand: key data; Provider: ruled_by;"
        " NoticeWording: set_by withdrawn_by",
        POINTER,
    ),
    Nobodys("NoticeWording: subject body", CATALOGUE),
)

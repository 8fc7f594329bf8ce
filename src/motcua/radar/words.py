"""Each line in words: what was seen, how often, and what it may mean."""

from typing import Final

from motcua.radar.models import Judgement, Kind, Sighting

#: For choosers: (code, words).
KINDS: Final = list(Kind.choices)
OUTCOMES: Final = list(Judgement.Outcome.choices)

#: What else than misuse it can be, for whoever has to judge.
MAY_BE: Final = {
    Kind.SAME_PHONE: "Có thể là gia đình dùng chung một số. Đề nghị xem các yêu cầu có được duyệt dùng chung số "
    "không, số đó là của ai.",
    Kind.STAFF_PHONE: "Có thể là nhập nhầm. Đề nghị hỏi cán bộ vì sao số của đồng nghiệp được nhập cho công dân.",
    Kind.SAME_SCAN: "Có thể là chọn nhầm tệp. Đề nghị đối chiếu bản quét với giấy tờ của từng công dân.",
    Kind.CODE_AT_ONCE: "Công dân cần thời gian nhận tin và đọc mã. Đề nghị hỏi điện thoại nhận mã do ai giữ.",
    Kind.BURST: "Có thể là đợt làm tập trung cho một lớp, một xã. Đề nghị đối chiếu với lịch công việc.",
    Kind.AFTER_HOURS: "Có thể là trực ngoài giờ. Đề nghị đối chiếu với lịch trực.",
    Kind.NO_PAPER: "Có thể là giấy đã ký nhưng chưa quét. Đề nghị cán bộ đính kèm giấy.",
    Kind.LOOKS: "Có thể là hướng dẫn nhiều người chưa nộp hồ sơ. Đề nghị hỏi mục đích các lượt tra cứu.",
    Kind.TAKE_OVERS: "Có thể là đợt mời cả lớp đến nhận. Đề nghị đối chiếu với lịch hẹn và giấy đề nghị đã ký của "
    "từng chủ tài khoản.",
    Kind.UNLINK_STOPPED: "Có thể là điện thoại của tài khoản do người khác giữ, hoặc chủ tài khoản bấm nhầm. Đề nghị "
    "liên hệ chủ tài khoản và xem ai đã đến quầy.",
}


def kind_words(kind: str) -> str:
    """The kind in words."""
    return str(Kind(kind).label)


def may_be(kind: str) -> str:
    """What else it can be."""
    return MAY_BE[Kind(kind)]


def explain(row: Sighting) -> str:
    """One sentence with the numbers."""
    facts = row.facts
    if row.kind == Kind.SAME_PHONE:
        return f"{row.count} yêu cầu của {facts['people']} người dùng {facts['groups']} số điện thoại trùng nhau."
    if row.kind == Kind.SAME_SCAN:
        return f"{row.count} yêu cầu của {facts['people']} người dùng {facts['groups']} tệp quét trùng nhau."
    if row.kind == Kind.STAFF_PHONE:
        return f"{row.count} lần nhập số điện thoại của cán bộ làm số của công dân; hệ thống đã từ chối."
    if row.kind == Kind.CODE_AT_ONCE:
        return f"{row.count} mã OTP được nhập đúng ngay sau khi gửi, nhanh nhất sau {facts['fastest_seconds']} giây."
    if row.kind == Kind.BURST:
        return f"{row.count} tài khoản được tạo dồn dập."
    if row.kind == Kind.AFTER_HOURS:
        return f"{row.count} lượt tra cứu, kiểm tra hoặc tạo tài khoản ngoài giờ làm việc."
    if row.kind == Kind.NO_PAPER:
        return f"{row.count} tài khoản đã tạo chưa có giấy đề nghị công dân ký."
    if row.kind == Kind.TAKE_OVERS:
        return f"{row.count} lần giao tài khoản cho người đủ 18 tuổi hoặc bỏ ghi người giữ tài khoản."
    if row.kind == Kind.UNLINK_STOPPED:
        return f"{row.count} đề nghị gỡ liên kết VNeID bị dừng vì chủ tài khoản báo “không phải tôi”."
    return f"{row.count} lượt tra cứu, kiểm tra tài khoản nhưng chỉ lập {facts['works']} hồ sơ, yêu cầu."

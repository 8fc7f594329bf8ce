"""Tài khoản: what the room holds about people, what for, who reads it and until when (DP-01)."""

from motcua.accounts.personal_class_lists import CLASS_LISTS
from motcua.accounts.personal_class_lists import NOBODYS as _CLASSES_NOBODYS
from motcua.accounts.personal_traces import NOBODYS as _TRACES_NOBODYS
from motcua.accounts.personal_traces import TRACES
from motcua.kernel.authority import Power
from motcua.kernel.personal_data import Basis, Copy, Kept, Personal, Who, Withheld, evidence

_CLERKS = (Who.OWNER, Power.OPEN_ACCOUNT)
_WITH_THE_ACCOUNT = Kept("khi tài khoản còn; xóa khi đóng", chore="closed_account")
_LAPSED = "lapsed_data"

_PERSON = (
    Personal(
        "Person: full_name",
        "biết tài khoản của ai; một cửa chỉ thấy tên đã che chữ đệm",
        Basis.DUTY,
        _CLERKS,
        _WITH_THE_ACCOUNT,
        Copy.ACCOUNT,
    ),
    Personal(
        "Person: name_words folded_name",
        "tìm theo tên có hoặc không dấu",
        Basis.DUTY,
        _CLERKS,
        _WITH_THE_ACCOUNT,
        Withheld.DERIVED,
    ),
    Personal(
        "Person: born_on",
        "đối chiếu giấy tờ; điều kiện lấy lại mật khẩu, kích hoạt",
        Basis.DUTY,
        _CLERKS,
        _WITH_THE_ACCOUNT,
        Copy.ACCOUNT,
    ),
    Personal(
        "Guardianship: ends_on",
        "từ ngày đủ 18 tuổi không ai giữ tài khoản thay chủ tài khoản",
        Basis.DUTY,
        _CLERKS,
        _WITH_THE_ACCOUNT,
        Withheld.DERIVED,
    ),
    Personal(
        "Person: email",
        "ghi lại email đã khai, chưa xác nhận; không gửi thông báo tới đây",
        Basis.CONSENT,
        (Who.OWNER,),
        _WITH_THE_ACCOUNT,
        Copy.CONTACT,
    ),
    Personal(
        "IdentityDocument: number_sealed",
        "hiện lại cho chính chủ, in lên giấy đề nghị",
        Basis.DUTY,
        _CLERKS,
        _WITH_THE_ACCOUNT,
        Copy.ACCOUNT,
    ),
    Personal(
        "IdentityDocument: number_bi",
        "mỗi số chỉ mở một tài khoản (C1); tra cứu bằng cả số",
        Basis.DUTY,
        (Who.SYSTEM,),
        _WITH_THE_ACCOUNT,
        Withheld.DERIVED,
    ),
    Personal(
        "IdentityDocument: last3",
        "cho người đối chiếu mà không lộ cả số",
        Basis.DUTY,
        _CLERKS,
        _WITH_THE_ACCOUNT,
        Withheld.DERIVED,
    ),
    Personal(
        "Account: password",
        "đăng nhập; chỉ có giá trị băm Argon2id",
        Basis.DUTY,
        (Who.SYSTEM,),
        _WITH_THE_ACCOUNT,
        Withheld.SECRET,
    ),
    Personal(
        "PhoneBinding: phone_sealed",
        "gửi mã OTP và thông báo",
        Basis.DUTY,
        (Who.OWNER, Who.SYSTEM),
        _WITH_THE_ACCOUNT,
        Copy.CONTACT,
    ),
    Personal(
        "PhoneBinding: phone_masked phone_bi",
        "hiện dạng che; mỗi số điện thoại một người (C4)",
        Basis.DUTY,
        (*_CLERKS, Who.SYSTEM),
        _WITH_THE_ACCOUNT,
        Withheld.DERIVED,
    ),
    Personal(
        "PhoneException: phone_bi reason",
        "dùng chung số có hai cán bộ duyệt",
        Basis.DUTY,
        (Power.OPEN_ACCOUNT, Power.INSPECT),
        evidence("ngoại lệ của hai cán bộ phải giải thích được (C4)"),
        Withheld.INSPECTION,
    ),
    Personal(
        "EmailBinding: email_sealed email_masked",
        "gửi thông báo tới email chủ tài khoản đã xác nhận; hiện dạng che",
        Basis.CONSENT,
        (Who.OWNER, Who.SYSTEM),
        Kept("xóa ngay khi chủ tài khoản đổi hoặc bỏ email", rule="email_binding_erased"),
        Copy.CONTACT,
    ),
    Personal(
        "EmailBinding: email_bi",
        "nhận ra một email dùng cho nhiều tài khoản",
        Basis.CONSENT,
        (Who.SYSTEM,),
        Kept("xóa ngay khi chủ tài khoản đổi hoặc bỏ email", rule="email_binding_erased"),
        Withheld.DERIVED,
    ),
)
_UNDER_WAY = (
    Personal(
        "Registration: data_sealed phone_masked",
        "tiếp tục việc đăng ký đang dở, chính trình duyệt đó, sau mã OTP mới",
        Basis.DUTY,
        (Who.OWNER,),
        Kept("nội dung 24 giờ; dòng 30 ngày", chore=_LAPSED),
        Withheld.PASSING,
    ),
    Personal(
        "Registration: number_bi phone_bi browser_hash",
        "nhận ra lượt đăng ký của cùng người, cùng trình duyệt",
        Basis.DUTY,
        (Who.SYSTEM,),
        Kept("30 ngày", chore=_LAPSED),
        Withheld.PASSING,
    ),
    Personal(
        "Recovery: phone_sealed subject_bi phone_bi browser_hash",
        "gửi mã khi lấy lại mật khẩu, đổi số; gắn với trình duyệt",
        Basis.PROTECTION,
        (Who.SYSTEM,),
        Kept("số: 30 phút hoặc khi xong; dòng: 30 ngày", chore=_LAPSED),
        Withheld.PASSING,
    ),
    Personal(
        "RestingReset: password",
        "mật khẩu mới chờ hiệu lực, chỉ có giá trị băm",
        Basis.DUTY,
        (Who.SYSTEM,),
        Kept("khi có hiệu lực hoặc bị hủy", rule="resting_reset_settled_forgets"),
        Withheld.SECRET,
    ),
    Personal(
        "RestingReset: phone_bi",
        "số điện thoại đã xác nhận còn là của tài khoản không",
        Basis.PROTECTION,
        (Who.SYSTEM,),
        Kept("30 ngày sau khi có hiệu lực hoặc bị hủy", chore=_LAPSED),
        Withheld.DERIVED,
    ),
    Personal(
        "TempCredential: password",
        "mật khẩu dùng một lần, chỉ có giá trị băm",
        Basis.DUTY,
        (Who.SYSTEM,),
        Kept("hết hiệu lực sau 24 giờ; dòng: 30 ngày", chore=_LAPSED),
        Withheld.SECRET,
    ),
    Personal(
        "EmailProof: email_sealed email_masked email_bi code_mac",
        "gửi và so mã xác nhận email",
        Basis.CONSENT,
        (Who.OWNER, Who.SYSTEM),
        Kept("24 giờ", chore=_LAPSED),
        Withheld.PASSING,
    ),
    Personal(
        "Passcode: subject_bi phone_bi phone_masked session_hash payload_hash code_mac",
        "mã OTP gắn với người, máy, việc (C6)",
        Basis.DUTY,
        (Who.SYSTEM,),
        Kept("24 giờ", chore=_LAPSED),
        Withheld.PASSING,
    ),
    Personal(
        "SecondStep: device_hash",
        "bước thứ hai gắn với trình duyệt",
        Basis.PROTECTION,
        (Who.SYSTEM,),
        Kept("24 giờ", chore=_LAPSED),
        Withheld.PASSING,
    ),
    Personal(
        "SubscriberCheck: subject_bi phone_bi",
        "kết quả hỏi nhà mạng: chỉ kết quả và thời điểm (DP-11)",
        Basis.DUTY,
        (Who.SYSTEM,),
        Kept("30 ngày", chore=_LAPSED),
        Withheld.NOT_LINKED,
    ),
)

PERSONAL = (*_PERSON, *_UNDER_WAY, *CLASS_LISTS, *TRACES)
NOBODYS = (*_TRACES_NOBODYS, *_CLASSES_NOBODYS)

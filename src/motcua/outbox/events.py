"""Which news of a dossier its owner hears, with what each may say: the fixed parameters and the first wording."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Parameter:
    """What stands for ``{name}``: at its longest in a text (no marks), and an example in a letter."""

    name: str
    words: str
    longest: str
    example: str


@dataclass(frozen=True, slots=True)
class Event:
    """``needed`` must stand in every wording: without it nobody knows what the notice is about."""

    code: str
    title: str
    parameters: tuple[str, ...]
    needed: tuple[str, ...]
    sms: str
    subject: str
    letter: str


#: The addresses a notice may hold are tra_cuu, trang_ca_nhan and ho_so_cua_toi; theirs come from the settings.
PARAMETERS: Final[Mapping[str, Parameter]] = {
    one.name: one
    for one in (
        Parameter("ma_ho_so", "Mã hồ sơ", "000.00.19.H08-261123-0001", "000.00.19.H08-261123-0001"),
        Parameter(
            "so_tam", "Số tiếp nhận tạm", "TN-000.00.19.H08-261123-0001", "TN-000.00.19.H08-261123-0001"
        ),
        Parameter("hen_tra", "Hẹn trả", "ngay tra theo thong bao", "hẹn trả 31/12/2026"),
        Parameter("hen_moi", "Ngày hẹn mới", "31/12/2026", "31/12/2026"),
        Parameter("truoc_ngay", "Hạn phải làm", "truoc 31/12/2026", "trước ngày 31/12/2026"),
        Parameter(
            "trang_thai",
            "Trạng thái hồ sơ",
            "yeu cau thuc hien nghia vu tai chinh",
            "Yêu cầu thực hiện nghĩa vụ tài chính",
        ),
        Parameter("tra_cuu", "Địa chỉ trang tra cứu", "dichvucong.binhdinh.gov.vn/tra-cuu/", ""),
        Parameter("trang_ca_nhan", "Địa chỉ trang cá nhân", "dichvucong.binhdinh.gov.vn/ca-nhan/", ""),
        Parameter(
            "ho_so_cua_toi", "Địa chỉ trang Hồ sơ của tôi", "dichvucong.binhdinh.gov.vn/ca-nhan/ho-so/", ""
        ),
    )
}

_CODE: Final = ("ma_ho_so",)
_LINKS: Final = ("tra_cuu", "trang_ca_nhan", "ho_so_cua_toi")


def _event(
    code: str,
    title: str,
    sms: str,
    subject: str,
    letter: str,
    *,
    own: tuple[str, ...] = _CODE,
    extra: tuple[str, ...] = (),
) -> Event:
    return Event(code, title, (*own, *extra, *_LINKS), own, sms, subject, letter)


EVENTS: Final[Mapping[str, Event]] = {
    one.code: one
    for one in (
        _event(
            "dossier_received",
            "Đã tiếp nhận hồ sơ",
            "Da tiep nhan ho so {ma_ho_so}, {hen_tra}. De nghi theo doi tai {tra_cuu}",
            "Đã tiếp nhận hồ sơ {ma_ho_so}",
            "Kính gửi ông/bà,\n\n"
            "Hồ sơ {ma_ho_so} đã được tiếp nhận, {hen_tra}.\nĐề nghị ông/bà theo dõi tại {tra_cuu}",
            extra=("hen_tra",),
        ),
        _event(
            "dossier_provisional",
            "Đã tiếp nhận tạm giấy tờ",
            "Da tiep nhan tam giay to, so {so_tam}. Thoi han giai quyet tinh tu khi kiem tra duoc tai khoan; "
            "ma ho so se duoc bao sau.",
            "Đã tiếp nhận tạm giấy tờ, số {so_tam}",
            "Kính gửi ông/bà,\n\n"
            "Giấy tờ của ông/bà đã được tiếp nhận tạm, số {so_tam}.\n"
            "Thời hạn giải quyết tính từ khi kiểm tra "
            "được tài khoản; mã hồ sơ sẽ được báo sau.",
            own=("so_tam",),
        ),
        _event(
            "dossier_confirmed",
            "Tiếp nhận chính thức sau tiếp nhận tạm",
            "Giay to so {so_tam} da duoc tiep nhan chinh thuc, ma ho so {ma_ho_so}, {hen_tra}.",
            "Hồ sơ {ma_ho_so} đã được tiếp nhận chính thức",
            "Kính gửi ông/bà,\n\n"
            "Giấy tờ tiếp nhận tạm số {so_tam} đã được tiếp nhận chính thức.\n"
            "Mã hồ sơ: {ma_ho_so}, {hen_tra}.\nĐề nghị ông/bà theo dõi tại {tra_cuu}",
            extra=("so_tam", "hen_tra"),
        ),
        _event(
            "account_wanted",
            "Cần có tài khoản để tiếp nhận",
            "Giay to so {so_tam} chua duoc tiep nhan vi chua co tai khoan. "
            "De nghi ong/ba tao tai khoan {truoc_ngay} hoac den bo phan mot cua.",
            "Giấy tờ số {so_tam} cần có tài khoản",
            "Kính gửi ông/bà,\n\n"
            "Giấy tờ số {so_tam} chưa được tiếp nhận vì chưa có tài khoản.\n"
            "Đề nghị ông/bà tạo tài khoản {truoc_ngay} hoặc đến Bộ phận một cửa.",
            own=("so_tam",),
            extra=("truoc_ngay",),
        ),
        _event(
            "provisional_closed",
            "Đóng tiếp nhận tạm",
            "Giay to so {so_tam} da dong vi chua co tai khoan. De nghi ong/ba den bo phan mot cua nhan lai giay to.",
            "Giấy tờ số {so_tam} đã đóng",
            "Kính gửi ông/bà,\n\n"
            "Giấy tờ số {so_tam} đã đóng vì chưa có tài khoản.\n"
            "Đề nghị ông/bà đến Bộ phận một cửa nhận lại giấy tờ.",
            own=("so_tam",),
        ),
        _event(
            "filing_sent",
            "Đã gửi hồ sơ trực tuyến",
            "Da gui ho so truc tuyen, cho tiep nhan. Khong phai ong/ba gui: xem {trang_ca_nhan} va doi mat khau.",
            "Đã gửi hồ sơ trực tuyến",
            "Kính gửi ông/bà,\n\n"
            "Hồ sơ trực tuyến của ông/bà đã được gửi và đang chờ tiếp nhận.\n"
            "Nếu không phải ông/bà gửi, đề nghị mở {trang_ca_nhan} và đổi mật khẩu ngay.",
            own=(),
        ),
        _event(
            "filing_refused",
            "Không tiếp nhận hồ sơ trực tuyến",
            "Ho so truc tuyen cua ong/ba khong duoc tiep nhan. De nghi xem ly do tai {trang_ca_nhan}",
            "Hồ sơ trực tuyến không được tiếp nhận",
            "Kính gửi ông/bà,\n\n"
            "Hồ sơ trực tuyến của ông/bà không được tiếp nhận.\nĐề nghị xem lý do tại {trang_ca_nhan}",
            own=(),
        ),
        _event(
            "filing_withdrawn",
            "Rút hồ sơ trực tuyến trước khi tiếp nhận",
            "Da rut ho so truc tuyen theo yeu cau cua ong/ba. Xem tai {trang_ca_nhan}",
            "Đã rút hồ sơ trực tuyến",
            "Kính gửi ông/bà,\n\n"
            "Hồ sơ trực tuyến đã được rút theo yêu cầu của ông/bà.\nXem tại {trang_ca_nhan}",
            own=(),
        ),
        _event(
            "dossier_moved",
            "Hồ sơ chuyển trạng thái",
            "Ho so {ma_ho_so}: {trang_thai}. Theo doi tai {tra_cuu}",
            "Hồ sơ {ma_ho_so}: {trang_thai}",
            "Kính gửi ông/bà,\n\n"
            "Hồ sơ {ma_ho_so} có trạng thái mới: {trang_thai}.\n"
            "Đề nghị ông/bà theo dõi tại {tra_cuu}",
            extra=("trang_thai",),
        ),
        _event(
            "dossier_goes_on",
            "Hồ sơ đang được xử lý",
            "Ho so {ma_ho_so} dang duoc xu ly, {hen_tra}. Theo doi tai {tra_cuu}",
            "Hồ sơ {ma_ho_so} đang được xử lý",
            "Kính gửi ông/bà,\n\n"
            "Hồ sơ {ma_ho_so} đang được xử lý, {hen_tra}.\n"
            "Đề nghị ông/bà theo dõi tại {tra_cuu}",
            extra=("hen_tra",),
        ),
        _event(
            "charge_asked",
            "Yêu cầu thực hiện nghĩa vụ tài chính",
            "Ho so {ma_ho_so}: yeu cau thuc hien nghia vu tai chinh. De nghi xem va nop tai {ho_so_cua_toi}",
            "Hồ sơ {ma_ho_so}: yêu cầu thực hiện nghĩa vụ tài chính",
            "Kính gửi ông/bà,\n\n"
            "Hồ sơ {ma_ho_so} có khoản phải nộp.\n"
            "Đề nghị ông/bà xem và nộp trực tuyến tại {ho_so_cua_toi} hoặc nộp tại Bộ phận một cửa.",
        ),
        _event(
            "supplement_requested",
            "Yêu cầu bổ sung giấy tờ",
            "Ho so {ma_ho_so} can bo sung {truoc_ngay}. De nghi xem noi dung tai {ho_so_cua_toi}",
            "Hồ sơ {ma_ho_so} cần bổ sung giấy tờ",
            "Kính gửi ông/bà,\n\n"
            "Hồ sơ {ma_ho_so} cần bổ sung, hoàn thiện {truoc_ngay}.\n"
            "Đề nghị ông/bà xem nội dung và nộp bổ sung tại {ho_so_cua_toi}",
            extra=("truoc_ngay",),
        ),
        _event(
            "due_date_moved",
            "Xin lỗi và hẹn lại ngày trả",
            "Xin loi ong/ba: ho so {ma_ho_so} chua xong dung hen, hen tra moi {hen_moi}.",
            "Xin lỗi và hẹn lại ngày trả hồ sơ {ma_ho_so}",
            "Kính gửi ông/bà,\n\n"
            "Chúng tôi xin lỗi ông/bà: hồ sơ {ma_ho_so} chưa xong đúng hẹn.\n"
            "Ngày hẹn trả mới: {hen_moi}.",
            extra=("hen_moi",),
        ),
        _event(
            "result_ready",
            "Đã có kết quả",
            "Ho so {ma_ho_so} da co ket qua. "
            "De nghi ong/ba den bo phan mot cua nhan ket qua, mang theo giay tiep nhan.",
            "Hồ sơ {ma_ho_so} đã có kết quả",
            "Kính gửi ông/bà,\n\n"
            "Hồ sơ {ma_ho_so} đã có kết quả.\n"
            "Đề nghị ông/bà đến Bộ phận một cửa nhận kết quả, mang theo giấy tiếp nhận.",
        ),
        _event(
            "result_handed_out",
            "Đã trả kết quả",
            "Da tra ket qua ho so {ma_ho_so}. Ban so luu tai kho du lieu cua ong/ba: {trang_ca_nhan}",
            "Đã trả kết quả hồ sơ {ma_ho_so}",
            "Kính gửi ông/bà,\n\n"
            "Kết quả hồ sơ {ma_ho_so} đã được trả.\n"
            "Bản số được lưu tại Kho dữ liệu của ông/bà: {trang_ca_nhan}",
        ),
        _event(
            "dossier_refused",
            "Từ chối giải quyết hồ sơ",
            "Ho so {ma_ho_so} khong du dieu kien giai quyet. De nghi xem ly do tai {ho_so_cua_toi}",
            "Hồ sơ {ma_ho_so} không đủ điều kiện giải quyết",
            "Kính gửi ông/bà,\n\n"
            "Hồ sơ {ma_ho_so} không đủ điều kiện giải quyết.\nĐề nghị ông/bà xem lý do tại {ho_so_cua_toi}",
        ),
        _event(
            "dossier_stopped",
            "Dừng giải quyết hồ sơ",
            "Ho so {ma_ho_so} da dung giai quyet. De nghi xem ly do tai {ho_so_cua_toi}",
            "Hồ sơ {ma_ho_so} đã dừng giải quyết",
            "Kính gửi ông/bà,\n\n"
            "Hồ sơ {ma_ho_so} đã dừng giải quyết.\nĐề nghị ông/bà xem lý do tại {ho_so_cua_toi}",
        ),
        _event(
            "dossier_withdrawn",
            "Rút hồ sơ",
            "Ho so {ma_ho_so} da duoc rut theo yeu cau. De nghi ong/ba den bo phan mot cua nhan lai giay to.",
            "Hồ sơ {ma_ho_so} đã được rút",
            "Kính gửi ông/bà,\n\n"
            "Hồ sơ {ma_ho_so} đã được rút theo yêu cầu.\n"
            "Đề nghị ông/bà đến Bộ phận một cửa nhận lại giấy tờ.",
        ),
        _event(
            "dossier_moved_away",
            "Hồ sơ được chuyển sang đúng chủ",
            "Ho so {ma_ho_so} ghi nham vao tai khoan cua ong/ba da duoc chuyen sang dung chu ho so.",
            "Hồ sơ {ma_ho_so} đã được chuyển sang đúng chủ hồ sơ",
            "Kính gửi ông/bà,\n\n"
            "Hồ sơ {ma_ho_so} trước ghi nhầm vào tài khoản của ông/bà, nay đã được chuyển sang đúng chủ hồ sơ.",
        ),
        _event(
            "dossier_moved_here",
            "Hồ sơ được chuyển về tài khoản",
            "Ho so {ma_ho_so} truoc ghi nham chu, nay da chuyen ve tai khoan cua ong/ba. Xem tai {trang_ca_nhan}",
            "Hồ sơ {ma_ho_so} đã được chuyển về tài khoản của ông/bà",
            "Kính gửi ông/bà,\n\n"
            "Hồ sơ {ma_ho_so} trước ghi nhầm chủ, nay đã chuyển về tài khoản của ông/bà.\n"
            "Xem tại {trang_ca_nhan}",
        ),
    )
}

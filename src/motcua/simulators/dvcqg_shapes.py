"""What Cổng DVCQG takes, field by field: nothing missing, nothing more, nothing longer (docs/dvcqg.md)."""

import re
from collections.abc import Callable, Mapping

Rule = Callable[[object], bool]

_MOMENT = re.compile(r"[0-9]{14}")


class Misshapen(ValueError):
    """Names the field."""


def _text(most: int, *, empty: bool = True) -> Rule:
    return lambda value: isinstance(value, str) and len(value) <= most and (empty or bool(value))


def _one_of(*codes: str) -> Rule:
    return lambda value: value in codes


def _moment(*, empty: bool = True) -> Rule:
    def judge(value: object) -> bool:
        if value == "":
            return empty
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            return False
        month, day, hour, minute, second = (int(value[i : i + 2]) for i in range(4, 14, 2))
        return 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60

    return judge


def _matching(pattern: str) -> Rule:
    shape = re.compile(pattern)
    return lambda value: isinstance(value, str) and bool(shape.fullmatch(value))


def _list_of(shape: Mapping[str, Rule], *, least: int = 0) -> Rule:
    def judge(value: object) -> bool:
        if not isinstance(value, list) or not least <= len(value) <= 200:
            return False
        for line in value:
            fits(line, shape)
        return True

    return judge


_YES_NO = _one_of("0", "1")
_CODE = _matching(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}-[0-9]{6}-[0-9]{4}")
_STATES = _one_of(*(str(number) for number in range(1, 11)))

DOSSIER: Mapping[str, Rule] = {
    "MaHoSo": _CODE,
    "MaTTHC": _text(64, empty=False),
    "TenTTHC": _text(1000, empty=False),
    "MaLinhVuc": _text(64),
    "TenLinhVuc": _text(1000),
    "KenhThucHien": _one_of("1", "2", "3"),
    "ChuHoSo": _text(250, empty=False),
    "LoaiDoiTuong": _one_of("1", "2", "3", "4"),
    "MaDoiTuong": _text(64),
    "Email": _text(120),
    "SoDienThoai": _matching(r"(0[0-9]{9})?"),
    "TrichYeuHoSo": _text(1000, empty=False),
    "NgayTiepNhan": _moment(empty=False),
    "NgayHenTra": _moment(),
    "NgayTra": _moment(),
    "NgayKetThucXuLy": _moment(),
    "NgayTuChoi": _moment(),
    "NgayNopHoSo": _moment(empty=False),
    "TrangThaiHoSo": _STATES,
    "HinhThuc": _YES_NO,
    "DonViXuLy": _text(250, empty=False),
    "NoiNopHoSo": _one_of("1", "2"),
    "HoSoCoThanhPhanSoHoa": _YES_NO,
    "TaiKhoanDuocXacThucVoiVNeID": _YES_NO,
    "DuocThanhToanTrucTuyen": _YES_NO,
    "DinhDanhCHS": _list_of({"LoaiDinhDanh": _one_of("1", "2", "3"), "SoDinhDanh": _matching("[0-9]{9,13}")}),
    "TaiLieuNop": _list_of(
        {
            "TepDinhKemId": _text(64, empty=False),
            "TenTepDinhKem": _text(250, empty=False),
            "IsDeleted": _YES_NO,
            "MaThanhPhanHoSo": _text(100),
            "DuongDanTaiTepTin": _text(500),
            "DuocSoHoa": _YES_NO,
            "DuocTaiSuDung": _YES_NO,
            "DuocLayTuKhoDMQG": _YES_NO,
            "MaKetQuaThayThe": _text(64),
        }
    ),
    "DanhSachLePhi": _list_of(
        {
            "TenPhiLePhi": _text(250, empty=False),
            "MaPhiLePhi": _text(64),
            "HinhThucThu": _one_of("1", "2"),
            "Gia": _matching("[0-9]{1,12}"),
            "LoaiPhiLePhi": _one_of("1", "2"),
        }
    ),
    "DanhSachHoSoBoSung": _list_of(
        {
            "HoSoBoSungId": _text(64, empty=False),
            "NguoiYeuCauBoSung": _text(50),
            "NoiDungBoSung": _text(500, empty=False),
            "NgayBoSung": _moment(empty=False),
            "NgayTiepNhanBoSung": _moment(),
            "TrangThaiBoSung": _YES_NO,
        }
    ),
    "DanhSachGiayToKetQua": _list_of(
        {
            "TenGiayTo": _text(250, empty=False),
            "MaGiayToKetQua": _text(100),
            "DuongDanTepTinKetQua": _text(500),
        }
    ),
    "DSKetNoiCSDL": lambda value: value == [],
}

STEP: Mapping[str, Rule] = {
    "MaHoSo": _CODE,
    "NguoiXuLy": _text(50),
    "ChucDanh": _text(250),
    "ThoiDiemXuLy": _moment(empty=False),
    "PhongBanXuLy": _text(250),
    "NoiDungXuLy": _text(500, empty=False),
    "TrangThai": _STATES,
    "NgayBatDau": _moment(),
    "NgayKetThucTheoQuyDinh": _moment(),
}

ACCOUNT: Mapping[str, Rule] = {
    "LoaiDinhDanh": _one_of("1", "2", "3"),
    "SoDinhDanh": _matching("[0-9]{9,13}"),
    "MucDich": _text(100, empty=False),
    "MaYeuCau": _text(64),
    "MaTTHC": _text(64),
}

STORE: Mapping[str, Rule] = {
    "SoDinhDanhChuSoHuu": _matching("[0-9]{9,13}"),
    "HoTenNguoiYeuCau": _text(250),
    "SoDinhDanhNguoiYeuCau": _matching("[0-9]{9}|[0-9]{12}"),
    "KenhThucHien": _one_of("1", "2"),
    "MaThuTuc": _text(64, empty=False),
    "DanhSachDanhMucKetQua": _list_of({"MaKetQua": _text(64, empty=False), "SoKyHieu": _text(100)}, least=1),
}

FILE: Mapping[str, Rule] = {"CoQuanChuQuan": _text(250, empty=False), "DuongDan": _text(500, empty=False)}


def fits(said: object, shape: Mapping[str, Rule]) -> dict[str, object]:
    """The object, when every field stands, no other does, and each is as it must be. Raises Misshapen."""
    if not isinstance(said, dict):
        raise Misshapen("data")
    for name in shape:
        if name not in said:
            raise Misshapen(f"{name} (thiếu)")
    for name, value in said.items():
        if name not in shape:
            raise Misshapen(f"{name} (thừa)")
        if not shape[name](value):
            raise Misshapen(name)
    return said

"""DongBoHoSoMC and CapNhatTienDoHoSoMC, field by field."""

from typing import Final

from motcua.desk.ports_national import (
    ChargeTold,
    DossierTold,
    NationalProcedure,
    PaperTold,
    StepTold,
    SupplementTold,
)
from motcua.desk.states import State
from motcua.gateways.dvcqg_words import NO, STATE, cut, moment, number_kind, yes_or_no
from motcua.kernel.phone import Phone

LONGEST_SUMMARY: Final = 1000
LONGEST_OFFICER: Final = 50
_LONGEST_WORDS: Final = 500
_LONGEST_NAME: Final = 250

#: KenhThucHien.
_COUNTER, _ONLINE = "1", "2"
#: NoiNopHoSo: filed at the province's own system, not on Cổng DVCQG.
_AT_THE_PROVINCE = "2"
#: HinhThuc: how the result is given.
_AT_DESK, _BY_POST = "0", "1"
#: HinhThucThu: at once, online.
_IN_HAND, _PAID_ONLINE = "1", "2"


def dossier(
    told: DossierTold, procedure: NationalProcedure, *, owner_kind: str, verified: bool
) -> dict[str, object]:
    """One dossier as DongBoHoSoMC wants it; every field stands, empty where we have nothing to say."""
    return {
        "MaHoSo": told.code,
        "MaTTHC": procedure.code,
        "TenTTHC": procedure.name,
        "MaLinhVuc": procedure.field_code,
        "TenLinhVuc": procedure.field_name,
        "KenhThucHien": _ONLINE if told.online else _COUNTER,
        "ChuHoSo": cut(told.owner_name, _LONGEST_NAME),
        "LoaiDoiTuong": owner_kind,
        "MaDoiTuong": told.owner_subject,
        "Email": told.email,
        "SoDienThoai": Phone.parse(told.phone).local if told.phone else "",
        "TrichYeuHoSo": cut(told.summary, LONGEST_SUMMARY),
        "NgayTiepNhan": moment(told.received_at),
        "NgayHenTra": moment(told.due_at),
        "NgayTra": moment(told.handed_out_at),
        "NgayKetThucXuLy": moment(told.finished_at),
        "NgayTuChoi": moment(told.refused_at),
        "NgayNopHoSo": moment(told.filed_at),
        "TrangThaiHoSo": STATE[State(told.state)],
        "HinhThuc": _BY_POST if told.by_post else _AT_DESK,
        "DonViXuLy": cut(told.unit_name, _LONGEST_NAME),
        "NoiNopHoSo": _AT_THE_PROVINCE,
        "HoSoCoThanhPhanSoHoa": yes_or_no(any(paper.digitised for paper in told.papers)),
        "TaiKhoanDuocXacThucVoiVNeID": yes_or_no(verified),
        "DuocThanhToanTrucTuyen": yes_or_no(told.paid_online),
        "DinhDanhCHS": _numbers(told.owner_number),
        "TaiLieuNop": [_paper(paper) for paper in told.papers],
        "DanhSachLePhi": [_charge(charge) for charge in told.charges],
        "DanhSachHoSoBoSung": [_supplement(one) for one in told.supplements],
        "DanhSachGiayToKetQua": [
            {
                "TenGiayTo": cut(result.name, _LONGEST_NAME),
                "MaGiayToKetQua": result.type_code,
                "DuongDanTepTinKetQua": "",  # the file lies in the owner's vault, not at an address
            }
            for result in told.results
        ],
        "DSKetNoiCSDL": [],
    }


def step(told: StepTold) -> dict[str, object]:
    """One line of history as CapNhatTienDoHoSoMC wants it."""
    return {
        "MaHoSo": told.code,
        "NguoiXuLy": cut(told.officer_name, LONGEST_OFFICER),
        "ChucDanh": cut(told.officer_title, _LONGEST_NAME),
        "ThoiDiemXuLy": moment(told.at),
        "PhongBanXuLy": cut(told.office, _LONGEST_NAME),
        "NoiDungXuLy": cut(told.words, _LONGEST_WORDS),
        "TrangThai": STATE[State(told.state)],
        "NgayBatDau": moment(told.begun_at),
        "NgayKetThucTheoQuyDinh": moment(told.due_at),
    }


def _numbers(number: str) -> list[dict[str, str]]:
    return [{"LoaiDinhDanh": number_kind(number), "SoDinhDanh": number}] if number else []


def _paper(told: PaperTold) -> dict[str, str]:
    return {
        "TepDinhKemId": told.reference,
        "TenTepDinhKem": cut(told.name, _LONGEST_NAME),
        "IsDeleted": yes_or_no(told.deleted),
        "MaThanhPhanHoSo": told.component_code,
        "DuongDanTaiTepTin": "",
        "DuocSoHoa": yes_or_no(told.digitised),
        "DuocTaiSuDung": yes_or_no(told.reused),
        "DuocLayTuKhoDMQG": NO,
        "MaKetQuaThayThe": "",
    }


def _charge(told: ChargeTold) -> dict[str, str]:
    return {
        "TenPhiLePhi": told.name,
        "MaPhiLePhi": told.reference,
        "HinhThucThu": _PAID_ONLINE if told.online else _IN_HAND,
        "Gia": str(told.amount_vnd),
        "LoaiPhiLePhi": "1" if told.is_charge else "2",
    }


def _supplement(told: SupplementTold) -> dict[str, str]:
    return {
        "HoSoBoSungId": told.reference,
        "NguoiYeuCauBoSung": cut(told.asked_by, LONGEST_OFFICER),
        "NoiDungBoSung": cut(told.words, _LONGEST_WORDS),
        "NgayBoSung": moment(told.asked_at),
        "NgayTiepNhanBoSung": moment(told.answered_at),
        "TrangThaiBoSung": yes_or_no(told.answered_at is not None),
    }

"""Every SMS whose words nobody edits (see events.py): unaccented, one segment of 160 letters, what to do next."""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from functools import wraps
from typing import ParamSpec

from django.utils import timezone

from motcua.outbox.gsm7 import SEGMENT, septets

_P = ParamSpec("_P")


class TooLong(ValueError):
    """The text would leave in two segments: a parameter is longer than the template allows for."""


class CodeFor(StrEnum):
    """What an OTP is for. Decides what the text calls it and whom it may be read to."""

    REGISTER = "REGISTER"
    ASSIST = "ASSIST"
    ASSIST_PHONE = "ASSIST_PHONE"
    ASSIST_OF_AGE = "ASSIST_OF_AGE"
    ACTIVATE = "ACTIVATE"
    RESET = "RESET"
    CHANGE_PHONE = "CHANGE_PHONE"
    STEP_UP = "STEP_UP"


_DEED = {
    CodeFor.REGISTER: "dang ky tai khoan",
    CodeFor.ASSIST: "tao tai khoan tai quay",
    CodeFor.ASSIST_PHONE: "doi so dien thoai tai quay",
    CodeFor.ASSIST_OF_AGE: "nhan tai khoan du 18 tuoi",
    CodeFor.ACTIVATE: "kich hoat tai khoan",
    CodeFor.RESET: "dat lai mat khau",
    CodeFor.CHANGE_PHONE: "doi so dien thoai",
    CodeFor.STEP_UP: "dong tai khoan",  # the one act of an account that a code confirms by itself
}
#: Typed by an officer, with the citizen at the desk.
_AT_THE_DESK = (CodeFor.ASSIST, CodeFor.ASSIST_PHONE, CodeFor.ASSIST_OF_AGE)
_TO_NOBODY = "Khong doc ma nay cho bat ky ai, ke ca can bo."
_TO_THE_OFFICER = "Chi doc ma nay cho can bo dang lam thu tuc cho ong/ba tai quay."


def _one_segment(text_of: Callable[_P, str]) -> Callable[_P, str]:
    @wraps(text_of)
    def checked(*args: _P.args, **kwargs: _P.kwargs) -> str:
        text = text_of(*args, **kwargs)
        if septets(text) > SEGMENT:
            raise TooLong(text_of.__name__)
        return text

    return checked


@_one_segment
def passcode(purpose: str, code: str, nth: int, expires_at: datetime, *, host: str = "") -> str:
    """``nth``: which code of this challenge it is. With a host, phones offer to fill it in there only."""
    kind = CodeFor(purpose)
    until = timezone.localtime(expires_at)
    whom = _TO_THE_OFFICER if kind in _AT_THE_DESK else _TO_NOBODY
    text = f"Ma OTP {_DEED[kind]}: {code} (lan {nth}), het han {until:%H:%M:%S}. {whom}"
    bound = f"{text}\n@{host} #{code}"
    # At the desk the code is typed on the officer's page: filling it in on the phone would be wrong.
    if not host or kind in _AT_THE_DESK or septets(bound) > SEGMENT:
        return text
    return bound


@_one_segment
def one_time_password(password: str, *, host: str) -> str:
    return (
        f"Mat khau dung mot lan: {password} (trong 24 gio). Vao {host}/kich-hoat/ dat mat khau rieng. "
        "Khong doc cho ai, ke ca can bo."
    )


@_one_segment
def account_opened(*, link: str = "") -> str:
    not_me = (
        f"Neu khong phai ong/ba: {link}"
        if link
        else "Neu khong phai ong/ba, hay bao bo phan mot cua gan nhat."
    )
    return f"Tai khoan dich vu cong cua ong/ba da duoc mo. {not_me}"


@_one_segment
def account_activated(*, link: str) -> str:
    return f"Tai khoan dich vu cong cua ong/ba da duoc kich hoat. Neu khong phai ong/ba: {link}"


@_one_segment
def vneid_linked(*, link: str) -> str:
    return f"Tai khoan dich vu cong cua ong/ba vua duoc lien ket VNeID. Neu khong phai ong/ba: {link}"


@_one_segment
def vneid_unlink_asked(*, link: str) -> str:
    return f"Can bo vua lap de nghi go lien ket VNeID cua tai khoan ong/ba. Neu khong phai ong/ba, dung lai: {link}"


@_one_segment
def vneid_unlink_stopped(*, host: str) -> str:
    """To the officer who had asked."""
    return (
        "De nghi go lien ket VNeID ong/ba lap da bi dung: chu tai khoan bao khong phai ho de nghi. "
        f"Xem: {host}/quan-tri/lien-ket-vneid/"
    )


@_one_segment
def vneid_unlinked() -> str:
    return (
        "Lien ket VNeID cua tai khoan dich vu cong cua ong/ba da duoc go tai quay. "
        "Neu khong phai ong/ba, hay bao bo phan mot cua."
    )


@_one_segment
def password_changed(*, link: str) -> str:
    return f"Mat khau tai khoan dich vu cong cua ong/ba vua duoc doi. Neu khong phai ong/ba: {link}"


@_one_segment
def reset_rests(*, link: str) -> str:
    return f"Co yeu cau dat lai mat khau tai khoan cua ong/ba, co hieu luc sau 24 gio. Neu khong phai ong/ba: {link}"


@_one_segment
def phone_changed(*, link: str) -> str:
    """To the old phone."""
    return f"Tai khoan dich vu cong cua ong/ba vua doi sang so dien thoai khac. Neu khong phai ong/ba: {link}"


@_one_segment
def of_age_ahead(*, last3: str, day: date, host: str) -> str:
    """To the guardian's phone, 30 and 7 days before. No name: the phone may be read by others."""
    return (
        f"Tu {day:%d/%m/%Y} ong/ba het quyen giu tai khoan so ...{last3} (chu tai khoan du 18 tuoi). "
        f"De nghi chinh chu den mot cua nhan: {host}"
    )


@_one_segment
def of_age_today(*, last3: str, host: str) -> str:
    """To the guardian's phone, on the day: what ended, and where the owner goes."""
    return (
        f"Chu tai khoan so ...{last3} da du 18 tuoi: tu hom nay ong/ba khong dung duoc nua. "
        f"De nghi chinh chu den mot cua nhan: {host}"
    )


@_one_segment
def guardian_written(*, last3: str, day: date) -> str:
    """To the phone that an officer says is a parent's or guardian's."""
    return (
        f"Can bo ghi so nay la cua nguoi giu tai khoan so ...{last3} den truoc {day:%d/%m/%Y} (du 18 tuoi). "
        "Neu khong dung, bao bo phan mot cua."
    )


@_one_segment
def guardian_taken_back(*, last3: str) -> str:
    """To the same phone, when it is said that it is the owner's."""
    return (
        f"Can bo ghi so nay la cua chinh chu tai khoan so ...{last3}, khong phai cua cha me hay nguoi giam ho. "
        "Neu khong dung, bao bo phan mot cua."
    )


@_one_segment
def guardian_requests_ended(*, last3: str, count: int) -> str:
    """To the guardian's phone, on the day."""
    return (
        f"Chu tai khoan so ...{last3} da du 18 tuoi: {count} de nghi ong/ba nho lap cho tai khoan nay da dung. "
        "Chinh chu de nghi lai tai mot cua."
    )


@_one_segment
def officer_requests_ended(*, count: int, host: str) -> str:
    """To the officer who had written them down."""
    return (
        f"{count} de nghi ong/ba lap cho mot tai khoan da dung: chu tai khoan du 18 tuoi. "
        f"Moi chinh chu den lap lai neu can: {host}/quan-tri/"
    )


@_one_segment
def merge_stopped() -> str:
    """To the other owner, who had been told that the two would be joined."""
    return (
        "Viec gop tai khoan dich vu cong cua ong/ba da dung, hai tai khoan khong thay doi. "
        "Neu can, de nghi den bo phan mot cua lap lai."
    )


@_one_segment
def account_taken_over(*, host: str) -> str:
    """To the phone that a guardian held the account with; no link, for it is not theirs to lock."""
    return (
        "Tai khoan ong/ba giu thay con/nguoi duoc giam ho da duoc chinh chu nhan tai quay. "
        f"Neu khong dung, bao ngay bo phan mot cua: {host}"
    )


@_one_segment
def account_taken_over_rests(*, link: str) -> str:
    """The same, where no operator vouches for the new phone: for a day the old one may say no."""
    return (
        "Tai khoan ong/ba giu thay dang duoc giao cho chinh chu tai quay. "
        f"Neu khong dung, chan trong 24 gio: {link}"
    )


@_one_segment
def phone_bound() -> str:
    """To the new phone."""
    return (
        "So dien thoai nay da duoc gan voi tai khoan dich vu cong cua ong/ba. "
        "Neu khong phai, de nghi bao bo phan mot cua gan nhat."
    )


@_one_segment
def email_bound(*, link: str) -> str:
    return f"Tai khoan cua ong/ba vua dat email nhan thong bao. Neu khong phai ong/ba: {link}"


@_one_segment
def email_removed(*, link: str) -> str:
    return f"Tai khoan cua ong/ba vua bo email nhan thong bao. Neu khong phai ong/ba: {link}"


@_one_segment
def signed_in_on_new_device(*, at: datetime, link: str) -> str:
    when = f"{timezone.localtime(at):%H:%M %d/%m/%Y}"
    return f"Tai khoan cua ong/ba dang nhap tren thiet bi moi luc {when}. Neu khong phai ong/ba: {link}"


@_one_segment
def factor_changed(*, link: str) -> str:
    return f"Xac thuc hai buoc cua tai khoan ong/ba vua thay doi. Neu khong phai ong/ba: {link}"


@_one_segment
def recovery_code_used(*, count: int, link: str) -> str:
    return (
        f"Tai khoan cua ong/ba vua dang nhap bang ma du phong, con {count} ma. Neu khong phai ong/ba: {link}"
    )


@_one_segment
def factor_reset_approved(*, host: str) -> str:
    """To the officer whose phone or key is lost."""
    return (
        "De nghi dat lai xac thuc hai buoc cua ong/ba da duoc duyet. "
        f"Trong 24 gio, dang nhap tai {host} de nhan ma dang ky lai."
    )


@_one_segment
def factor_reset_of_colleague() -> str:
    """To the head of the unit."""
    return (
        "Xac thuc hai buoc cua mot can bo trong don vi vua duoc duyet dat lai. "
        "De nghi ong/ba xem muc Dang nhap cua can bo tai trang Quan tri."
    )


@_one_segment
def factor_reset_code(*, code: str, host: str) -> str:
    """Digits in two groups; read to nobody."""
    return (
        f"Ma dang ky lai xac thuc hai buoc: {code} (30 phut). Nhap tai {host}. "
        "Khong doc ma nay cho bat ky ai, ke ca quan tri."
    )


@_one_segment
def identity_adjusted(*, link: str) -> str:
    return f"Thong tin dinh danh tai khoan ong/ba vua duoc dieu chinh tai quay. Neu khong phai ong/ba: {link}"


@_one_segment
def codes_locked() -> str:
    return (
        "Ma OTP cua ong/ba bi nhap sai nhieu lan nen tam khoa 30 phut. "
        "Neu khong phai ong/ba, khong can lam gi va khong doc ma cho ai."
    )


@_one_segment
def phone_factor_disabled() -> str:
    return (
        "So dien thoai nay tam ngung nhan ma OTP vi bi nhap sai qua nhieu. "
        "De nghi mang giay to tuy than den bo phan mot cua de xac minh lai."
    )


@_one_segment
def provisionally_received(*, number: str) -> str:
    return (
        f"Da tiep nhan tam giay to, so {number}. Thoi han giai quyet tinh tu khi kiem tra duoc tai khoan; "
        "ma ho so se duoc bao sau."
    )


@_one_segment
def provisional_confirmed(*, number: str, dossier: str) -> str:
    return (
        f"Giay to so {number} da duoc tiep nhan, ma ho so {dossier}. "
        "De nghi ong/ba den bo phan mot cua nhan giay tiep nhan."
    )


@_one_segment
def provisional_needs_account(*, number: str, until: date) -> str:
    return (
        f"Giay to so {number} chua duoc tiep nhan vi chua co tai khoan. "
        f"De nghi ong/ba tao tai khoan truoc {_day(until)} hoac den bo phan mot cua."
    )


@_one_segment
def provisional_needs_vneid(*, number: str, until: date) -> str:
    return (
        f"Giay to so {number} chua duoc tiep nhan. De nghi ong/ba dang nhap Cong bang VNeID muc 2 mot lan "
        f"truoc {_day(until)}, hoac den bo phan mot cua."
    )


@_one_segment
def provisional_closed(*, number: str) -> str:
    return (
        f"Giay to so {number} da dong vi chua co tai khoan. "
        "De nghi ong/ba den bo phan mot cua nhan lai giay to."
    )


@_one_segment
def provisional_ended(*, number: str) -> str:
    return (
        f"Giay to so {number} khong duoc tiep nhan vi so giay to khong phai cua chu ho so. "
        "De nghi ong/ba den bo phan mot cua nhan lai giay to."
    )


@_one_segment
def papers_expiring(*, count: int, first_on: date, host: str) -> str:
    return (
        f"{count} giay to trong kho du lieu cua ong/ba sap het han, som nhat {_day(first_on)}. "
        f"De nghi xem tai {host}/ca-nhan/"
    )


@_one_segment
def post_lapsed(*, unit: str) -> str:
    """``unit`` is its code: a name may be too long for one text."""
    return (
        f"Quyen cua ong/ba tai don vi {unit[:40]} da het hieu luc vi qua han xac nhan lai. "
        "De nghi lien he quan tri don vi neu con can."
    )


@_one_segment
def gate_day_set(*, first_on: date, unit: str) -> str:
    """``unit`` is its code: a name may be too long for one text."""
    return (
        f"Tu {first_on:%d/%m/%Y} don vi {unit[:40]} chi tiep nhan ho so khi tai khoan chu ho so da duoc kiem tra. "
        "Xem huong dan tai trang Mot cua."
    )


@_one_segment
def contest_answered(*, host: str) -> str:
    return (
        "Phan anh cua ong/ba ve luot xem giay to da duoc thanh tra tra loi. "
        f"De nghi xem tai {host}/ca-nhan/nhat-ky/"
    )


_ASK_THE_DESK = "Can hoi, den bo phan mot cua."


@_one_segment
def paper_put_right(*, host: str) -> str:
    return f"Thong tin mot giay to trong kho cua ong/ba da duoc sua: {host}/ca-nhan/kho-du-lieu/. {_ASK_THE_DESK}"


@_one_segment
def paper_moved_away(*, host: str) -> str:
    return (
        "Mot giay to nam nham trong kho cua ong/ba da duoc chuyen ve dung chu: "
        f"{host}/ca-nhan/nhat-ky/. {_ASK_THE_DESK}"
    )


@_one_segment
def paper_moved_here(*, host: str) -> str:
    return f"Mot giay to cua ong/ba da duoc chuyen vao kho: {host}/ca-nhan/kho-du-lieu/. {_ASK_THE_DESK}"


@_one_segment
def paper_left_as_it_is(*, host: str) -> str:
    return (
        "De nghi sua mot giay to trong kho cua ong/ba khong duoc duyet: "
        f"{host}/ca-nhan/kho-du-lieu/. {_ASK_THE_DESK}"
    )


@_one_segment
def paper_report_answered(*, host: str) -> str:
    return f"Dieu ong/ba bao ve giay to trong kho da co tra loi: {host}/ca-nhan/kho-du-lieu/. {_ASK_THE_DESK}"


_TELL_THE_DESK = "Neu khong dung, hay bao bo phan mot cua."


@_one_segment
def mandate_asked(*, host: str) -> str:
    """To the representative, while a second officer has yet to agree."""
    return f"Co de nghi ghi ong/ba dai dien cho to chuc, dang cho duyet: {host}/ca-nhan/to-chuc/. {_TELL_THE_DESK}"


@_one_segment
def mandate_approved(*, host: str) -> str:
    return f"Ong/ba da duoc ghi nhan la nguoi dai dien to chuc: {host}/ca-nhan/to-chuc/. {_TELL_THE_DESK}"


@_one_segment
def mandate_closed(*, host: str) -> str:
    """Declined or taken back."""
    return (
        f"De nghi ghi ong/ba dai dien cho to chuc khong duoc duyet hoac da rut: {host}/ca-nhan/to-chuc/. "
        "Can hoi, den bo phan mot cua."
    )


@_one_segment
def mandate_revoked(*, host: str) -> str:
    return f"Quyen dai dien to chuc cua ong/ba da bi thu hoi: {host}/ca-nhan/to-chuc/. {_TELL_THE_DESK}"


@_one_segment
def mandate_asked_of_organisation(*, host: str) -> str:
    """To whoever acts for the organisation already."""
    return f"Co de nghi them nguoi dai dien cho to chuc ong/ba dai dien, dang cho duyet. {_TELL_THE_DESK}"


@_one_segment
def mandate_approved_of_organisation(*, host: str) -> str:
    return f"To chuc ong/ba dai dien da co them nguoi dai dien duoc ghi nhan. {_TELL_THE_DESK}"


@_one_segment
def mandate_closed_of_organisation(*, host: str) -> str:
    return "De nghi them nguoi dai dien cho to chuc ong/ba dai dien da khep lai, khong ai duoc them."


@_one_segment
def mandate_revoked_of_organisation(*, host: str) -> str:
    return f"Mot nguoi dai dien cua to chuc ong/ba dai dien da bi thu hoi quyen. {_TELL_THE_DESK}"


@_one_segment
def account_status_changed(*, word: str) -> str:
    """``word`` is unaccented: "tam khoa", "mo lai", "dong"."""
    return (
        f"Tai khoan dich vu cong cua ong/ba da duoc {word}. "
        "Neu can giai thich, de nghi den bo phan mot cua gan nhat."
    )


@_one_segment
def accounts_to_be_merged(*, until: date, link: str) -> str:
    """To both phones, before it is done; ``until``: the day on which it is."""
    return (
        f"Hai tai khoan dung ten ong/ba se duoc gop lam mot ngay {until:%d/%m/%Y}. Khong phai ong/ba: {link}"
    )


@_one_segment
def accounts_to_be_parted(*, until: date, link: str) -> str:
    """Before it is done; ``until``: the day on which it is."""
    return f"Hai tai khoan da gop cua ong/ba se duoc tach ngay {until:%d/%m/%Y}. Khong phai ong/ba: {link}"


@_one_segment
def accounts_merged(*, last3: str, link: str) -> str:
    """``last3`` of the number to sign in with from now on."""
    return f"Hai tai khoan cua ong/ba da gop. Dang nhap bang so cuoi {last3}. Khong phai ong/ba: {link}"


@_one_segment
def accounts_parted() -> str:
    return (
        "Hai tai khoan da gop truoc day vua duoc tach ra, giay to ve dung kho cu. "
        "Can giai thich, de nghi den bo phan mot cua gan nhat."
    )


@_one_segment
def budget_unlocked(*, at: datetime) -> str:
    """To the officer whom a head lets go on; ``at``: until when."""
    return (
        f"Lanh dao da mo khoa han muc cong viec cua ong/ba den {timezone.localtime(at):%H:%M %d/%m/%Y}. "
        "Neu ong/ba khong de nghi, hay bao quan tri don vi."
    )


@_one_segment
def breach_notice(*, host: str) -> str:
    """To whom a breach concerns; what was seen is never said in a text."""
    return (
        "Thong tin cua ong/ba da bi xem hoac lay sai quy dinh. Xem luot truy cap: "
        f"{host}/ca-nhan/nhat-ky/. Can hoi, goi 1022."
    )


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"

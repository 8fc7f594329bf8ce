"""Addresses of the public pages (SPEC 14)."""

from django.urls import path, register_converter

from motcua.web.public import (
    pages,
    paper_codes,
    paper_marks,
    payment_news,
    recovering,
    registration,
    signing_in,
    sms_news,
)

register_converter(paper_marks.SlipCode, "slip_code")
register_converter(paper_marks.RequestNumber, "request_number")
register_converter(paper_marks.RequestMark, "request_mark")
register_converter(paper_marks.LinkToken, "link_token")

app_name = "public"
urlpatterns = [
    path("favicon.ico", pages.favicon, name="favicon"),
    path("", pages.home, name="home"),
    path("dang-ky/", registration.begin, name="registration"),
    path("dang-ky/tiep-tuc/", registration.resume, name="registration_resume"),
    path("dang-ky/<uuid:public_id>/", registration.step, name="registration_step"),
    path("dang-ky/<uuid:public_id>/ma-otp/", registration.code, name="registration_code"),
    path("dang-ky/<uuid:public_id>/nha-mang/", registration.operator, name="registration_operator"),
    path("dang-ky/<uuid:public_id>/khong-khop/", registration.mismatch, name="registration_mismatch"),
    path("dang-ky/<uuid:public_id>/phieu.pdf", registration.mismatch_slip, name="registration_slip"),
    path("dang-ky/<uuid:public_id>/da-co-tai-khoan/", registration.exists, name="registration_exists"),
    path("dang-ky/<uuid:public_id>/mat-khau/", registration.password, name="registration_password"),
    path("dang-ky/<uuid:public_id>/thanh-cong/", registration.done, name="registration_done"),
    path("dang-ky/<uuid:public_id>/xoa/", registration.abandon, name="registration_abandon"),
    path("dang-nhap/", signing_in.sign_in, name="sign_in"),
    path("dang-xuat/", signing_in.sign_out, name="sign_out"),
    path("quen-mat-khau/", recovering.ask, name="forgotten"),
    path("quen-mat-khau/<uuid:public_id>/ma-otp/", recovering.code, name="forgotten_code"),
    path("quen-mat-khau/<uuid:public_id>/mat-khau/", recovering.new_password, name="forgotten_password"),
    path("kich-hoat/", signing_in.activate, name="activation"),
    path("k/<link_token:token>", signing_in.disavow, name="disavow"),
    path("tra-cuu/", pages.track, name="tracking"),
    path("huong-dan/", pages.guides, name="guides"),
    path("thanh-toan/xac-nhan/", payment_news.hear, name="payment_news"),
    path("tin-nhan/bao-phat/<sms_provider:provider>/", sms_news.hear, name="sms_news"),
    path("p/<slip_code:code>", paper_codes.desk_slip, name="desk_slip"),
    path("yc/<request_number:number>/<request_mark:mark>", paper_codes.request_paper, name="request_paper"),
]

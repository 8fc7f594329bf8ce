"""Addresses of the public pages (SPEC 14)."""

from django.conf import settings
from django.urls import path, register_converter

from motcua.web.public import fronts, guide_marks, paper_marks, programming
from motcua.web.systems import desk, portal

guides = portal("motcua.web.public.guides")
paper_codes = portal("motcua.web.public.paper_codes")
recovering = portal("motcua.web.public.recovering")
registration = portal("motcua.web.public.registration")
sms_news = portal("motcua.web.public.sms_news")
second_step = portal("motcua.web.public.second_step")
signing_in = portal("motcua.web.public.signing_in")
vneid = portal("motcua.web.public.vneid")
payment_news = desk("motcua.web.public.payment_news")
tracing = desk("motcua.web.public.tracing")
through_the_portal = desk("motcua.web.public.through_the_portal")

register_converter(paper_marks.SlipCode, "slip_code")
register_converter(paper_marks.RequestNumber, "request_number")
register_converter(paper_marks.RequestMark, "request_mark")
register_converter(paper_marks.LinkToken, "link_token")
register_converter(guide_marks.GuideSlug, "guide")
register_converter(guide_marks.SheetName, "sheet")

app_name = "public"
urlpatterns = [
    path("favicon.ico", fronts.favicon, name="favicon"),
    path("", fronts.home, name="home"),
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
    *(
        [
            path("dang-nhap/", signing_in.sign_in, name="sign_in"),
            path("dang-xuat/", signing_in.sign_out, name="sign_out"),
        ]
        if settings.HOSTS_PORTAL
        else [
            path("dang-nhap/", through_the_portal.begin, name="sign_in"),
            path("dang-nhap/tro-ve/", through_the_portal.finish, name="sign_in_back"),
            path("dang-xuat/", through_the_portal.leave, name="sign_out"),
            path("dang-xuat/tu-cong/", through_the_portal.heard, name="signed_out_elsewhere"),
        ]
    ),
    path("dang-nhap/vneid/", vneid.begin, name="vneid"),
    path("dang-nhap/vneid/tro-ve/", vneid.finish, name="vneid_back"),
    path("dang-nhap/vneid/mo-tai-khoan/", vneid.open_account, name="vneid_open"),
    path("huong-dan/vneid/", vneid.guide, name="vneid_guide"),
    path("dang-nhap/buoc-hai/", second_step.step, name="second_step"),
    path("dang-nhap/thiet-lap/", second_step.enrol, name="enrolment"),
    path("quen-mat-khau/", recovering.ask, name="forgotten"),
    path("quen-mat-khau/<uuid:public_id>/ma-otp/", recovering.code, name="forgotten_code"),
    path("quen-mat-khau/<uuid:public_id>/mat-khau/", recovering.new_password, name="forgotten_password"),
    path("kich-hoat/", signing_in.activate, name="activation"),
    path("k/<link_token:token>", signing_in.disavow, name="disavow"),
    path("tra-cuu/", tracing.track, name="tracking"),
    path("huong-dan/", guides.guides, name="guides"),
    path("huong-dan/en/", guides.guides, {"language": "en"}, name="guides_en"),
    path("huong-dan/<guide:slug>/", guides.guide, name="guide"),
    path("huong-dan/<guide:slug>/<sheet:name>.pdf", guides.sheet, name="guide_sheet"),
    path("huong-dan/en/<guide:slug>/", guides.guide, {"language": "en"}, name="guide_en"),
    path(
        "huong-dan/en/<guide:slug>/<sheet:name>.pdf", guides.sheet, {"language": "en"}, name="guide_sheet_en"
    ),
    path("huong-dan/giao-dien-lap-trinh/", programming.programming, name="programming"),
    path("thanh-toan/xac-nhan/", payment_news.hear, name="payment_news"),
    path("tin-nhan/bao-phat/<sms_provider:provider>/", sms_news.hear, name="sms_news"),
    path("p/<slip_code:code>", paper_codes.desk_slip, name="desk_slip"),
    path("yc/<request_number:number>/<request_mark:mark>", paper_codes.request_paper, name="request_paper"),
]

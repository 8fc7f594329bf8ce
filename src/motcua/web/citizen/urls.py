"""Addresses of the signed-in citizen (SPEC 14)."""

from django.urls import path

from motcua.web.citizen import filing_urls
from motcua.web.systems import desk, portal

account = portal("motcua.web.citizen.account")
connections = portal("motcua.web.citizen.connections")
consents = portal("motcua.web.citizen.consents")
history = portal("motcua.web.citizen.history")
notices = portal("motcua.web.citizen.notices")
own_data = portal("motcua.web.citizen.own_data")
agreeing = portal("motcua.web.citizen.agreeing")
before_own = portal("motcua.web.citizen.before_own")
closing = portal("motcua.web.citizen.closing")
organisations = portal("motcua.web.citizen.organisations")
sign_ins = portal("motcua.web.citizen.sign_ins")
vault = portal("motcua.web.citizen.vault")
dossiers = desk("motcua.web.citizen.dossiers")
paying = desk("motcua.web.citizen.paying")

app_name = "citizen"
urlpatterns = [
    path("ca-nhan/to-chuc/", organisations.listing, name="organisations"),
    path("ca-nhan/to-chuc/thoi/", organisations.back, name="organisation_back"),
    path("ca-nhan/to-chuc/<uuid:public_id>/lam-viec-thay/", organisations.act, name="organisation_act"),
    path("ca-nhan/", account.home, name="account"),
    path("ca-nhan/gop-tai-khoan/<uuid:public_id>/phan-doi/", account.merge_objection, name="merge_objection"),
    path("ca-nhan/du-lieu/", own_data.copy, name="own_data"),
    path("ca-nhan/van-ban/", agreeing.texts, name="texts"),
    path("ca-nhan/truoc-khi-nhan/", before_own.page, name="before_own"),
    path("ca-nhan/truoc-khi-nhan/<uuid:public_id>/giu/", before_own.keep, name="before_own_keep"),
    path("ca-nhan/truoc-khi-nhan/<uuid:public_id>/rut/", before_own.withdraw, name="before_own_withdraw"),
    path("ca-nhan/dong-tai-khoan/", closing.page, name="closing"),
    path("ca-nhan/dong-tai-khoan/ma-otp/", closing.code, name="closing_code"),
    path("ca-nhan/mat-khau/", account.password, name="password"),
    path("ca-nhan/so-dien-thoai/", account.phone, name="phone"),
    path("ca-nhan/so-dien-thoai/<uuid:public_id>/", account.phone_code, name="phone_code"),
    path("ca-nhan/thong-bao/", notices.home, name="notices"),
    path("ca-nhan/thong-bao/email/", notices.email, name="email"),
    path("ca-nhan/thong-bao/email/bo/", notices.email_remove, name="email_remove"),
    path("ca-nhan/thong-bao/email/<uuid:public_id>/", notices.email_code, name="email_code"),
    path("ca-nhan/phien-dang-nhap/", account.sessions_page, name="sessions"),
    path("ca-nhan/phien-dang-nhap/ket-thuc/", account.end_others, name="end_others"),
    path("ca-nhan/phien-dang-nhap/<uuid:public_id>/ket-thuc/", account.end_session, name="end_session"),
    path("ca-nhan/lich-su-dang-nhap/", sign_ins.history, name="sign_ins"),
    path("ca-nhan/xac-thuc-hai-buoc/", sign_ins.factors, name="factors"),
    path("ca-nhan/xac-thuc-hai-buoc/ung-dung/bo/", sign_ins.remove_app, name="remove_app"),
    path("ca-nhan/xac-thuc-hai-buoc/<uuid:public_id>/bo/", sign_ins.remove_passkey, name="remove_passkey"),
    path("ca-nhan/he-thong-ket-noi/", connections.listing, name="connections"),
    path("ca-nhan/he-thong-ket-noi/<uuid:public_id>/ngat/", connections.take_back, name="connection_end"),
    path("ca-nhan/ho-so/", dossiers.listing, name="dossiers"),
    path("ca-nhan/ho-so/<uuid:public_id>/", dossiers.one, name="dossier"),
    path("ca-nhan/ho-so/<uuid:public_id>/giay-tiep-nhan.pdf", dossiers.slip, name="slip"),
    path("ca-nhan/ho-so/<uuid:public_id>/nop-truc-tuyen/<uuid:charge_id>/", paying.pay, name="pay"),
    *filing_urls.urlpatterns,
    path("ca-nhan/kho-du-lieu/", vault.listing, name="vault"),
    path("ca-nhan/kho-du-lieu/<uuid:public_id>/", vault.one, name="paper"),
    path("ca-nhan/kho-du-lieu/dong-y/", consents.listing, name="consents"),
    path("ca-nhan/kho-du-lieu/dong-y/<uuid:public_id>/rut-lai/", consents.take_back, name="take_back"),
    path("ca-nhan/kho-du-lieu/<uuid:public_id>/bao-sai/", vault.report, name="paper_report"),
    path("ca-nhan/kho-du-lieu/<uuid:public_id>/xem/", vault.look, name="look"),
    path("ca-nhan/kho-du-lieu/<uuid:public_id>/trang/<page:page>/", vault.page, name="page"),
    path("ca-nhan/kho-du-lieu/<uuid:public_id>/tai-ve/", vault.download, name="download"),
    path("ca-nhan/nhat-ky/", history.listing, name="history"),
    path("ca-nhan/nhat-ky/<int:look_id>/phan-anh/", history.contest, name="contest"),
]

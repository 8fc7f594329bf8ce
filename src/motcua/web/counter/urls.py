"""Addresses of the one-stop desk (SPEC 14). Below the stable ones every id is an opaque uuid."""

from django.conf import settings
from django.urls import path

from motcua.web.systems import desk

acting = desk("motcua.web.counter.acting")
cash_list = desk("motcua.web.counter.cash_list")
checking = desk("motcua.web.counter.checking")
correcting = desk("motcua.web.counter.correcting")
doubting = desk("motcua.web.counter.doubting")
exceptional = desk("motcua.web.counter.exceptional")
group = desk("motcua.web.counter.group")
home = desk("motcua.web.counter.home")
listing = desk("motcua.web.counter.listing")
online = desk("motcua.web.counter.online")
opinions = desk("motcua.web.counter.opinions")
owner_correcting = desk("motcua.web.counter.owner_correcting")
owner_correction = desk("motcua.web.counter.owner_correction")
papers = desk("motcua.web.counter.papers")
receiving = desk("motcua.web.counter.receiving")
figure_list = desk("motcua.web.counter.figure_list")
registering = desk("motcua.web.counter.registering")
revealing = desk("motcua.web.counter.revealing")
unchecked = desk("motcua.web.counter.unchecked")
unproven = desk("motcua.web.counter.unproven")
viewing = desk("motcua.web.counter.viewing")

app_name = "counter"
urlpatterns = [
    path("", home.home, name="home"),
    path("don-vi/", home.switch_unit, name="switch_unit"),
    path("tiep-nhan/", checking.check, name="check"),
    path("tiep-nhan/quy-trinh/", checking.processes, name="processes"),
    path("tiep-nhan/<uuid:check_id>/", checking.checked, name="checked"),
    path("tiep-nhan/<uuid:check_id>/kiem-tra-lai/", checking.check_again, name="check_again"),
    path("tiep-nhan/<uuid:check_id>/ho-so/", receiving.receive, name="reception"),
    path("tiep-nhan/<uuid:check_id>/phieu-bo-sung.pdf", receiving.guidance, name="guidance"),
    path("tiep-nhan/<uuid:check_id>/chua-co-tai-khoan/", unchecked.choose, name="unchecked"),
    path("tiep-nhan/<uuid:check_id>/chua-co-tai-khoan/ho-so/", unchecked.receive, name="unchecked_reception"),
    path("lop/", group.begin, name="group_begin"),
    path("lop/<uuid:group_id>/", group.one, name="group"),
    path("lop/<uuid:group_id>/kiem-tra/", group.check, name="group_check"),
    path("lop/<uuid:group_id>/kiem-tra-lai/", group.ask_again, name="group_ask_again"),
    path("lop/<uuid:group_id>/thanh-phan/", group.papers, name="group_papers"),
    path("lop/<uuid:group_id>/tiep-nhan/", group.receive, name="group_receive"),
    path("lop/<uuid:group_id>/dong/<page:nth>/", group.row, name="group_row"),
    path("lop/<uuid:group_id>/giay-tiep-nhan.pdf", group.receipts, name="group_receipts"),
    path("lop/<uuid:group_id>/danh-sach-moi.pdf", group.invitation, name="group_invitation"),
    path("ho-so/", listing.listing, name="dossiers"),
    path("ho-so/theo-bao-cao/", figure_list.listing, name="figure_list"),
    path("ho-so/<uuid:public_id>/", listing.one, name="dossier"),
    path("ho-so/<uuid:public_id>/xem-day-du/", revealing.reveal, name="reveal_owner"),
    path("ho-so/<uuid:public_id>/da-tiep-nhan/", receiving.received, name="received"),
    path("ho-so/<uuid:public_id>/giay-tiep-nhan.pdf", listing.slip, name="slip"),
    path("ho-so/<uuid:public_id>/phieu/<uuid:notice_id>.pdf", papers.notice, name="notice"),
    path("ho-so/<uuid:public_id>/phieu-kiem-soat.pdf", papers.control_slip, name="control_slip"),
    path("ho-so/<uuid:public_id>/bien-lai/<uuid:charge_id>.pdf", papers.fee_receipt, name="fee_receipt"),
    path("ho-so/<uuid:public_id>/bien-nhan-tra-ket-qua.pdf", papers.hand_out, name="hand_out"),
    path("ho-so/<uuid:public_id>/dinh-chinh/", correcting.correct, name="correct"),
    path("so-theo-doi/", registering.register, name="register"),
    path("so-thu/", cash_list.listing, name="cash_list"),
    path("luot/<uuid:visit_id>/giay-tiep-nhan.pdf", papers.visit, name="visit_receipt"),
    path("ho-so/<uuid:public_id>/thanh-phan/<int:order>/", listing.component, name="component"),
    path("ho-so/<uuid:public_id>/thanh-phan/<page:order>/xem/", viewing.look, name="component_look"),
    path(
        "ho-so/<uuid:public_id>/thanh-phan/<page:order>/trang/<page:page>/",
        viewing.page,
        name="component_page",
    ),
    # An address for each act by name: nothing typed stands in it.
    *(
        path(f"ho-so/<uuid:public_id>/viec/{deed}/", acting.act, {"deed": deed.value}, name="act")
        for deed in (acting.TITLES if settings.HOSTS_DESK else ())
    ),
    path("ho-so/<uuid:public_id>/thu-phi/<uuid:charge_id>/", acting.take_charge, name="take_charge"),
    path("ho-so/<uuid:public_id>/thu-phi/<uuid:charge_id>/huy/", acting.cancel_charge, name="cancel_charge"),
    path(
        "ho-so/<uuid:public_id>/thu-phi/<uuid:charge_id>/hoan-tra/",
        acting.refund_charge,
        name="refund_charge",
    ),
    path("ho-so/<uuid:public_id>/ket-qua.pdf", listing.result, name="result"),
    path("y-kien/", opinions.listing, name="opinions"),
    path("y-kien/<uuid:opinion_id>/", acting.answer_opinion, name="answer_opinion"),
    path("truc-tuyen/", online.listing, name="online"),
    path("truc-tuyen/<uuid:public_id>/", online.one, name="online_one"),
    path("no-xac-thuc/", unproven.listing, name="unproven"),
    path("no-xac-thuc/<uuid:public_id>/kiem-tra-lai/", unproven.recheck, name="recheck"),
    path("no-xac-thuc/<uuid:public_id>/doi-chieu-ten/", doubting.decide, name="name_doubt"),
    path("sua-chu-ho-so/", owner_correcting.listing, name="owner_corrections"),
    path("sua-chu-ho-so/de-nghi/", owner_correcting.ask, name="owner_corrections_ask"),
    path("sua-chu-ho-so/quyet-dinh/", owner_correcting.decide, name="owner_corrections_decide"),
    path(
        "sua-chu-ho-so/<uuid:public_id>/rut/", owner_correcting.take_back, name="owner_correction_take_back"
    ),
    path(
        "sua-chu-ho-so/<uuid:public_id>/tai-lieu/",
        owner_correcting.evidence,
        name="owner_correction_evidence",
    ),
    path("sua-chu-ho-so/<uuid:public_id>/", owner_correction.one, name="owner_correction"),
    path(
        "sua-chu-ho-so/<uuid:public_id>/trang/<page:page>/",
        owner_correction.page,
        name="owner_correction_page",
    ),
    path("ngoai-le/", exceptional.listing, name="exceptions"),
    path("ngoai-le/them-moi/", exceptional.ask, name="exception_ask"),
    path("ngoai-le/<uuid:public_id>/quyet-dinh/", exceptional.decide, name="exception_decide"),
    path("ngoai-le/<uuid:public_id>/", exceptional.choose, name="exception"),
    path("ngoai-le/<uuid:public_id>/ho-so/", exceptional.receive, name="exception_reception"),
]

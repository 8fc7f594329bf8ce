"""Addresses of the administration (SPEC 14). Ids are opaque; what was searched for never stands in an address."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from motcua.web.office import (
    calendar,
    contests,
    creating,
    dashboard,
    detail,
    exporting,
    listing,
    national,
    notice_templates,
    organisations,
    own_papers,
    procedures_urls,
    reconciliation,
    requests,
    shared_phones,
    systems,
)


class WordingWord(StringConverter):
    """The name of an event or of a channel: letters, never a row of digits that could be somebody's number."""

    regex = "[a-z][a-z_-]{0,39}"


register_converter(WordingWord, "wording_word")

app_name = "office"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("lich-lam-viec/", calendar.calendar, name="calendar"),
    path("lich-lam-viec/them/", calendar.add_day, name="calendar_add"),
    path("lich-lam-viec/<uuid:public_id>/sua/", calendar.change_day, name="calendar_change"),
    path("lich-lam-viec/<uuid:public_id>/bo/", calendar.remove_day, name="calendar_remove"),
    path("lich-lam-viec/gio/", calendar.set_hours, name="calendar_hours"),
    path("lich-lam-viec/gio/<uuid:public_id>/bo/", calendar.remove_hours, name="calendar_hours_remove"),
    path("mau-thong-bao/", notice_templates.listing, name="wordings"),
    path("mau-thong-bao/<uuid:public_id>/bo/", notice_templates.withdraw, name="wording_withdraw"),
    path("mau-thong-bao/<wording_word:event>/<wording_word:channel>/", notice_templates.one, name="wording"),
    path(
        "mau-thong-bao/<wording_word:event>/<wording_word:channel>/mac-dinh/",
        notice_templates.reset,
        name="wording_reset",
    ),
    path("ket-noi/", systems.listing, name="systems"),
    path("ket-noi/them-moi/", systems.add, name="system_add"),
    path("ket-noi/<uuid:public_id>/", systems.one, name="system"),
    path("ket-noi/<uuid:public_id>/dang-ky-lai/", systems.again, name="system_again"),
    path("dong-bo/", national.listing, name="national"),
    path("dong-bo/<uuid:public_id>/", national.one, name="national_one"),
    path("doi-soat/", reconciliation.listing, name="reconciliation"),
    path("doi-soat/<uuid:public_id>/", reconciliation.one, name="reconciled_day"),
    path("giay-to-cua-con/", own_papers.page, name="own_papers"),
    path("giay-to-cua-con/<row:number>/", own_papers.decide, name="own_papers_decide"),
    path("phan-anh/", contests.listing, name="contests"),
    path("phan-anh/<row:number>/", contests.one, name="contest"),
    path("thu-tuc/", include(procedures_urls.urlpatterns)),
    path("to-chuc/", organisations.find, name="organisations"),
    path("to-chuc/<uuid:public_id>/", organisations.one, name="organisation"),
    path("to-chuc/<uuid:public_id>/<uuid:mandate_id>/thu-hoi/", organisations.revoke, name="mandate_revoke"),
    path("tai-khoan-cong-dan/", listing.listing, name="accounts"),
    path("tai-khoan-cong-dan/them-moi/", creating.add, name="add"),
    path("tai-khoan-cong-dan/doi-so-dien-thoai/", creating.change_phone, name="change_phone"),
    path("tai-khoan-cong-dan/ket-xuat/", exporting.export, name="export"),
    path("tai-khoan-cong-dan/yeu-cau/<uuid:public_id>/", creating.one, name="request"),
    path("tai-khoan-cong-dan/yeu-cau/<uuid:public_id>/ma-otp/", requests.code_state, name="code_state"),
    path("tai-khoan-cong-dan/yeu-cau/<uuid:public_id>/xong/", requests.done, name="request_done"),
    path(
        "tai-khoan-cong-dan/yeu-cau/<uuid:public_id>/giay-de-nghi.pdf", requests.paper, name="request_paper"
    ),
    path(
        "tai-khoan-cong-dan/yeu-cau/<uuid:public_id>/giay-da-ky/", requests.signed_paper, name="signed_paper"
    ),
    path("tai-khoan-cong-dan/yeu-cau/<uuid:public_id>/huy/", requests.cancel, name="cancel"),
    path(
        "tai-khoan-cong-dan/yeu-cau/<uuid:public_id>/dung-chung-so/", requests.ask_shared, name="ask_shared"
    ),
    path("tai-khoan-cong-dan/dung-chung-so/", shared_phones.waiting, name="shared_phones"),
    path("tai-khoan-cong-dan/dung-chung-so/<uuid:public_id>/", shared_phones.decide, name="decide_shared"),
    path("tai-khoan-cong-dan/<uuid:public_id>/", detail.detail, name="account"),
    path("tai-khoan-cong-dan/<uuid:public_id>/gui-lai-mat-khau/", detail.send_password, name="send_password"),
]

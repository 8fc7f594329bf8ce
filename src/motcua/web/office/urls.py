"""Addresses of the administration (SPEC 14). Ids are opaque; what was searched for never stands in an address."""

from django.conf import settings
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from motcua.web.office import (
    breaches,
    budgets,
    dashboard,
    grant_requests,
    health,
    journal,
    personal_data,
    procedures_urls,
    radar,
    reports,
    staff,
    systems,
    unit_successors,
    units,
)
from motcua.web.systems import desk, portal, with_accounts

adjusting = portal("motcua.web.office.adjusting")
identity_providers = portal("motcua.web.office.identity_providers")
vneid_links = portal("motcua.web.office.vneid_links")
class_lists = portal("motcua.web.office.class_lists")
class_shares = portal("motcua.web.office.class_shares")
contests = portal("motcua.web.office.contests")
creating = portal("motcua.web.office.creating")
detail = portal("motcua.web.office.detail")
duplicates = portal("motcua.web.office.duplicates")
entries = with_accounts("motcua.web.office.entries")
guardians = portal("motcua.web.office.guardians")
exporting = portal("motcua.web.office.exporting")
listing = portal("motcua.web.office.listing")
mandate_requests = portal("motcua.web.office.mandate_requests")
merging = portal("motcua.web.office.merging")
notice_templates = portal("motcua.web.office.notice_templates")
of_age = portal("motcua.web.office.of_age")
officer_sign_ins = portal("motcua.web.office.officer_sign_ins")
organisations = portal("motcua.web.office.organisations")
own_papers = portal("motcua.web.office.own_papers")
paper_corrections = portal("motcua.web.office.paper_corrections")
phones_in_common = portal("motcua.web.office.phones_in_common")
requests = portal("motcua.web.office.requests")
revealing = portal("motcua.web.office.revealing")
shared_phones = portal("motcua.web.office.shared_phones")
text_costs = portal("motcua.web.office.text_costs")
text_providers = portal("motcua.web.office.text_providers")
calendar = desk("motcua.web.office.calendar")
national = desk("motcua.web.office.national")
reconciliation = desk("motcua.web.office.reconciliation")
# A second factor is started anew where it is proved; a desk apart asks the portal to.
factor_resets = officer_sign_ins if settings.HOSTS_PORTAL else desk("motcua.web.office.resets_at_desk")
readiness = desk("motcua.web.office.readiness")


class WordingWord(StringConverter):
    """The name of an event or of a channel: letters, never a row of digits that could be somebody's number."""

    regex = "[a-z][a-z_-]{0,39}"


class UnitCode(StringConverter):
    """The code of a unit; it begins with a letter, so it is nobody's number."""

    regex = "[a-z][a-z0-9-]{0,79}"


register_converter(WordingWord, "wording_word")
register_converter(UnitCode, "unit_code")

app_name = "office"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("han-muc/", budgets.listing, name="budgets"),
    path("han-muc/<wording_word:quota>/", budgets.one, name="budget"),
    path("han-muc/<wording_word:quota>/mo-khoa/", budgets.unlock, name="budget_unlock"),
    path("ra-soat/", radar.listing, name="radar"),
    path("ra-soat/tep/", radar.export, name="radar_export"),
    path("ra-soat/<uuid:public_id>/", radar.one, name="radar_line"),
    path("tinh-trang/", health.page, name="health"),
    path("su-co/", breaches.listing, name="breaches"),
    path("su-co/lap/", breaches.add, name="breach_add"),
    path("su-co/<uuid:public_id>/", breaches.one, name="breach"),
    path("su-co/<uuid:public_id>/quyet-dinh/", breaches.decide, name="breach_decide"),
    path("su-co/<uuid:public_id>/danh-sach/", breaches.export, name="breach_export"),
    path("su-co/<uuid:public_id>/bao-cao.pdf", breaches.report, name="breach_report"),
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
    path("don-vi/", units.listing, name="units"),
    path("don-vi/them-moi/", units.add, name="unit_add"),
    path("don-vi/sap-nhap/", units.merge, name="units_merge"),
    path("don-vi/nhap-tep/", units.take_in, name="units_import"),
    path("don-vi/nhap-tep/mau/", units.sample_file, name="units_sample"),
    path("don-vi/ma/<unit_code:code>/", units.one, name="unit"),
    path("don-vi/ma/<unit_code:code>/doi-ten/", units.rename, name="unit_rename"),
    path("don-vi/ma/<unit_code:code>/ket-thuc/", units.close, name="unit_close"),
    path("don-vi/ma/<unit_code:code>/chia-tach/", units.split, name="unit_split"),
    path("don-vi/ma/<unit_code:code>/ke-thua/", unit_successors.assign, name="unit_assign"),
    path("can-bo/", staff.listing, name="staff"),
    path("can-bo/them-moi/", staff.add, name="staff_add"),
    path("can-bo/quyen/", staff.rights, name="rights"),
    path("can-bo/de-nghi/", grant_requests.listing, name="grant_requests"),
    path("can-bo/xac-nhan-lai/", staff.confirmations, name="confirmations"),
    path("can-bo/<row:number>/", staff.one, name="officer"),
    path("ket-noi/", systems.listing, name="systems"),
    path("ket-noi/them-moi/", systems.add, name="system_add"),
    path("ket-noi/<uuid:public_id>/", systems.one, name="system"),
    path("ket-noi/<uuid:public_id>/dang-ky-lai/", systems.again, name="system_again"),
    path("ket-noi/<uuid:public_id>/dang-nhap/", entries.one, name="entry"),
    path("ket-noi/<uuid:public_id>/dang-nhap/dang-ky/", entries.ask, name="entry_ask"),
    path("nha-cung-cap-danh-tinh/", identity_providers.listing, name="identity_providers"),
    path("nha-cung-cap-danh-tinh/de-nghi/", identity_providers.ask, name="identity_provider_ask"),
    path("nha-cung-cap-danh-tinh/<uuid:public_id>/", identity_providers.one, name="identity_provider_change"),
    path("lien-ket-vneid/", vneid_links.listing, name="vneid_links"),
    path("lien-ket-vneid/<uuid:public_id>/", vneid_links.decide, name="vneid_link_decide"),
    path("dieu-chinh-tai-khoan/", adjusting.listing, name="adjustments"),
    path("dieu-chinh-tai-khoan/them-moi/", adjusting.add, name="adjustment_add"),
    path("dieu-chinh-tai-khoan/<uuid:public_id>/", adjusting.one, name="adjustment"),
    path("dieu-chinh-tai-khoan/<uuid:public_id>/ban-quet/", adjusting.evidence, name="adjustment_evidence"),
    path("gop-tai-khoan/", merging.listing, name="merges"),
    path("gop-tai-khoan/them-moi/", merging.add, name="merge_add"),
    path("gop-tai-khoan/nghi-trung/", duplicates.listing, name="duplicates"),
    path("gop-tai-khoan/nghi-trung/<row:number>/", duplicates.dismiss, name="duplicate_dismiss"),
    path("gop-tai-khoan/<uuid:public_id>/", merging.one, name="merge"),
    path("gop-tai-khoan/<uuid:public_id>/ban-quet/", merging.evidence, name="merge_evidence"),
    path("gop-tai-khoan/<uuid:public_id>/xem-day-du/", merging.reveal, name="merge_reveal"),
    path("danh-sach-lop/", class_lists.listing, name="class_lists"),
    path("danh-sach-lop/tai-len/", class_lists.upload, name="class_list_upload"),
    path("danh-sach-lop/mau/", class_lists.sample_file, name="class_list_sample"),
    path("danh-sach-lop/ty-le/", class_shares.schools, name="class_shares"),
    path("danh-sach-lop/ty-le/<unit_code:code>/", class_shares.classes, name="class_shares_of"),
    path("danh-sach-lop/<uuid:public_id>/", class_lists.one, name="class_list"),
    path("danh-sach-lop/<uuid:public_id>/tien-do/", class_lists.progress, name="class_list_progress"),
    path("danh-sach-lop/<uuid:public_id>/kiem-tra-lai/", class_lists.again, name="class_list_again"),
    path("danh-sach-lop/<uuid:public_id>/xoa/", class_lists.erase, name="class_list_erase"),
    path("danh-sach-lop/<uuid:public_id>/phieu-moi.pdf", class_lists.slips, name="class_list_slips"),
    path("danh-sach-lop/<uuid:public_id>/ket-xuat/", class_lists.export, name="class_list_export"),
    path("danh-sach-lop/<uuid:public_id>/tiep-nhan/", class_lists.receive, name="class_list_receive"),
    path(
        "danh-sach-lop/<uuid:public_id>/dong/<row:nth>/tao-tai-khoan/",
        class_lists.create,
        name="class_row_create",
    ),
    path("du-18-tuoi/", of_age.listing, name="of_age"),
    path("du-18-tuoi/nhan-tai-khoan/", creating.take_over, name="take_over"),
    path("du-18-tuoi/<uuid:public_id>/gui-lai-mat-khau/", of_age.send_password, name="of_age_password"),
    path("dang-nhap-can-bo/", officer_sign_ins.listing, name="officer_sign_ins"),
    path("dang-nhap-can-bo/ket-thuc/", officer_sign_ins.end_sessions, name="officer_sessions_end"),
    path("dat-lai-xac-thuc/", factor_resets.resets, name="factor_resets"),
    path("dat-lai-xac-thuc/<uuid:public_id>/", factor_resets.decide, name="factor_reset_decide"),
    path("tin-nhan/", text_providers.listing, name="texts"),
    path("tin-nhan/chi-phi/", text_costs.monthly, name="text_costs"),
    path("tin-nhan/<sms_provider:provider>/xem/", text_providers.one, name="text_provider"),
    path("tin-nhan/<sms_provider:provider>/doi/", text_providers.switch, name="text_switch"),
    path("dong-bo/", national.listing, name="national"),
    path("dong-bo/<uuid:public_id>/", national.one, name="national_one"),
    path("doi-soat/", reconciliation.listing, name="reconciliation"),
    path("doi-soat/<uuid:public_id>/", reconciliation.one, name="reconciled_day"),
    path("giay-to-cua-con/", own_papers.page, name="own_papers"),
    path("giay-to-cua-con/<row:number>/", own_papers.decide, name="own_papers_decide"),
    path("nhat-ky/", journal.listing, name="journal"),
    path("nhat-ky/chung-cu/", journal.export, name="journal_export"),
    path("giay-to-sai/", paper_corrections.listing, name="paper_corrections"),
    path("giay-to-sai/chu-kho/", paper_corrections.of_owner, name="paper_corrections_of_owner"),
    path("giay-to-sai/bao/<uuid:public_id>/", paper_corrections.report, name="paper_report"),
    path("giay-to-sai/giay-to/<uuid:public_id>/", paper_corrections.ask, name="paper_correction_ask"),
    path(
        "giay-to-sai/giay-to/<uuid:public_id>/trang/<page:page>/",
        paper_corrections.paper_page,
        name="paper_correction_page",
    ),
    path("giay-to-sai/<uuid:public_id>/", paper_corrections.one, name="paper_correction"),
    path(
        "giay-to-sai/<uuid:public_id>/trang/<page:page>/",
        paper_corrections.evidence_page,
        name="paper_evidence_page",
    ),
    path("san-sang/", readiness.listing, name="readiness"),
    path("san-sang/doi-ngay/", readiness.change, name="gate_day"),
    path("san-sang/de-nghi/", readiness.changes, name="gate_changes"),
    path("san-sang/de-nghi/<uuid:public_id>/", readiness.one, name="gate_change"),
    path("bao-cao/", reports.report, name="reports"),
    path("bao-cao/tep/", reports.as_file, name="report_file"),
    path("du-lieu-ca-nhan/", personal_data.listing, name="personal_data"),
    path("du-lieu-ca-nhan/danh-gia-tac-dong.pdf", personal_data.impact, name="impact"),
    path("du-lieu-ca-nhan/thoi-han/", personal_data.retention, name="retention"),
    path("phan-anh/", contests.listing, name="contests"),
    path("phan-anh/<row:number>/", contests.one, name="contest"),
    path("thu-tuc/", include(procedures_urls.urlpatterns)),
    path("to-chuc/", organisations.find, name="organisations"),
    path("to-chuc/de-nghi/", mandate_requests.listing, name="mandate_requests"),
    path("to-chuc/de-nghi/<uuid:public_id>/", mandate_requests.one, name="mandate_request"),
    path(
        "to-chuc/de-nghi/<uuid:public_id>/trang/<page:page>/",
        mandate_requests.proof_page,
        name="mandate_proof_page",
    ),
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
    path("tai-khoan-cong-dan/so-dung-chung/", phones_in_common.listing, name="phones_in_common"),
    path("tai-khoan-cong-dan/<uuid:public_id>/", detail.detail, name="account"),
    path("tai-khoan-cong-dan/<uuid:public_id>/nguoi-giu/", guardians.page, name="guardian"),
    path("tai-khoan-cong-dan/<uuid:public_id>/xem-day-du/", revealing.reveal, name="reveal"),
    path("tai-khoan-cong-dan/<uuid:public_id>/gui-lai-mat-khau/", detail.send_password, name="send_password"),
]

"""Sửa chủ hồ sơ on screen, with portal and vault behind it: chosen, asked, approved by another, told and moved."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from motcua.desk import promises
from motcua.desk.models import Dossier, OwnerCorrection
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox import errands
from motcua.outbox.models import Message
from motcua.units.models import Officer
from motcua.vault.models import Paper
from motcua.web.outside import account_registry, owners_vault
from tests.web_counter.conftest import NAME, ONE_WAY, Desk, a_unit, owner, text_of
from tests.web_counter.papers import a_pdf
from tests.web_counter.test_result_uploads import left

RIGHT = "052190000002"
LIST = "/mot-cua/sua-chu-ho-so/"
ASK = f"{LIST}de-nghi/"
DECIDE = f"{LIST}quyet-dinh/"
REASON = "Cán bộ nộp nhầm bằng tài khoản khác"


def received(desk: Desk) -> Dossier:
    address = desk.form_address(ONE_WAY)
    scan = SimpleUploadedFile("don.pdf", a_pdf(), "application/pdf")
    form = desk.form(address, how_1="UPLOADED", file_1=scan, how_2="SHOWN")
    answer = desk.client.post(address, form)
    assert answer.status_code == 302, text_of(answer)
    deliver()
    return Dossier.objects.latest("id")


def proof(name: str = "can-cu.pdf", data: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or a_pdf(), "application/pdf")


def deliver() -> None:
    handlers = promises.handlers(registry=account_registry(), vault=owners_vault())
    while errands.run_due(handlers, limit=50):
        pass


def test_a_dossier_is_asked_for_by_one_and_moved_by_another_with_its_papers(desk: Desk) -> None:
    right = owner(RIGHT, "Lê Thị Đúng")
    dossier = received(desk)
    paper = Paper.objects.get(source_dossier_code=dossier.code)
    page = desk.client.get(f"/mot-cua/ho-so/{dossier.public_id}/")
    assert f"{ASK}?chon={dossier.public_id}" in page.content.decode()
    assert "Đề nghị sửa chủ hồ sơ" in text_of(desk.client.get(f"{ASK}?chon={dossier.public_id}"))
    assert desk.client.get(ASK).headers["Location"] == LIST

    typed = {"chon": str(dossier.public_id), "reason": REASON}
    wrong = desk.client.post(ASK, {**typed, "number_0": "052190000099", "evidence": proof()})
    assert wrong.status_code == 422 and "chưa có tài khoản" in text_of(wrong)
    sent = desk.client.post(ASK, {**typed, "number_0": RIGHT, "evidence": proof()})
    assert sent.status_code == 200 and "Đã gửi đề nghị" in text_of(sent), text_of(sent)
    asked = OwnerCorrection.objects.get()
    assert "Rút đề nghị" in text_of(desk.client.get(LIST))
    assert "Rút đề nghị" in text_of(desk.client.post(LIST, {"code": dossier.code, "name": "", "cho": ""}))
    assert "thỏa mãn các tiêu chí" in text_of(desk.client.post(LIST, {"code": "9999", "name": ""}))
    assert desk.client.post(DECIDE, {"de_nghi": str(asked.public_id), "act": "approve"}).status_code == 403

    second = desk.officer(Power.APPROVE_EXCEPTION)
    shown = text_of(second.get(LIST))
    assert REASON in shown and NAME in shown and RIGHT not in shown and "Lê Thị Đúng" not in shown
    file = second.get(f"{LIST}{asked.public_id}/tai-lieu/")
    assert file.status_code == 200
    done = second.post(DECIDE, {"de_nghi": str(asked.public_id), "act": "approve"})
    assert "Đã duyệt và sửa chủ 1 hồ sơ" in text_of(done), text_of(done)
    deliver()

    moved = Paper.objects.get(source_dossier_code=dossier.code, state=Paper.State.CURRENT)
    paper.refresh_from_db()
    assert paper.state == Paper.State.MOVED and moved.owner_id == right.pk
    assert dossier.components.get(order=1).delivered_as == str(moved.public_id)
    told = set(Message.objects.values_list("purpose", flat=True))
    assert {"dossier_moved_away", "dossier_moved_here"} <= told
    again = text_of(second.post(DECIDE, {"de_nghi": str(asked.public_id), "act": "approve"}))
    assert "đã được quyết định" in again


def test_who_may_neither_receive_nor_approve_is_kept_out_and_told_why(desk: Desk) -> None:
    outsider = desk.officer(Power.PROCESS)
    answer = outsider.get(LIST)
    assert answer.status_code == 403 and "chưa được cấp quyền" in text_of(answer)


def test_nothing_chosen_and_nothing_found_are_said(desk: Desk) -> None:
    assert "Không có đề nghị" in text_of(desk.client.get(LIST))
    assert "chọn ít nhất một hồ sơ" in text_of(desk.client.post(ASK, {}))
    assert "bớt tiêu chí" in text_of(desk.client.post(LIST, {"name": "khong ai"}))
    second = desk.officer(Power.APPROVE_EXCEPTION)
    assert "chọn ít nhất một đề nghị" in text_of(second.post(DECIDE, {"act": "approve"}))


def test_a_request_is_taken_back_by_who_made_it_and_by_no_other(desk: Desk) -> None:
    owner(RIGHT, "Lê Thị Đúng")
    dossier = received(desk)
    given = {"chon": str(dossier.public_id), "reason": REASON, "number_0": RIGHT, "evidence": proof()}
    desk.client.post(ASK, given)
    asked = OwnerCorrection.objects.get()
    other = desk.officer()
    assert other.post(f"{LIST}{asked.public_id}/rut/").status_code == 403
    assert "Đã rút đề nghị" in text_of(desk.client.post(f"{LIST}{asked.public_id}/rut/"))
    asked.refresh_from_db()
    assert asked.declined_at is not None and asked.declined_at <= timezone.now()


def test_several_are_asked_for_and_approved_in_one_go(desk: Desk) -> None:
    owner(RIGHT, "Lê Thị Đúng")
    chosen = [str(received(desk).public_id) for _ in "ab"]
    sent = desk.client.post(ASK, {"chon": chosen, "reason": REASON, "number": RIGHT, "evidence": proof()})
    assert "Đã gửi đề nghị" in text_of(sent), text_of(sent)
    asked = [str(row.public_id) for row in OwnerCorrection.objects.all()]
    second = desk.officer(Power.APPROVE_EXCEPTION)
    done = second.post(DECIDE, {"de_nghi": asked, "act": "approve"})
    assert "Đã duyệt và sửa chủ 2 hồ sơ" in text_of(done), text_of(done)


def test_a_request_without_a_proof_or_with_a_file_of_another_kind_is_not_sent(desk: Desk) -> None:
    owner(RIGHT, "Lê Thị Đúng")
    dossier = received(desk)
    given = {"chon": str(dossier.public_id), "reason": REASON, "number_0": RIGHT}
    bare = desk.client.post(ASK, given)
    assert bare.status_code == 422 and "Tài liệu chứng minh" in text_of(bare)
    assert bare.context["form"].errors.keys() == {"evidence"}
    for name, data in [("can-cu.exe", b"MZ"), ("can-cu.pdf", b"PK\x03\x04 no pdf"), ("can-cu.pdf", b" ")]:
        wrong = desk.client.post(ASK, {**given, "evidence": proof(name, data)})
        assert wrong.status_code == 422, name
    assert not OwnerCorrection.objects.exists()


def test_of_several_the_refused_ones_alone_are_asked_for_again(desk: Desk) -> None:
    owner(RIGHT, "Lê Thị Đúng")
    first, second = received(desk), received(desk)
    given = {"chon": [str(first.public_id), str(second.public_id)], "reason": REASON}
    unknown = "052190000099"
    half = desk.client.post(ASK, {**given, "number_0": RIGHT, "number_1": unknown, "evidence": proof()})
    shown = text_of(half)
    assert half.status_code == 422 and "Đã gửi đề nghị cho 1 hồ sơ" in shown and "chưa có tài khoản" in shown
    assert [each.pk for each in half.context["chosen"]] == [second.pk]
    assert half.context["form"]["number_0"].value() == unknown
    again = {"chon": str(second.public_id), "reason": REASON, "number_0": RIGHT, "evidence": proof()}
    assert "Đã gửi đề nghị" in text_of(desk.client.post(ASK, again))
    assert OwnerCorrection.objects.values("batch", "evidence").distinct().count() == 2


def test_the_proof_is_counted_written_down_and_of_no_use_to_another_unit(desk: Desk) -> None:
    owner(RIGHT, "Lê Thị Đúng")
    dossier = received(desk)
    given = {"chon": str(dossier.public_id), "reason": REASON, "number_0": RIGHT, "evidence": proof()}
    desk.client.post(ASK, given)
    address = f"{LIST}{OwnerCorrection.objects.get().public_id}/tai-lieu/"
    elsewhere = desk.officer(Power.APPROVE_EXCEPTION, unit=a_unit("phong-to-chuc", "000.00.09.H08"))
    assert elsewhere.get(address).status_code == 404
    assert not Event.objects.filter(event="desk.owner_evidence.opened").exists()

    second = desk.officer(Power.APPROVE_EXCEPTION)
    subject = Officer.objects.latest("id").subject
    before = left(Quota.PAPERS_OPENED_BY_OFFICER, subject)
    assert second.get(address).status_code == 200
    assert left(Quota.PAPERS_OPENED_BY_OFFICER, subject) == before - 1
    looked = Event.objects.get(event="desk.owner_evidence.opened")
    assert (looked.actor, looked.unit_code) == (subject, desk.unit.code)
    while left(Quota.PAPERS_OPENED_BY_OFFICER, subject):
        spending.spend((Quota.PAPERS_OPENED_BY_OFFICER, subject))
    over = second.get(address)
    assert over.status_code == 429 and "quá nhiều giấy tờ" in text_of(over)
    assert Event.objects.filter(event="desk.owner_evidence.opened").count() == 1


def test_the_proof_is_looked_at_page_by_page_beside_what_was_asked(desk: Desk) -> None:
    owner(RIGHT, "Lê Thị Đúng")
    dossier = received(desk)
    given = {"chon": str(dossier.public_id), "reason": REASON, "number_0": RIGHT, "evidence": proof()}
    desk.client.post(ASK, given)
    one = f"{LIST}{OwnerCorrection.objects.get().public_id}/"
    assert "Rút đề nghị" in text_of(desk.client.get(one))
    assert 'name="act"' not in desk.client.get(one).content.decode()

    second = desk.officer(Power.APPROVE_EXCEPTION)
    assert one in second.get(LIST).content.decode()
    shown = text_of(second.get(one))
    assert REASON in shown and NAME in shown and "Chờ duyệt" in shown and RIGHT not in shown
    picture = second.get(f"{one}trang/1/")
    assert picture.status_code == 200 and picture["Cache-Control"] == "no-store, private"
    assert Event.objects.filter(event="desk.owner_evidence.viewed", facts={"page": 1}).count() == 1
    assert second.get(f"{one}trang/99/").status_code == 404
    elsewhere = desk.officer(Power.APPROVE_EXCEPTION, unit=a_unit("phong-to-chuc", "000.00.09.H08"))
    assert {elsewhere.get(each).status_code for each in (one, f"{one}trang/1/")} == {404}
    assert "bấm “Duyệt” hoặc" in text_of(second.post(DECIDE, {"de_nghi": one.split("/")[-2], "act": "xoa"}))

    assert "Đã không duyệt" in text_of(second.post(DECIDE, {"de_nghi": one.split("/")[-2], "act": "decline"}))
    after = text_of(second.get(one))
    assert "Không duyệt" in after and "Người quyết định" in after and NAME not in after

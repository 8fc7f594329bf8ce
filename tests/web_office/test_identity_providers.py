"""“Nhà cung cấp danh tính” and “Gỡ liên kết VNeID”: two people each, history, preview."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.accounts import provider_changes, vneid, vneid_unlinking
from motcua.accounts.models import ProviderChange, ProviderPeriod, VneidLink
from motcua.kernel.authority import Power
from tests.accounts import people, provider_days
from tests.web_office.desk import Desk, unit, words

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/quan-tri/nha-cung-cap-danh-tinh/"
ASK = LIST + "de-nghi/"
LINKS = "/quan-tri/lien-ket-vneid/"
WHY = "Nghị định 69/2024/NĐ-CP"


@pytest.fixture(autouse=True)
def _connected(settings: Any) -> None:
    settings.VNEID_ISSUER = "https://vneid.example.vn"


@pytest.fixture
def pair() -> tuple[Desk, Desk]:
    return Desk(Power.CONNECT_SYSTEMS), Desk(Power.CONNECT_SYSTEMS)


def day(days: int) -> str:
    return f"{timezone.localdate() + timedelta(days=days):%d/%m/%Y}"


def term(**more: str) -> dict[str, str]:
    wanted = {
        "owner_kind": "CITIZEN",
        "provider": "VNEID",
        "valid_from": day(10),
        "valid_to": "",
        "reason": WHY,
    }
    return {**wanted, **more}


def test_one_previews_and_asks_another_agrees_and_the_page_tells_both_days(pair: tuple[Desk, Desk]) -> None:
    one, other = pair
    assert "Chưa có đề nghị nào" in words(one.get(LIST)) and "không có ngày kết thúc" in words(one.get(LIST))

    seen = words(one.post(ASK, term(act="preview")))
    assert f"Từ ngày {day(10)}" in seen and "người dân: dùng được cả hai" in seen
    assert "và ghi" not in seen  # passwords have no last day yet
    of_others = words(one.post(ASK, term(act="preview", owner_kind="ORGANISATION")))
    assert "Tổ chức sẽ thấy" in of_others or "người dân:" not in of_others
    assert not ProviderChange.objects.exists()
    asked = one.post(ASK, term())
    change = ProviderChange.objects.get()
    assert asked["Location"].startswith(f"{LIST}{change.public_id}/")
    own = words(one.get(asked["Location"]))
    assert "Rút đề nghị" in own and "Không duyệt" not in own

    agreed = other.post(f"{LIST}{change.public_id}/", {"act": "approve"})
    assert agreed.status_code == 302
    assert ProviderPeriod.objects.get().valid_from == timezone.localdate() + timedelta(days=10)
    page = words(other.get(LIST))
    assert f"Từ ngày {day(10)}" in page and "Đã duyệt" in page


def test_who_does_not_agree_says_why_and_whoever_asked_reads_it(pair: tuple[Desk, Desk]) -> None:
    one, other = pair
    at = one.post(ASK, term())["Location"].partition("?")[0]
    without = other.post(at, {"act": "decline", "reason": "  "})
    assert without.status_code == 422 and "ghi lý do không duyệt" in words(without)
    for typed, said in (("dài " * 100, "quá 300 ký tự"), ("Ẩn\u200bgiấu ở đây.", "ký tự ẩn")):
        wrong = other.post(at, {"act": "decline", "reason": typed})
        assert wrong.status_code == 422 and said in words(wrong)
        assert "ghi lý do không duyệt" not in words(wrong), "one error at a time"
    assert ProviderChange.objects.get().state == "OPEN"
    assert other.post(at, {"act": "decline", "reason": "Nghị định\r\nchưa có hiệu lực."}).status_code == 302
    page = words(one.get(at))
    assert "Lý do không duyệt Nghị định chưa có hiệu lực." in page and "Duyệt thời hạn này?" not in page


def test_what_cannot_be_is_said_beside_its_box(pair: tuple[Desk, Desk]) -> None:
    one, other = pair
    for changed, said in (
        ({"valid_from": ""}, "nhập ngày bắt đầu dùng VNeID"),
        ({"valid_from": day(0)}, "từ ngày mai trở đi"),
        ({"reason": "ngắn"}, "ít nhất 10 ký tự"),
        ({"provider": "DVCQG", "valid_from": "", "valid_to": day(30)}, "không nhà cung cấp danh tính nào"),
        ({"valid_from": "32/13/2026"}, "Ngày chưa đúng"),
    ):
        answer = one.post(ASK, term(**changed))
        assert answer.status_code in (409, 422) and said in words(answer), said
    one.post(ASK, term())
    change = ProviderChange.objects.get()
    assert "không tự quyết định" in words(one.post(f"{LIST}{change.public_id}/", {"act": "approve"}))
    assert "đang có một đề nghị" in words(other.post(ASK, term())).lower()


def test_who_may_not_look_is_told(pair: tuple[Desk, Desk]) -> None:
    unit("phong-a", "so-mau")
    below = Desk(Power.CONNECT_SYSTEMS, at="phong-a")
    assert "đơn vị cấp cao nhất" in words(below.get(LIST))
    assert Desk(Power.GRANT).get(LIST).status_code == 403
    assert "Nhà cung cấp danh tính" not in words(Desk(Power.GRANT).get("/quan-tri/"))


def test_history_is_filtered_sorted_and_paged_in_few_statements(
    pair: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    for n in range(1, 4):
        change = provider_changes.ask(
            authority=one.authority,
            term=provider_changes.Term("CITIZEN", "VNEID", timezone.localdate() + timedelta(days=n), None),
            reason=WHY,
            on=timezone.localdate(),
        )
        provider_changes.decline(
            authority=other.authority, change_id=change.public_id, reason="Chưa có căn cứ."
        )
    monkeypatch.setattr(provider_changes, "PAGE", 2)
    assert "Trang 1" in words(one.get(LIST)) and day(1) not in words(one.get(LIST))
    assert day(1) in words(one.get(LIST + "?trang=2")) and day(1) in words(one.get(LIST + "?xep=cu"))
    assert "Không có đề nghị nào phù hợp" in words(one.get(LIST + "?tt=APPROVED"))
    with CaptureQueriesContext(connection) as few:
        one.get(LIST)
    monkeypatch.setattr(provider_changes, "PAGE", 20)
    with CaptureQueriesContext(connection) as many:
        one.get(LIST)
    assert len(many) == len(few)


def test_asking_for_an_unlinking_wants_the_second_factor_just_proved(settings: Any) -> None:
    one = Desk(Power.OPEN_ACCOUNT)
    provider_days.transition()
    data = people.data()
    people.account(data)
    vneid.enter(provider_days.person(data.citizen_id), device="may", device_words="")
    settings.OFFICER_SECOND_FACTOR = True
    one.post(LINKS, {"citizen_id": data.citizen_id.value, "reason": "Đã xem thẻ căn cước"})
    assert VneidLink.objects.get().asked_by == ""


def test_two_officers_take_a_link_away() -> None:
    one, other = Desk(Power.OPEN_ACCOUNT), Desk(Power.OPEN_ACCOUNT)
    provider_days.transition()
    data = people.data()
    people.account(data)
    vneid.enter(provider_days.person(data.citizen_id), device="may", device_words="")

    assert "chưa có tài khoản liên kết" in words(
        one.post(LINKS, {"citizen_id": people.data().citizen_id.value, "reason": "Đã xem thẻ"})
    )
    asked = one.post(LINKS, {"citizen_id": data.citizen_id.value, "reason": "Đã xem thẻ căn cước"})
    assert asked["Location"] == f"{LINKS}?da=go-vneid"
    link = VneidLink.objects.get()
    assert "Rút đề nghị" in words(one.get(LINKS)) and "Duyệt gỡ liên kết" in words(other.get(LINKS))
    assert one.post(f"{LINKS}{link.public_id}/", {"act": "approve"}).status_code == 403
    assert other.post(f"{LINKS}{link.public_id}/", {"act": "approve"}).status_code == 302
    assert "Đã gỡ" in words(other.get(LINKS + "?tt=ended"))
    assert "Không có đề nghị nào phù hợp" in words(other.get(LINKS + "?tt=waiting"))
    assert data.citizen_id.value not in other.get(LINKS).content.decode()


def test_a_request_that_its_owner_stopped_stays_in_the_list_and_says_so() -> None:
    one, other = Desk(Power.OPEN_ACCOUNT), Desk(Power.OPEN_ACCOUNT)
    provider_days.transition()
    data = people.data()
    account = people.account(data)
    vneid.enter(provider_days.person(data.citizen_id), device="may", device_words="")
    typed = {"citizen_id": data.citizen_id.value, "reason": "Đã xem thẻ\r\ncăn cước"}
    assert one.post(LINKS, typed).status_code == 302
    assert vneid_unlinking.stop(account)
    for desk in (one, other):
        page = words(desk.get(LINKS))
        assert "Chủ tài khoản đã dừng" in page and "báo “không phải tôi”" in page
        assert "Lý do gỡ" not in page and "Duyệt gỡ liên kết" not in page
    assert "Chủ tài khoản đã dừng," in words(one.get(LINKS + "?tt=dropped"))
    assert "Không có đề nghị nào phù hợp" in words(one.get(LINKS + "?tt=waiting"))
    one.post(LINKS, typed)
    again = words(other.get(LINKS))
    assert "Đề nghị lần trước Chủ tài khoản đã dừng," in again and "Trước khi duyệt" in again
    link = VneidLink.objects.get()
    stopped = f"đã dừng một đề nghị gỡ liên kết này lúc {timezone.localtime(link.stopped_at):%H:%M %d/%m/%Y}"
    other.post(f"{LINKS}{link.public_id}/", {"act": "decline"})
    later = words(one.get(LINKS))
    assert "Không duyệt," in later and stopped in later and "Trước khi lập lại" in later
    one.post(LINKS, typed)
    later = words(other.get(LINKS))
    assert "Đề nghị lần trước Không duyệt," in later and stopped in later and "Trước khi duyệt" in later

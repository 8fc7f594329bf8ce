"""Gộp tài khoản trùng: two officers, both accounts side by side, the owner told, and all of it undone the same way."""

from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.accounts import duplicates, identity, merge_feed, merging
from motcua.accounts.models import Account, LookUp, Merge, Suspicion
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.outbox.models import Message
from tests.accounts import merges, people
from tests.protection.visitors import signed_in
from tests.web_office import scans
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/quan-tri/gop-tai-khoan/"
ADD = f"{LIST}them-moi/"
DOUBTS = f"{LIST}nghi-trung/"
WHY = "Đã xem thẻ CCCD có số CMND cũ trong mã QR."


class Town:
    """Two officers of one unit, and one person with two accounts."""

    def __init__(self) -> None:
        self.one = Desk(Power.OPEN_ACCOUNT, name="Lê Thị Một")
        self.other = Desk(Power.OPEN_ACCOUNT, name="Võ Văn Hai")
        self.old_data = people.data(name="Trần Thị Lan")
        self.new_data = people.data(name="Trần Thị Lan")
        self.old, self.new = people.account(self.old_data), people.account(self.new_data)

    def asked(self, by: Desk | None = None, **more: Any) -> Any:
        given = {
            "keep": self.new_data.citizen_id.value,
            "give_up": self.old_data.citizen_id.value,
            "reason": WHY,
            "scan": scans.pdf(),
            **more,
        }
        return (by or self.one).post(ADD, {name: value for name, value in given.items() if value is not None})

    def joined(self) -> Merge:
        assert self.asked().status_code == 302
        row = newest()
        assert self.other.post(at(row), {"act": "approve"})["Location"].endswith("?da=gop-cho")
        merges.rested(row)
        assert merging.settle_due() == 1
        return newest()


@pytest.fixture
def town() -> Town:
    return Town()


def newest() -> Merge:
    return Merge.objects.latest("id")


def at(row: Merge) -> str:
    return f"{LIST}{row.public_id}/"


def test_one_asks_another_compares_and_after_three_days_both_numbers_open_one_account(town: Town) -> None:
    answer = town.asked()
    assert answer.status_code == 302, words(answer)
    row = newest()
    page = words(town.other.get(at(row)))
    assert "Tài khoản còn lại" in page and "Trần Thị Lan" in page
    assert town.old_data.citizen_id.value not in page and town.old_data.citizen_id.value[-3:] in page
    assert town.old_data.phone.local not in page and town.old_data.phone.masked in page
    assert town.one.post(at(row), {"act": "approve"}).status_code == 403
    approved = town.other.post(at(row), {"act": "approve"})
    assert approved["Location"].endswith("?da=gop-cho")
    assert "Thực hiện từ" in words(town.other.get(at(row)))
    assert Message.objects.filter(purpose="merge_rests").count() == 2

    merges.rested(row)
    assert merging.settle_due() == 1
    found = identity.account_by_number(town.old_data.citizen_id)
    assert found is not None and found.pk == town.new.pk

    browser = Client()
    signed = browser.post(
        "/dang-nhap/", {"number": town.old_data.citizen_id.value, "password": people.STRONG}
    )
    assert signed["Location"] == "/ca-nhan/"
    mine = words(browser.get("/ca-nhan/"))
    assert town.old_data.citizen_id.value in mine and town.new_data.citizen_id.value in mine
    assert "Gộp tài khoản" in mine and WHY in mine


def test_what_was_merged_is_parted_by_two(town: Town) -> None:
    row = town.joined()
    assert "Tách lại" in words(town.one.get(at(row)))
    assert town.one.post(at(row), {"act": "undo"}).status_code == 422, "a reason is wanted"
    asked = town.one.post(
        at(row), {"act": "undo", "reason": "Hai người khác nhau,\r\ncùng tên, cùng ngày sinh."}
    )
    assert asked.status_code == 302
    undo = newest()
    assert town.one.post(at(undo), {"act": "approve"}).status_code == 403
    assert town.other.post(at(undo), {"act": "approve"})["Location"].endswith("?da=gop-cho")
    assert Account.objects.get(pk=town.old.pk).status == "merged"
    merges.rested(undo)
    assert merging.settle_due() == 1
    town.old.refresh_from_db()
    assert town.old.status == "active"
    found = identity.account_by_number(town.old_data.citizen_id)
    assert found is not None and found.pk == town.old.pk
    assert "Tách lại" not in words(town.one.get(at(row)))


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"scan": None}, 422, "Bản quét"),
        ({"reason": "vì thế"}, 422, "ít nhất 10 ký tự"),
        ({"give_up": "same"}, 409, "cùng một tài khoản"),
        ({"give_up": "nobody"}, 422, "chưa có tài khoản"),
    ],
    ids=["scan", "reason", "same", "nobody"],
)
def test_what_is_missing_is_said_beside_its_box(
    town: Town, change: dict[str, Any], status: int, said: str
) -> None:
    if change.get("give_up") == "same":
        change = {"give_up": town.new_data.citizen_id.value}
    if change.get("give_up") == "nobody":
        change = {"give_up": people.data().citizen_id.value}
    answer = town.asked(**change)
    assert answer.status_code == status and said in words(answer)
    assert not Merge.objects.exists()


def test_an_officers_account_stays(town: Town) -> None:
    colleague = Desk(Power.RECEIVE_DOSSIER)
    answer = town.asked(give_up=colleague.person.citizen_id.value)
    assert answer.status_code == 409 and "giữ vị trí cán bộ" in words(answer)


def test_nobody_merges_the_own_account(town: Town) -> None:
    answer = town.asked(keep=town.one.person.citizen_id.value)
    assert answer.status_code == 403 and "của chính mình" in words(answer)


def test_a_whole_number_is_shown_for_a_reason_and_the_owner_sees_that(town: Town) -> None:
    town.asked()
    row = newest()
    address = f"{at(row)}xem-day-du/"
    assert "Xem thông tin đầy đủ" in words(town.other.get(address))
    before = Event.objects.filter(event="accounts.data.revealed").count()
    lines = LookUp.objects.count()
    bare = town.other.post(address, {"whose": "give_up", "what": "NUMBER", "reason": ""})
    assert bare.status_code == 422 and town.old_data.citizen_id.value not in words(bare)
    shown = town.other.post(
        address, {"whose": "give_up", "what": "NUMBER", "reason": "đối chiếu với bản quét"}
    )
    assert shown.status_code == 200 and town.old_data.citizen_id.value in words(shown)
    assert Event.objects.filter(event="accounts.data.revealed").count() == before + 1
    assert LookUp.objects.count() == lines + 1


def test_a_merged_number_is_still_shown_under_its_own_account(town: Town) -> None:
    row = town.joined()
    page = words(town.other.get(at(row)))
    assert town.old_data.citizen_id.value[-3:] in page and town.new_data.citizen_id.value[-3:] in page


def test_the_scan_is_opened_by_a_button_that_is_written_down(town: Town) -> None:
    town.asked()
    answer = town.other.post(f"{at(newest())}ban-quet/")
    assert answer.status_code == 200
    assert Event.objects.filter(event="accounts.merge.evidence_opened").count() == 1


def test_the_list_is_filtered_searched_and_empty_with_a_way_on(town: Town) -> None:
    assert "Chưa có đề nghị nào" in words(town.one.get(LIST))
    town.asked()
    assert "Trần Thị Lan" in words(town.other.get(f"{LIST}?viec=MERGE&tt=WAITING&xep=cu"))
    assert "Không có đề nghị nào phù hợp" in words(town.other.get(f"{LIST}?tt=DONE"))
    found = town.other.post(LIST, {"number": town.old_data.citizen_id.value})
    assert "Trần Thị Lan" in words(found)
    assert "Không có đề nghị nào phù hợp" in words(
        town.other.post(LIST, {"number": people.data().citizen_id.value})
    )
    assert "Trần Thị Lan" not in words(Desk(Power.OPEN_ACCOUNT, at="noi-khac").get(LIST))


def test_the_list_goes_on_where_the_page_ends(town: Town) -> None:
    for _ in range(21):
        merges_of = people.account(people.data(name="Hồ Văn Đông")), people.account()
        merging.ask(
            authority=town.one.authority,
            survivor=merges_of[0],
            absorbed=merges_of[1],
            reason=WHY,
            evidence=merges.scan(),
        )
    first = town.one.get(LIST)
    assert words(first).count("Hồ Văn Đông") == 20
    onward = first.content.decode().split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert words(town.one.get(f"{LIST}{onward}")).count("Hồ Văn Đông") == 1


def test_a_no_needs_its_reason_and_who_asked_takes_it_back(town: Town) -> None:
    town.asked()
    row = newest()
    assert town.other.post(at(row), {"act": "decline"}).status_code == 422
    assert (
        town.other.post(at(row), {"act": "decline", "reason": "Bản quét mờ,\r\nchưa rõ."}).status_code == 302
    )
    town.asked()
    assert town.one.post(at(newest()), {"act": "decline"}).status_code == 302
    assert list(Merge.objects.order_by("id").values_list("state", flat=True)) == ["DECLINED", "WITHDRAWN"]


def test_doubts_are_shown_masked_to_whose_unit_they_concern_and_set_aside(town: Town) -> None:
    def vouched(account: Account, by: Desk) -> None:
        merges.made_by(account, "f" * 32, by.unit_code, by.authority.unit_id)

    vouched(town.new, town.one)
    page = words(town.one.get(DOUBTS))
    assert "Trần Thị Lan" not in page and town.old_data.citizen_id.value not in page
    assert town.old_data.citizen_id.value[-3:] in page and "Không phải một người" in page
    assert "Không có tài khoản nào" in words(Desk(Power.OPEN_ACCOUNT, at="noi-khac").get(DOUBTS))
    assert town.old_data.citizen_id.value[-3:] in words(town.one.post(DOUBTS, {"name": "trần thị lan"}))
    assert "Không có cặp tài khoản nào" in words(town.one.post(DOUBTS, {"name": "Ngô Bá Khác"}))

    doubt = Suspicion.objects.get(person=town.new.person, other=town.old.person)
    assert town.one.post(f"{DOUBTS}{doubt.pk}/").status_code == 302
    doubt.refresh_from_db()
    assert doubt.settled_by == town.one.subject
    assert "Không có tài khoản nào" in words(town.one.get(DOUBTS))


def test_the_way_in_is_in_the_menu_of_whoever_may(town: Town) -> None:
    assert LIST in town.one.get("/quan-tri/").content.decode()
    nobody = Desk(Power.RECEIVE_DOSSIER)
    assert nobody.get(LIST).status_code == 403


def test_an_owner_stops_a_merge_with_the_link_of_the_text(town: Town) -> None:
    town.asked()
    row = newest()
    town.other.post(at(row), {"act": "approve"})
    address = people.newest_text("merge_rests").partition("/k/")
    browser = Client()
    link = f"/k/{address[2].split()[0]}"
    page = words(browser.get(link))
    assert "Hai tài khoản sắp được gộp" in page and "tạm khóa" not in page
    assert newest().state == "AGREED", "looking stops nothing"
    assert "Đã dừng việc gộp tài khoản" in words(browser.post(link))
    assert newest().state == "OBJECTED"
    assert browser.post(link).status_code == 404
    assert "Chủ tài khoản phản đối" in words(town.other.get(at(row)))


def test_a_link_that_comes_too_late_says_that_it_locks_and_officers_find_what_is_contested(
    town: Town,
) -> None:
    row = town.joined()
    link = f"/k/{people.newest_text('accounts_merged').partition('/k/')[2].split()[0]}"
    browser = Client()
    assert "Hai tài khoản đã được gộp làm một" in words(browser.get(link))
    assert "Đã khóa tài khoản còn lại sau khi gộp" in words(browser.post(link))
    page = words(town.other.get(f"{LIST}?tt=CONTESTED"))
    assert (
        "Chủ tài khoản báo không phải mình" in page
        and at(row) in town.other.get(f"{LIST}?tt=CONTESTED").content.decode()
    )


def test_the_doubts_of_a_page_cost_the_same_however_many_they_are(town: Town) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert duplicates.suggestions(authority)[0]
        return len(asked)

    merges.made_by(town.new, "f" * 32, town.one.unit_code, town.one.authority.unit_id)
    authority = town.one.authority
    few = statements()
    for _ in range(4):
        people.account(people.data(name=town.new.person.full_name))
    assert len(duplicates.suggestions(authority)[0]) >= 1
    assert statements() == few


def test_what_a_desk_is_told_costs_the_same_however_much_it_is(town: Town) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert merge_feed.since(settings.DESK_ID, None)
        return len(asked)

    def told(count: int) -> None:
        for _ in range(count):
            merges.joined(*merges.pair())

    told(1)
    few = statements()
    told(3)
    assert len(merge_feed.since(settings.DESK_ID, None)) == 4
    assert statements() == few


def test_an_owner_who_is_signed_in_sees_what_rests_and_stops_it(town: Town) -> None:
    town.asked()
    town.other.post(at(newest()), {"act": "approve"})
    client = signed_in(town.old_data)
    assert "sẽ được gộp làm một" in words(client.get("/ca-nhan/"))
    address = f"/ca-nhan/gop-tai-khoan/{newest().public_id}/phan-doi/"
    assert client.post(address).status_code == 302
    assert newest().state == "OBJECTED"
    assert "Đã dừng việc gộp" in words(client.get("/ca-nhan/?da=phan-doi"))
    assert client.post(address).status_code == 404

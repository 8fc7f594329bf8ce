"""“Hạn mức”: every budget on one screen, who is nearest to its edge, and a head who lets an officer go on."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.limits import everywhere, spending
from motcua.limits.described import DESCRIBED, numbers
from motcua.limits.models import Unlocking
from motcua.limits.quotas import Quota
from motcua.limits.spending import TooManyAttempts
from motcua.outbox.models import Message
from motcua.units import budgets, posts
from motcua.units.models import Officer
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
ALL = "/quan-tri/han-muc/"
CHECKS = f"{ALL}checks_by_officer/"
UNLOCK = f"{CHECKS}mo-khoa/"
WHY = "Ngày cao điểm nộp hồ sơ tuyển sinh lớp 10."


@pytest.fixture
def town() -> dict[str, Desk]:
    """A province with the IT department on top, a unit with its head, and a unit beside it."""
    return {
        "it": Desk(Power.CONNECT_SYSTEMS, at="tinh-mau", name="Trần Thị Tin"),
        "head": Desk(Power.APPROVE_EXCEPTION, at="don-vi-a", parent="tinh-mau", name="Lê Văn Trưởng"),
        "busy": Desk(Power.RECEIVE_DOSSIER, at="don-vi-a", parent="tinh-mau", name="Ngô Thị Bận"),
        "calm": Desk(Power.RECEIVE_DOSSIER, at="don-vi-a", parent="tinh-mau", name="Vũ Văn Nhàn"),
        "beside": Desk(Power.RECEIVE_DOSSIER, at="don-vi-b", parent="tinh-mau", name="Đỗ Thị Bên"),
    }


def check(desk: Desk, times: int) -> None:
    for _ in range(times):
        spending.spend((Quota.CHECKS_BY_OFFICER, desk.subject))


def refused(desk: Desk) -> None:
    with pytest.raises(TooManyAttempts):
        check(desk, 1)


def unlock(by: Desk, of: Desk, reason: str = WHY, hours: int = 1) -> Any:
    return by.post(UNLOCK, {"cb": of.subject, "reason": reason, "hours": hours})


def test_the_it_department_sees_every_budget_with_the_numbers_of_the_law(town: dict[str, Desk]) -> None:
    pages = " ".join(words(town["it"].get(f"{ALL}?trang={nth}")) for nth in (1, 2, 3))

    for quota, about in DESCRIBED.items():
        assert about.title in pages
        assert all(numbers(window) in pages for window in quota.rule.windows)
    assert "Số lần nhập một mã OTP" in pages and "1.000 dòng một tệp" in pages


def test_a_head_sees_what_counts_for_the_own_officers_and_of_them_alone(town: dict[str, Desk]) -> None:
    check(town["busy"], 60)
    refused(town["busy"])
    check(town["beside"], 60)
    refused(town["beside"])

    page = words(town["head"].get(f"{ALL}?q=kiểm tra tài khoản"))
    assert "Đã hết 100% 1 gần hết, 1 đã hết" in page and "từ chối 1 , báo động 0" in page
    assert "Kiểm tra một số điện thoại với nhà mạng" not in words(town["head"].get(ALL))
    own = words(town["head"].get(CHECKS))
    assert "Ngô Thị Bận" in own and "Đỗ Thị Bên" not in own
    assert town["head"].get(f"{ALL}sends_to_phone/").status_code == 404
    line = budgets.one(town["head"].authority, Quota.CHECKS_BY_OFFICER, on=timezone.localdate())
    assert (line.use.full, line.use.refused) == (1, 1)
    whole = budgets.one(town["it"].authority, Quota.CHECKS_BY_OFFICER, on=timezone.localdate())
    assert (whole.use.full, whole.use.refused) == (2, 2)


def test_a_citizen_is_a_number_and_a_network_a_label(town: dict[str, Desk]) -> None:
    for _ in range(3):
        spending.spend((Quota.SENDS_FROM_ADDRESS, "203.0.113.77"), (Quota.RECOVERIES_OF_NUMBER, "dau-cua-so"))

    of_network = words(town["it"].get(f"{ALL}sends_from_address/"))
    assert "203.0.113.77" not in of_network and "Mạng " in of_network
    of_people = words(town["it"].get(f"{ALL}recoveries_of_number/"))
    assert "Đang có lượt đếm 1" in of_people and "Chỉ đếm, không nêu ai" in of_people
    assert "dau-cua-so" not in of_people


def test_budgets_are_searched_filtered_sorted_and_paged(town: dict[str, Desk]) -> None:
    check(town["busy"], 60)
    refused(town["busy"])
    it = town["it"]

    assert "Không có hạn mức nào phù hợp" in words(it.get(f"{ALL}?q=khong co that"))
    only = words(it.get(f"{ALL}?tt=tu-choi"))
    assert "Cán bộ kiểm tra tài khoản" in only and "Lấy lại mật khẩu của một người" not in only
    first = words(it.get(f"{ALL}?xep=-tu-choi"))
    assert first.index("Cán bộ kiểm tra tài khoản") < first.index("Nhập sai mã OTP liên tiếp")
    second = it.get(f"{ALL}?trang=2")
    assert "Trang 2" in words(second) and "trang=1" in second.content.decode()
    assert "Cán bộ gửi mã OTP" in words(it.get(f"{ALL}?cho=OFFICER&q=ma otp"))
    own = words(town["head"].get(f"{CHECKS}?tt=gan")).split("Gần hết nhất", 1)[1]
    assert "Ngô Thị Bận Gần" not in own and own.count("Vũ Văn Nhàn") == 1, "only in the chooser"


def test_a_head_lets_an_officer_go_on_until_an_hour_and_the_officer_is_told(town: dict[str, Desk]) -> None:
    check(town["busy"], 60)
    refused(town["busy"])
    assert "Mở khóa cho Ngô Thị Bận" in words(town["head"].get(CHECKS))

    answer = unlock(town["head"], town["busy"])

    assert answer["Location"] == f"{CHECKS}?da=mo-khoa"
    check(town["busy"], 1)
    page = words(town["head"].get(CHECKS))
    assert "được mở khóa đến" in page and WHY in page and "Lê Văn Trưởng" in page
    event = Event.objects.get(event="units.budget.unlocked")
    assert (event.actor, event.unit_code) == (town["head"].subject, "don-vi-a")
    assert event.facts == {"quota": "CHECKS_BY_OFFICER", "hours": 1}
    assert Message.objects.filter(purpose="budget_unlocked").count() == 1
    assert "đang được mở khóa" in words(unlock(town["head"], town["busy"]))


def test_a_reason_of_two_lines_is_shown_in_two(town: dict[str, Desk]) -> None:
    check(town["busy"], 60)
    assert unlock(town["head"], town["busy"], reason=f"{WHY}\r\nđã hỏi tại quầy\t").status_code == 302
    assert f"{WHY}<br>đã hỏi tại quầy</td>" in town["head"].get(CHECKS).content.decode()


def test_nobody_unlocks_oneself_nor_somebody_elsewhere_or_above(town: dict[str, Desk]) -> None:
    officer = Desk(
        Power.RECEIVE_DOSSIER, Power.APPROVE_EXCEPTION, at="don-vi-a", parent="tinh-mau", name="Hồ Văn Hai"
    )
    for desk in (officer, town["beside"], town["busy"]):
        check(desk, 60)
    posts.bootstrap(
        officer_id=Officer.objects.get(subject=town["busy"].subject).pk,
        unit_code="tinh-mau",
        powers=[Power.RECEIVE_DOSSIER],
        valid_from=timezone.localdate(),
        reason="thử",
    )

    assert unlock(officer, officer).status_code == 403
    assert unlock(town["head"], town["beside"]).status_code == 404
    assert unlock(town["head"], town["busy"]).status_code == 403, "works above as well"
    assert unlock(town["it"], town["beside"]).status_code == 403, "sees, and does not decide"
    assert unlock(town["busy"], town["calm"]).status_code == 403
    assert not Unlocking.objects.exists()


def test_what_cannot_be_unlocked_is_said_kindly(town: dict[str, Desk]) -> None:
    assert "chưa dùng gần hết" in words(unlock(town["head"], town["calm"]))
    check(town["calm"], 50)
    short = unlock(town["head"], town["calm"], reason="vội")
    assert short.status_code == 422 and "từ 10 ký tự" in words(short)
    assert unlock(town["head"], town["calm"], hours=24).status_code == 422
    of_files = town["head"].post(
        f"{ALL}uploads_by_officer/mo-khoa/",
        {"cb": town["calm"].subject, "reason": f"{WHY}\r\nđã hỏi tại quầy", "hours": 1},
    )
    assert of_files.status_code == 404, "a supervisor has no say there"
    assert town["head"].get(f"{ALL}khong_co/").status_code == 404


def test_unlocking_wants_the_second_factor_again(town: dict[str, Desk], settings: Any) -> None:
    check(town["busy"], 60)
    settings.OFFICER_SECOND_FACTOR = True
    answer = unlock(town["head"], town["busy"])
    assert "da=mo-khoa" not in answer.headers.get("Location", "")
    assert not Unlocking.objects.exists()


def test_the_screen_takes_as_many_statements_for_a_large_unit(town: dict[str, Desk]) -> None:
    head, today = town["head"].authority, timezone.localdate()

    def statements() -> list[int]:
        counted = []
        for ask in (
            lambda: budgets.lines(head, on=today),
            lambda: budgets.nearest(head, Quota.CHECKS_BY_OFFICER, on=today),
            lambda: budgets.unlockings(head, Quota.CHECKS_BY_OFFICER, on=today),
        ):
            with CaptureQueriesContext(connection) as seen:
                ask()
            counted.append(len(seen))
        return counted

    check(town["busy"], 60)
    unlock(town["head"], town["busy"])
    few = statements()
    for name in ("Một", "Hai", "Ba", "Bốn", "Năm"):
        new = Desk(Power.RECEIVE_DOSSIER, at="don-vi-a", parent="tinh-mau", name=f"Cán Bộ {name}")
        check(new, 49)
        budgets.unlock(
            authority=head,
            quota=Quota.CHECKS_BY_OFFICER,
            subject=new.subject,
            reason=WHY,
            hours=1,
            on=today,
            now=timezone.now(),
        )
    assert statements() == few
    assert max(few) <= 4


def test_the_budgets_of_class_lists_have_their_pages_and_the_officers_ones_are_unlocked(
    town: dict[str, Desk],
) -> None:
    rows = (Quota.CLASS_ROWS_BY_OFFICER, town["busy"].subject)
    spending.spend_times(6_000, rows)
    with pytest.raises(TooManyAttempts):
        spending.spend_times(5_000, rows)
    there = f"{ALL}class_rows_by_officer/"
    assert f"{there}mo-khoa/?cb={town['busy'].subject}" in town["head"].get(there).content.decode()
    answer = town["head"].post(f"{there}mo-khoa/", {"cb": town["busy"].subject, "reason": WHY, "hours": 1})
    assert answer.status_code == 302
    spending.spend_times(10_000, rows)

    for fixed in ("class_rows_by_unit", "copies_of_own_data"):
        asked = town["head"].get(f"{ALL}{fixed}/mo-khoa/?cb={town['busy'].subject}")
        assert asked.status_code == 404, fixed


def test_a_budget_without_words_is_not_found(town: dict[str, Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(DESCRIBED, Quota.CHECKS_BY_OFFICER)
    assert town["head"].get(f"{UNLOCK}?cb={town['busy'].subject}").status_code == 404


def test_the_whole_systems_codes_stand_on_top_for_who_sees_everything(town: dict[str, Desk]) -> None:
    assert "Chưa xét lần nào." in words(town["it"].get(ALL))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO limits_minute (minute, what, shard, times)"
            " VALUES (date_trunc('minute', clock_timestamp() - interval '1 minute'), 'SENT', 1, 300)"
        )
    everywhere.judge()
    page = words(town["it"].get(ALL))
    assert "Đang dừng gửi mã tự đăng ký" in page and "15 phút qua gửi 300, được nhập 0" in page
    assert "Báo động hôm nay: 1" in page and "mã sai trong 10 phút" in page
    assert "Toàn hệ thống" not in words(town["head"].get(ALL))

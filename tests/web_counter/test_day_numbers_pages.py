"""What an officer sees when the unit has used up the numbers of its day: told before anything is filled in."""

import pytest
from django.utils import timezone

from motcua.desk.models import AccountCheck, DayCounter, Dossier
from motcua.vault.models import Look
from tests.desk.counting import statements
from tests.web_counter.conftest import ONE_WAY, Desk, text_of

BOX = "/mot-cua/tiep-nhan/"
SAID = "Đơn vị đã dùng hết 9.999 số hồ sơ của ngày hôm nay nên chưa tiếp nhận thêm được."
NEXT = "có thể tiếp nhận ở đó (“Chuyển đơn vị” ở trang đầu Một cửa)."


def given(desk: Desk, last: int, series: str = "RECEIVED") -> None:
    DayCounter.objects.update_or_create(
        unit=desk.unit, day=timezone.localdate(), series=series, defaults={"last": last}
    )


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (8_999, ""),
        (9_000, "Đơn vị sắp hết số hồ sơ của hôm nay Còn 999 số"),
        (9_998, "Còn 1 số"),
        (9_999, f"Đơn vị đã hết số hồ sơ của hôm nay {SAID}"),
    ],
    ids=["enough", "few", "one", "none"],
)
def test_the_first_page_says_when_numbers_are_few_or_used_up(desk: Desk, last: int, said: str) -> None:
    given(desk, last)
    words = text_of(desk.client.get(BOX))
    assert said in words if said else "hết số hồ sơ" not in words
    assert "Kiểm tra tài khoản" in words


def test_going_on_is_refused_before_the_form_in_words_and_with_few_statements(desk: Desk) -> None:
    checked = desk.checked()
    given(desk, 9_999)
    with statements() as seen:
        answer = desk.client.post(checked, {"procedure": ONE_WAY})
    words = text_of(answer)
    assert answer.status_code == 422 and SAID in words and NEXT in words
    assert "Về trang đầu Một cửa" in words
    assert len(seen) <= 5, seen
    assert AccountCheck.objects.get().procedure_id is None


def test_the_form_is_not_opened_for_nothing_and_no_vault_is_asked(desk: Desk) -> None:
    address = desk.form_address()
    given(desk, 9_999)
    answer = desk.client.get(address)
    assert answer.status_code == 422 and SAID in text_of(answer)
    assert not Look.objects.exists()


def test_whoever_had_the_form_open_keeps_what_was_typed_and_receives_the_next_day(desk: Desk) -> None:
    address = desk.form_address()
    form = desk.form(address, note="Ghi nhớ của tôi")
    given(desk, 9_999)
    answer = desk.client.post(address, form)
    assert answer.status_code == 422 and SAID in text_of(answer)
    assert "Ghi nhớ của tôi" in answer.content.decode() and not Dossier.objects.exists()
    given(desk, 100)
    assert desk.client.post(address, form).status_code == 302
    assert str(Dossier.objects.get().code).endswith("-0101")


def test_a_silent_portals_receptions_have_a_series_of_their_own(desk: Desk) -> None:
    checked = desk.checked()
    given(desk, 9_999, "PROVISIONAL")
    assert desk.client.post(checked, {"procedure": ONE_WAY}).status_code == 302

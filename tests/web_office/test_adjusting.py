"""Điều chỉnh tài khoản: what changes who a person is takes two officers and a scan, and the owner reads it."""

from typing import Any

import pytest
from django.test import Client

from motcua.accounts import adjusting, identity, sessions
from motcua.accounts.models import Account, Adjustment, IdentityDocument, LookUp, PhoneBinding
from motcua.accounts.of_age_ends import BY_THE_DAY
from motcua.files.models import StoredFile
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.kernel.citizen_id import CitizenId
from motcua.outbox.models import Message
from tests.accounts import people
from tests.web_office import scans
from tests.web_office.desk import Desk, words
from tests.web_public.visiting import let_pass

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/quan-tri/dieu-chinh-tai-khoan/"
ADD = f"{LIST}them-moi/"
OLD, NEW = "123456789", "052090004321"
WHY = "Đã xem thẻ căn cước gốc của chủ tài khoản."


@pytest.fixture
def two() -> tuple[Desk, Desk]:
    return Desk(Power.OPEN_ACCOUNT, name="Lê Thị Một"), Desk(Power.OPEN_ACCOUNT, name="Võ Văn Hai")


def owner(number: str = OLD, **more: str) -> tuple[people.PersonData, Account]:
    person = people.data(number=number, **more)  # type: ignore[arg-type]
    return person, people.account(person)


def asked(by: Desk, person: people.PersonData, kind: str, **more: Any) -> Any:
    given = {"citizen_id": person.citizen_id.value, "kind": kind, "reason": WHY, **more}
    if kind in ("ADD_NUMBER", "CORRECT"):
        given.setdefault("scan", scans.pdf())
    return by.post(ADD, {name: value for name, value in given.items() if value is not None})


def newest() -> Adjustment:
    return Adjustment.objects.select_related("account__person").latest("id")


def at(row: Adjustment) -> str:
    return f"{LIST}{row.public_id}/"


def approved(by: Desk, row: Adjustment) -> Any:
    return by.post(at(row), {"act": "approve"})


def test_a_new_number_leads_to_the_same_account_once_two_agreed(two: tuple[Desk, Desk]) -> None:
    one, other = two
    person, account = owner()

    answer = asked(one, person, "ADD_NUMBER", new_number=NEW)
    assert answer.status_code == 302, words(answer)
    assert identity.account_by_number(CitizenId.parse(NEW)) is None, "nothing changes before the second"
    row = newest()
    page = words(other.get(at(row)))
    assert NEW in page and "Không đọc được mã QR" in page
    assert approved(one, row).status_code == 403
    assert approved(other, row)["Location"].endswith("?da=dieu-chinh-xong")

    found = identity.account_by_number(CitizenId.parse(NEW))
    assert found == account == identity.account_by_number(CitizenId.parse(OLD))
    document = IdentityDocument.objects.get(person=account.person, kind="CCCD12")
    assert (document.source, document.status) == ("OFFICER", "active")
    assert "duoc dieu chinh tai quay" in people.newest_text("account_adjusted")
    assert approved(other, row).status_code == 409, "once"
    browser = Client()
    signed = browser.post("/dang-nhap/", {"number": NEW, "password": people.STRONG})
    assert signed["Location"] == "/ca-nhan/"
    mine = words(browser.get("/ca-nhan/"))
    assert "Lịch sử điều chỉnh" in mine and "Thêm số CCCD mới" in mine and WHY in mine


def test_the_owner_sees_that_the_account_was_asked_about(two: tuple[Desk, Desk]) -> None:
    person, _ = owner()
    asked(two[0], person, "LOCK")
    assert LookUp.objects.filter(purpose=adjusting.PURPOSE, answer="FOUND").count() == 1


def test_a_number_of_another_account_is_never_taken(two: tuple[Desk, Desk]) -> None:
    one, other = two
    person, account = owner()
    taken, _ = owner(NEW)
    refused = asked(one, person, "ADD_NUMBER", new_number=NEW)
    assert refused.status_code == 409 and "đang thuộc một tài khoản khác" in words(refused)

    free = "052090004399"
    assert asked(one, person, "ADD_NUMBER", new_number=free).status_code == 302
    row = newest()
    owner(free)  # somebody registers with it meanwhile
    assert approved(other, row).status_code == 409
    assert Adjustment.objects.get(pk=row.pk).decision == "WAITING", "all or nothing"
    assert taken and account.person.documents.count() == 1


def test_a_name_and_a_birth_date_are_corrected_and_found_by_the_new_words(two: tuple[Desk, Desk]) -> None:
    one, other = two
    person, account = owner("052090000777", name="Nguyễn Văn Sai")

    asked(one, person, "CORRECT", full_name="Nguyễn Văn Sài", born_on="02/02/1990")
    row = newest()
    page = words(other.get(at(row)))
    assert "Nguyễn Văn Sai" in page and "Nguyễn Văn Sài" in page and "02/02/1990" in page
    assert approved(other, row).status_code == 302

    account.person.refresh_from_db()
    assert account.person.full_name == "Nguyễn Văn Sài"
    assert str(account.person.born_on) == "1990-02-02"
    assert bytes(row.data_sealed or b"").find("Sài".encode()) == -1
    facts = [event.facts for event in Event.objects.filter(event__startswith="accounts.adjustment")]
    assert "Sài" not in str(facts)


def test_what_is_as_it_was_is_not_a_correction(two: tuple[Desk, Desk]) -> None:
    person, _ = owner("052090000778")
    answer = asked(two[0], person, "CORRECT", full_name=person.full_name.value)
    assert answer.status_code == 422 and "trùng với thông tin đang có" in words(answer)


@pytest.mark.parametrize("kind", ["ADD_NUMBER", "CORRECT"])
def test_identity_is_not_changed_without_a_scan(two: tuple[Desk, Desk], kind: str) -> None:
    person, _ = owner()
    answer = asked(two[0], person, kind, scan=None, new_number=NEW, full_name="Trần Thị Khác")
    assert answer.status_code == 422 and "đính kèm bản quét" in words(answer)
    assert not Adjustment.objects.exists()


def test_a_lock_is_at_once_and_ends_every_session_and_an_unlock_opens_again(two: tuple[Desk, Desk]) -> None:
    one, _ = two
    person, account = owner()
    token, _ = sessions.begin(account, audience="CITIZEN", device="nha", device_words="Chrome")

    assert asked(one, person, "LOCK")["Location"].endswith("?da=dieu-chinh-xong")
    assert sessions.visitor_of(token) is None
    assert "da duoc tam khoa" in people.newest_text("account_adjusted")
    assert asked(one, person, "LOCK").status_code == 409
    assert asked(one, person, "UNLOCK").status_code == 302
    account.refresh_from_db()
    assert account.status == "active"
    assert "da duoc mo lai" in people.newest_text("account_adjusted")


def test_closing_takes_two_frees_the_phone_and_keeps_what_the_law_keeps(two: tuple[Desk, Desk]) -> None:
    one, other = two
    person, account = owner("052090000779")
    token, _ = sessions.begin(account, audience="CITIZEN", device="nha", device_words="Chrome")
    asked(one, person, "CLOSE")
    account.refresh_from_db()
    assert account.status == "active"

    assert approved(other, newest()).status_code == 302

    account.refresh_from_db()
    assert account.status == "closed" and sessions.visitor_of(token) is None
    assert set(PhoneBinding.objects.filter(account=account).values_list("status", flat=True)) == {"closed"}
    assert account.person.documents.filter(status="active").exists(), "old papers still lead to the person"
    neighbour = people.account(people.data(phone=person.phone.value))
    assert neighbour.status == "active", "the phone is free"
    again = people.account(people.data(number=person.citizen_id.value, name=person.full_name.value))
    assert again.person_id == account.person_id and again.pk != account.pk


def test_an_officers_account_is_not_closed_while_a_post_is_held(two: tuple[Desk, Desk]) -> None:
    colleague = Desk(Power.RECEIVE_DOSSIER)
    answer = asked(two[0], colleague.person, "CLOSE")
    assert answer.status_code == 409 and "đang giữ vị trí cán bộ" in words(answer)


def test_nobody_adjusts_the_own_account(two: tuple[Desk, Desk]) -> None:
    one, other = two
    answer = asked(one, one.person, "CORRECT", full_name="Lê Thị Một Mình")
    assert answer.status_code == 403 and "không tự điều chỉnh" in words(answer)
    assert asked(other, one.person, "CORRECT", full_name="Lê Thị Một Mình").status_code == 302
    assert approved(one, newest()).status_code == 403


def test_declining_needs_a_reason_and_who_asked_takes_it_back(two: tuple[Desk, Desk]) -> None:
    one, other = two
    person, account = owner()
    asked(one, person, "ADD_NUMBER", new_number=NEW)
    row = newest()
    assert other.post(at(row), {"act": "decline"}).status_code == 422
    assert (
        other.post(at(row), {"act": "decline", "reason": "Bản quét mờ,\r\nkhông đọc được."}).status_code
        == 302
    )
    asked(one, person, "ADD_NUMBER", new_number=NEW)
    assert one.post(at(newest()), {"act": "decline"}).status_code == 302
    assert list(Adjustment.objects.order_by("id").values_list("decision", flat=True)) == [
        "DECLINED",
        "WITHDRAWN",
    ]
    assert (
        account.person.documents.count() == 1
        and not Message.objects.filter(purpose="account_adjusted").exists()
    )


def test_another_unit_finds_neither_the_request_nor_its_scan(two: tuple[Desk, Desk]) -> None:
    person, _ = owner()
    asked(two[0], person, "ADD_NUMBER", new_number=NEW)
    row = newest()
    stranger = Desk(Power.OPEN_ACCOUNT, at="noi-khac")
    assert stranger.get(at(row)).status_code == 404
    assert stranger.post(f"{at(row)}ban-quet/").status_code == 404
    assert approved(stranger, row).status_code == 404
    assert person.full_name.value not in words(stranger.get(LIST))


def test_the_scan_is_opened_counted_and_kept_ninety_days_after_approval(two: tuple[Desk, Desk]) -> None:
    one, other = two
    person, _ = owner()
    asked(one, person, "ADD_NUMBER", new_number=NEW)
    row = newest()
    opened = other.post(f"{at(row)}ban-quet/")
    assert opened.status_code == 200 and b"".join(opened).startswith(b"%PDF")
    assert Event.objects.filter(event="accounts.adjustment.evidence_opened").count() == 1
    before = StoredFile.objects.get().purge_after
    approved(other, row)
    assert (StoredFile.objects.get().purge_after - before).days in (59, 60)


def test_what_waits_thirty_days_is_asked_anew(two: tuple[Desk, Desk]) -> None:
    one, other = two
    person, _ = owner()
    asked(one, person, "ADD_NUMBER", new_number=NEW)
    let_pass("accounts_adjustment", 30 * 86_400 + 1, "asked_at")
    assert approved(other, newest()).status_code == 409


def test_the_list_is_searched_by_number_filtered_sorted_and_paged(two: tuple[Desk, Desk]) -> None:
    one, _ = two
    first, account = owner("052090000780", name="Trần Văn Tìm")
    second, _ = owner("052090000781", name="Phạm Văn Khác")
    asked(one, first, "LOCK")
    asked(one, second, "CLOSE")
    assert "Trần Văn Tìm" in words(one.get(LIST)) and "Phạm Văn Khác" in words(one.get(LIST))
    only = words(one.post(LIST, {"number": first.citizen_id.value}))
    assert "Trần Văn Tìm" in only and "Phạm Văn Khác" not in only
    assert "Trần Văn Tìm" not in words(one.get(f"{LIST}?viec=CLOSE"))
    assert "Không có đề nghị nào phù hợp" in words(one.get(f"{LIST}?viec=CORRECT"))
    kept = Adjustment.objects.get(kind="LOCK")
    for _ in range(21):
        Adjustment.objects.create(
            account=account,
            kind="UNLOCK",
            reason=WHY,
            unit_id=kept.unit_id,
            unit_code=kept.unit_code,
            asked_by=kept.asked_by,
        )
        Adjustment.objects.filter(decision="WAITING", kind="UNLOCK").update(
            decision="WITHDRAWN", decided_by=kept.asked_by, decided_at=kept.asked_at
        )  # fmt: skip
    page = one.get(LIST).content.decode()
    assert page.count("<tr>") == 21 and 'rel="next"' in page


def test_what_the_eighteenth_birthday_decided_says_so(two: tuple[Desk, Desk]) -> None:
    one, _ = two
    person, _ = owner("052090000790")
    asked(one, person, "CLOSE")
    row = newest()
    Adjustment.objects.filter(pk=row.pk).update(
        decision="DECLINED", decided_by=BY_THE_DAY, decided_reason="Đủ 18 tuổi", decided_at=row.asked_at
    )
    assert "Hệ thống, vì chủ tài khoản đủ 18 tuổi" in words(one.get(at(row)))

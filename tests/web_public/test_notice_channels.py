"""The owner proves an e-mail, chooses channels, and hears of a dossier on those and no others."""

import re
from typing import Any

import pytest
from django.conf import settings as told
from django.db import IntegrityError, connection

from motcua.accounts import identity, notices
from motcua.accounts.models import Account, EmailBinding, EmailProof, NoticeChoice
from motcua.gateways.portal_local import LocalPortal
from motcua.journal.models import Event
from motcua.kernel.email_address import EmailAddress
from motcua.outbox import mailing, sending
from motcua.outbox.models import Letter, Message
from tests.accounts import people
from tests.fakes import FakeSms
from tests.web_public.visiting import Browser, citizen, errors_of, let_pass, text_of

pytestmark = pytest.mark.django_db(transaction=True)

HERE = "/ca-nhan/thong-bao/"
ADDRESS = "chi.tam@example.vn"


class FakeMail:
    """Keeps what it was given."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str, str]] = []

    def send(self, *, to: EmailAddress, subject: str, text: str, reference: str) -> str:
        self.letters.append((to.value, subject, text))
        return reference


def mailed() -> list[tuple[str, str, str]]:
    post = FakeMail()
    mailing.send_due(gateway=post)
    return post.letters


def texted() -> list[str]:
    gateway = FakeSms()
    sending.send_due(gateway=gateway)
    return [text for _, text, _ in gateway.messages]


@pytest.fixture
def signed_in(browser: Browser) -> tuple[Browser, Account]:
    person, account = citizen()
    browser.sign_in(person)
    texted()
    return browser, account


def ask(browser: Browser, address: str = ADDRESS, password: str = people.STRONG) -> Any:
    return browser.post(HERE + "email/", {"password": password, "email": address})


def newest_code() -> str:
    [(_, _, text)] = mailed()
    found = re.search(r"là: ([0-9]{6})", text)
    assert found
    return found[1]


def proved(browser: Browser, address: str = ADDRESS) -> Any:
    page = ask(browser, address)["Location"]
    return browser.post(page, {"act": "go", "code": newest_code()})


def tell(account: Account, state: str = "SUPPLEMENT", key: str = "k1") -> None:
    subject = identity.name_to(account, told.DESK_ID).subject
    params = {"code": "000.00.19.H08-261123-0001", "state": state, "state_words": "Đang xử lý"}
    LocalPortal().tell(subject=subject, template="dossier_moved", params=params, key=key)


def test_an_email_is_proved_by_the_code_in_its_mailbox_and_the_phone_is_told(
    signed_in: tuple[Browser, Account],
) -> None:
    browser, account = signed_in

    answer = proved(browser)

    assert answer["Location"] == f"{HERE}?da=email"
    assert "c*****@example.vn" in text_of(browser.get(HERE))
    assert ADDRESS not in browser.get(HERE).content.decode()
    [text] = texted()
    assert "vua dat email nhan thong bao" in text and "/k/" in text
    assert Event.objects.filter(event="accounts.email.verified", subject=f"account:{account.pk}").exists()


def test_the_address_can_be_read_nowhere_in_the_database(signed_in: tuple[Browser, Account]) -> None:
    proved(signed_in[0])
    rows = ""
    with connection.cursor() as cursor:
        for table in ("accounts_emailbinding", "accounts_emailproof", "outbox_letter", "journal_event"):
            cursor.execute(f"SELECT coalesce(string_agg(to_jsonb(t)::text, ' '), '') FROM {table} t")
            rows += cursor.fetchone()[0]
    assert "chi.tam" not in rows and ADDRESS.encode().hex() not in rows


@pytest.mark.parametrize("wrong", ["a@b\r\nBcc: c@d.vn", "khong-phai", "tâm@example.vn", ""])
def test_what_is_no_address_gets_no_letter(signed_in: tuple[Browser, Account], wrong: str) -> None:
    answer = ask(signed_in[0], wrong)

    assert answer.status_code == 422
    assert mailed() == []


def test_without_the_password_no_letter_leaves(signed_in: tuple[Browser, Account]) -> None:
    answer = ask(signed_in[0], password="sai-mat-khau")

    assert "Mật khẩu hiện tại không đúng" in errors_of(answer)
    assert mailed() == []


def test_five_wrong_codes_end_it_even_for_the_right_one(signed_in: tuple[Browser, Account]) -> None:
    browser, account = signed_in
    page = ask(browser)["Location"]
    code = newest_code()
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert browser.post(page, {"act": "go", "code": wrong}).status_code == 422

    answer = browser.post(page, {"act": "go", "code": code})

    assert "không còn hiệu lực" in errors_of(answer)
    assert not EmailBinding.objects.filter(account=account).exists()


def test_a_code_is_good_once_and_for_a_quarter_of_an_hour(signed_in: tuple[Browser, Account]) -> None:
    browser, account = signed_in
    page = ask(browser)["Location"]
    code = newest_code()
    let_pass("accounts_emailproof", 901, "created_at", "expires_at")
    assert "không còn hiệu lực" in errors_of(browser.post(page, {"act": "go", "code": code}))

    let_pass("accounts_emailproof", -901, "created_at", "expires_at")
    assert browser.post(page, {"act": "go", "code": code}).status_code == 302
    assert browser.post(page, {"act": "go", "code": code}).status_code == 404
    assert EmailBinding.objects.filter(account=account).count() == 1


def test_the_page_of_a_code_is_of_the_session_that_asked(signed_in: tuple[Browser, Account]) -> None:
    page = ask(signed_in[0])["Location"]
    other = Browser()
    person, _ = citizen(people.data(number="052090000333", phone="0900000033"))
    other.sign_in(person)

    assert other.get(page).status_code == 404
    assert other.post(page, {"act": "go", "code": "123456"}).status_code == 404
    assert Browser().get(page).status_code == 302


def test_codes_to_one_mailbox_are_counted(signed_in: tuple[Browser, Account]) -> None:
    browser, _ = signed_in
    assert ask(browser).status_code == 302

    assert "Đã gửi quá nhiều mã xác nhận email" in errors_of(ask(browser))
    assert len(mailed()) == 1


def test_nobody_chooses_email_without_a_proved_one(signed_in: tuple[Browser, Account]) -> None:
    answer = signed_in[0].post(HERE, {"channels": "EMAIL"})

    assert "chưa có email đã xác nhận" in errors_of(answer)
    assert not NoticeChoice.objects.exists()


@pytest.mark.parametrize(
    ("channels", "texts", "letters"), [(None, 1, 0), ("SMS", 1, 0), ("EMAIL", 0, 1), ("BOTH", 1, 1)]
)
def test_a_notice_comes_by_the_channels_that_were_chosen(
    signed_in: tuple[Browser, Account], channels: str | None, texts: int, letters: int
) -> None:
    browser, account = signed_in
    proved(browser)
    texted()
    if channels:
        assert browser.post(HERE, {"channels": channels})["Location"] == f"{HERE}?da=kenh"

    tell(account)
    tell(account)  # the errand is run again

    told_by_text, told_by_letter = texted(), mailed()
    assert (len(told_by_text), len(told_by_letter)) == (texts, letters)
    assert all(": dang xu ly." in text for text in told_by_text)
    for to, subject, text in told_by_letter:
        assert (to, subject) == (ADDRESS, "Hồ sơ 000.00.19.H08-261123-0001: Đang xử lý")
        assert account.person.full_name not in text and "http" not in text


def test_alarms_come_by_text_whatever_was_chosen(signed_in: tuple[Browser, Account]) -> None:
    browser, _ = signed_in
    proved(browser)
    browser.post(HERE, {"channels": "EMAIL"})
    texted()

    new = "Nui.Xanh-Song-Dai-27"
    browser.post("/ca-nhan/mat-khau/", {"current": people.STRONG, "password": new, "again": new})

    assert [text for text in texted() if "Mat khau" in text]
    assert mailed() == []


def test_another_email_takes_the_place_and_the_old_one_is_erased(signed_in: tuple[Browser, Account]) -> None:
    browser, account = signed_in
    proved(browser)
    let_pass("limits_bucket", 3600, *_bucket_times())
    proved(browser, "khac@example.vn")

    states = EmailBinding.objects.filter(account=account).order_by("id")
    assert [(row.status, row.email_sealed is None, row.email_masked) for row in states] == [
        ("closed", True, ""),
        ("active", False, "k*****@example.vn"),
    ]


def test_a_removed_email_is_erased_told_and_hears_nothing_more(signed_in: tuple[Browser, Account]) -> None:
    browser, account = signed_in
    proved(browser)
    browser.post(HERE, {"channels": "EMAIL"})
    texted()

    assert browser.post(HERE + "email/bo/", {"password": "sai"}).status_code == 422
    assert browser.post(HERE + "email/bo/", {"password": people.STRONG})["Location"] == f"{HERE}?da=bo"
    [text] = texted()
    assert "vua bo email" in text

    tell(account)
    assert mailed() == [] and len(texted()) == 1


def test_whoever_says_it_was_not_me_is_rid_of_the_strangers_email(
    signed_in: tuple[Browser, Account],
) -> None:
    browser, account = signed_in
    proved(browser)
    [text] = texted()
    found = re.search(r"/k/([0-9a-z]+)", text)
    assert found

    notices.disavow(token=found[1])

    assert not EmailBinding.objects.filter(account=account, status="active").exists()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE accounts_emailbinding SET status = 'closed'",
        "UPDATE accounts_emailbinding SET email_sealed = NULL",
        "UPDATE accounts_emailproof SET attempts = 6",
        "UPDATE accounts_emailproof SET expires_at = expires_at + interval '1 hour'",
        "INSERT INTO accounts_noticechoice (account_id, channels, words, chosen_at)"
        " SELECT id, 'ZALO', 'x', now() FROM accounts_account",
    ],
)
def test_the_database_keeps_the_rules(signed_in: tuple[Browser, Account], change: str) -> None:
    proved(signed_in[0])

    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(change)


def test_no_address_stands_in_an_address(signed_in: tuple[Browser, Account]) -> None:
    assert "@" not in ask(signed_in[0])["Location"]
    assert EmailProof.objects.count() == 1
    assert not Letter.objects.filter(dedupe_key__contains="@").exists()
    assert not Message.objects.filter(dedupe_key__contains="@").exists()


def _bucket_times() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'limits_bucket' AND data_type LIKE 'timestamp%'"
        )
        return [name for (name,) in cursor.fetchall()]

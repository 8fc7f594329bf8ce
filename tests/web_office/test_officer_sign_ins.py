"""An administrator sees officers' sign-ins, ends sessions, and starts a reset that another agrees to (A-51, A-62)."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from motcua.accounts import factor_resets, identity
from motcua.accounts.models import Authenticator, FactorReset, RecoveryCode, Session, SignIn
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.outbox.models import Message
from motcua.units import posts, resetting
from motcua.units.models import Officer
from tests.accounts import people
from tests.web_office.desk import Desk, words
from tests.web_public.test_second_step import ENROL, STEP, code_of, codes_on, enrolled, secret_on
from tests.web_public.visiting import Browser, let_pass

pytestmark = pytest.mark.django_db(transaction=True)
LIST, RESETS = "/quan-tri/dang-nhap-can-bo/", "/quan-tri/dat-lai-xac-thuc/"
WHY = "Mất điện thoại ngày 12/5, đã đối chiếu thẻ căn cước."


@pytest.fixture
def admins() -> tuple[Desk, Desk]:
    """Two administrators of one unit."""
    return Desk(Power.GRANT, name="Lê Thị Quản"), Desk(Power.GRANT, name="Võ Văn Trị")


def asked(by: Desk, of: Desk, reason: str = WHY) -> Any:
    return by.post(RESETS, {"officer": of.subject, "reason": reason})


def approved(admins: tuple[Desk, Desk], of: Desk) -> FactorReset:
    assert asked(admins[0], of).status_code == 302
    reset = FactorReset.objects.latest("id")
    answer = admins[1].post(f"{RESETS}{reset.public_id}/", {"act": "approve"})
    assert answer["Location"].endswith("?da=dat-lai-duyet")
    return FactorReset.objects.get(pk=reset.pk)


def typed_code() -> str:
    return people.newest_text("factor_reset_code").split(": ", 1)[1][:9]


def test_the_list_shows_who_signed_in_when_and_how_and_no_address(admins: tuple[Desk, Desk]) -> None:
    colleague = Desk(Power.RECEIVE_DOSSIER, name="Trần Thị Nhận")
    Client(headers={"user-agent": "Firefox/130 Windows"}).post(
        "/dang-nhap/", {"number": colleague.person.citizen_id.value, "password": "Sai.Mat-Khau-1"}
    )

    page = words(admins[0].get(LIST))
    assert "Trần Thị Nhận" in page and "Firefox trên Windows" in page and "Không đúng" in page
    assert "127.0.0.1" not in page
    only = words(admins[0].get(f"{LIST}?cb={colleague.subject}&kq=WRONG"))
    assert "Firefox trên Windows" in only and "Đã đăng nhập Chrome" not in only
    assert "Không có lượt đăng nhập nào phù hợp" in words(admins[0].get(f"{LIST}?cach=PASSKEY"))


def test_officers_of_other_units_and_citizens_are_not_on_it(admins: tuple[Desk, Desk]) -> None:
    elsewhere = Desk(Power.RECEIVE_DOSSIER, at="noi-khac", name="Đỗ Văn Xa")
    below = Desk(Power.RECEIVE_DOSSIER, at="duoi-mau", parent="so-mau", name="Ngô Thị Dưới")

    page = words(admins[0].get(LIST))
    assert "Ngô Thị Dưới" in page and "Đỗ Văn Xa" not in page
    assert "Đỗ Văn Xa" not in words(admins[0].get(f"{LIST}?cb={elsewhere.subject}"))
    assert below.subject


def test_it_is_paged_and_sorted(admins: tuple[Desk, Desk]) -> None:
    account = identity.account_of_subject(admins[1].subject)
    for nth in range(25):
        SignIn.objects.create(
            account=account, how="PASSWORD", result="WRONG", known_device=False, device_words=f"Máy {nth:02d}"
        )
    first = words(admins[0].get(f"{LIST}?kq=WRONG"))
    assert "Máy 24" in first and "Máy 04" not in first
    after = SignIn.objects.get(device_words="Máy 05").pk
    assert "Máy 04" in words(admins[0].get(f"{LIST}?kq=WRONG&sau={after}"))
    oldest = words(admins[0].get(f"{LIST}?kq=WRONG&xep=cu"))
    assert "Máy 00" in oldest and "Máy 24" not in oldest


def test_an_administrator_ends_the_sessions_of_an_officer_in_reach(admins: tuple[Desk, Desk]) -> None:
    colleague = Desk(Power.RECEIVE_DOSSIER)
    elsewhere = Desk(Power.RECEIVE_DOSSIER, at="noi-khac")

    assert "đang làm việc trên 1 trình duyệt" in words(admins[0].get(f"{LIST}?cb={colleague.subject}"))
    assert admins[0].post(f"{LIST}ket-thuc/", {"cb": colleague.subject}).status_code == 302
    assert colleague.get("/mot-cua/")["Location"].startswith("/dang-nhap/")
    assert admins[0].post(f"{LIST}ket-thuc/", {"cb": elsewhere.subject}).status_code == 404
    assert elsewhere.get("/mot-cua/").status_code == 200
    assert Event.objects.filter(event="accounts.officer_sessions.ended").count() == 1


def test_a_reset_takes_two_and_never_for_oneself(admins: tuple[Desk, Desk]) -> None:
    officer = Desk(Power.RECEIVE_DOSSIER, Power.GRANT, name="Trần Thị Nhận")
    one, _ = admins

    assert asked(one, one).status_code == 422, "not offered"
    with pytest.raises(resetting.ResetForYourself):
        factor_resets.ask(authority=one.authority, subject=one.subject, reason=WHY, on=timezone.localdate())
    assert asked(one, officer, "mất").status_code == 422
    assert asked(one, officer).status_code == 302
    assert "đang có một đề nghị" in words(asked(admins[1], officer))
    reset = FactorReset.objects.get()
    at = f"{RESETS}{reset.public_id}/"
    assert one.post(at, {"act": "approve"}).status_code == 403, "who asked"
    assert officer.post(at, {"act": "approve"}).status_code == 403, "whom it is about"
    elsewhere = Desk(Power.GRANT, at="noi-khac")
    assert elsewhere.post(at, {"act": "approve"}).status_code == 404
    assert admins[1].post(at, {"act": "approve"}).status_code == 302
    assert one.post(at, {"act": "decline"}).status_code == 409


def test_an_administrator_below_reaches_nobody_who_also_works_above(admins: tuple[Desk, Desk]) -> None:
    below = Desk(Power.GRANT, at="duoi-mau", parent="so-mau")
    both = Desk(Power.RECEIVE_DOSSIER, at="duoi-mau", parent="so-mau")
    posts.bootstrap(
        officer_id=Officer.objects.get(subject=both.subject).pk,
        unit_code="so-mau",
        powers=[Power.GRANT],
        valid_from=date(2020, 1, 1),
        reason="thử",
    )
    assert asked(below, both).status_code == 403
    assert not FactorReset.objects.exists()
    assert asked(admins[0], both).status_code == 302


def test_the_officer_enrols_anew_with_password_and_the_code_on_the_own_phone(
    admins: tuple[Desk, Desk], settings: Any
) -> None:
    officer = Desk(Power.RECEIVE_DOSSIER, name="Trần Thị Nhận")
    head = Desk(Power.APPROVE_EXCEPTION)
    settings.OFFICER_SECOND_FACTOR = True
    mine = Browser()
    old_secret, old_codes = enrolled(mine, officer.person)
    settings.OFFICER_SECOND_FACTOR = False
    approved(admins, officer)
    settings.OFFICER_SECOND_FACTOR = True
    told = Message.objects.filter(purpose="factor_reset")
    assert told.count() == 2, "the officer and the head of the desk"
    assert head.subject

    other = Browser()
    other.sign_in(officer.person)
    assert other.get(ENROL)["Location"] == STEP, "approval alone lets nobody enrol"
    assert "Nhận mã đăng ký lại" in words(other.get(STEP))
    sent = other.post(STEP, {"act": "reset-send"})
    assert "Mã đăng ký lại được gửi" in words(sent)
    code = typed_code()
    assert other.post(STEP, {"act": "reset", "reset": "11112222"}).status_code == 401
    assert Authenticator.objects.filter(ended_at__isnull=True).exists()
    right = other.post(STEP, {"act": "reset", "reset": code})

    assert right["Location"] == ENROL
    assert not Authenticator.objects.filter(ended_at__isnull=True).exists()
    assert not RecoveryCode.objects.filter(used_at__isnull=True, voided_at__isnull=True).exists()
    assert not Session.objects.filter(account__authenticators__isnull=False, ended_at__isnull=True).exists()
    secret = secret_on(other.get(ENROL))
    assert secret != old_secret
    done = other.post(ENROL, {"act": "app", "code": code_of(secret)})
    assert len(codes_on(done)) == 10 and other.get("/mot-cua/").status_code == 200
    third = Browser()
    third.sign_in(officer.person)
    assert third.post(STEP, {"act": "recovery", "recovery": old_codes[0]}).status_code == 401
    assert "reset-send" not in third.get(STEP).content.decode(), "used once"
    names = set(
        Event.objects.filter(event__startswith="accounts.factor_reset").values_list("event", flat=True)
    )
    assert {event.rsplit(".", 1)[1] for event in names} == {"requested", "approved", "sent", "used"}


@pytest.mark.parametrize(("table_age", "said"), [("code", 401), ("approval", 404)])
def test_a_code_lives_half_an_hour_and_an_approval_a_day(
    admins: tuple[Desk, Desk], settings: Any, table_age: str, said: int
) -> None:
    officer = Desk(Power.RECEIVE_DOSSIER)
    approved(admins, officer)
    settings.OFFICER_SECOND_FACTOR = True
    enrolled(Browser(), officer.person)
    other = Browser()
    other.sign_in(officer.person)
    other.post(STEP, {"act": "reset-send"})
    if table_age == "code":
        let_pass("accounts_factorreset", 30 * 60, "code_sent_at")
    else:
        let_pass("accounts_factorreset", 24 * 3600, "decided_at")

    assert other.post(STEP, {"act": "reset", "reset": typed_code()}).status_code == said


def test_five_wrong_codes_end_the_code_and_the_tries_are_kept(
    admins: tuple[Desk, Desk], settings: Any
) -> None:
    officer = Desk(Power.RECEIVE_DOSSIER)
    approved(admins, officer)
    settings.OFFICER_SECOND_FACTOR = True
    enrolled(Browser(), officer.person)
    other = Browser()
    other.sign_in(officer.person)
    other.post(STEP, {"act": "reset-send"})
    said = [other.post(STEP, {"act": "reset", "reset": "00000000"}).status_code for _ in range(5)]
    assert said == [401] * 5 and FactorReset.objects.get().tries == 5
    let_pass("limits_bucket", 3600, "window_ends_at")
    assert other.post(STEP, {"act": "reset", "reset": typed_code()}).status_code == 401


def test_resets_are_paged_with_what_waits_on_top(admins: tuple[Desk, Desk]) -> None:
    officer = Desk(Power.RECEIVE_DOSSIER, name="Trần Thị Nhận")
    for nth in range(22):
        assert asked(admins[0], officer, f"Lần thứ {nth:02d}, đã gặp cán bộ.").status_code == 302
        reset = FactorReset.objects.latest("id")
        admins[0].post(f"{RESETS}{reset.public_id}/", {"act": "decline"})
    asked(admins[0], officer, "Đang chờ duyệt, đã gặp cán bộ.")

    first = admins[1].get(RESETS)
    page = words(first)
    assert page.index("Đang chờ duyệt, đã gặp") < page.index("Lần thứ 21")
    assert "Lần thứ 02" in page and "Lần thứ 01" not in page
    onward = FactorReset.objects.get(reason__startswith="Lần thứ 02").pk
    assert f"?sau={onward}" in first.content.decode()
    second = words(admins[1].get(f"{RESETS}?sau={onward}"))
    assert "Lần thứ 01" in second and "Đang chờ duyệt, đã gặp" not in second

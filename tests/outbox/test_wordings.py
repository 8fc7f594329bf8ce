"""What an administrator may make of a notice, and which version is sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox import events, gsm7, wordings
from motcua.outbox.clock import DbClock
from motcua.outbox.letters import Words
from motcua.outbox.models import NoticeWording

on_the_database = pytest.mark.django_db(transaction=True)
CODE = "000.00.19.H08-261123-0001"
SMS, EMAIL = "SMS", "EMAIL"


@pytest.mark.parametrize("code", events.EVENTS)
def test_the_first_wording_keeps_the_rules_it_sets(code: str) -> None:
    known = events.EVENTS[code]

    assert wordings.check(code, SMS, "", known.sms) == ("", known.sms)
    assert wordings.check(code, EMAIL, known.subject, known.letter) == (known.subject, known.letter)
    assert wordings.previewed(code, SMS, "", known.sms).septets <= gsm7.SEGMENT
    assert "{" not in wordings.previewed(code, EMAIL, known.subject, known.letter).body


def text(body: str, subject: str = "") -> str:
    try:
        wordings.check("dossier_moved", SMS if not subject else EMAIL, subject, body)
    except Refusal as no:
        return no.code
    return "ok"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("Ho so {ma_ho_so}: {trang_thai}", "ok"),
        ("Ho so {ma_ho_so}, xem {tra_cuu}", "ok"),
        ("Ho so {trang_thai}", "notice_parameter_missing"),
        ("Ho so {ma_ho_so} cua {ho_ten}", "notice_unknown_parameter"),
        ("Ho so {ma_ho_so} {so_tam}", "notice_unknown_parameter"),  # of another notice
        ("Ho so {ma_ho_so} {0}", "notice_stray_brace"),
        ("Ho so {ma_ho_so.__class__}", "notice_stray_brace"),
        ("Ho so {{ma_ho_so}}", "notice_stray_brace"),
        ("Ho so {ma_ho_so} {{7*7}}", "notice_stray_brace"),
        ("Ho so {ma_ho_so} {% load x %}", "notice_stray_brace"),
        ("Ho so {ma_ho_so} http://lua.dao", "notice_link_not_allowed"),
        ("Ho so {ma_ho_so} lua-dao.com", "notice_link_not_allowed"),
        ("Ho so {ma_ho_so} HTTPS://x", "notice_link_not_allowed"),
        ("Ho so {ma_ho_so} ke@xau", "notice_link_not_allowed"),
        ("Ho so {ma_ho_so} goi 0900 000 001", "notice_number_not_allowed"),
        ("Ho so {ma_ho_so} so 052190000001", "notice_number_not_allowed"),
        ("Ho so {ma_ho_so} đã xong", "notice_text_with_marks"),
        ("Ho so {ma_ho_so} `", "notice_text_with_marks"),
        ("Ho so {ma_ho_so} {trang_thai} " + "a" * 120, "notice_text_too_long"),
        ("Ho so {ma_ho_so}\x00", "not_plain_text"),
        ("Ho so {ma_ho_so}\u202e", "not_plain_text"),
    ],
)
def test_a_text_is_refused_for_its_reason(body: str, says: str) -> None:
    assert text(body) == says


@pytest.mark.parametrize(
    ("subject", "body", "says"),
    [
        ("Hồ sơ {ma_ho_so}", "Hồ sơ {ma_ho_so} đã xong.\nXem {tra_cuu}", "ok"),
        ("Hồ sơ\r\nBcc: a", "Hồ sơ {ma_ho_so}", "not_plain_text"),
        ("Hồ sơ\nBcc", "Hồ sơ {ma_ho_so}", "not_plain_text"),
        ("Xem lua-dao.com", "Hồ sơ {ma_ho_so}", "notice_link_not_allowed"),
        ("Hồ sơ", "Hồ sơ {ma_ho_so} tại nộpphí.vn", "notice_link_not_allowed"),
        ("Hồ sơ", "Hồ sơ {ma_ho_so} tại lua-dao.vídụ", "notice_link_not_allowed"),
        ("Hồ sơ", "Hồ sơ {ma_ho_so} tại lua-dao\uff0evn", "notice_link_not_allowed"),
        ("Hồ sơ", "Hồ sơ {ma_ho_so} tại lua-dao\u3002vn", "notice_link_not_allowed"),
        ("Hồ sơ", "Hồ sơ {ma_ho_so}.vn", "notice_link_not_allowed"),
        ("Hồ sơ", "Hồ sơ {ma_ho_so} tại gia{tra_cuu}", "notice_link_not_allowed"),
        ("Hồ sơ", "Hồ sơ {ma_ho_so} tại {ma_ho_so}{tra_cuu}", "notice_link_not_allowed"),
        ("Hồ sơ", "Hồ sơ {ma_ho_so} gọi ０９０００００００１", "notice_number_not_allowed"),
        ("Hồ sơ", "Hồ sơ {ma_ho_so} gọi ٠٩٠٠٠٠٠٠٠١", "notice_number_not_allowed"),
        ("Hồ sơ", "Hồ sơ {ma_ho_so} gọi 0900  000  001", "notice_number_not_allowed"),
        ("Hồ sơ", "Hồ sơ {ma_ho_so} từ 01/01/2027… Xem ({tra_cuu}), {trang_thai}.\nTrân trọng.", "ok"),
        ("Hồ sơ {la}", "Hồ sơ {ma_ho_so}", "notice_unknown_parameter"),
        ("Hồ sơ {ma_ho_so}", "Hồ sơ", "notice_parameter_missing"),
        ("a" * 121, "Hồ sơ {ma_ho_so}", "text_too_long"),
    ],
)
def test_a_letter_is_refused_for_its_reason(subject: str, body: str, says: str) -> None:
    assert text(body, subject) == says


def test_a_letter_has_a_subject() -> None:
    with pytest.raises(wordings.SubjectWanted):
        wordings.check("dossier_moved", EMAIL, " ", "Hồ sơ {ma_ho_so}")


def test_a_notice_that_does_not_exist_has_no_wording() -> None:
    with pytest.raises(NotFound):
        wordings.check("khong_co", SMS, "", "x")


# -- versions ------------------------------------------------------------------------------------------


def write(body: str, *, after: timedelta | None = None, channel: str = SMS, subject: str = "") -> None:
    wordings.write(
        code="dossier_moved",
        channel=channel,
        words=Words(subject, body),
        valid_from=None if after is None else timezone.now() + after,
        reason="Theo góp ý",
        by="a" * 32,
        unit_code="H08",
    )


def said() -> str:
    return wordings.text_of("dossier_moved", {"ma_ho_so": CODE, "trang_thai": "dang xu ly"})


@on_the_database
def test_the_version_valid_now_is_sent() -> None:
    assert said().startswith(f"Ho so {CODE}: dang xu ly. Theo doi tai ")
    write("Tin moi: {ma_ho_so}")
    write("Tin sau: {ma_ho_so}", after=timedelta(hours=1))
    assert said() == f"Tin moi: {CODE}"

    with connection.cursor() as cursor:  # an hour passes
        cursor.execute("ALTER TABLE outbox_noticewording DISABLE TRIGGER outbox_wording_stays")
        cursor.execute("UPDATE outbox_noticewording SET valid_from = valid_from - interval '2 hours'")
        cursor.execute("ALTER TABLE outbox_noticewording ENABLE TRIGGER outbox_wording_stays")

    assert said() == f"Tin sau: {CODE}"


@on_the_database
def test_one_may_return_to_the_first_wording_and_the_history_stays() -> None:
    write("Tin moi: {ma_ho_so}")
    write("")

    assert said().startswith(f"Ho so {CODE}: dang xu ly")
    assert [(line.is_default, line.in_force) for line in wordings.history("dossier_moved", SMS)] == [
        (True, True),
        (False, False),
    ]
    assert wordings.changed() == set()


@on_the_database
def test_a_version_that_is_not_in_force_may_be_withdrawn_once_and_one_in_force_not() -> None:
    write("Tin sau: {ma_ho_so}", after=timedelta(hours=1))
    write("Tin moi: {ma_ho_so}")
    later, now = wordings.history("dossier_moved", SMS)

    assert wordings.withdraw(later.public_id, by="b" * 32) == ("dossier_moved", SMS)
    for line in (later, now):
        with pytest.raises(wordings.AlreadyInForce):
            wordings.withdraw(line.public_id, by="b" * 32)
    assert said() == f"Tin moi: {CODE}"


@on_the_database
def test_nothing_is_written_into_the_past() -> None:
    with pytest.raises(wordings.BeginsInThePast):
        write("Tin: {ma_ho_so}", after=-timedelta(minutes=1))
    with pytest.raises(IntegrityError):
        NoticeWording.objects.create(
            event="x", channel=SMS, body="y", valid_from=DbClock() - timedelta(days=1), reason="z", set_by="w"
        )


@on_the_database
@pytest.mark.parametrize(
    "act", ["UPDATE outbox_noticewording SET body = 'lua dao'", "DELETE FROM outbox_noticewording"]
)
def test_what_is_written_stays(act: str) -> None:
    write("Tin moi: {ma_ho_so}")

    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(act)


@on_the_database
def test_a_text_that_no_longer_fits_gives_way_to_the_first_wording(settings: Any) -> None:
    write("Tin moi {ma_ho_so} " + "a" * 60 + " xem {tra_cuu}")
    settings.PUBLIC_URL = "https://" + "rat-dai." * 9 + "vn"

    assert said().startswith(f"Ho so {CODE}: dang xu ly")


@on_the_database
def test_what_is_filled_in_is_not_read_as_a_wording() -> None:
    letter = wordings.letter_of("dossier_moved", {"ma_ho_so": "{trang_thai}", "trang_thai": "BÍ MẬT"})

    assert letter.subject == "Hồ sơ {trang_thai}: BÍ MẬT"
    assert "đổi kênh nhận thông báo" in letter.text

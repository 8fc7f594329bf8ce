"""The first officer of an installation comes from its owner, known by the portal's own id."""

from datetime import date
from typing import Any, ClassVar

import pytest
from django.utils import timezone
from tests.accounts import people
from tests.units import people as officers

from motcua.accounts import identity
from motcua.accounts.models import LookUp
from motcua.desk.ports import Found, OwnerStatus, Unknown
from motcua.kernel.authority import Power
from motcua.ops import first_officer
from motcua.ops.places import CannotStart
from motcua.units import posts, sample

pytestmark = pytest.mark.django_db
UNIT = "binhdinh-sgddt"
TODAY = date(2026, 11, 30)


@pytest.fixture(autouse=True)
def _units() -> None:
    sample.load(officers.UNITS_FILE)


def appoint(number: str, *powers: str, unit: str = UNIT) -> int:
    told = iter([number, "Trần Thị Hoa Mẫu", "0900000077"])
    return first_officer.run(unit, powers or ("GRANT",), timezone.localdate(), ask=lambda _: next(told))


def test_who_has_an_account_may_grant_from_today(
    settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    account = people.account(data := people.data())

    assert appoint(data.citizen_id.value, "GRANT", "CONNECT_SYSTEMS") == 0

    subject = identity.subject_of(account.public_id, settings.DESK_ID)  # type: ignore[attr-defined]
    authority = posts.authority_of(subject, on=timezone.localdate())
    assert authority.powers == {Power.GRANT, Power.CONNECT_SYSTEMS}
    said = capsys.readouterr().out
    assert "Cấp, thu hồi quyền" in said
    assert data.citizen_id.value not in said and "Hoa" not in said


def test_the_person_sees_that_they_were_asked_about() -> None:
    people.account(data := people.data())
    appoint(data.citizen_id.value)
    assert LookUp.objects.filter(purpose="bo-nhiem-can-bo").count() == 1


def test_a_second_post_is_of_the_same_officer() -> None:
    people.account(data := people.data())
    appoint(data.citizen_id.value)
    assert appoint(data.citizen_id.value, "PROCESS", unit=f"{UNIT}-thanh-tra") == 0


def test_nobody_without_an_account_is_appointed() -> None:
    with pytest.raises(CannotStart, match="chưa có tài khoản"):
        appoint("052090999999")


class SilentAtFirst:
    """A portal that is still starting."""

    asked: ClassVar[list[str]] = []

    def check(self, **question: Any) -> Found | Unknown:
        self.asked.append(question["reference"])
        return (
            Unknown()
            if len(self.asked) < 3
            else Found(
                receipt="x", subject="a" * 32, status=OwnerStatus.USABLE, name_masked="H**", last3="123"
            )
        )


def test_a_portal_that_is_still_starting_is_asked_again_and_it_is_one_question(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ACCOUNT_REGISTRY = f"{__name__}.SilentAtFirst"
    monkeypatch.setattr(first_officer, "_BETWEEN", 0.0)
    monkeypatch.setattr(SilentAtFirst, "asked", [])
    number = people.data().citizen_id
    with pytest.raises(CannotStart, match="chưa trả lời"):
        first_officer.subject_of(number, UNIT)
    SilentAtFirst.asked.clear()
    assert first_officer.subject_of(number, UNIT, patience=30) == "a" * 32
    assert len(SilentAtFirst.asked) == 3 and len(set(SilentAtFirst.asked)) == 1


def test_a_unit_that_is_not_there_is_said() -> None:
    with pytest.raises(CannotStart, match="Chưa có đơn vị"):
        appoint("052090999999", unit="khong-co")


def test_a_right_that_does_nothing_here_is_not_given_to_the_first_either(settings: object) -> None:
    settings.HOSTS_PORTAL = False  # type: ignore[attr-defined]
    with pytest.raises(CannotStart, match="Tạo tài khoản công dân không có tác dụng"):
        appoint("052190000001", "GRANT", "OPEN_ACCOUNT")

"""The first officer of an installation comes from its owner, known by the portal's own id."""

from datetime import date

import pytest
from django.utils import timezone
from tests.accounts import people
from tests.units import people as officers

from motcua.accounts import identity
from motcua.accounts.models import LookUp
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


def test_a_unit_that_is_not_there_is_said() -> None:
    with pytest.raises(CannotStart, match="Chưa có đơn vị"):
        appoint("052090999999", unit="khong-co")


def test_a_right_that_does_nothing_here_is_not_given_to_the_first_either(settings: object) -> None:
    settings.HOSTS_PORTAL = False  # type: ignore[attr-defined]
    with pytest.raises(CannotStart, match="Tạo tài khoản công dân không có tác dụng"):
        appoint("052190000001", "GRANT", "OPEN_ACCOUNT")

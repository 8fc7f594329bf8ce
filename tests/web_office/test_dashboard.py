"""The dashboard offers what the officer may do, and says calmly what is missing and whom to ask."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.accounts import organisations
from motcua.accounts.models import Account
from motcua.kernel.authority import Power
from motcua.kernel.tax_code import TaxCode
from tests.accounts import mandates, people
from tests.web_office.desk import ADD, LIST, Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
EXPORT, SHARED = LIST + "ket-xuat/", LIST + "dung-chung-so/"
TAX_CODES = ("0100233488", "0101243150")
MISSING = "Chưa có chức năng quản trị nào dành cho ông/bà"


def links(desk: Desk) -> str:
    return str(desk.get("/quan-tri/").content.decode())


@pytest.mark.parametrize(
    ("power", "offered"),
    [
        (Power.OPEN_ACCOUNT, {LIST, ADD}),
        (Power.APPROVE_EXCEPTION, {SHARED}),
        (Power.EXPORT, {EXPORT}),
        (Power.RECEIVE_DOSSIER, set[str]()),
    ],
)
def test_what_is_offered_may_be_done_and_nothing_else_is(power: Power, offered: set[str]) -> None:
    desk = Desk(power)
    page = links(desk)
    for address in (LIST, ADD, SHARED, EXPORT):
        assert (f'href="{address}"' in page) == (address in offered)
        assert desk.get(address).status_code == (200 if address in offered else 403)
    assert (MISSING in page) == (not offered)


def test_what_waits_of_mandates_is_counted_for_who_decides_with_as_many_statements_as_ever() -> None:
    head, clerk = Desk(Power.APPROVE_EXCEPTION), Desk(Power.OPEN_ACCOUNT)
    statements = []
    for waiting in (0, 1, 2):
        if waiting:
            ask_for_a_mandate(clerk)
        with CaptureQueriesContext(connection) as seen:
            page = words(head.get("/quan-tri/"))
        statements.append(len(seen))
        assert f"{waiting} đề nghị ghi nhận người đại diện chờ ông/bà duyệt" in page
    assert statements[1] == statements[2]
    assert "đề nghị ghi nhận người đại diện" not in words(clerk.get("/quan-tri/"))


def test_what_an_officer_asked_for_is_not_theirs_to_decide() -> None:
    both = Desk(Power.APPROVE_EXCEPTION, Power.OPEN_ACCOUNT)
    ask_for_a_mandate(both)
    assert "0 đề nghị ghi nhận người đại diện" in words(both.get("/quan-tri/"))


def ask_for_a_mandate(clerk: Desk) -> None:
    """Another organisation each time, and another citizen."""
    holder = people.data()
    people.account(holder)
    code = TaxCode.parse(TAX_CODES[Account.objects.filter(person__kind="ORGANISATION").count()])
    organisation = organisations.register(authority=clerk.authority, tax_code=code, name="Trung tâm Mẫu")
    mandates.asked(clerk.authority, organisation, mandates.granting(holder.citizen_id))


def test_an_officer_without_any_of_these_powers_is_told_whom_to_ask() -> None:
    receiver = Desk(Power.RECEIVE_DOSSIER)
    page = words(receiver.get("/quan-tri/"))
    assert receiver.get("/quan-tri/").status_code == 200
    assert "chưa được cấp quyền Tạo tài khoản công dân" in page
    assert "báo lãnh đạo đơn vị" in page and "1022" in page
    granter = Desk(Power.GRANT, name="Trần Thị Cấp Quyền")
    page = words(receiver.get("/quan-tri/"))
    assert "liên hệ người cấp quyền của đơn vị: Trần Thị Cấp Quyền" in page
    assert granter.person.phone.local not in page


def test_an_officer_who_may_at_another_unit_is_sent_there() -> None:
    from datetime import date

    from motcua.units import posts
    from tests.web_office import desk as at

    receiver = Desk(Power.RECEIVE_DOSSIER)
    at.unit("so-hai")
    posts.bootstrap(
        officer_id=receiver.authority.officer_id,
        unit_code="so-hai",
        powers=[Power.OPEN_ACCOUNT],
        valid_from=date(2020, 1, 1),
        reason="thử",
    )
    assert "tạo tài khoản công dân tại: Sở Giáo dục so-hai" in words(receiver.get("/quan-tri/"))

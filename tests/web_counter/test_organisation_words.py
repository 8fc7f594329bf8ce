"""What the counter says to an organisation: a tax code and a certificate, no card, no password, nothing for pupils."""

import pytest

from motcua.accounts.models import Account
from motcua.desk import slips
from motcua.desk.models import Dossier, Procedure
from motcua.kernel.authority import Power
from motcua.press import render
from tests.web_counter.conftest import ONE_WAY, TWO_WAYS, Desk, text_of
from tests.web_counter.test_organisation_pages import TAX_CODE, Town
from tests.web_counter.test_warn_period import NOBODY, WAY, binds_in

FOR_PERSONS = ("mật khẩu một lần", "với thẻ của chủ hồ sơ", "Số định danh kết thúc")


@pytest.fixture
def town(desk: Desk) -> Town:
    return Town(desk)


def test_what_is_found_is_compared_with_the_certificate_and_only_its_procedures_are_offered(
    town: Town,
) -> None:
    Procedure.objects.filter(code=TWO_WAYS).update(who_may_ask=["GUARDIAN"])
    town.granted()
    page = town.desk.client.get(town.desk.checked(TAX_CODE))
    said = text_of(page)
    assert "Mã số thuế kết thúc bằng 488" in said and "giấy chứng nhận đăng ký của tổ chức" in said
    assert "qua người đại diện đã ghi nhận" in said
    assert [words for words in FOR_PERSONS if words in said] == []
    options = page.content.decode()
    assert f'value="{ONE_WAY}"' in options and f'value="{TWO_WAYS}"' not in options
    assert f'value="{TWO_WAYS}"' in town.desk.client.get(town.desk.checked()).content.decode()


def test_a_procedure_for_persons_is_refused_however_it_is_asked_for(town: Town) -> None:
    town.granted()
    address = town.desk.checked(TAX_CODE)
    Procedure.objects.filter(code=TWO_WAYS).update(who_may_ask=["GUARDIAN"])
    form = {"procedure": TWO_WAYS, "process": str(_process(TWO_WAYS))}
    assert town.desk.client.post(address, form).status_code == 422
    # Offered a moment ago, and changed since: the form is drawn for it, the room says no.
    address = town.desk.form_address(number=TAX_CODE)
    Procedure.objects.filter(code=ONE_WAY).update(who_may_ask=["GUARDIAN"])
    typed = town.desk.form(address, representative=town.holder.citizen_id.value)
    refused = town.desk.client.post(address, typed)
    assert refused.status_code == 422 and "không nhận hồ sơ của tổ chức" in text_of(refused)
    assert not Dossier.objects.exists()


def test_where_there_is_no_account_the_way_to_one_is_shown_by_who_may_open_it(town: Town, desk: Desk) -> None:
    said = text_of(desk.check(TAX_CODE))
    assert "Tổ chức chưa có tài khoản" in said and "giấy chứng nhận đăng ký" in said
    assert "Công dân chưa có tài khoản" not in said and "Phụ lục III" not in said
    both = desk.officer(Power.RECEIVE_DOSSIER, Power.OPEN_ACCOUNT)
    assert "/quan-tri/to-chuc/" in desk.check(TAX_CODE, both).content.decode()


@pytest.mark.parametrize("status", ["locked", "closed"])
def test_an_account_that_is_shut_is_not_opened_by_a_forgotten_password(town: Town, status: str) -> None:
    town.registered()
    found = Account.objects.filter(person__kind="ORGANISATION")
    assert found.update(status=status) == 1
    said = text_of(town.desk.client.get(town.desk.checked(TAX_CODE)))
    assert "Chưa tiếp nhận được" in said and "tổ chức" in said
    assert "Quên mật khẩu" not in said and "Mã số thuế kết thúc bằng 488" in said


def test_from_the_slip_to_the_lists_a_tax_code_is_called_one(town: Town) -> None:
    town.granted()
    address = town.desk.form_address(number=TAX_CODE)
    assert "mã số thuế kết thúc bằng" in text_of(town.desk.client.get(address))
    typed = town.desk.form(address, representative=town.holder.citizen_id.value)
    done = town.desk.client.post(address, typed)
    assert done.status_code == 302, text_of(done)
    ready = text_of(town.desk.client.get(done.headers["Location"]))
    assert "Người đại diện Lê Văn Đại" in ready and "cho người này" not in ready

    dossier = Dossier.objects.get()
    name, printed = slips.slip_of(dossier)
    assert printed["owner_number_label"] == "Mã số thuế" and render(name, printed).startswith(b"%PDF")
    page = text_of(town.desk.client.get(f"/mot-cua/ho-so/{dossier.public_id}/"))
    assert "Mã số thuế *********488" in page and "CMND/CCCD *********488" not in page
    listed = text_of(town.desk.client.get("/mot-cua/ho-so/"))
    assert "CMND/CCCD, MST" in listed


def test_a_person_is_spoken_to_as_before(desk: Desk) -> None:
    said = text_of(desk.client.get(desk.checked()))
    assert "với thẻ của chủ hồ sơ" in said and "Mã số thuế" not in said
    desk.received()
    assert slips.receipt_data(Dossier.objects.get())["owner_number_label"] == ""


def test_an_organisation_is_not_offered_to_be_received_unchecked_as_a_person(desk: Desk) -> None:
    binds_in(desk, 7)
    assert WAY not in text_of(desk.check(TAX_CODE))
    assert WAY in text_of(desk.check(NOBODY))


def _process(code: str) -> int:
    return int(Procedure.objects.get(code=code).processes.order_by("order").first().pk)  # type: ignore[union-attr]

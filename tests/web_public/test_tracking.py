"""Tra cứu hồ sơ over HTTP: new cookies buy no guesses, and who holds the slip is shut out by nobody (T-28)."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from motcua.desk import name_doubts, provisional
from motcua.desk.models import Dossier
from motcua.kernel.authority import Power
from tests.desk import lives
from tests.desk import town as building
from tests.web_public.visiting import Browser, errors_of, solved, text_of

pytestmark = pytest.mark.django_db(transaction=True)
THIEF = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    return building.town(tmp_path).received()


def ask(dossier: Dossier, check: str = "", *, browser: Browser | None = None, **more: Any) -> Any:
    typed = {"code": dossier.code or "", "check": check or dossier.track_check}
    proof = more.pop("proof", None)
    return (browser or Browser()).post("/tra-cuu/", typed | ({"proof": proof} if proof else {}), **more)


def missed(dossier: Dossier, times: int, **more: Any) -> None:
    for _ in range(times):
        assert ask(dossier, "222222", **more).status_code == 404


def test_the_slip_shows_the_state_and_nothing_of_the_person(dossier: Dossier) -> None:
    answer = ask(dossier)

    assert answer.status_code == 200
    assert "Được tiếp nhận" in text_of(answer)
    assert building.NAME not in text_of(answer)


def test_the_step_is_named_once_it_is_under_way_and_its_unit_never(tmp_path: Path) -> None:
    house = lives.house(building.town(tmp_path))
    lying = house.received()
    assert "Bước đang thực hiện" not in text_of(ask(lying))
    worked_on = house.on_the_desk_of_the_specialist()
    assert worked_on.at_step

    shown = text_of(ask(worked_on))
    assert f"Bước đang thực hiện {worked_on.at_step}" in " ".join(shown.split())
    assert building.NAME not in shown
    done = house.done()
    assert "Bước đang thực hiện" not in text_of(ask(done))


def test_a_provisional_reception_that_was_closed_says_what_to_do_and_no_reason(tmp_path: Path) -> None:
    house = building.town(tmp_path)
    house.portal.down = True
    draft = house.choose(house.check(building.OWNER).public_id)
    taken = provisional.receive_provisionally(
        authority=house.authority,
        check_id=draft.check_id,
        owner_name="Nguyễn Văn Sông Mẫu",
        form=building.a_form(),
        now=timezone.now(),
    )
    house.portal.down = False
    ask_of = {"code": taken.provisional_number or "", "check": taken.track_check}
    assert "Hẹn trả kết quả" in text_of(Browser().post("/tra-cuu/", ask_of))
    provisional.recheck(dossier_id=taken.public_id, registry=house.portal, now=timezone.now())
    officer = lives.holding(house.unit, Power.RECEIVE_DOSSIER)
    name_doubts.end(authority=officer, dossier_id=taken.public_id, reason="Thẻ của người khác hẳn")

    shown = text_of(Browser().post("/tra-cuu/", ask_of))
    assert "lấy lại giấy tờ" in shown and "Thẻ của người khác" not in shown
    assert "Tiếp nhận lúc" not in shown and "Hẹn trả kết quả" not in shown


def test_a_new_cookie_for_each_guess_buys_no_guesses(dossier: Dossier) -> None:
    missed(dossier, 20, **THIEF)

    answer = ask(dossier, "222222", **THIEF)
    assert answer.status_code == 429
    assert "bấm “Tra cứu” lần nữa" in errors_of(answer)


def test_a_new_address_in_the_own_network_buys_no_guesses(dossier: Dossier) -> None:
    for nth in range(20):
        missed(dossier, 1, REMOTE_ADDR=f"2001:db8:1:2::{nth:x}")

    assert ask(dossier, REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert ask(dossier, REMOTE_ADDR="2001:db8:1:3::1").status_code == 200


def test_strangers_shut_out_nobody_who_holds_the_slip(dossier: Dossier) -> None:
    missed(dossier, 20, **THIEF)
    missed(dossier, 20, REMOTE_ADDR="198.51.100.7")

    assert ask(dossier).status_code == 200


def test_beside_a_thief_a_little_arithmetic_opens_the_way(dossier: Dossier) -> None:
    missed(dossier, 20, **THIEF)
    mine = Browser()
    refused = ask(dossier, browser=mine, **THIEF)

    page = refused.content.decode()
    assert refused.status_code == 429
    assert f'value="{dossier.code}"' in page and f'value="{dossier.track_check}"' in page
    assert "Được tiếp nhận" in text_of(ask(dossier, browser=mine, proof=solved(page), **THIEF))


@pytest.mark.parametrize("proof", ["x", "e30="])
def test_a_made_up_proof_asks_nothing(dossier: Dossier, proof: str) -> None:
    answer = ask(dossier, proof=proof, **THIEF)

    assert answer.status_code == 422
    assert "Trình duyệt chưa kiểm tra xong" in errors_of(answer)
    assert "Được tiếp nhận" not in text_of(answer)


def test_one_proof_is_one_question(dossier: Dossier) -> None:
    missed(dossier, 20, **THIEF)
    proof = solved(ask(dossier, **THIEF).content.decode())

    assert ask(dossier, "222222", proof=proof, **THIEF).status_code == 404
    assert ask(dossier, "222223", proof=proof, **THIEF).status_code == 422

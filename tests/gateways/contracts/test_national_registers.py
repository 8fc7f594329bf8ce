"""What ``desk.ports_national.NationalRegister`` promises, of everybody who keeps it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.desk.fake_register import FakeRegister
from tests.gateways.contracts.ports_in_use import connection, outside

from motcua.desk.ports_national import (
    ChargeTold,
    DossierTold,
    NationalRefused,
    NationalRegister,
    NationalSilent,
    PaperTold,
    ResultTold,
    StepTold,
    SupplementTold,
)
from motcua.gateways.dvcqg_dossiers import DvcqgDossiers
from motcua.gateways.dvcqg_line import DvcqgLine

CODE = "000.00.06.H08-261123-0001"
AT = datetime(2026, 11, 23, 18, 30, 5, tzinfo=UTC)
TOLD = DossierTold(
    code=CODE,
    version=1,
    procedure_code="2.001914",
    procedure_name="Chỉnh sửa nội dung văn bằng, chứng chỉ",
    field_name="Giáo dục",
    online=False,
    owner_name="Nguyễn Thị Mẫu",
    owner_subject="0a" * 16,
    owner_number="052190000001",
    receipt="",
    email="",
    phone="+84900000001",
    summary="Chỉnh sửa nội dung văn bằng",
    filed_at=AT,
    received_at=AT,
    due_at=AT,
    finished_at=None,
    handed_out_at=None,
    refused_at=None,
    state="RECEIVED",
    by_post=False,
    unit_name="Sở Giáo dục và Đào tạo",
    paid_online=True,
    papers=(PaperTold("p1", "Đơn đề nghị", "don-de-nghi", digitised=True, reused=False),),
    charges=(ChargeTold("c1", "Lệ phí", 50_000, is_charge=False, paid=True, online=True),),
    supplements=(SupplementTold("b1", "Trần Văn Quầy", "Bổ sung bản chính.", AT, None),),
    results=(ResultTold("Quyết định chỉnh sửa", "quyet-dinh"),),
)
STEP = StepTold(
    code=CODE,
    officer_name="Trần Văn Quầy",
    officer_title="",
    at=AT,
    office="Sở Giáo dục và Đào tạo",
    words="Tiếp nhận hồ sơ.",
    state="RECEIVED",
    begun_at=AT,
    due_at=None,
)
Made = tuple[NationalRegister, Callable[[], None]]


def faked(place: Path) -> Made:
    register = FakeRegister()
    return register, lambda: setattr(register, "down", True)


def national(place: Path) -> Made:
    there = outside(place)
    return DvcqgDossiers(DvcqgLine(connection(there.url))), there.close


@pytest.fixture(params=[faked, national], ids=lambda kind: kind.__name__)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Made]:
    register, cut = request.param(tmp_path)
    yield register, cut
    cut()


@pytest.fixture
def register(made: Made) -> NationalRegister:
    return made[0]


def test_a_dossier_is_told_and_known_from_then_on(register: NationalRegister) -> None:
    assert not register.knows(CODE)
    register.tell_dossier(TOLD, known=False)
    register.tell_step(STEP)
    assert register.knows(CODE)


def test_telling_the_same_again_is_harmless(register: NationalRegister) -> None:
    register.tell_dossier(TOLD, known=False)
    register.tell_dossier(replace(TOLD, state="PROCESSING"), known=True)
    register.tell_step(STEP)
    register.tell_step(STEP)


@pytest.mark.parametrize("known", [True, False])
def test_what_is_said_to_be_known_and_is_not_is_refused(register: NationalRegister, known: bool) -> None:
    if not known:
        register.tell_dossier(TOLD, known=False)
    with pytest.raises(NationalRefused) as no:
        register.tell_dossier(TOLD, known=known)
    assert no.value.code and no.value.words


def test_a_line_of_a_dossier_nobody_told_is_refused(register: NationalRegister) -> None:
    with pytest.raises(NationalRefused):
        register.tell_step(STEP)


def test_a_procedure_that_is_not_in_the_catalogue_is_refused(register: NationalRegister) -> None:
    with pytest.raises(NationalRefused):
        register.tell_dossier(replace(TOLD, procedure_code="9.999999"), known=False)
    assert register.procedure("9.999999") is None


def test_the_catalogue_is_read(register: NationalRegister) -> None:
    found = register.procedure("2.001914")
    assert found is not None and (found.code, found.field_code) == ("2.001914", "G01-GD01")
    assert found in register.procedures()
    assert [line.code for line in register.agencies()] == ["000.00.00.H08"]
    assert [line.code for line in register.fields()] == ["G01-GD01"]


def test_silence_is_silence_and_no_refusal(made: Made) -> None:
    register, cut = made
    register.tell_dossier(TOLD, known=False)
    cut()
    acts: list[Callable[[], object]] = [
        lambda: register.tell_dossier(TOLD, known=True),
        lambda: register.tell_step(STEP),
        lambda: register.knows(CODE),
        lambda: register.fields(),
    ]
    for act in acts:
        with pytest.raises(NationalSilent):
            act()


def test_what_a_refusal_says_is_not_in_its_own_words(register: NationalRegister) -> None:
    """It may name a person: neither a log line nor a traceback shows it."""
    no = NationalRefused("-6", "Công dân 052190000001")
    assert "052190000001" not in str(no) and "052190000001" not in repr(no)
    assert "Mẫu" not in repr(TOLD) and "052190000001" not in repr(TOLD) and "Quầy" not in repr(STEP)

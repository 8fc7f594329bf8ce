"""The line to Cổng DVCQG, against the simulator that takes nothing but what was agreed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.utils import timezone
from tests.gateways.contracts.ports_in_use import connection
from tests.gateways.contracts.test_national_registers import CODE, STEP, TOLD

from motcua.desk.ports import OwnerStatus, Unknown
from motcua.desk.ports_national import NationalRefused, NationalSilent
from motcua.desk.states import State
from motcua.gateways import dvcqg_receipts
from motcua.gateways.breaker import Breaker
from motcua.gateways.dvcqg_accounts import DvcqgAccounts
from motcua.gateways.dvcqg_dossiers import DvcqgDossiers
from motcua.gateways.dvcqg_line import DvcqgLine
from motcua.gateways.dvcqg_words import OWNER_KIND, STATE, cut, moment
from motcua.gateways.wire import LineBroken
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.tax_code import TaxCode


@pytest.fixture
def line(outside_url: str) -> DvcqgLine:
    return DvcqgLine(connection(outside_url), breaker=Breaker(failures=100))


@pytest.fixture
def register(line: DvcqgLine) -> DvcqgDossiers:
    return DvcqgDossiers(line)


def arrived(outside: httpx.Client) -> Any:
    return outside.get("/dvcqg/ho-so.json").json()


def faulty(outside: httpx.Client, fault: str) -> None:
    outside.post("/su-co", json={"dvcqg": fault}).raise_for_status()


def test_every_field_arrives_in_the_words_of_dvcqg(register: DvcqgDossiers, outside: httpx.Client) -> None:
    register.tell_dossier(TOLD, known=False)

    (told,) = arrived(outside)["dossiers"]
    said = told["said"]
    assert (said["MaHoSo"], said["TrangThaiHoSo"], said["KenhThucHien"]) == (CODE, "2", "1")
    assert (said["TenTTHC"], said["MaLinhVuc"]) == ("Thủ tục 2.001914 (mô phỏng)", "G01-GD01")
    assert said["NgayTiepNhan"] == "20261124013005"  # 18:30 UTC is the next morning in Vietnam
    assert said["SoDienThoai"] == "0900000001"
    assert said["DinhDanhCHS"] == [{"LoaiDinhDanh": "1", "SoDinhDanh": "052190000001"}]
    assert (said["HoSoCoThanhPhanSoHoa"], said["DuocThanhToanTrucTuyen"]) == ("1", "1")
    assert said["DanhSachLePhi"][0]["Gia"] == "50000"
    assert len(said) == 31


def test_long_words_are_cut_by_letters_and_not_by_half_of_one(
    register: DvcqgDossiers, outside: httpx.Client
) -> None:
    long = "ế" * 1500
    register.tell_dossier(replace(TOLD, summary=long), known=False)
    register.tell_step(replace(STEP, officer_name="Nguyễn " * 20))

    said = arrived(outside)
    summary = said["dossiers"][0]["said"]["TrichYeuHoSo"]
    assert (len(summary), summary[-1]) == (1000, "…")
    assert len(said["steps"][0]["said"]["NguoiXuLy"]) <= 50


@pytest.mark.parametrize(
    ("text", "most", "wanted"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("e\u0302\u0301x", 2, "ếx"),  # composed first: two letters, not four
        ("aq\u0323\u0302bcd", 3, "a…"),  # a letter that has no composed form keeps its marks or goes
        ("  a  ", 5, "a"),
    ],
)
def test_a_cut_text_is_whole_letters(text: str, most: int, wanted: str) -> None:
    assert cut(text, most) == wanted


def test_a_moment_is_said_on_vietnamese_clocks() -> None:
    assert moment(datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC)) == "20270101000000"
    assert moment(None) == ""


def test_the_ten_states_have_their_ten_numbers_and_a_provisional_one_has_none() -> None:
    assert sorted(STATE.values(), key=int) == [str(number) for number in range(1, 11)]
    assert set(State) - set(STATE) == {State.PROVISIONAL}


def test_the_kind_of_an_owner_is_not_the_kind_of_an_account(
    register: DvcqgDossiers, outside: httpx.Client
) -> None:
    assert OWNER_KIND == {"1": "1", "2": "2", "3": "4"}
    account = dvcqg_receipts.Account("t-1", "3", verified=True, number="0100233488")
    receipt = dvcqg_receipts.sign(
        account, purpose="tiep-nhan-ho-so", status=OwnerStatus.USABLE, now=timezone.now()
    )
    register.tell_dossier(replace(TOLD, receipt=receipt, owner_number="0100233488"), known=False)

    said = arrived(outside)["dossiers"][0]["said"]
    assert (said["LoaiDoiTuong"], said["TaiKhoanDuocXacThucVoiVNeID"]) == ("4", "1")
    assert said["DinhDanhCHS"] == [{"LoaiDinhDanh": "3", "SoDinhDanh": "0100233488"}]


def test_a_lapsed_session_is_renewed_and_the_caller_does_not_notice(
    register: DvcqgDossiers, outside: httpx.Client
) -> None:
    faulty(outside, "lapsing")
    register.tell_dossier(TOLD, known=False)
    register.tell_step(STEP)
    assert register.knows(CODE)
    assert arrived(outside)["dossiers"][0]["times"] == 1


@pytest.mark.parametrize("change", [{"password": "sai"}, {"user": "ai-do"}, {"dstcode": "khac"}])
def test_a_login_that_is_refused_is_silence_and_nothing_is_lost(
    outside_url: str, outside: httpx.Client, change: dict[str, str]
) -> None:
    register = DvcqgDossiers(DvcqgLine(connection(outside_url, **change)))
    with pytest.raises(NationalSilent):
        register.tell_dossier(TOLD, known=False)
    assert arrived(outside)["dossiers"] == []


def test_a_business_error_is_told_with_its_code_and_words(
    register: DvcqgDossiers, outside: httpx.Client
) -> None:
    faulty(outside, "refusing")
    with pytest.raises(NationalRefused) as no:
        register.knows(CODE)
    assert no.value.code == "-6" and "lỗi nghiệp vụ" in no.value.words


def test_an_answer_that_is_lost_is_silence_though_all_was_taken(
    register: DvcqgDossiers, outside: httpx.Client
) -> None:
    register.procedure("2.001914")
    register.tell_dossier(TOLD, known=False)
    faulty(outside, "silent")
    with pytest.raises(NationalSilent):
        register.tell_step(STEP)
    assert len(arrived(outside)["steps"]) == 1
    faulty(outside, "ok")
    register.tell_step(STEP)
    assert [step["times"] for step in arrived(outside)["steps"]] == [2]


def test_who_is_down_is_left_alone_for_a_while(outside_url: str, outside: httpx.Client) -> None:
    line = DvcqgLine(connection(outside_url), breaker=Breaker(failures=2, rest=60))
    faulty(outside, "down")
    for _ in range(2):
        with pytest.raises(LineBroken):
            line.query("LayDanhMucLinhVuc", {})
    faulty(outside, "ok")
    with pytest.raises(LineBroken, match="resting"):
        line.query("LayDanhMucLinhVuc", {})


def test_who_says_no_is_not_left_alone(outside_url: str, outside: httpx.Client) -> None:
    register = DvcqgDossiers(DvcqgLine(connection(outside_url), breaker=Breaker(failures=2, rest=60)))
    faulty(outside, "refusing")
    for _ in range(4):
        with pytest.raises(NationalRefused):
            register.knows(CODE)


def test_the_slow_are_not_waited_for(outside_url: str, outside: httpx.Client) -> None:
    line = DvcqgLine(connection(outside_url), deadline=0.5)
    line.query("LayDanhMucLinhVuc", {})
    faulty(outside, "slow")
    with pytest.raises(LineBroken):
        line.query("LayDanhMucLinhVuc", {})


class Said:
    """A line that answers what it was given."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)

    def query(self, service: str, question: object) -> object:
        return self.answers.pop(0)


pytestmark = pytest.mark.django_db
KNOWN = {
    "CoTaiKhoan": "1",
    "TechID": "t-1",
    "LoaiTaiKhoan": "1",
    "HoVaTenChe": "Nguyễn T** Mẫu",
    "TrangThai": "1",
    "MucDo": "2",
}


def checked(*answers: object, number: CitizenId | TaxCode | None = None) -> object:
    registry = DvcqgAccounts(Said(*answers))  # type: ignore[arg-type]
    return registry.check(
        number=number or CitizenId("052190000001"),
        old_number=None,
        purpose="tiep-nhan-ho-so",
        asked_by="0f" * 16,
        unit_code="so-gddt",
        reference="r",
    )


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "",
        [],
        {},
        {"CoTaiKhoan": None},
        {"CoTaiKhoan": False},
        {"CoTaiKhoan": 0},
        {"CoTaiKhoan": "không"},
        {**KNOWN, "TechID": ""},
        {**KNOWN, "TechID": "a b"},
        {**KNOWN, "TechID": "x" * 65},
        {**KNOWN, "TechID": None},
        {**KNOWN, "LoaiTaiKhoan": "9"},
        {**KNOWN, "LoaiTaiKhoan": ["1"]},
        {**KNOWN, "HoVaTenChe": ""},
        {**KNOWN, "HoVaTenChe": "Nguyễn\u202e T** Mẫu"},
        {**KNOWN, "TrangThai": "77"},
    ],
)
def test_what_is_not_plainly_yes_or_no_is_not_known(answer: object) -> None:
    """Outage and nonsense alike: never “no account”, never a receipt."""
    assert isinstance(checked(answer), Unknown)


def test_a_name_that_came_whole_is_hidden_here() -> None:
    found: Any = checked({**KNOWN, "HoVaTenChe": "Nguyễn Thị Mẫu"})
    assert found.name_masked == "Nguyễn T** Mẫu"


def test_the_owners_number_travels_sealed_in_the_receipt() -> None:
    found: Any = checked(KNOWN)
    account = dvcqg_receipts.account_in(found.receipt)
    assert account is not None and (account.number, account.tech_id) == ("052190000001", "t-1")
    assert "052190000001" not in repr(account)


def test_a_receipt_of_another_kind_names_no_account() -> None:
    from tests.desk.fake_portal import claims, signed

    for receipt in ("", "x", "a.b.c", signed(claims("s" * 8, "USABLE", "x", via="dvcqg", number="AAAA"))):
        assert dvcqg_receipts.account_in(receipt) is None


@pytest.fixture
def off() -> Iterator[SimpleNamespace]:
    yield SimpleNamespace(url=settings.DVCQG_URL, on=settings.NATIONAL_SYNC)


def test_nothing_is_connected_unless_a_province_says_so(off: SimpleNamespace) -> None:
    assert (off.url, off.on) == (None, False)
    assert "dvcqg" not in f"{settings.ACCOUNT_REGISTRY} {settings.OWNERS_VAULT}"

"""V-27: a registration, sign-ins, a check at the counter and refusals over HTTP; nothing of it stands in any log.

What is planted is looked for in everything that the running system writes for itself: its own log (web, worker,
simulators with the addresses they were asked for), PostgreSQL's log, the journal, the errands, and every address and
Referer that a proxy in front would have seen.
"""

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from tests.evidence import figure
from tests.ops.over_http import Visitor, code_in
from tests.running_town import Town, town_in

pytestmark = pytest.mark.timeout(1200)
_serial = count(1)
NAME, PASSWORD, WRONG_PASSWORD = "Trịnh Thị Bí Mật", "Hoa.Gao-Do-1357!", "Sai.Hoan-Toan-2468!"
EMAIL = "bi.mat.cua.toi@vi-du.vn"
OFFICER = ("052188000201", "Quay.So-1-Sang")
INSPECTOR = ("052181000206", "So.Nhat-Ky-Con-Nguyen-6")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    running = town_in(tmp_path_factory.mktemp("town"), PROOF_OF_WORK_COST="500")
    running.start(patience=400)
    yield running
    running.stop()


def drawn() -> tuple[str, str]:
    """A number and a phone that nobody else in any test has."""
    nth = next(_serial)
    return f"052190{640 + nth:06d}", f"0977{310_000 + nth}"


def registered(visitor: Visitor, town: Town, number: str, phone: str) -> list[str]:
    """Phụ lục I as far as the password; the codes that were texted."""
    town.put_subscriber(phone, operator="Viettel", name=NAME, id_number=number, born_on="01/02/1990")
    visitor.get("/dang-ky/")
    typed = {"full_name": NAME, "born_on": "01/02/1990", "citizen_id": number, "phone": phone, "email": EMAIL}
    answer = visitor.send("/dang-ky/", typed, having="citizen_id")
    assert answer.url.path.endswith("/ma-otp/"), answer.url
    code = code_in(town.next_text(phone, after=0))
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    visitor.send(answer.url.path, {"code": wrong, "act": "go"}, having="code")
    answer = visitor.send(answer.url.path, {"code": code, "act": "go"}, having="code")
    assert answer.url.path.endswith("/mat-khau/"), answer.url
    answer = visitor.send(answer.url.path, {"password": PASSWORD, "again": PASSWORD}, having="again")
    assert answer.url.path.endswith("/thanh-cong/"), answer.url
    return [code, wrong]


def signed_in(town: Town, number: str, password: str) -> Visitor:
    visitor = Visitor(town.url)
    visitor.get("/dang-nhap/")
    visitor.send("/dang-nhap/", {"number": number, "password": password}, having="password")
    return visitor


def written(town: Town) -> dict[str, str]:
    """Everything the system wrote for itself, by where it lies."""
    found = {str(path.relative_to(town.var_dir)): _text(path) for path in town.var_dir.rglob("*.log")}
    found["process"] = town.said()
    found["journal"] = str(
        town.sql("SELECT event, subject, actor, unit_code, facts::text FROM journal_event")
    )
    found["errands"] = str(town.sql("SELECT kind, key, data::text, failure FROM outbox_errand"))
    found["pulses"] = str(town.sql("SELECT name, said FROM health_pulse"))
    return found


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def refused_by_the_database(town: Town, number: str, phone: str) -> None:
    """What no page lets through, with the running system's own rights: the row is quoted in PostgreSQL's DETAIL."""
    with psycopg.connect(town.app_database_url(), autocommit=True) as app:
        for statement in (
            b"INSERT INTO accounts_person (kind, full_name, name_words, folded_name, born_year_only, email)"
            b" VALUES ('RUMOUR', %(name)s, '{}', %(number)s, false, %(phone)s)",
            b"SELECT %(name)s::text || %(number)s::text || (%(phone)s::text)::int",
        ):
            with pytest.raises(psycopg.Error) as refused:
                app.execute(statement, {"name": NAME, "number": number, "phone": f"{phone}x"})
            assert refused.value.sqlstate


def test_v27_nothing_of_a_person_stands_in_any_log(town: Town) -> None:
    number, phone = drawn()
    stranger, strangers_phone = drawn()
    citizen = Visitor(town.url)
    codes = registered(citizen, town, number, phone)
    owner = signed_in(town, number, PASSWORD)
    for address in ("/ca-nhan/", "/ca-nhan/nhat-ky/", "/ca-nhan/kho-du-lieu/", "/ca-nhan/phien-dang-nhap/"):
        assert owner.get(address).status_code == 200, address
    mistaken = signed_in(town, number, WRONG_PASSWORD)
    desk = signed_in(town, *OFFICER)
    desk.get("/mot-cua/tiep-nhan/")
    for asked in (number, stranger, f"{number}|{NAME}"):
        desk.send("/mot-cua/tiep-nhan/", {"number": asked}, having="number")
    inspector = signed_in(town, *INSPECTOR)
    inspector.get("/quan-tri/nhat-ky/")
    inspector.send(
        "/quan-tri/nhat-ky/", {"number": number, "reason": "Kiểm tra theo đơn của công dân."}, having="reason"
    )
    refused_by_the_database(town, number, strangers_phone)
    for broken in (f"/khong-co/{number}/", f"/tra-cuu/?code={number}", "/dang-nhap/?tiep=//vi-du.vn"):
        citizen.get(broken)

    visitors = (citizen, owner, mistaken, desk, inspector)
    addresses = "\n".join(seen for visitor in visitors for seen in visitor.seen if "/khong-co/" not in seen)
    everywhere = {**written(town), "addresses": addresses.replace(f"code={number}", "")}
    planted = [
        *(NAME, "Bí Mật", "BÍ MẬT", "bi mat", EMAIL, PASSWORD, WRONG_PASSWORD),
        *(number, stranger, phone, f"+84{phone[1:]}", strangers_phone),
    ]
    found = [(where, secret) for where, text in everywhere.items() for secret in planted if secret in text]
    found += [
        (where, "mã OTP")
        for where, text in everywhere.items()
        for code in codes
        if re.search(rf"(?<![0-9a-f.]){code}(?![0-9a-f])", text)
    ]
    assert (
        len(everywhere) >= 6
        and "constraint" in everywhere[next(name for name in everywhere if "postgres" in name)]
    )
    assert "desk.account.checked" in everywhere["journal"] and '"route"' in everywhere["process"]
    figure(
        "V-27",
        "dữ liệu cài sẵn còn thấy trong nhật ký, sổ việc, địa chỉ",
        n=len(planted) + len(codes),
        measured=len(found),
        limit=0,
        passed=found == [],
    )

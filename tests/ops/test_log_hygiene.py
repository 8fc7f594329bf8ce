"""V-27: people live through the whole system in a browser; nothing of them stands in any log, address or storage.

What is looked through: the system's own log (web, worker), what its processes say on the terminal, PostgreSQL's log,
every file of text that it keeps, the journal, the clear columns of errands, messages, quotas and signs of life, the
addresses and Referers that a proxy in front would have seen, and all that the browsers keep.

Seen red with ``_log.warning("asked", extra={"reason": form.data["password"]})`` in the view that signs people in and
``localStorage.setItem("last", this.value)`` for each box that is left: the passwords stood in the log and on the
terminal; names, numbers, phones, codes, birth dates and addresses of e-mail in the storage.
"""

import base64
import json
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
import psycopg
import pytest
from joserfc.jwk import ECKey
from playwright.sync_api import Browser, expect
from tests.evidence import figure
from tests.journeys import citizens, townspeople
from tests.journeys.test_phu_luc_iii import Creator
from tests.ops.planted import Planted
from tests.ops.watched import Watched
from tests.running_town import Town, town_in
from tests.visiting import chromium
from tests.web_office import scans

from motcua.ops import client_key
from motcua_client import Line, Portal, Refused
from motcua_client.calls import Officer

pytestmark = pytest.mark.timeout(1500)
SYSTEM = "mot-cua-thu"
CREATOR = ("052082000202", "Giay.To-Ro-Rang-2")
INSPECTOR = ("052181000206", "So.Nhat-Ky-Con-Nguyen-6")
AT_ONCE = "1.005092"
BORN = "17/11/1983"


@dataclass(frozen=True)
class Somebody:
    """An invented person of this run alone; the field names are those that the journeys' steps ask for."""

    name: str
    number: str = field(default_factory=lambda: f"052183{secrets.randbelow(10**6):06d}")
    phone: str = field(default_factory=lambda: f"0903{secrets.randbelow(10**6):06d}")
    email: str = field(default_factory=lambda: f"thu.{secrets.token_hex(6)}@vi-du.vn")
    password: str = field(default_factory=lambda: f"Rieng.Tu-{secrets.token_hex(6)}")
    born: str = BORN


@dataclass
class Run:
    """The town, who lives there now, and what they typed."""

    town: Town
    browser: Browser
    planted: Planted = field(default_factory=Planted)
    visitors: list[Watched] = field(default_factory=list)

    def visitor(self) -> Watched:
        self.visitors.append(Watched(self.town, self.browser))
        return self.visitors[-1]

    def somebody(self, name: str) -> Somebody:
        found = Somebody(name)
        self.planted.person(
            name=name, number=found.number, phone=found.phone, born=found.born, email=found.email
        )
        self.planted.add(password=found.password)
        citizens.let_budgets_recover(self.town)
        return found

    def knows(self, phone: str, *, name: str, number: str) -> None:
        self.town.put_subscriber(phone, operator="Viettel", name=name, id_number=number, born_on=BORN)

    def code(self, phone: str, *, after: int) -> str:
        text = self.town.next_text(phone, after=after, containing="OTP", patience=60)
        found = re.search(r"\b[0-9]{6}\b", text)
        assert found
        self.planted.codes.add(found[0])
        return found[0]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    place = tmp_path_factory.mktemp("town")
    known = place / "desks.json"
    keys = json.loads(client_key.public_set(client_key.of(place / "system")))
    known.write_text(json.dumps([{"client_id": SYSTEM, "url": "http://127.0.0.1:9", "keys": keys}]))
    running = town_in(place, PROOF_OF_WORK_COST="500", SAMPLE_DESKS=str(known))
    running.start(patience=600)
    yield running
    running.stop()


def key_of_the_system(town: Town) -> Path:
    return client_key.of(Path(town.extra["SAMPLE_DESKS"]).parent / "system")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


# -- what people do -------------------------------------------------------------------------------------


def registers(run: Run, citizen: Watched, who: Somebody) -> None:
    """Phụ lục I with a wrong code in between, as far as the page of the account."""
    run.knows(who.phone, name=who.name, number=who.number)
    sent_registration(run, citizen, who)
    code = run.code(who.phone, after=0)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    run.planted.codes.add(wrong)
    citizens.enter_code(citizen.page, wrong)
    expect(citizen.page.locator("error-summary")).to_be_focused()
    citizen.look()
    citizens.enter_code(citizen.page, code)
    citizen.page.wait_for_url(re.compile("/mat-khau/"))
    citizen.look()
    citizens.set_password(citizen.page, who.password)
    citizen.page.wait_for_url(re.compile("/thanh-cong/"))
    citizen.look()
    for address in ("", "ho-so/", "kho-du-lieu/", "nhat-ky/", "phien-dang-nhap/", "lich-su-dang-nhap/"):
        citizen.go(f"/ca-nhan/{address}")


def sent_registration(run: Run, citizen: Watched, who: Somebody) -> None:
    citizen.go("/dang-ky/")
    citizen.page.get_by_label("Email").fill(who.email)
    citizens.fill_in(citizen.page, citizens.Person(who.number, who.name, who.phone, who.born))
    citizen.look()
    citizen.page.get_by_role("button", name="Tiếp tục").click()
    citizen.page.wait_for_url(re.compile("/ma-otp/"))
    citizen.look()


def mistypes_and_forgets(run: Run, who: Somebody) -> Somebody:
    """A wrong password, the forgotten one, and in again with another."""
    wrong, newer = (f"{start}-{secrets.token_hex(6)}!A1" for start in ("sai", "moi"))
    run.planted.add(wrong_password=wrong, newer_password=newer)
    citizens.let_budgets_recover(run.town)
    visitor = run.visitor()
    page, person = visitor.page, citizens.Person(who.number, who.name, who.phone, who.born)
    citizens.sign_in(page, person, wrong)
    expect(page.locator("error-summary")).to_contain_text("không đúng")
    visitor.look()
    texts = len(run.town.inbox(who.phone))
    page.get_by_role("link", name="Quên mật khẩu").click()
    page.get_by_label("Số CMND/CCCD").fill(who.number)
    page.get_by_label("Ngày sinh").fill(who.born)
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(re.compile("/ma-otp/"))
    visitor.look()
    citizens.enter_code(page, run.code(who.phone, after=texts))
    page.wait_for_url(re.compile("/mat-khau/"))
    page.get_by_label("Nhập mật khẩu").fill(newer)
    page.get_by_label("Xác nhận mật khẩu").fill(newer)
    page.get_by_role("button", name="Đổi mật khẩu").click()
    expect(page.get_by_text("Mật khẩu đã được đổi")).to_be_visible()
    visitor.look()
    citizens.sign_in(page, person, newer)
    page.wait_for_url(re.compile("/ca-nhan/"))
    visitor.look()
    return Somebody(who.name, who.number, who.phone, who.email, newer)


def does_not_match(run: Run, who: Somebody) -> None:
    """The phone is somebody else's: a slip for the desk."""
    other = run.somebody("Đoàn Thị Vắng Hoe")
    run.knows(who.phone, name=other.name, number=other.number)
    visitor = run.visitor()
    sent_registration(run, visitor, who)
    citizens.enter_code(visitor.page, run.code(who.phone, after=0))
    visitor.page.wait_for_url(re.compile("/khong-khop/"))
    with visitor.page.expect_download():
        visitor.page.get_by_role("link", name="Tải phiếu").click()
    visitor.look()


def is_helped(run: Run, who: Somebody, place: Path) -> None:
    """Phụ lục III, and the own password at the end."""
    officer = run.visitor()
    townspeople.sign_in(officer.page, CREATOR)
    officer.look()
    scan = place / f"CCCD {who.name} {who.number}.pdf"
    scan.write_bytes(scans.pdf(note=who.name).read())
    citizens.let_codes_age(run.town, 40)
    creator, texts = Creator(officer.page, run.town), len(run.town.inbox(who.phone))
    officer.go("/quan-tri/tai-khoan-cong-dan/them-moi/")
    creator.fill(who)  # type: ignore[arg-type]
    creator.box("Email").fill(who.email)
    creator.box("Đính kèm CCCD/CMND").set_input_files(scan)
    with officer.page.expect_download():
        creator.press("Tải xuống")
    officer.look()
    creator.press("Gửi mã OTP")
    expect(creator.news).to_contain_text("đã được gửi tới 09*****")
    creator.try_code(run.code(who.phone, after=texts))
    expect(officer.page.get_by_role("heading", name="Tạo tài khoản thành công")).to_be_visible()
    officer.look()
    officer.go("/quan-tri/tai-khoan-cong-dan/")
    officer.page.get_by_label("Tên công dân").fill(who.name)
    officer.page.get_by_label("CMND/CCCD").fill(who.number)
    officer.page.get_by_role("button", name="TÌM KIẾM").click()
    expect(officer.page.get_by_role("row", name=who.name)).to_be_visible()
    officer.look()
    text = run.town.next_text(who.phone, after=texts + 1, containing="kich-hoat", patience=60)
    activates(run, who, text.split(": ", 1)[1].split(" ")[0])


def activates(run: Run, who: Somebody, one_time: str) -> None:
    run.planted.add(one_time_password=one_time)
    own = run.visitor()
    own.go("/kich-hoat/")
    for box, value in {
        "number": who.number,
        "one_time": one_time,
        "born_on": who.born,
        "password": who.password,
        "again": who.password,
    }.items():
        own.page.locator(f"#id_{box}").fill(value)
    own.page.get_by_role("button", name="Kích hoạt tài khoản").click()
    expect(own.page.locator("#id_one_time")).to_have_count(0)
    own.look()


def is_received(run: Run, who: Somebody, stranger: Somebody) -> None:
    """Asked about at the counter, one whom nobody knows as well; a dossier; and looked up with the slip."""
    desk = run.visitor()
    townspeople.sign_in(desk.page, townspeople.RECEIVER)
    for number in (
        stranger.number,
        f"{stranger.number}|215123456|{stranger.name}|17111983|Nữ|Quy Nhơn|01012022",
    ):
        desk.go("/mot-cua/tiep-nhan/")
        desk.page.get_by_label("CMND/CCCD").first.fill(number)
        desk.page.keyboard.press("Enter")
        expect(desk.page.get_by_role("dialog")).to_be_visible()
        desk.look()
    townspeople.checked(desk.page, townspeople.Person(who.number, who.name, who.phone), AT_ONCE)
    desk.look()
    townspeople.ways(desk.page, [townspeople.SCAN, townspeople.SHOWN, townspeople.NOTHING])
    desk.page.get_by_label("Ghi chú").first.fill(f"Gọi {who.name} số {who.phone} trước khi trả.")
    dossier = townspeople.receive(desk.page)
    desk.look()
    desk.go(dossier.address)
    anybody = run.visitor()
    townspeople.tracked(anybody.page, dossier)
    anybody.look()


def is_asked_about_by_a_system(run: Run, who: Somebody, stranger: Somebody, key: Path) -> None:
    """A program of another system: a check, a paper into the vault, and noes of each kind."""
    private = ECKey.import_key(key.read_text(encoding="ascii"))
    private.ensure_kid()
    line = Line(
        base_url=run.town.url,
        client_id=SYSTEM,
        private_key=private,
        key_id=str(private.kid),
        scopes="account.check vault.put",
    )
    portal, officer = Portal(line), Officer(subject=secrets.token_hex(16), unit_code="binhdinh-sgddt")
    found = portal.check_account(number=who.number, officer=officer)
    assert found["answer"] == "found"
    assert portal.check_account(number=stranger.number, officer=officer)["answer"] == "not_found"
    with pytest.raises(Refused):
        portal.check_account(number=f"{who.number}x", officer=officer)
    title = f"Giấy khai sinh của {who.name}"
    try:
        portal.put(
            receipt=str(found["receipt"]),
            type_code="KHAI_SINH",
            name=title,
            file=(f"{who.name}.pdf", scans.pdf(note=title).read()),
            dossier_code="000.00.08.H08-261130-9001",
            officer=officer,
            key=secrets.token_hex(8),
        )
    except Refused as no:
        raise AssertionError(f"the paper was refused: {no.code}") from None
    broken = httpx.post(
        f"{run.town.url}/api/v1/account-checks",
        content=f'{{"number": "{who.number}", "name": "{who.name}"'.encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {who.number}"},
        timeout=30,
    )
    assert broken.status_code in {400, 401, 403}


def is_inspected(run: Run, who: Somebody) -> None:
    inspector = run.visitor()
    townspeople.sign_in(inspector.page, INSPECTOR)
    inspector.go("/quan-tri/nhat-ky/")
    inspector.page.get_by_label(re.compile("CMND/CCCD")).first.fill(who.number)
    inspector.page.get_by_label("Lý do").first.fill(f"Đơn của bà {who.name}.")
    inspector.page.get_by_role("main").get_by_role("button", name=re.compile("Tìm|Xem")).first.click()
    inspector.page.wait_for_load_state()
    inspector.look()


def meets_errors(run: Run, who: Somebody) -> None:
    """What a page says when something is wrong: not there, not allowed, broken inside."""
    visitor = run.visitor()
    form = {"number": who.number, "password": who.password, "full_name": who.name}
    for address, status in ((f"/khong-co/{who.number}/", 404), ("/dang-nhap/", 403)):
        answer = visitor.page.request.post(f"{run.town.url}{address}", form=form)
        assert answer.status == status, (address, answer.status)
    for address in (f"/khong-co/{who.number}/{who.name}/", f"/tra-cuu/?code={who.number}&phone={who.phone}"):
        httpx.get(
            f"{run.town.url}{address}", headers={"Referer": f"{run.town.url}/?q={who.number}"}, timeout=30
        )
    breaks_inside(run, run.somebody("Khúc Thị Hỏng Hóc"))
    is_refused_by_the_database(run.town, who)


def breaks_inside(run: Run, who: Somebody) -> None:
    """A rule of the database that no code knows: the error quotes the row, the page and the logs must not."""
    run.knows(who.phone, name=who.name, number=who.number)
    run.town.sql(
        "ALTER TABLE accounts_person ADD CONSTRAINT of_this_test CHECK (full_name NOT LIKE 'Khúc%') NOT VALID"
    )
    try:
        visitor = run.visitor()
        sent_registration(run, visitor, who)
        citizens.enter_code(visitor.page, run.code(who.phone, after=0))
        visitor.page.wait_for_url(re.compile("/mat-khau/"))
        with visitor.page.expect_response(lambda answer: answer.request.method == "POST") as coming:
            citizens.set_password(visitor.page, who.password)
        assert coming.value.status == 500
        assert who.name not in visitor.page.content()
    finally:
        run.town.sql("ALTER TABLE accounts_person DROP CONSTRAINT of_this_test")


def is_refused_by_the_database(town: Town, who: Somebody) -> None:
    """With the running system's own rights: in DETAIL the server would quote the whole row."""
    statement = b"INSERT INTO accounts_person (kind, full_name, folded_name) VALUES ('RUMOUR', %s, %s)"
    with psycopg.connect(town.app_database_url(), autocommit=True) as app, pytest.raises(psycopg.Error) as no:
        app.execute(statement, (who.name, who.number))
    assert who.number in str(no.value.diag.message_detail)


# -- what is left of it ---------------------------------------------------------------------------------


def written(town: Town) -> dict[str, str]:
    """Everything that the system wrote about itself, by where it lies."""
    outside = {"outside.sqlite3"}  # the phones and operators that are played
    found = {
        str(path.relative_to(town.var_dir)): path.read_text(encoding="utf-8", errors="replace")
        for path in town.var_dir.rglob("*")
        if path.is_file() and is_of_text(path) and path.name not in outside
    }
    found["terminal"] = town.said()
    for table in (
        *("journal_event", "journal_seal", "outbox_errand", "outbox_message", "limits_bucket"),
        *("health_pulse", "signin_usage", "ops_milestone"),
    ):
        if town.sql(f"SELECT to_regclass('{table}')")[0][0]:
            found[table] = "\n".join(row for (row,) in town.sql(f"SELECT to_jsonb(t)::text FROM {table} t"))
    return found


def is_of_text(path: Path) -> bool:
    return path.suffix in {".log", ".jsonl", ".1", ".json", ".txt", ".out"} and "secrets" not in path.parts


def log_lines(places: dict[str, str]) -> list[dict[str, object]]:
    text = "".join(
        places[name] for name in places if name.startswith("log/motcua.jsonl") and "lock" not in name
    )
    return [json.loads(line) for line in text.splitlines() if line]


#: The steps above, as the log names them: without these the search would have read nothing.
ROUTES = {
    *("public:registration", "public:registration_code", "public:sign_in", "public:activation"),
    *("counter:check", "office:journal", "unknown"),
}


def test_v27_nothing_of_a_person_stands_in_a_log_an_address_or_a_storage(
    town: Town, browser: Browser, tmp_path: Path
) -> None:
    run = Run(town, browser)
    citizen = run.somebody("Trịnh Thị Kín Bưng")
    helped = run.somebody("Quách Thị Lặng Thinh")
    stranger = run.somebody("Mạc Thị Người Lạ")
    registers(run, run.visitor(), citizen)
    citizen = mistypes_and_forgets(run, citizen)
    does_not_match(run, helped)
    is_helped(run, helped, tmp_path)
    is_received(run, citizen, stranger)
    is_asked_about_by_a_system(run, citizen, stranger, key_of_the_system(town))
    is_inspected(run, citizen)
    meets_errors(run, citizen)

    seen = {
        "addresses": "\n".join(each for visitor in run.visitors for each in visitor.addresses),
        "storage": "\n".join(each for visitor in run.visitors for each in visitor.kept),
    }
    for visitor in run.visitors:
        for token in visitor.tokens:
            run.planted.add(token=token)
        visitor.context.close()
    places = written(town)
    lines = log_lines(places)
    assert sum(line["level"] == "INFO" for line in lines) > 100
    assert {line.get("route") for line in lines} >= ROUTES, {line.get("route") for line in lines}
    assert any(line["level"] == "ERROR" and line.get("raised") for line in lines), "the broken page is told"
    assert "of_this_test" in places["postgres.log"] and "account.checked" in places["journal_event"]
    assert len(seen["addresses"]) > 5_000 and len(seen["storage"]) > 1_000

    found = run.planted.found_in(places) + run.planted.found_in(seen, besides=frozenset({"token"}))

    print(found)
    figure(
        "V-27",
        "giá trị gài sẵn còn đọc được trong log, sổ, địa chỉ, bộ nhớ trình duyệt",
        n=run.planted.count(),
        measured=len(found),
        limit=0,
        passed=found == [],
    )


@pytest.mark.parametrize(
    "spelled", ["as typed", "without marks", "in an address", "in JSON", "hexadecimal", "base64"]
)
def test_the_search_finds_each_value_however_it_is_written(spelled: str) -> None:
    planted = Planted()
    planted.person(
        name="Trịnh Thị Kín Bưng", number="052183000123", phone="0913000123", born=BORN, email="kin@vi-du.vn"
    )
    write: dict[str, Callable[[str], str]] = {
        "as typed": str,
        "without marks": lambda value: value.replace("ị", "i").replace("í", "i").replace("ư", "U"),
        "in an address": quote,
        "in JSON": json.dumps,
        "hexadecimal": lambda value: value.encode().hex().upper(),
        "base64": lambda value: base64.b64encode(f"x{value}, và thế".encode()).decode(),
    }
    for kind, values in planted.values.items():
        for value in values:
            assert f"{kind} in log" in planted.found_in({"log": f"12:00 {write[spelled](value)} end"}), kind
    assert planted.found_in({"log": "12:00 nothing of anybody, 052183000124"}) == []


def test_the_search_finds_a_code_but_not_a_part_of_a_moment() -> None:
    planted = Planted(codes={"482915"})
    assert planted.found_in({"log": "OTP 482915 sent"}) == ["code in log"]
    assert planted.found_in({"log": '"12:00:01.482915" [482915] 4829150'}) == []


def test_what_a_browser_is_told_to_keep_or_ask_is_seen(town: Town, browser: Browser) -> None:
    visitor = Watched(town, browser)
    visitor.go("/huong-dan/?q=Trinh+Thi+Kin+Bung")
    visitor.page.evaluate("sessionStorage.setItem('so', '052183000123'); sessionStorage.clear()")
    visitor.page.evaluate("localStorage.mail = 'kin@vi-du.vn'")
    visitor.look()
    visitor.context.close()
    planted = Planted()
    planted.add(name="Trịnh Thị Kín Bưng", number="052183000123", email="kin@vi-du.vn")
    seen = {"addresses": "\n".join(visitor.addresses), "storage": "\n".join(visitor.kept)}
    # An address is kept in the storage of this tab: the page before is fetched from there when going back.
    assert planted.found_in(seen) == [
        *("email in storage", "name in addresses", "name in storage", "number in storage"),
    ]

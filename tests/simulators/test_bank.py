"""The simulated payment system: a page to pay on, and news that come, come late, come twice or not at all."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from motcua.gateways.payment_http import HttpPayments
from motcua.simulators import bank

SECRET = "chi-dung-khi-chay-thu"
REFERENCE = "MC" + "0b" * 16


class Ear:
    """Whoever ordered, listening."""

    def __init__(self) -> None:
        heard: list[dict[str, object]] = []
        payments = HttpPayments("http://127.0.0.1:1/thanh-toan", SECRET, SECRET)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                payments.heard(
                    body=body, at=self.headers["X-Motcua-Time"], signature=self.headers["X-Motcua-Signature"]
                )
                heard.append(json.loads(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.heard = heard
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/nhan/"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def ear() -> Iterator[Ear]:
    made = Ear()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def page(outside_url: str, ear: Ear) -> str:
    return HttpPayments(f"{outside_url}/thanh-toan", SECRET, SECRET).begin(
        reference=REFERENCE,
        amount_vnd=1_250_000,
        words="Phí: <b>thủ tục</b>",
        return_to="http://127.0.0.1:1/ve/",
        notify_to=ear.url,
    )


def test_the_page_says_what_is_paid_and_that_it_is_a_simulation(outside: httpx.Client, page: str) -> None:
    shown = outside.get(page).text
    assert "1.250.000 đồng" in shown
    assert "MÔ PHỎNG" in shown
    assert "&lt;b&gt;" in shown and "<b>thủ" not in shown


@pytest.mark.parametrize(
    ("deed", "status", "times"), [("nop", "PAID", 1), ("nop-hai-lan", "PAID", 2), ("tu-choi", "REFUSED", 1)]
)
def test_each_deed_sends_its_signed_news(
    outside: httpx.Client, page: str, ear: Ear, deed: str, status: str, times: int
) -> None:
    done = outside.post(page, data={"viec": deed}, follow_redirects=True)
    assert "http://127.0.0.1:1/ve/" in done.text
    assert [told["status"] for told in ear.heard] == [status] * times
    assert len({str(told["transaction"]) for told in ear.heard}) == 1


def test_late_news_come_after_the_page(
    outside: httpx.Client, page: str, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank, "LATE_SECONDS", 0.4)
    outside.post(page, data={"viec": "nop-cham"})
    assert ear.heard == []
    threading.Event().wait(1.0)
    assert len(ear.heard) == 1


@pytest.mark.parametrize(("fault", "news"), [("silent", []), ("refusing", ["REFUSED"])])
def test_a_fault_can_be_set(outside: httpx.Client, page: str, ear: Ear, fault: str, news: list[str]) -> None:
    outside.post("/su-co", json={"bank": fault})
    outside.post(page, data={"viec": "nop"})
    assert [told["status"] for told in ear.heard] == news


def test_a_bank_that_is_down_takes_nothing(outside: httpx.Client, page: str) -> None:
    outside.post("/su-co", json={"bank": "down"})
    assert outside.post(page, data={"viec": "nop"}).status_code == 503
    outside.post("/su-co", json={"bank": "ok"})
    assert "Chưa nộp" in outside.get(page).text


def test_an_order_nobody_made_has_no_page(outside: httpx.Client) -> None:
    assert outside.get(f"/thanh-toan/{REFERENCE}").status_code == 404

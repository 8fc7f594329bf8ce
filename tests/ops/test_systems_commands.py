"""A connected system is stopped from the machine, where no officer can sign in (T-29)."""

from typing import Any

import pytest
from django.urls import reverse
from tests.signin import systems
from tests.units import people
from tests.web_office.desk import Desk, words

from motcua.journal.models import Event
from motcua.kernel.authority import Power
from motcua.ops import cli, starting
from motcua.signin import clients
from motcua.units import sample

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Nghi lộ khóa,\nđơn vị báo qua điện thoại"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    sample.load(people.UNITS_FILE)
    monkeypatch.setattr(starting, "set_up_django", lambda *_: None)


def stopped_lines() -> list[tuple[str, str, str]]:
    found = Event.objects.filter(event="signin.client.stopped")
    return list(found.values_list("actor", "subject", "unit_code"))


@pytest.mark.parametrize(
    ("portal", "desk"), [(True, True), (True, False), (False, True)], ids=["both", "portal", "desk"]
)
def test_it_is_stopped_with_the_next_call_once_and_written_down(
    settings: Any, capsys: pytest.CaptureFixture[str], portal: bool, desk: bool
) -> None:
    settings.HOSTS_PORTAL, settings.HOSTS_DESK = portal, desk
    scopes = ("account.check",) if portal else ("catalogue.read",)
    client, row = systems.connected(systems.connector(), systems.connector(), scopes=scopes)
    asked = ["systems", "stop", client.client_id, "--reason", REASON]

    assert cli.main(asked) == 0
    assert "từ lượt gọi kế tiếp" in capsys.readouterr().out
    assert systems.live(client) is None
    row.refresh_from_db()
    assert (row.ended_by_subject, row.ended_reason) == (clients.BY_COMMAND, REASON)

    assert cli.main(asked) == 0, "again changes nothing"
    assert "không có gì thay đổi" in capsys.readouterr().out
    assert stopped_lines() == [("system:command", f"client:{client.public_id}", client.unit.code)]


def test_what_it_cannot_stop_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    client, _ = systems.connected(systems.connector(), systems.connector())
    assert cli.main(["systems", "stop", "khong-co", "--reason", REASON]) == 1
    assert f"Đang kết nối: {client.client_id}." in capsys.readouterr().err
    assert cli.main(["systems", "stop", client.client_id, "--reason", "x"]) == 1
    assert "lý do" in capsys.readouterr().err
    assert systems.live(client) is not None and stopped_lines() == []


def test_the_page_says_that_the_machine_stopped_it(capsys: pytest.CaptureFixture[str]) -> None:
    officer = Desk(Power.CONNECT_SYSTEMS)
    client, _ = systems.connected(officer.authority, systems.connector(officer.unit_code))
    assert cli.main(["systems", "stop", client.client_id, "--reason", REASON]) == 0
    shown = words(officer.get(reverse("office:system", args=[client.public_id])))
    assert "Người vận hành máy chủ" in shown and "đơn vị báo qua điện thoại" in shown

"""“Tình hình gọi”: what a system called, by day and scope, its quota, its misses, and the alarm of a decoy."""

from typing import Any

import pytest
from django.db import connection

from motcua.kernel.authority import Power
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.signin.models import Client
from tests.signin import systems
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def viewer() -> Desk:
    return Desk(Power.CONNECT_SYSTEMS)


@pytest.fixture
def client(viewer: Desk) -> Client:
    other = Desk(Power.CONNECT_SYSTEMS)
    return systems.connected(viewer.authority, other.authority, scopes=("account.check", "vault.put"))[0]


def page(viewer: Desk, client: Client) -> str:
    return words(viewer.get(f"/quan-tri/ket-noi/{client.public_id}/"))


def called(client: Client, times: int = 1, scope: str = "account.check", **more: Any) -> None:
    for _ in range(times):
        systems.call_counted(client, scope, **more)


def test_a_system_that_never_called_says_so(viewer: Desk, client: Client) -> None:
    seen = page(viewer, client)

    assert "Chưa gọi lần nào" in seen and "Chưa có lượt gọi nào trong 14 ngày gần nhất" in seen
    assert "0 / 300 lượt" in seen and "0 / 20000 lượt" in seen


def test_calls_refusals_and_misses_stand_by_day_and_scope(viewer: Desk, client: Client) -> None:
    called(client, 14, looked_up=True)
    called(client, 7, looked_up=True, missed=True)
    called(client, 2, scope="vault.put", refusal="file_too_large")

    seen = page(viewer, client)

    assert "Kiểm tra tài khoản của chủ hồ sơ 21 0 7 trên 30% 0" in seen
    assert "Đưa giấy tờ, kết quả vào kho dữ liệu của chủ hồ sơ 2 2 0 0" in seen
    assert "file_too_large" in seen
    assert "số mồi" not in seen.replace("Số mồi", "")


def test_what_is_used_of_the_quota_is_what_is_counted(viewer: Desk, client: Client) -> None:
    for _ in range(3):
        spending.spend_by_contract(Quota.CALLS_OF_CLIENT, client.client_id, (300, 20_000))

    seen = page(viewer, client)

    assert "Phút này 3 / 300 lượt" in seen and "Trong 24 giờ 3 / 20000 lượt" in seen


def test_a_question_about_nobody_stands_above_everything(viewer: Desk, client: Client) -> None:
    called(client, 2, looked_up=True, missed=True, alarm=True)

    assert "Hệ thống này đã hỏi số mồi 2 lượt hỏi về số không của ai" in page(viewer, client)


def test_what_is_older_than_two_weeks_is_not_listed(viewer: Desk, client: Client) -> None:
    called(client)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE signin_callcount DISABLE TRIGGER USER")
        cursor.execute("UPDATE signin_callcount SET hour = hour - interval '15 days'")
        cursor.execute("ALTER TABLE signin_callcount ENABLE TRIGGER USER")

    assert "Chưa có lượt gọi nào trong 14 ngày gần nhất" in page(viewer, client)


def test_the_desk_it_acts_for_is_shown_and_may_be_another_than_its_name(viewer: Desk) -> None:
    other = Desk(Power.CONNECT_SYSTEMS)
    client = systems.connected(viewer.authority, other.authority, audience="mot-cua-tinh")[0]

    assert "Mã bộ phận một cửa mot-cua-tinh" in page(viewer, client)

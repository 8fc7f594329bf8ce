"""In a real installation the training is elsewhere: its first page leads there, and nothing else of it is here."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_first_page_leads_to_the_training_or_is_not_there(client: Client, settings: Any) -> None:
    assert client.get("/tap-huan/").status_code == 404
    settings.TRAINING_URL = "https://tap-huan.vi-du.vn"
    led = client.get("/tap-huan/")
    assert (led.status_code, led.headers["Location"]) == (302, "https://tap-huan.vi-du.vn/tap-huan/")
    assert client.post("/tap-huan/").status_code in {404, 405}


def test_the_foot_of_a_real_page_names_it_only_where_it_is(client: Client, settings: Any) -> None:
    assert "Tập huấn" not in client.get("/").content.decode()
    settings.TRAINING_URL = "https://tap-huan.vi-du.vn"
    assert '<a href="/tap-huan/">Tập huấn</a>' in client.get("/").content.decode()

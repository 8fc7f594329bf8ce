"""The page for whoever connects a system: whole, true, and its examples run as they stand."""

import html
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from motcua.desk import sample
from motcua.web.public.programming import OPERATIONS, REFUSALS
from tests.accounts import people
from tests.api.calling import OFFICER, a_system
from tests.house.test_words_for_people import refusals
from tests.signin import holders
from tests.web_counter.conftest import CATALOGUE
from tests.web_office.scans import pdf

PAGE = "/huong-dan/giao-dien-lap-trinh/"
NUMBER = "052090000001"


def shown() -> str:
    answer = Client().get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def commands() -> list[str]:
    return [
        html.unescape(each)
        for each in re.findall(r'<pre class="command"[^>]*><code>(.*?)</code>', shown(), re.S)
    ]


def function() -> str:
    """What the examples use to prove that the token is theirs."""
    found = re.findall(r'<pre class="function"[^>]*><code>(.*?)</code>', shown(), re.S)
    assert len(found) == 1
    return html.unescape(found[0])


def test_the_page_names_every_operation_with_its_scope() -> None:
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    described = {
        (method.upper(), path, operation.get("x-scope", ""))
        for path, methods in paths.items()
        for method, operation in methods.items()
    }

    assert {line[:3] for line in OPERATIONS} == described


def test_the_codes_on_the_page_are_those_that_are_answered() -> None:
    known = {kind.code: kind.status for kind in refusals()}

    assert [code for code, status, _ in REFUSALS if known.get(code) != status] == []


def test_the_page_stands_on_its_own() -> None:
    page = shown()

    assert "</h1>" in page and not re.search(r"(src|href)=[\"'](https?:)?//", page)
    assert len(commands()) >= 8


@pytest.mark.django_db(transaction=True)
def test_every_example_runs_as_it_stands(live_server: Any, tmp_path: Path) -> None:
    people.account(people.data(number=NUMBER))
    sample.load(CATALOGUE)
    system = a_system(addresses="127.0.0.1")
    system.address = "127.0.0.1"
    (tmp_path / "giay-to.pdf").write_bytes(pdf().read())
    variables = {
        "CONG": live_server.url,
        "THE": system.token,
        "CAN_BO": OFFICER,
        "DON_VI": system.unit_code,
        "SO": NUMBER,
        "BIEN_NHAN": system.receipt(NUMBER),
        "KHOA": str(tmp_path / "giu-the.pem"),
    }
    (tmp_path / "giu-the.pem").write_bytes(holders.KEY.as_pem(private=True))

    for command in commands():
        run = subprocess.run(
            ["/bin/bash", "-euc", f"{function()}\n{command}"],
            env={"PATH": os.environ["PATH"], **variables},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert run.returncode == 0, f"{command}\n{run.stdout}{run.stderr}"
        assert json.loads(run.stdout), command


def test_the_root_of_the_api_says_where_to_read_on() -> None:
    said = Client().get("/api/v1/").json()

    assert said["documentation"] == PAGE
    assert Client().get(said["openapi"]).json()["openapi"] == "3.1.0"

"""V-28: a deactivated officer is signed in nowhere within five seconds, in whichever process the next request lands."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from motcua.accounts import identity, sessions
from motcua.units import officers
from tests.accounts import people
from tests.evidence import figure
from tests.running_town import SOURCE

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

#: Another web process: its own connection, its own memory; asks as VisitorMiddleware does, ten times a second.
_ANOTHER_PROCESS = """
import sys, time
import django; django.setup()
from django.conf import settings
from django.db import connection
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
from motcua.accounts import sessions
token = sys.stdin.readline().strip()
assert sessions.visitor_of(token) is not None
print("signed in", flush=True)
while sessions.visitor_of(token) is not None:
    time.sleep(0.1)
print(time.time(), flush=True)
"""


@pytest.mark.parametrize("act", ["deactivated", "ended"])
def test_an_officer_is_out_in_every_process_within_five_seconds(act: str) -> None:
    person = people.data()
    account = people.account(person)
    subject = identity.name_to(account, settings.DESK_ID).subject
    officers.register(subject=subject, full_name=person.full_name, phone=person.phone)
    token, _ = sessions.begin(account, audience="OFFICER", device="may", device_words="Chrome")
    others = [
        subprocess.Popen(
            [sys.executable, "-c", _ANOTHER_PROCESS, str(connection.settings_dict["NAME"])],
            env={
                **os.environ,
                "PYTHONPATH": str(SOURCE / "src"),
                "DJANGO_SETTINGS_MODULE": "motcua.config.settings_test",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        for other in others:
            assert other.stdin is not None and other.stdout is not None
            other.stdin.write(f"{token}\n")
            other.stdin.flush()
            assert other.stdout.readline() == "signed in\n"

        if act == "deactivated":
            officers.deactivate(subject=subject, by="system")
        else:
            sessions.end_all(account, why="by_administrator")
        said = time.time()
        out = [float(other.stdout.readline()) - said for other in others if other.stdout is not None]
    finally:
        for other in others:
            other.kill()
            other.wait()

    slowest = round(max(out), 2)
    figure(
        "V-28",
        f"an officer {act}: out in two other processes, seconds",
        n=2,
        measured=slowest,
        limit=5,
        passed=slowest < 5,
    )

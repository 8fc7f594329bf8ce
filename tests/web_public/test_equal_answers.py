"""V-08: how long an answer takes tells nothing about who has an account."""

import random
import statistics
import time

import pytest

from motcua.web.public import forms
from tests.accounts import people
from tests.web_public.visiting import Browser, citizen

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 200


def auc(known: list[float], unknown: list[float]) -> float:
    """How often a random known one took longer than a random unknown one."""
    longer = sum((a > b) + (a == b) / 2 for a in known for b in unknown)
    return longer / (len(known) * len(unknown))


@pytest.mark.parametrize("address", ["/quen-mat-khau/", "/dang-nhap/", "/dang-ky/tiep-tuc/"])
@pytest.mark.usefixtures("no_limits")
def test_the_time_of_an_answer_does_not_tell_who_has_an_account(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(forms.ProofOfWorkField, "clean", lambda field, value: True)
    known = [citizen()[0] for _ in range(20)]
    unknown = [people.data() for _ in range(20)]
    if address == "/dang-ky/tiep-tuc/":
        for person in known:
            people.registration(person, browser="mot-trinh-duyet-khac-han-day-nhe")
    took: dict[bool, list[float]] = {True: [], False: []}
    browser = Browser()
    browser.get("/")
    order = [True, False] * (ROUNDS + 10)
    random.Random(8).shuffle(order)
    for is_known in order:
        person = random.choice(known if is_known else unknown)
        data = {
            "number": person.citizen_id.value,
            "citizen_id": person.citizen_id.value,
            "phone": person.phone.local,
            "born_on": person.born_on.shown,
            "password": "Sai.Mat-Khau-1",
        }
        began = time.perf_counter()
        browser.post(address, data)
        took[is_known].append(time.perf_counter() - began)
    one, other = took[True][10:], took[False][10:]
    gap = abs(statistics.median(one) - statistics.median(other)) * 1000
    with capsys.disabled():
        print(
            f"\n{address}: known {statistics.median(one) * 1000:.1f} ms,"
            f" unknown {statistics.median(other) * 1000:.1f} ms, AUC {auc(one, other):.3f}"
        )
    assert gap < 5
    assert 0.4 < auc(one, other) < 0.6

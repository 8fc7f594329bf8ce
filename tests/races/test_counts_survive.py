"""A try that was compared stays counted, however the request ends: V-03."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import connections, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from motcua.accounts import opening, passcodes
from motcua.accounts.models import Passcode, Registration
from motcua.kernel.refusal import Refusal
from tests.accounts import flow, people
from tests.evidence import figure
from tests.races.together import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TIMES = 3


class _Vanished(BaseException):
    """The client went away in the middle."""


EXITS: dict[str, BaseException] = {
    "403": PermissionDenied(),
    "404": Http404(),
    "400": BadRequest(),
    "500": RuntimeError("lỗi của chương trình"),
    "stop": SystemExit(1),
    "gone": _Vanished(),
}
_asked: list[tuple[Registration, str]] = []


def _guess_and_leave(request: HttpRequest, how: str) -> HttpResponse:
    """A careless page: it turns our refusal into whatever it likes."""
    registration, wrong = _asked[-1]
    try:
        opening.confirm_code(registration, code=wrong)
    except Refusal:
        raise EXITS[how] from None
    return HttpResponse()


urlpatterns = [path("<str:how>/", _guess_and_leave)]


def asked() -> tuple[Registration, Passcode, str]:
    registration = people.registration(people.data())
    flow.forget_budgets()
    opening.send_code(registration, device="x")
    wrong = f"{(int(people.newest_code()) + 1) % 10**6:06d}"
    _asked.append((registration, wrong))
    return registration, Passcode.objects.latest("id"), wrong


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("how", EXITS)
def test_the_try_stays_counted_however_the_page_ends(how: str, settings: object) -> None:
    settings.MIDDLEWARE = []  # type: ignore[attr-defined]
    stored = 0
    for _ in range(TIMES):
        _, passcode, _ = asked()
        client = Client(raise_request_exception=False)
        for _ in range(2):
            with suppress(SystemExit, _Vanished):  # the server's process or the client is gone
                client.get(f"/{how}/")
        passcode.refresh_from_db()
        stored += passcode.attempts
    figure("V-03", f"tries stored, exit {how}", n=2 * TIMES, measured=stored, limit=6, passed=stored == 6)


def test_inside_somebody_elses_transaction_nothing_is_compared() -> None:
    """ATOMIC_REQUESTS would roll the count back: then the try does not take place at all."""
    registration, passcode, wrong = asked()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        opening.confirm_code(registration, code=wrong)
    passcode.refresh_from_db()
    assert passcode.attempts == 0


def test_control_a_count_inside_the_request_is_rolled_back_with_it() -> None:
    """M1: thirty of thirty guesses compared, none of them stored."""
    _, passcode, _ = asked()

    def careless() -> None:
        with transaction.atomic():
            Passcode.objects.filter(pk=passcode.pk).update(attempts=1)
            raise PermissionDenied

    for _ in range(3):
        with pytest.raises(PermissionDenied):
            careless()
    passcode.refresh_from_db()
    assert passcode.attempts == 0


def in_a_process_that_dies(act: Callable[[], object]) -> int:
    """Run in a child and kill it the moment the act is over, before anything could be cleaned up."""
    child = os.fork()
    if child == 0:
        for each in connections.all():
            each.connection = None
        act()
        os.kill(os.getpid(), signal.SIGKILL)
    _, how = os.waitpid(child, 0)
    return os.WTERMSIG(how)


def test_the_try_of_a_worker_that_is_killed_right_after_spending_it_stays_counted() -> None:
    _, passcode, _ = asked()
    for _ in range(TIMES):
        assert in_a_process_that_dies(lambda: passcodes._spend_try(passcode)) == signal.SIGKILL
    passcode.refresh_from_db()
    figure("V-03", "tries stored, worker killed", n=TIMES, measured=passcode.attempts, limit=TIMES,
           passed=passcode.attempts == TIMES)  # fmt: skip


def test_a_thread_that_ends_without_a_word_leaves_its_try_behind() -> None:
    registration, passcode, wrong = asked()
    together([lambda: opening.confirm_code(registration, code=wrong)] * TIMES)
    passcode.refresh_from_db()
    assert passcode.attempts == TIMES

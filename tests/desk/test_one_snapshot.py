"""The page of a dossier tells one moment: its history is never newer than its state, whoever acts while it is read."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests.desk import lives
from tests.desk.lives import fresh
from tests.desk.town import Town

from motcua.desk import dossiers, handling
from motcua.desk.models import Dossier

pytestmark = pytest.mark.django_db(transaction=True)


class Meanwhile:
    """Lets somebody act, on a connection of their own, right before the history is read."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act, self.acted = act, False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not self.acted and 'FROM "desk_dossierevent"' in sql and 'FROM "desk_dossier"' not in sql:
            self.acted = True
            thread = threading.Thread(target=self._run)
            thread.start()
            thread.join(30)
        return execute(sql, params, many, context)

    def _run(self) -> None:
        try:
            self.act()
        finally:
            connection.close()


@pytest.mark.parametrize("whose", ["officer", "owner"])
def test_what_happens_between_the_two_reads_is_on_neither(town: Town, whose: str) -> None:
    house = lives.house(town)
    dossier = house.received()

    def handed_over() -> None:
        handling.hand_over(authority=town.authority, dossier_id=dossier.public_id, now=timezone.now())
        handling.accept(authority=house.specialist, dossier_id=dossier.public_id, now=timezone.now())

    def read() -> Dossier:
        if whose == "officer":
            return dossiers.dossier_for_officer(house.giver, dossier.public_id)
        return dossiers.dossier_of_owner(dossier.owner_subject, dossier.public_id)

    meanwhile = Meanwhile(handed_over)
    with connection.execute_wrapper(meanwhile):
        shown = read()

    assert meanwhile.acted and fresh(dossier).state == "PROCESSING"
    assert shown.state == "RECEIVED"
    assert [event.kind for event in shown.events.all()] == ["received"]
    again = read()
    assert again.state == "PROCESSING"
    assert {event.to_state for event in again.events.all()} == {"RECEIVED", "PROCESSING"}

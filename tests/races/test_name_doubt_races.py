"""Đối chiếu tên with many hands at once: one doubt, one conclusion, and never an official dossier of two minds."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from motcua.desk import name_doubts, provisional
from motcua.desk.models import Dossier, DossierEvent, NameDoubt
from motcua.desk.provisional import Outcome
from motcua.desk.states import State
from motcua.kernel.authority import Power
from motcua.kernel.citizen_id import CitizenId
from tests.desk import lives
from tests.desk.test_name_doubts import OTHER_NAME, REASON, RIGHT, take_in
from tests.desk.town import NAME, Town
from tests.desk.town import town as a_town
from tests.races.together import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

RIVALS = 12


@pytest.fixture
def town(transactional_db: None, tmp_path: Any) -> Town:
    return a_town(tmp_path)


def rechecks(town: Town, dossier: Dossier, how_many: int) -> list[Callable[[], object]]:
    def once() -> Outcome:
        return provisional.recheck(dossier_id=dossier.public_id, registry=town.portal, now=timezone.now())

    return [once] * how_many


def test_many_rechecks_ask_one_question(town: Town) -> None:
    dossier = take_in(town)
    outcomes = together(rechecks(town, dossier, RIVALS))
    assert {outcome.value for outcome in outcomes} == {Outcome.NAME_DIFFERS}
    assert NameDoubt.objects.filter(dossier=dossier).count() == 1
    assert DossierEvent.objects.filter(dossier=dossier, kind="name_doubted").count() == 1


def test_of_many_conclusions_one_stands_while_the_worker_asks(town: Town) -> None:
    dossier = take_in(town)
    rechecks(town, dossier, 1)[0]()
    right = town.portal.enrol(RIGHT, OTHER_NAME)
    who = [lives.holding(town.unit, Power.RECEIVE_DOSSIER) for _ in range(RIVALS)]

    def conclude(nth: int) -> None:
        given: dict[str, Any] = {"authority": who[nth], "dossier_id": dossier.public_id, "reason": REASON}
        if nth % 3 == 0:
            name_doubts.say_same(**given)
        elif nth % 3 == 1:
            name_doubts.put_number_right(number=CitizenId(RIGHT), **given)
        else:
            name_doubts.end(**given)

    acts: list[Callable[[], object]] = [lambda nth=nth: conclude(nth) for nth in range(RIVALS)]  # type: ignore[misc]
    outcomes = together([*acts, *rechecks(town, dossier, 4)])[:]

    refused = [outcome.refusal for outcome in outcomes if outcome.refusal is not None]
    assert len(refused) == RIVALS - 1
    assert {no.code for no in refused} == {"name_doubt_decided"}
    rechecks(town, dossier, 1)[0]()
    dossier.refresh_from_db()
    verdict = NameDoubt.objects.get(dossier=dossier).verdict
    became = (dossier.state, dossier.owner_name, dossier.owner_subject)
    assert (
        became
        == {
            "SAME": (State.RECEIVED, NAME, town.portal.people["052190000001"].subject),
            "NUMBER": (State.RECEIVED, OTHER_NAME, right.subject),
            "ENDED": (State.NOT_ACCEPTED, OTHER_NAME, ""),
        }[verdict]
    )

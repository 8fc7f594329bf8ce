"""DP-20: a look at a dossier, and the check before it, lead to the owner when an officer is looked into."""

from datetime import timedelta

import pytest
from django.utils import timezone

from motcua.journal.models import Event
from motcua.protection import breach_finding, whose
from motcua.protection.breach_finding import Window
from tests.web_counter.conftest import NAME, Desk
from tests.web_counter.test_working_on_a_dossier import at, received

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_owner_of_a_dossier_is_found_with_what_was_seen(desk: Desk) -> None:
    dossier = received(desk)
    assert desk.client.get(at(dossier)).status_code == 200
    officer = Event.objects.get(event="desk.dossier.received").actor
    now = timezone.now()

    found = breach_finding.find(Window(now - timedelta(hours=1), now + timedelta(minutes=1), officer=officer))

    (who,) = found.people
    one = found.people[who]
    assert {"EXISTENCE", "DOSSIER"} <= one.data and {"ASKED", "MADE", "LOOKED"} <= one.acts
    assert [each.full_name for each in whose.cards([who]).values()] == [NAME]


def test_what_a_colleague_did_is_not_this_officers(desk: Desk) -> None:
    received(desk)
    now = timezone.now()
    window = Window(now - timedelta(hours=1), now + timedelta(minutes=1), officer="f" * 32)
    assert breach_finding.find(window).people == {}

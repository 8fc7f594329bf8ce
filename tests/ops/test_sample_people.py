"""The invented people that `make run` brings: enough of them for everything that takes two."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from tests.units import people as unit_people

from motcua.accounts import identity
from motcua.kernel.authority import Power
from motcua.kernel.citizen_id import CitizenId
from motcua.ops import people as sample_people
from motcua.units import posts
from motcua.units import sample as sample_units
from motcua.units.models import Post
from motcua.vault import history

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = Path(sample_people.__file__).parent / "data" / "people.json"
INSPECTOR = "052181000206"


def test_two_sample_administrators_can_decide_about_each_others_requests() -> None:
    sample_units.load(unit_people.UNITS_FILE)
    sample_people.load(PEOPLE)
    held = Post.objects.filter(unit__code="binhdinh-sgddt", powers__contains=[Power.GRANT])
    assert held.values("grantee_subject").distinct().count() == 2


def test_the_sample_inspector_answers_what_is_contested_at_the_sample_desk() -> None:
    sample_units.load(unit_people.UNITS_FILE)
    sample_people.load(PEOPLE)
    account = identity.account_by_number(CitizenId.parse(INSPECTOR))
    assert account is not None
    subject, today = identity.subject_of(account.public_id, settings.DESK_ID), timezone.localdate()

    there = posts.authority_of(subject, at_unit="binhdinh-sgddt-thanh-tra", on=today)
    assert Power.INSPECT in there.powers
    assert history.contests_for(there) == []
    desk = posts.authority_of(subject, on=today)
    # The office's own inspector never answers for the office; the department of inspection does.
    assert (desk.unit_code, there.unit_code) == ("binhdinh-sgddt", "binhdinh-sgddt-thanh-tra")
    assert history._inspected_by(there) == history._inspected_by(desk)
    assert posts.posts_of(subject, today - timedelta(days=4000)) == []

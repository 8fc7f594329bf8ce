"""A second officer agrees to an unlinking while the owner says no: one of the two, and never both."""

import pytest

from motcua.accounts import notices, vneid, vneid_links
from motcua.accounts.models import VneidLink
from motcua.kernel.authority import Power
from tests.accounts import people, provider_days
from tests.races.together import together
from tests.units import people as officers

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 4
LOST = {"disavowal_not_valid", "unlink_already_decided", "not_found"}


def test_the_owner_stops_it_or_it_is_done() -> None:
    provider_days.transition()
    unit = officers.unit("so-mau")
    for nth in range(ROUNDS):
        data = people.data()
        people.account(data)
        vneid.enter(
            provider_days.person(data.citizen_id, tech=f"t{nth}"), device=f"m{nth}", device_words="Máy"
        )
        one, other = (provider_days.holder(unit, Power.OPEN_ACCOUNT) for _ in range(2))
        link = vneid_links.ask(authority=one, number=data.citizen_id, reason="Đã xem thẻ căn cước")
        token = people.newest_text("vneid_unlink_asked").rsplit("/", 1)[-1]
        outcomes = together(
            [
                lambda who=other, which=link: vneid_links.approve(authority=who, link_id=which.public_id),
                lambda token=token: notices.disavow(token=token),
            ]
        )
        assert sum(each.went_well for each in outcomes) == 1
        assert {each.refusal.code for each in outcomes if each.refusal} <= LOST
        row = VneidLink.objects.get(pk=link.pk)
        assert (row.ended_at is not None) != (row.asked_by == "")

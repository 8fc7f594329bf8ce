"""A desk elsewhere hears of merges as a desk in the same process does."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.accounts import merges, people
from tests.gateways.over_http.conftest import OverHttp
from tests.vault import papers

from motcua.accounts import identity, merge_feed
from motcua.desk import owner_aliases
from motcua.desk.ports import PortalUnavailable
from motcua.gateways.merges_http import HttpMerges
from motcua.gateways.portal_merges import LocalMerges


def test_the_wire_says_what_the_portals_own_rooms_say(over_http: OverHttp) -> None:
    known, survivor = people.account(), people.account()
    was = identity.name_to(known, papers.DESK).subject
    merge = merges.joined(survivor, known)

    near, far = LocalMerges(), HttpMerges()
    assert merge_feed.since("mot-cua-khac", None) == []  # a desk that never met them
    assert [(each.was, each.now) for each in far.since(None)] == [
        (was, identity.subject_of(survivor.public_id, papers.DESK))
    ]
    # The wire tells milliseconds.
    [there], [here] = far.since(None), near.since(None)
    assert (there.was, there.now) == (here.was, here.now) and abs(there.at - here.at) < timedelta(
        milliseconds=2
    )
    assert list(far.since(timezone.now() + timedelta(hours=1))) == []

    merges.parted(merge)
    assert [each.now == "" for each in far.since(None)] == [False, True]
    assert owner_aliases.learn_due(far) == 2
    assert owner_aliases.subjects_of(identity.subject_of(survivor.public_id, papers.DESK))[1:] == []


def test_a_silent_portal_is_said(over_http: OverHttp) -> None:
    over_http.cut()
    with pytest.raises(PortalUnavailable):
        HttpMerges().since(None)

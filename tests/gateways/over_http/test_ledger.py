"""Both sides compare their days over the wire as they do in one process."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.desk.test_reconciling import digest_of
from tests.gateways.contracts import ports_in_use
from tests.gateways.over_http.conftest import OverHttp
from tests.vault import papers

from motcua.accounts.models import OwnerNews
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_ledger import Owed
from motcua.gateways.ledger_http import HttpLedger
from motcua.gateways.portal_ledger import LocalLedger

NUMBER = ports_in_use.number()


@pytest.fixture
def brought(over_http: OverHttp) -> OverHttp:
    """Two papers in an owner's vault, and a notice that was told."""
    over_http.enrol(NUMBER, "Nguyễn Văn Mẫu")
    for name in ("Giấy khai sinh", "Đơn đề nghị"):
        over_http.lay_in(NUMBER, name)
    OwnerNews.objects.create(audience=papers.DESK, key="dossier_received:1")
    OwnerNews.objects.create(audience="tinh-khac", key="dossier_received:2")
    return over_http


def test_the_wire_says_what_the_portals_own_rooms_say(brought: OverHttp) -> None:
    near, far = LocalLedger(), HttpLedger()
    today = timezone.localdate()

    assert far.digest(day=today) == near.digest(day=today)
    assert far.arrived(day=today) == near.arrived(day=today)
    assert far.digest(day=today)[Owed.NOTICES] == digest_of(["dossier_received:1"])
    assert far.digest(day=today)[Owed.PAPERS].count == 2
    assert far.digest(day=today - timedelta(days=1))[Owed.PAPERS].count == 0


def test_what_never_arrived_is_named_and_another_desks_is_not_ours(brought: OverHttp) -> None:
    asked = ["dossier_received:1", "dossier_received:2", "dossier_received:3"]
    assert HttpLedger().missing(kind=Owed.NOTICES, keys=asked) == asked[1:]


def test_more_than_a_page_is_read_to_its_end(brought: OverHttp) -> None:
    OwnerNews.objects.bulk_create(
        [OwnerNews(audience=papers.DESK, key=f"dossier_moved:{nth:05d}") for nth in range(1203)]
    )

    assert len(HttpLedger().arrived(day=timezone.localdate())[Owed.NOTICES]) == 1204
    far = [f"dossier_moved:{nth:05d}" for nth in range(1200, 1800)]
    assert HttpLedger().missing(kind=Owed.NOTICES, keys=far) == far[3:]


def test_a_silent_portal_is_said(brought: OverHttp) -> None:
    brought.cut()
    with pytest.raises(PortalUnavailable):
        HttpLedger().digest(day=timezone.localdate())

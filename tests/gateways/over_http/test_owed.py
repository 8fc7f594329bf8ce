"""What is owed waits out silence for ever; a no that stays a no is counted, and in the end somebody sees it."""

import uuid

import pytest
from tests.gateways.contracts import ports_in_use as ports
from tests.gateways.over_http.conftest import OverHttp
from tests.vault import papers

from motcua.desk.ports import NotLent, PortalUnavailable
from motcua.gateways.portal_call import PortalRefused, owed
from motcua.gateways.wire import LineBroken
from motcua.kernel.citizen_id import CitizenId


def _borrow(over_http: OverHttp, receipt: str) -> None:
    over_http.vault.lend(
        receipt=receipt,
        paper_id=str(uuid.uuid4()),
        dossier_code="000.00.08.H08-261130-0001",
        asked_by=papers.OFFICER,
        unit_code=papers.UNIT,
        key=str(uuid.uuid4()),
    )


def test_a_receipt_that_is_refused_is_neither_silence_nor_a_paper_that_was_not_lent(
    over_http: OverHttp,
) -> None:
    with pytest.raises(PortalRefused) as no:
        _borrow(over_http, "a.b.c")

    assert no.value.why == "receipt_refused"


def test_silence_stays_silence(over_http: OverHttp) -> None:
    over_http.cut()

    with pytest.raises(PortalUnavailable):
        _borrow(over_http, "a.b.c")


def test_a_paper_that_is_not_there_is_not_lent(over_http: OverHttp) -> None:
    number = ports.number()
    over_http.enrol(number, "Nguyễn Văn Mẫu")
    found = over_http.registry.check(
        number=CitizenId.parse(number),
        old_number=None,
        purpose="tiep-nhan-ho-so",
        asked_by=papers.OFFICER,
        unit_code=papers.UNIT,
        reference=str(uuid.uuid4()),
    )
    assert found is not None

    with pytest.raises(NotLent):
        _borrow(over_http, found.receipt)


@pytest.mark.parametrize(
    ("broken", "waited_out"),
    [
        (LineBroken("TimeoutError"), True),
        (PortalRefused(429, "too_many_attempts", 60), True),
        (PortalRefused(401, "access_token_not_trusted"), True),
        (PortalRefused(409, "write_under_way"), True),
        (PortalRefused(409, "idempotency_key_reused"), False),
        (PortalRefused(403, "unit_not_of_client"), False),
        (PortalRefused(422, "file_refused"), False),
    ],
    ids=str,
)
def test_only_what_passes_is_waited_out(broken: Exception, waited_out: bool) -> None:
    assert isinstance(owed(broken), PortalUnavailable) is waited_out

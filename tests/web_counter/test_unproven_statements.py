"""Nợ xác thực: a page of twenty costs the database what a page of one costs."""

import uuid

from django.utils import timezone

from motcua.desk import checks, provisional
from motcua.desk.models import Procedure
from motcua.desk.submission import HandedIn, How, Submission
from motcua.kernel.citizen_id import CitizenId
from motcua.units import posts
from motcua.units.models import Officer
from tests.desk.counting import statements
from tests.desk.fake_portal import FakePortal
from tests.web_counter.conftest import ONE_WAY, Desk


def taken_in(number: str) -> None:
    """One provisional reception, made while the portal is silent."""
    now, silent = timezone.now(), FakePortal(down=True)
    authority = posts.authority_of(Officer.objects.earliest("pk").subject, on=timezone.localdate())
    procedure = Procedure.objects.get(code=ONE_WAY)
    process = procedure.processes.get(order=1).pk
    seen = checks.check_owner(authority=authority, number=CitizenId.parse(number), registry=silent, now=now)
    draft = checks.choose_procedure(
        authority=authority,
        check_id=seen.public_id,
        procedure_code=ONE_WAY,
        process_id=process,
        registry=silent,
        now=now,
    )
    papers = [HandedIn(order=c.order, how=How.PAPER, originals=1) for c in draft.components]
    provisional.receive_provisionally(
        authority=authority,
        check_id=draft.check_id,
        owner_name="Nguyễn Thị Mẫu",
        form=Submission(key=uuid.uuid4(), procedure_code=ONE_WAY, process_id=process, papers=papers),
        now=timezone.now(),
    )


def page_costs(desk: Desk) -> tuple[int, int]:
    with statements() as said:
        page = desk.client.get("/mot-cua/no-xac-thuc/")
    assert page.status_code == 200
    return len(page.context["debts"]), len(said)


def test_twenty_that_wait_are_listed_with_the_statements_of_one(desk: Desk) -> None:
    page_costs(desk)  # the first page of a session also notes that it was seen
    taken_in("052190000101")
    rows, few = page_costs(desk)
    for serial in range(102, 121):
        taken_in(f"052190000{serial}")
    more_rows, more = page_costs(desk)
    assert (rows, more_rows) == (1, 20)
    assert more == few

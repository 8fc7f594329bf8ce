"""The vault in the same process: what it costs does not grow with what lies in it."""

import pytest
from django.conf import settings
from django.utils import timezone
from tests.desk.counting import statements
from tests.vault import papers

from motcua.accounts import check, receipt_keys
from motcua.accounts.models import Account
from motcua.gateways.vault_local import LocalVault

pytestmark = pytest.mark.django_db


def offered(account: Account, types: list[str]) -> tuple[int, int]:
    """How many papers are offered, and with how many statements."""
    receipt = check.sign_receipt(
        audience=settings.DESK_ID,
        subject=papers.subject_of(account),
        purpose="tiep-nhan-ho-so",
        standing=check.Standing.USABLE,
        now=timezone.now(),
    )
    receipt_keys.known()  # read by a process every few seconds, whatever is asked
    with statements() as said:
        found = LocalVault().offer(
            receipt=receipt,
            type_codes=types,
            procedure_code="2.001914",
            asked_by=papers.OFFICER,
            unit_code=papers.UNIT,
        )
    return len(found), len(said)


def test_twenty_papers_are_offered_with_the_statements_of_one() -> None:
    one, many = papers.owner(), papers.owner()
    types = [f"GIAY_{number}" for number in range(20)]
    papers.put(one, papers.new_paper(type_code=types[0]))
    papers.put(many, *(papers.new_paper(type_code=code) for code in types))
    first, few = offered(one, types[:1])
    all_of_them, more = offered(many, types)
    assert (first, all_of_them) == (1, 20)
    assert more == few


def test_twenty_papers_of_one_type_are_offered_with_the_statements_of_one() -> None:
    """Twenty children, a paper each."""
    one, many = papers.owner(), papers.owner()
    papers.put(one, papers.new_paper(held_for="Nguyễn Văn Con"))
    papers.put(many, *(papers.new_paper(held_for=f"Nguyễn Văn Con {'A' * n}") for n in range(1, 21)))
    first, few = offered(one, ["KHAI_SINH"])
    all_of_them, more = offered(many, ["KHAI_SINH"])
    assert (first, all_of_them) == (1, 20)
    assert more == few

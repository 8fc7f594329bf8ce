"""What ``desk.ports.AccountRegistry`` promises, of everybody who keeps it."""

import json
import uuid
from base64 import urlsafe_b64decode
from collections.abc import Callable

import pytest
from django.conf import settings
from django.utils import timezone
from tests.gateways.contracts.ports_in_use import Ground, number
from tests.vault import papers

from motcua.desk import receipts
from motcua.desk.ports import (
    Answer,
    Found,
    NotFoundAnswer,
    NotOffered,
    OwnerStatus,
    PortalUnavailable,
    SessionNotLive,
    Unknown,
)
from motcua.kernel.citizen_id import CitizenId

NAME = "Nguyễn Văn Mẫu"
PURPOSE = "tiep-nhan-ho-so"
CODE = "000.00.08.H08-261123-0001"


def asked(ground: Ground, who: str, old: str = "", purpose: str = PURPOSE) -> Answer:
    return ground.registry.check(
        number=CitizenId.parse(who),
        old_number=CitizenId.parse(old) if old else None,
        purpose=purpose,
        asked_by=papers.OFFICER,
        unit_code=papers.UNIT,
        reference=str(uuid.uuid4()),
    )


def found(ground: Ground, who: str, old: str = "") -> Found:
    answer = asked(ground, who, old)
    assert isinstance(answer, Found), answer
    return answer


def believed(answer: Found) -> receipts.Receipt:
    return receipts.verify(
        answer.receipt,
        audience=settings.DESK_ID,
        issuer=settings.PORTAL_ISSUER,
        public_key=settings.KEYRING.receipt_key.public_key(),
        now=timezone.now(),
    )


def test_who_has_an_account_is_found_with_a_receipt_that_is_believed(ground: Ground) -> None:
    who = number()
    ground.enrol(who, NAME)

    answer = found(ground, who)

    said = believed(answer)
    assert (said.subject, said.status, said.purpose) == (answer.subject, OwnerStatus.USABLE, PURPOSE)
    assert (answer.last3, answer.matched_by_old_number) == (who[-3:], False)


def test_that_nothing_reaches_the_owner_by_phone_is_said(ground: Ground) -> None:
    if "session" not in ground.offers:  # Cổng DVCQG says nothing of phones
        return
    who = number()
    ground.enrol(who, NAME)
    assert not found(ground, who).phone_frozen
    ground.freeze_phone(who)
    assert found(ground, who).phone_frozen


def test_the_answer_says_no_more_than_a_masked_name_and_three_digits(ground: Ground) -> None:
    who = number()
    ground.enrol(who, NAME)

    answer = found(ground, who)

    assert answer.name_masked.split()[0] == "Nguyễn" and answer.name_masked.split()[-1] == "Mẫu"
    assert "Văn" not in answer.name_masked
    body = answer.receipt.split(".")[1]
    claims = json.dumps(json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))), ensure_ascii=False)
    assert who not in claims and who[3:] not in claims and "Mẫu" not in claims
    assert who not in repr(answer) and "Mẫu" not in repr(answer)


def test_a_person_has_one_subject_and_each_answer_its_own_receipt(ground: Ground) -> None:
    who, other = number(), number()
    ground.enrol(who, NAME)
    ground.enrol(other, "Trần Thị Khác")

    first, second, third = found(ground, who), found(ground, who), found(ground, other)

    assert first.subject == second.subject != third.subject
    assert len({believed(answer).jti for answer in (first, second, third)}) == 3


def test_who_has_none_is_not_found(ground: Ground) -> None:
    assert asked(ground, number()) == NotFoundAnswer()


def test_the_old_number_leads_to_the_account_and_is_said_to(ground: Ground) -> None:
    new, old = number(), number()
    ground.enrol(old, NAME)

    answer = found(ground, new, old)

    assert answer.matched_by_old_number
    assert answer.last3 == old[-3:]


@pytest.mark.parametrize("status", [OwnerStatus.AWAITING_ACTIVATION, OwnerStatus.LOCKED])
def test_the_state_of_an_account_is_told(ground: Ground, status: OwnerStatus) -> None:
    who = number()
    ground.enrol(who, NAME, status)
    assert found(ground, who).status is status
    assert believed(found(ground, who)).status is status


def test_silence_is_unknown_and_never_no_account(ground: Ground) -> None:
    who = number()
    ground.enrol(who, NAME)
    ground.cut()

    for one in (who, number()):
        assert isinstance(asked(ground, one), Unknown)


def test_the_whole_name_comes_with_the_procedure(ground: Ground) -> None:
    who = number()
    ground.enrol(who, NAME)
    receipt = found(ground, who).receipt

    card = ground.registry.owner_card(
        receipt=receipt, procedure_code="2.001914", asked_by=papers.OFFICER, unit_code=papers.UNIT
    )
    assert card.full_name == NAME
    assert NAME not in repr(card)


def test_silence_is_said_by_everything_but_the_check(ground: Ground) -> None:
    who = number()
    ground.enrol(who, NAME)
    answer = found(ground, who)
    ground.cut()

    with pytest.raises(PortalUnavailable):
        ground.registry.owner_card(
            receipt=answer.receipt, procedure_code="2.001914", asked_by=papers.OFFICER, unit_code=papers.UNIT
        )
    assert ground.registry.still_usable(subject=answer.subject) is None


def test_what_an_implementation_cannot_do_it_says_plainly(ground: Ground) -> None:
    who = number()
    ground.enrol(who, NAME)
    subject = found(ground, who).subject
    acts: dict[str, Callable[[], object]] = {
        "tell": lambda: ground.registry.tell(
            subject=subject, template="dossier_received", params={"code": CODE, "due": "2026-12-01"}, key="k"
        ),
        "session": lambda: ground.registry.owner_in_session(
            session=uuid.uuid4(), subject=subject, purpose=PURPOSE
        ),
    }
    for name, act in acts.items():
        if name not in ground.offers:
            with pytest.raises(NotOffered):
                act()
        elif name == "session":
            with pytest.raises(SessionNotLive):
                act()
        else:
            act()


def test_whether_an_account_is_still_usable_is_yes_or_not_known(ground: Ground) -> None:
    who = number()
    ground.enrol(who, NAME)
    answer = ground.registry.still_usable(subject=found(ground, who).subject)
    assert answer is (True if "still_usable" in ground.offers else None)

"""Administrators of a desk apart at once: one question waits, one decision holds, the portal is told once."""

import pytest
from django.utils import timezone

from motcua.desk import officer_resets
from motcua.desk.officer_reset_tables import OfficerReset
from motcua.kernel.authority import Power
from motcua.outbox.models import Errand
from tests.races.together import Outcome, together
from tests.units import people

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Mất điện thoại ngày 12/5, đã đối chiếu thẻ căn cước."


def said(outcomes: list[Outcome]) -> list[str]:
    return sorted(one.refusal.code if one.refusal else "" for one in outcomes)


def test_of_many_who_ask_and_decide_one_is_first() -> None:
    unit, today = people.unit("so-mau"), timezone.localdate()
    admins, clerk = [people.administrator(unit) for _ in range(8)], people.officer()
    people.post(clerk, unit, Power.RECEIVE_DOSSIER)

    asked = together(
        [
            lambda by=by: officer_resets.ask(authority=by, subject=clerk.subject, reason=WHY, on=today)
            for by in admins
        ]
    )
    assert said(asked) == [""] + ["factor_reset_already_asked"] * 7

    row = OfficerReset.objects.get()
    others = [by for by in admins if by.subject != row.asked_by]
    decided = together(
        [
            lambda by=by, act=act: act(authority=by, public_id=row.public_id, on=today)
            for by, act in zip(others, [officer_resets.approve, officer_resets.decline] * 4, strict=False)
        ]
    )
    assert said(decided) == [""] + ["factor_reset_already_decided"] * 6
    row.refresh_from_db()
    promised = Errand.objects.filter(kind=officer_resets.TELL).count()
    assert promised == (1 if row.decision == "APPROVED" else 0)


def test_two_workers_who_tell_at_once_write_one_answer() -> None:
    from motcua.journal.models import Event

    unit, today = people.unit("so-mau"), timezone.localdate()
    first, second, clerk = people.administrator(unit), people.administrator(unit), people.officer()
    people.post(clerk, unit, Power.RECEIVE_DOSSIER)
    row = officer_resets.ask(authority=first, subject=clerk.subject, reason=WHY, on=today)
    officer_resets.approve(authority=second, public_id=row.public_id, on=today)

    class Yes:
        def reset(self, **_: str) -> None: ...

    outcomes = together(
        [lambda: officer_resets.tell({"reset": str(row.public_id)}, resets=Yes()) for _ in range(6)]
    )
    assert said(outcomes) == [""] * 6
    assert Event.objects.filter(event="desk.officer_reset.answered").count() == 1

"""The history of a dossier for its owner: what was done and decided, not how officers work on it."""

import ast
from pathlib import Path

import pytest
from tests.desk.town import Town

from motcua import desk
from motcua.desk import dossiers
from motcua.desk.models import DossierEvent

SHOWN = {
    "filed", "received", "provisionally_received", "confirmed", "closed", "handed_over", "finished", "returned",
    "opinion_asked", "opinion_answered", "result_signed", "supplement_received", "corrected", "owner_corrected",
    "charge_asked", "charge_cancelled", "charge_refunded", "charge_paid", "digitised", "withdrawal_issued",
}  # fmt: skip
NOTERS = {"note", "noted_by"}


def written() -> set[str]:
    """Every kind of history that the room writes, read from its source; notices carry their form's name."""
    found: set[str] = set()
    for file in Path(str(desk.__file__)).parent.glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and len(call.args) > 1:
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                kind = call.args[1]
                if name in NOTERS and isinstance(kind, ast.Constant):
                    found.add(str(kind.value))
    return found


def test_every_kind_of_history_is_either_for_the_owner_or_not() -> None:
    assert written() - SHOWN - dossiers.INNER == set(), "decide who reads it"
    assert written() >= dossiers.INNER, "gone"
    assert set() == SHOWN & dossiers.INNER


@pytest.mark.parametrize("kind", sorted(dossiers.INNER))
def test_the_owner_reads_no_inner_act_and_the_officer_does(town: Town, kind: str) -> None:
    dossier = town.received()
    words = "Thu hồi kết quả: gõ sai tên người ký"
    DossierEvent.objects.create(
        dossier=dossier,
        kind=kind,
        from_state="RECEIVED",
        to_state="RECEIVED",
        by_subject="a" * 32,
        words=words,
    )
    own = dossiers.dossier_of_owner(dossier.owner_subject, dossier.public_id)
    assert [event.kind for event in own.events.all()] == ["received"]
    for_officers = dossiers.dossier_for_officer(town.authority, dossier.public_id)
    assert words in [event.words for event in for_officers.events.all()]

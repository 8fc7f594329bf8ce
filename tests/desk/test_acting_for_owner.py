"""Who goes on with an organisation's dossier: asked about, named in its history, and kept out of it as an officer."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.desk import lives
from tests.desk import test_organisations_wait as waiting
from tests.desk.test_for_another import may_ask
from tests.desk.test_gate_rules import sql, undone
from tests.desk.test_life_rules import a_notice
from tests.desk.town import Town

from motcua.desk import acting_for_owner, database_rules, dossiers, filing_life, moving
from motcua.desk.catalogue_words import Asker
from motcua.desk.models import Dossier, DossierEvent, Notice
from motcua.desk.ports import Representative
from motcua.desk.relations import MandateWanted
from motcua.kernel.refusal import NotFound
from motcua.kernel.scope import Scope


@pytest.fixture
def received(town: Town) -> Iterator[tuple[Dossier, Representative]]:
    """An organisation's, with whoever acts for it."""
    may_ask(Asker.OWNER, Asker.ORGANISATION)
    dossier = waiting.take_in(town)
    acting = waiting.mandated(town, waiting.enrolled(town))
    waiting.again(town, dossier)
    yield dossiers.dossier_of_owner(fresh_subject(dossier), dossier.public_id), acting


def fresh_subject(dossier: Dossier) -> str:
    return Dossier.objects.values_list("owner_subject", flat=True).get(pk=dossier.pk)


def withdraw(dossier: Dossier, **more: object) -> Notice:
    return filing_life.withdraw(
        subject=dossier.owner_subject,
        dossier_id=dossier.public_id,
        reason="Tổ chức đổi ý",
        now=timezone.now(),
        **more,  # type: ignore[arg-type]
    )


def test_nobody_in_particular_goes_on_with_it(received: tuple[Dossier, Representative]) -> None:
    dossier, acting = received
    assert acting_for_owner.is_of_organisation(dossier)
    with pytest.raises(MandateWanted):
        withdraw(dossier)
    with pytest.raises(NotFound):
        withdraw(dossier, acting=acting, within=Scope.of(["9.999999"]))
    notice = withdraw(dossier, acting=acting, within=Scope.of([dossier.procedure.code]))

    assert notice.issued_by_name == "Lê Thị Đại Diện"
    line = DossierEvent.objects.filter(dossier=dossier).latest("pk")
    assert line.words.startswith("Người đại diện của tổ chức (Lê T** Đ** Diện) rút hồ sơ trực tuyến.")
    assert line.facts == {"representative": acting.subject, "mandate": str(acting.mandate)}


def test_a_person_goes_on_for_themselves(town: Town) -> None:
    dossier = town.received()
    found = dossiers.dossier_of_owner(dossier.owner_subject, dossier.public_id)
    assert not acting_for_owner.is_of_organisation(found)
    withdraw(found)
    line = DossierEvent.objects.filter(dossier=dossier).latest("pk")
    assert line.words.startswith("Chủ hồ sơ rút hồ sơ trực tuyến.") and line.facts == {}


def test_who_went_on_with_it_keeps_out_of_it_as_who_filed_it_does(
    town: Town, received: tuple[Dossier, Representative]
) -> None:
    dossier, _ = received
    house = lives.house(town)
    assert not moving.is_filed_by(dossier, house.specialist.subject)
    DossierEvent.objects.create(
        dossier=dossier,
        kind="supplement_received",
        from_state=dossier.state,
        to_state=dossier.state,
        words="Người đại diện của tổ chức bổ sung đủ giấy tờ trực tuyến.",
        facts={"representative": house.specialist.subject},
    )
    again = dossiers.dossier_of_owner(dossier.owner_subject, dossier.public_id)
    assert moving.is_filed_by(again, house.specialist.subject)
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        a_notice(house, dossier, Notice.Kind.REFUSAL)
    assert database_rules.name_of(no.value) == "desk_notice_not_own"
    with undone():
        sql("ALTER TABLE desk_notice DISABLE TRIGGER desk_notice_guard")
        assert a_notice(house, dossier, Notice.Kind.REFUSAL).pk, "seen red"

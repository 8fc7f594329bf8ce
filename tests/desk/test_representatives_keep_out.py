"""Who filed for an organisation does nothing about its dossier as an officer: no button, no service, no row."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.desk import lives, test_correcting, test_owner_corrections
from tests.desk.counting import statements
from tests.desk.lives import House, fresh, past_the_rules
from tests.desk.test_gate_rules import sql, undone
from tests.desk.test_life_rules import (
    a_notice,
    a_result,
    handing_out_and_returning,
    kept_file,
    setting,
    signing,
)
from tests.desk.test_opinions_asked import ask as ask_unit
from tests.desk.test_who_may_act import SITUATIONS, Situation, deeds, is_let, officers
from tests.desk.town import Town, a_unit, head_of

from motcua.desk import (
    charging,
    correcting,
    database_rules,
    dossiers,
    misfiled,
    moving,
    next_actions,
    opinions,
    opinions_asked,
    owner_corrections,
)
from motcua.desk.models import (
    Charge,
    Dossier,
    DossierEvent,
    Hop,
    Notice,
    Opinion,
    ReceptionCorrection,
    Representation,
)
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal

Act = Callable[[], object]
CODE = "dossier_filed_by_oneself"

#: As it was before: the owner alone was kept out.
_OWNER_ALONE = """
CREATE OR REPLACE FUNCTION desk_is_party(d desk_dossier, who text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT who <> '' AND who = d.owner_subject
$$
"""


@pytest.fixture
def house(town: Town) -> House:
    return lives.house(town)


def filed_by(who: Authority, dossier: Dossier) -> Dossier:
    """As if ``who`` had filed it for its owner, an organisation."""
    right = Representation.objects.create(
        kind="ORGANISATION",
        asker="ORGANISATION",
        proof_code="dai-dien-to-chuc",
        proof_on=timezone.localdate(),
        representative_subject=who.subject,
        mandate=dossier.public_id,
        mandate_at=timezone.now(),
    )
    past_the_rules(f"representation_id = {right.pk}", dossier)
    return fresh(dossier)


def refused_only_to_the_filer(act: Act, rule: str) -> None:
    """Refused under the rule's name; where only owners are kept out it happens (seen red)."""
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        act()
    assert database_rules.name_of(no.value) == rule
    with undone():
        sql(_OWNER_ALONE)
        act()


@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS)
def test_nothing_is_offered_and_nothing_is_let_be_done(house: House, situation: Situation) -> None:
    dossier, let_before = situation(house), 0
    for name, who in officers(house).items():
        might = [deed for deed, act in deeds(who, dossier).items() if is_let(act)]
        let_before += len(might)
        with undone():
            filed = filed_by(who, dossier)
            assert next_actions.next_deeds(who, filed, next_actions.standing_of(filed)) == [], name
            for deed in might:
                with pytest.raises(Refusal) as no:
                    deeds(who, filed)[deed]()
                assert no.value.code == CODE, (name, deed)
    assert let_before


def test_a_colleague_goes_on_as_before(house: House) -> None:
    dossier = filed_by(house.leader, house.on_the_desk_of_the_specialist())
    house.attach(dossier)
    assert moving.is_own(fresh(dossier), house.leader.subject)
    assert not moving.is_own(fresh(dossier), house.specialist.subject)
    assert not moving.is_own(fresh(dossier), "")


def test_a_step_a_result_and_a_notice_are_somebody_elses(house: House) -> None:
    handed = filed_by(house.specialist, house.forward(house.town.authority, house.received()))
    taking = f"accepted_at = now(), accepted_by = '{house.specialist.subject}'"
    step = Hop.objects.get(dossier=handed, order=2)
    refused_only_to_the_filer(setting(taking, step), "desk_hop_not_own")

    dossier, file = house.on_the_desk_of_the_specialist(), kept_file()
    draft = house.attach(dossier)
    filed_by(house.leader, dossier)
    refused_only_to_the_filer(signing(draft, house.leader.subject, file), "desk_result_not_own")

    dossier = filed_by(house.specialist, house.on_the_desk_of_the_specialist())
    refused_only_to_the_filer(
        lambda: a_result(house, dossier, draft=file, attached_by=house.specialist.subject),
        "desk_result_not_own",
    )
    for kind in (Notice.Kind.SUPPLEMENT, Notice.Kind.REFUSAL, Notice.Kind.STOP, Notice.Kind.WITHDRAWAL):
        refused_only_to_the_filer(
            lambda kind=kind: a_notice(house, dossier, kind),  # type: ignore[misc]
            "desk_notice_not_own",
        )


def test_a_result_is_handed_out_by_somebody_else(house: House) -> None:
    dossier = filed_by(house.giver, house.done())
    refused_only_to_the_filer(
        handing_out_and_returning(dossier, house.giver.subject), "desk_hand_out_not_own"
    )


def test_money_is_taken_called_off_and_given_back_by_somebody_else(house: House) -> None:
    dossier = house.on_the_desk_of_the_specialist()
    desk = lives.holding(house.town.unit, Power.RECEIVE_DOSSIER)
    charge = charging.ask(
        authority=house.specialist,
        dossier_id=dossier.public_id,
        kind=Charge.Kind.FEE,
        amount_vnd=30_000,
        wait=False,
        now=timezone.now(),
    )
    filed_by(desk, dossier)
    row = Charge.objects.get(pk=charge.pk)
    paid = f"paid_at = now(), paid_how = 'CASH', taken_by = '{desk.subject}', receipt_number = '0001/BL'"
    gone = f"cancelled_at = now(), cancelled_by = '{desk.subject}', cancel_reason = 'Nhập nhầm'"
    refused_only_to_the_filer(setting(paid, row), "desk_charge_taken_from_another")
    refused_only_to_the_filer(setting(gone, row), "desk_charge_cancelled_by_officer")
    for act in (charging.take, charging.cancel):
        more = {"how": Charge.How.CASH} if act is charging.take else {"reason": "Nhập nhầm"}
        with pytest.raises(moving.FiledByOneself):
            act(authority=desk, charge_id=charge.public_id, now=timezone.now(), **more)  # type: ignore[operator]
    setting(paid.replace(desk.subject, house.giver.subject), row)()
    back = (
        f"refunded_at = now(), refunded_by = '{desk.subject}', refund_reason = 'Thu nhầm', "
        "refund_number = '0001/HT'"
    )
    refused_only_to_the_filer(setting(back, row), "desk_charge_refunded_by_officer")


def test_an_opinion_is_given_by_somebody_else_and_not_even_shown(house: House) -> None:
    other = a_unit("phong-khac", "000.00.07.H08")
    colleague = lives.holding(other, Power.PROCESS)
    dossier = house.on_the_desk_of_the_specialist()
    opinion = ask_unit(house, dossier, other)
    assert opinions_asked.how_many_wait(colleague) == 1
    filed_by(colleague, dossier)

    assert opinions_asked.how_many_wait(colleague) == 0
    with pytest.raises(moving.FiledByOneself):
        opinions.opinion_for_officer(colleague, opinion.public_id)
    row = Opinion.objects.get(pk=opinion.pk)
    answer = f"answered_at = now(), answered_by = '{colleague.subject}', answer = 'Nhất trí với đơn vị'"
    refused_only_to_the_filer(setting(answer, row), "desk_opinion_not_own")


def test_an_opinion_is_not_shown_to_whoever_went_on_with_the_dossier(house: House) -> None:
    other = a_unit("phong-khac", "000.00.07.H08")
    colleague, another = lives.holding(other, Power.PROCESS), lives.holding(other, Power.PROCESS)
    dossier = house.on_the_desk_of_the_specialist()
    ask_unit(house, dossier, other)
    assert opinions_asked.how_many_wait(colleague) == 1

    DossierEvent.objects.create(
        dossier=dossier,
        kind="supplemented_online",
        to_state=dossier.state,
        words="Bổ sung giấy tờ trực tuyến",
        facts={"representative": colleague.subject},
    )

    assert opinions_asked.how_many_wait(colleague) == 0
    shown = opinions_asked.asked_of_us(colleague, opinions_asked.Wanted(), cursor=None, now=timezone.now())
    assert shown.rows == []
    assert opinions_asked.how_many_wait(another) == 1


def test_the_reception_is_put_right_by_somebody_else(house: House) -> None:
    dossier = filed_by(house.giver, house.received())
    assert not correcting.may_correct(dossier, house.giver)
    assert correcting.may_correct(dossier, house.town.authority)

    def correct() -> object:
        return ReceptionCorrection.objects.create(
            dossier=dossier, nth=1, by=house.giver.subject, fields=["note"], reason="Nhập nhầm"
        )

    refused_only_to_the_filer(correct, "desk_correction_not_own")
    with pytest.raises(moving.FiledByOneself):
        test_correcting.correct(house, dossier, test_correcting.righted(note="Gọi buổi sáng"))


def test_whose_it_is_is_neither_asked_nor_decided_by_who_filed_it(house: House) -> None:
    house.portal.enrol(test_owner_corrections.RIGHT, test_owner_corrections.RIGHT_NAME)
    asker, head, dossier = test_owner_corrections.receiver(house), head_of(house.town.unit), house.received()
    with undone():
        filed = filed_by(asker, dossier)
        assert not misfiled.may_ask(asker, filed)
        with pytest.raises(moving.FiledByOneself):
            test_owner_corrections.ask(house, filed, asker)
    asked = test_owner_corrections.ask(house, dossier, asker)
    filed_by(head, dossier)
    with pytest.raises(moving.FiledByOneself):
        test_owner_corrections.approve(house, asked, head)
    with pytest.raises(moving.FiledByOneself):
        owner_corrections.decline(authority=head, correction_id=asked.public_id)
    refused_only_to_the_filer(
        setting(f"declined_at = now(), declined_by = '{head.subject}'", asked),
        "desk_owner_correction_not_filed",
    )


def test_who_filed_it_is_read_along_with_the_dossier(house: House) -> None:
    """A page or an act on an organisation's dossier costs no statement more than on a person's."""
    plain, filed = house.received(), filed_by(house.leader, house.received())
    counted = []
    for dossier in (plain, filed):
        with statements() as seen:
            found = dossiers.dossier_for_officer(house.giver, dossier.public_id)
            moving.is_own(found, house.giver.subject)
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_who_went_on_for_an_organisation_that_became_the_owner_later_keeps_out_too(house: House) -> None:
    """Put right from a person to an organisation, a dossier has no representation of its own."""
    dossier = house.on_the_desk_of_the_specialist()
    sealed = settings.KEYRING.seal("desk.dossier.owner_number", str(dossier.public_id), "0100109106")
    past_the_rules(f"owner_number_sealed = '\\x{sealed.hex()}'", dossier)
    DossierEvent.objects.create(
        dossier=dossier,
        kind="supplemented_online",
        to_state=dossier.state,
        words="Người đại diện của tổ chức nộp bổ sung.",
        facts={"representative": house.specialist.subject},
    )
    held = fresh(dossier)
    assert moving.is_own(held, house.specialist.subject) and not moving.is_own(held, house.leader.subject)
    with pytest.raises(moving.FiledByOneself):
        house.attach(held)
    refused_only_to_the_filer(lambda: a_notice(house, held, Notice.Kind.SUPPLEMENT), "desk_notice_not_own")

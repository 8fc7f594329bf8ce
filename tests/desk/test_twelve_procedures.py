"""The twelve procedures of the sample, each process of each: from reception to hand-out, on real scans (issue 3).

Scans of several pages are drawn here, inspected, sealed, delivered; the result is signed as in the demonstration.
"""

import hashlib
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw
from tests.desk import lives, town
from tests.desk.fake_portal import FakePortal
from tests.desk.lives import fresh
from tests.desk.rights import authorised
from tests.desk.town import a_form, authority_of

from motcua.desk import catalogue, charging, handling, moving, opinions, results, returning, sample, steps
from motcua.desk.catalogue_words import LeaveWhen, UnitRole
from motcua.desk.models import (
    Charge,
    Dossier,
    DossierComponent,
    DossierEvent,
    HandOut,
    Hop,
    Procedure,
    ProcessStep,
    Result,
)
from motcua.desk.results import Particulars
from motcua.desk.returning import Taker
from motcua.desk.states import State
from motcua.desk.submission import Filer, HandedIn, How
from motcua.files import keeping
from motcua.files.keeping import CheckedFile
from motcua.files.models import StoredFile
from motcua.gateways.antivirus_none import NotConfigured
from motcua.gateways.signing_trial import TrialSigner
from motcua.journal.models import Event
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal
from motcua.ops import data as ops_data
from motcua.units.models import Unit

CATALOGUE = Path(str(ops_data.__path__[0])) / "procedures_education.json"
GIVEN = json.loads(CATALOGUE.read_text(encoding="utf-8"))
TWO_WAYS = "2.001914"
#: Every procedure, at every level that receives it, by every process.
WAYS = [
    pytest.param(one["code"], level, order, id=f"{one['code']}-{level}-{order}")
    for one in GIVEN
    for level in one["levels"]
    for order in ((1, 2) if one["code"] == TWO_WAYS else (1,))
]
KIND_AT = {"so": Unit.Kind.SO, "phong": Unit.Kind.PHONG_GDDT, "truong": Unit.Kind.THPT}
FILER = Filer(name="Lê Văn Nộp", relation="Người được ủy quyền", proof="Giấy ủy quyền ngày 01/11/2026")


@cache
def a_scan(pages: int, seed: int, words: str) -> CheckedFile:
    """Grey pages with noise, a line of writing and a stamp, as an office scanner saves them; really inspected."""
    drawn = [_page(seed + nth, f"{words} - {nth + 1}/{pages}") for nth in range(pages)]
    out = io.BytesIO()
    drawn[0].save(out, "PDF", save_all=True, append_images=drawn[1:], resolution=75)
    return keeping.check(out.getvalue(), name="ban-quet.pdf", antivirus=NotConfigured())


def _page(seed: int, words: str) -> Image.Image:
    noise = random.Random(seed)
    page = Image.new("L", (620, 877), 250)
    page.paste(Image.frombytes("L", (120, 120), noise.randbytes(14_400)), (440, 700))
    pen = ImageDraw.Draw(page)
    pen.text((60, 60), words.encode("ascii", "replace").decode(), fill=0)
    pen.ellipse((440, 600, 560, 720), outline=90, width=3)
    return page


@dataclass
class Office:
    """A receiving unit, the units around it, and the people who hold its steps."""

    portal: FakePortal
    town: town.Town
    unit: Unit
    above: Unit | None
    department: Unit | None
    signer: TrialSigner
    people: dict[tuple[int, Power], Authority] = field(default_factory=dict)

    def who(self, unit: Unit, power: Power) -> Authority:
        """One person for one right at one unit, never with another right."""
        if (unit.pk, power) not in self.people:
            self.people[unit.pk, power] = lives.holding(unit, power)
        return self.people[unit.pk, power]

    @property
    def desk(self) -> Authority:
        return self.town.authority

    def place_of(self, step: ProcessStep) -> Unit:
        """Where the catalogue says the step is done, told apart from the code under test."""
        if step.unit_role == UnitRole.ABOVE:
            assert self.above is not None
            return self.above
        if step.unit_role == UnitRole.DEPARTMENT and step.unit_kind and self.department is not None:
            return self.department
        return self.unit


@pytest.fixture
def office(transactional_db: None, tmp_path: Path) -> Callable[..., Office]:
    def build(level: str, *, department: bool = True) -> Office:
        sample.load(CATALOGUE)
        so = town.a_unit("so-gddt", "000.00.06.H08", kind=Unit.Kind.SO)
        unit = so
        if level != "so":
            unit = town.a_unit("don-vi", "000.00.07.H08", kind=KIND_AT[level], parent=so)
        below = None
        if department:
            below = town.a_unit(
                "phong-cm", "000.00.08.H08", kind=Unit.Kind.PHONG_CM, parent=unit, has_desk=False
            )
        who = town.an_officer()
        portal = FakePortal()
        built = town.Town(portal, unit, who, authority_of(who, unit))
        signer = TrialSigner(keys=tmp_path / "keys", password="thu-nghiem", trust=tmp_path / "trust.pem")
        made = Office(portal, built, unit, so if unit != so else None, below, signer)
        for place in (unit, made.above, below):
            for power in (Power.PROCESS, Power.SIGN, Power.HAND_OUT):
                if place is not None:
                    made.who(place, power)
        return made

    return build


@dataclass
class Walk:
    """One dossier on its way, with what was seen of it."""

    office: Office
    dossier: Dossier
    scans: dict[int, CheckedFile]
    units: list[int] = field(default_factory=list)

    def fresh(self) -> Dossier:
        self.dossier = fresh(self.dossier)
        return self.dossier

    def run_errands(self) -> None:
        lives.House(self.office.town, *[self.office.desk] * 3).run_errands()


def received(office: Office, code: str, order: int, filer: Filer) -> Walk:
    """Every component as the catalogue wants it: shown, left out when it is not needed, or scanned."""
    number = office.town.new_owner()
    check = office.town.check(number)
    procedure = Procedure.objects.get(code=code, valid_to=None)
    process = procedure.processes.get(order=order)
    chosen = town.checks.choose_procedure(
        authority=office.desk,
        check_id=check.public_id,
        procedure_code=code,
        process_id=process.pk,
        registry=office.portal,
        now=timezone.now(),
    )
    scans: dict[int, CheckedFile] = {}
    papers = []
    for component in catalogue.components_of(procedure):
        if component.shown_only:
            papers.append(HandedIn(component.order, How.SHOWN))
        elif component.necessity == "CONDITIONAL":
            papers.append(HandedIn(component.order, How.NONE))
        else:
            scan = a_scan(1 + component.order, component.order, f"Thanh phan {component.order}")
            scans[component.order] = scan
            papers.append(HandedIn(component.order, How.UPLOADED, originals=1, file=kept(scan)))
    form = a_form(code, papers=papers, filer=filer, right=authorised() if filer.name else None)
    form = type(form)(**{**_values(form), "process_id": process.pk})
    return Walk(office, office.town.receive(chosen.check_id, form), scans)


def _values(form: object) -> dict[str, object]:
    return {name: getattr(form, name) for name in type(form).__dataclass_fields__}  # type: ignore[attr-defined]


def kept(scan: CheckedFile) -> StoredFile:
    with transaction.atomic():
        return keeping.keep_checked(
            scan,
            purpose=StoredFile.Purpose.DOSSIER_COMPONENT,
            purge_after=timezone.now() + timedelta(days=1),
        )


def take_the_step(walk: Walk, step: ProcessStep) -> None:
    """Accept it, do what it wants, leave it; by an officer with just that right at just that unit."""
    office, dossier = walk.office, walk.fresh()
    unit = office.place_of(step)
    holder = office.desk if step.order == 1 else office.who(unit, Power(step.power))
    if step.order > 1:
        assert dossier.at_unit_id == unit.pk
        nobody_else_takes_it(walk, unit, Power(step.power))
        handling.accept(authority=holder, dossier_id=dossier.public_id, now=timezone.now())
    walk.units.append(unit.pk)
    if steps.missing(dossier, step):
        with pytest.raises(Refusal, match="step_not_finished"):
            handling.hand_over(authority=holder, dossier_id=dossier.public_id, now=timezone.now())
    for wanted in step.leave_when:
        DO[wanted](walk, unit)
    if is_before_the_end(step, dossier):
        signed(walk, unit)
    handling.hand_over(authority=holder, dossier_id=dossier.public_id, now=timezone.now())


def nobody_else_takes_it(walk: Walk, unit: Unit, power: Power) -> None:
    """Another right at the unit, and the right at another unit, are both not enough.

    Who had it once is told that it has gone on (409), as on the page; the others not even that it is there.
    """
    other = Power.HAND_OUT if power != Power.HAND_OUT else Power.PROCESS
    elsewhere = next(
        (
            one
            for one in (walk.office.unit, walk.office.above, walk.office.department)
            if one is not None and one != unit
        ),
        None,
    )
    wrong = [walk.office.who(unit, other)] + ([walk.office.who(elsewhere, power)] if elsewhere else [])
    for who in wrong:
        with pytest.raises(Refusal) as no:
            handling.accept(authority=who, dossier_id=walk.dossier.public_id, now=timezone.now())
        assert no.value.status in {403, 404} or isinstance(no.value, moving.NotWhereItLies)


def is_before_the_end(step: ProcessStep, dossier: Dossier) -> bool:
    """The last step before hand-out: whatever its conditions, a dossier is done only with a signed result."""
    following = [later for later in steps.steps_of(dossier) if later.order > step.order]
    return bool(following) and steps.is_last(following[0])


def paid(walk: Walk, unit: Unit) -> None:
    if walk.dossier.procedure.paid_when != "AT_RECEPTION" or walk.dossier.charges.exists():
        return
    office = walk.office
    asked = charging.ask(
        authority=office.desk,
        dossier_id=walk.dossier.public_id,
        kind=Charge.Kind.FEE,
        amount_vnd=12_000,
        wait=False,
        now=timezone.now(),
    )
    with pytest.raises(Refusal, match="step_not_finished"):
        handling.hand_over(authority=office.desk, dossier_id=walk.dossier.public_id, now=timezone.now())
    charging.take(authority=office.desk, charge_id=asked.public_id, how=Charge.How.CASH, now=timezone.now())


def digitised(walk: Walk, unit: Unit) -> None:
    """Done at reception: each component that the catalogue wants digitised was uploaded."""
    on_paper = walk.dossier.components.filter(how=DossierComponent.How.PAPER)
    assert not on_paper.exists()


def answered(walk: Walk, unit: Unit) -> None:
    asked = opinions.ask(
        authority=walk.office.who(unit, Power.PROCESS),
        dossier_id=walk.dossier.public_id,
        asked_of="Sở Nội vụ",
        content="Đề nghị cho ý kiến về hồ sơ",
        due_at=timezone.now() + timedelta(days=2),
        now=timezone.now(),
    )
    opinions.answer(
        authority=walk.office.who(unit, Power.PROCESS),
        opinion_id=asked.public_id,
        words="Đồng ý với đề nghị",
        now=timezone.now(),
    )


def attached(walk: Walk, unit: Unit) -> None:
    if Result.objects.filter(dossier=walk.dossier, withdrawn_at=None).exists():
        return
    results.attach(
        authority=walk.office.who(unit, Power.PROCESS),
        dossier_id=walk.dossier.public_id,
        file=a_scan(2, 77, "Ket qua"),
        now=timezone.now(),
    )


def signed(walk: Walk, unit: Unit) -> None:
    if Result.objects.filter(dossier=walk.dossier, signed_at__isnull=False).exists():
        return
    leader = walk.office.who(unit, Power.SIGN)
    results.sign(
        authority=leader,
        dossier_id=walk.dossier.public_id,
        particulars=Particulars(number="12/QĐ", issued_on=date(2026, 11, 23)),
        signer=lambda data: walk.office.signer.sign(
            data, subject=leader.subject, signer_name="Trần Văn Ký", reason="Ký kết quả", at=timezone.now()
        ),
        now=timezone.now(),
    )


DO: dict[str, Callable[[Walk, Unit], None]] = {
    LeaveWhen.FEE_PAID: paid,
    LeaveWhen.COMPONENTS_DIGITISED: digitised,
    LeaveWhen.OPINION_ANSWERED: answered,
    LeaveWhen.RESULT_ATTACHED: attached,
    LeaveWhen.RESULT_SIGNED: signed,
}


def hand_out(walk: Walk) -> Dossier:
    """To whoever filed it: the owner, or the authorised person with the paper."""
    other = bool(walk.dossier.filer_name)
    taker = Taker(name=FILER.name, relation=FILER.relation, proof=FILER.proof) if other else Taker(name="")
    return returning.hand_out(
        authority=walk.office.who(walk.office.unit, Power.HAND_OUT),
        dossier_id=walk.dossier.public_id,
        taker=taker,
        how=HandOut.How.AT_DESK,
        now=timezone.now(),
    )


@pytest.mark.parametrize(("code", "level", "order"), WAYS)
def test_each_procedure_runs_from_reception_to_hand_out(
    office: Callable[..., Office], code: str, level: str, order: int
) -> None:
    here = office(level)
    walk = received(here, code, order, FILER if code in sample.OF_ORGANISATIONS else Filer())
    way = steps.steps_of(walk.dossier)
    assert len(way) >= 3

    for step in way[:-1]:
        take_the_step(walk, step)

    dossier = walk.fresh()
    assert (dossier.state, dossier.at_unit_id, dossier.at_officer) == (State.DONE, here.unit.pk, "")
    walk.run_errands()
    the_result_waits_hidden(walk)
    assert hand_out(walk).state == State.RETURNED
    walk.run_errands()
    the_vault_has_each_paper_once(walk)
    the_chain_is_whole(walk, way)
    the_slip_keeps_its_word(walk)


def the_result_waits_hidden(walk: Walk) -> None:
    code = walk.dossier.code or ""
    assert len(walk.office.portal.hidden[code]) == 1


def the_vault_has_each_paper_once(walk: Walk) -> None:
    """Every scan and the signed result, byte for byte, in the owner's vault, and nothing else."""
    dossier, portal = walk.dossier, walk.office.portal
    result = Result.objects.get(dossier=dossier)
    wanted = {f"{dossier.public_id}:{order}": scan.data for order, scan in walk.scans.items()}
    assert result.signed is not None
    wanted[f"{dossier.public_id}:result:{result.public_id}"] = keeping.read(result.signed)

    assert {key: data for key, (_, _, data) in portal.vault.items()} == wanted
    assert {subject for subject, _, _ in portal.vault.values()} == {dossier.owner_subject}
    assert portal.hidden == {}
    assert result.delivered_as
    assert all(line.delivered_as for line in dossier.components.filter(how=DossierComponent.How.UPLOADED))
    for order, scan in walk.scans.items():
        pages = len(pikepdf.open(io.BytesIO(portal.vault[f"{dossier.public_id}:{order}"][2])).pages)
        assert pages == 1 + order > 1
        assert hashlib.sha256(scan.data).digest() == scan.inspected.sha256
    report = walk.office.signer.verify(keeping.read(result.signed))
    assert report.good, report.words


def the_chain_is_whole(walk: Walk, way: list[ProcessStep]) -> None:
    hops = list(Hop.objects.filter(dossier=walk.dossier).order_by("order"))
    assert [hop.order for hop in hops] == list(range(1, len(way)))
    assert [hop.step_order for hop in hops] == [step.order for step in way[:-1]]
    assert [hop.unit_id for hop in hops] == walk.units
    assert all(hop.accepted_by and hop.left_at and hop.outcome == Hop.Outcome.FORWARD for hop in hops)
    events = list(DossierEvent.objects.filter(dossier=walk.dossier).values_list("kind", flat=True))
    subject = f"dossier:{walk.dossier.public_id}"
    journalled = Event.objects.filter(subject=subject, event__startswith="desk.dossier.")
    assert {f"desk.dossier.{kind}" for kind in events} <= set(journalled.values_list("event", flat=True))


def the_slip_keeps_its_word(walk: Walk) -> None:
    """With a term there is a due date after the reception, kept all the way; without one there is none."""
    dossier = walk.fresh()
    term = dossier.procedure.term_direct
    assert (dossier.due_at is None) == (term is None)
    if dossier.due_at is not None and dossier.received_at is not None:
        assert dossier.due_at > dossier.received_at


def test_all_twelve_are_tried_with_both_processes_of_the_one_that_has_two() -> None:
    tried = {(str(way.values[0]), way.values[2]) for way in WAYS}
    assert len({code for code, _ in tried}) == 12
    assert {order for code, order in tried if code == TWO_WAYS} == {1, 2}


def test_without_a_department_the_unit_itself_does_the_work(office: Callable[..., Office]) -> None:
    here = office("so", department=False)
    walk = received(here, "2.002478", 1, Filer())
    for step in steps.steps_of(walk.dossier)[:-1]:
        take_the_step(walk, step)
    hand_out(walk)
    assert set(walk.units) == {here.unit.pk}
    assert walk.fresh().state == State.RETURNED


def test_a_step_of_the_unit_above_is_done_there_and_the_result_comes_back_down(
    office: Callable[..., Office],
) -> None:
    """Received at a district, decided at the department above it, handed out at the district."""
    here = office("phong")
    assert here.above is not None
    ProcessStep.objects.filter(process__procedure__code="2.002481", power="SIGN").update(
        unit_role=UnitRole.ABOVE
    )
    walk = received(here, "2.002481", 1, Filer())

    for step in steps.steps_of(walk.dossier)[:-1]:
        take_the_step(walk, step)

    assert here.department is not None
    assert walk.units == [here.unit.pk, here.department.pk, here.above.pk]
    dossier = walk.fresh()
    assert (dossier.state, dossier.at_unit_id) == (State.DONE, here.unit.pk)
    with pytest.raises(Refusal):
        returning.hand_out(
            authority=here.who(here.above, Power.HAND_OUT),
            dossier_id=dossier.public_id,
            taker=Taker(name=""),
            now=timezone.now(),
        )
    hand_out(walk)
    walk.run_errands()
    the_vault_has_each_paper_once(walk)

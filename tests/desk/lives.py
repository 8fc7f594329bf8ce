"""People who work on a dossier after it was received, and short words for what they do."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils import timezone
from tests.desk.fake_portal import FakePortal
from tests.desk.town import Town, a_form, an_officer, authority_of
from tests.files.making import scans

from motcua.desk import handling, promises, results, returning
from motcua.desk.models import Dossier, HandOut, Result
from motcua.desk.results import Particulars
from motcua.desk.returning import Taker
from motcua.desk.submission import HandedIn, How
from motcua.files import keeping
from motcua.files.keeping import CheckedFile
from motcua.gateways.antivirus_none import NotConfigured
from motcua.kernel.authority import Authority, Power
from motcua.outbox import errands
from motcua.units.models import BOOTSTRAP_APPROVER, BOOTSTRAP_GRANTER, Post, Unit


def holding(unit: Unit, *powers: Power) -> Authority:
    """Somebody with a post: the database looks at posts, not at what Python says."""
    who = an_officer()
    Post.objects.create(
        officer=who,
        grantee_subject=who.subject,
        unit=unit,
        powers=list(powers),
        valid_from=date(2020, 1, 1),
        granted_by_subject=BOOTSTRAP_GRANTER,
        approved_by_subject=BOOTSTRAP_APPROVER,
    )
    return authority_of(who, unit, *powers)


def a_pdf(pages: int = 3) -> CheckedFile:
    """A real scan of several pages, through the real inspection."""
    data = scans.saved(scans.blank(pages))
    return keeping.check(data, name="ket-qua.pdf", antivirus=NotConfigured())


def same_bytes(data: bytes) -> bytes:
    """A signer for tests of everything but the signature."""
    return data + b"\n"


@dataclass
class House:
    """The town with the people behind the counter."""

    town: Town
    specialist: Authority
    leader: Authority
    giver: Authority

    @property
    def portal(self) -> FakePortal:
        return self.town.portal

    def received(self) -> Dossier:
        """Everything was shown or digitised: nothing keeps the first step from being left."""
        shown = [HandedIn(order=1, how=How.SHOWN), HandedIn(order=2, how=How.SHOWN)]
        return self.town.receive(self.town.draft(self.town.new_owner()), a_form(papers=shown))

    def on_the_desk_of_the_specialist(self) -> Dossier:
        dossier = self.received()
        self.forward(self.town.authority, dossier)
        handling.accept(authority=self.specialist, dossier_id=dossier.public_id, now=timezone.now())
        return fresh(dossier)

    def forward(self, by: Authority, dossier: Dossier) -> Dossier:
        handling.hand_over(authority=by, dossier_id=dossier.public_id, now=timezone.now())
        return fresh(dossier)

    def attach(self, dossier: Dossier) -> Result:
        return results.attach(
            authority=self.specialist, dossier_id=dossier.public_id, file=a_pdf(), now=timezone.now()
        )

    def sign(self, dossier: Dossier, by: Authority | None = None) -> Result:
        return results.sign(
            authority=by or self.leader,
            dossier_id=dossier.public_id,
            particulars=Particulars(number="12/QĐ-SGDĐT", issued_on=date(2026, 11, 23)),
            signer=same_bytes,
            now=timezone.now(),
        )

    def done(self) -> Dossier:
        """Through every step up to the signed result."""
        dossier = self.on_the_desk_of_the_specialist()
        self.attach(dossier)
        self.forward(self.specialist, dossier)
        self.accept(self.leader, dossier)
        self.sign(dossier)
        return self.forward(self.leader, dossier)

    def accept(self, by: Authority, dossier: Dossier) -> None:
        handling.accept(authority=by, dossier_id=dossier.public_id, now=timezone.now())

    def hand_out(self, dossier: Dossier, **more: object) -> Dossier:
        values: dict[str, object] = {"taker": Taker(name=""), "how": HandOut.How.AT_DESK, **more}
        return returning.hand_out(
            authority=self.giver, dossier_id=dossier.public_id, now=timezone.now(), **values
        )

    def run_errands(self) -> None:
        handlers = promises.handlers(registry=self.portal, vault=self.portal)
        while errands.run_due(handlers, limit=50):
            pass


def house(town: Town) -> House:
    unit = town.unit
    return House(
        town=town,
        specialist=holding(unit, Power.PROCESS),
        leader=holding(unit, Power.SIGN),
        giver=holding(unit, Power.HAND_OUT, Power.RECEIVE_DOSSIER),
    )


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_related("procedure", "process", "unit").get(pk=dossier.pk)


def past_the_rules(change: str, dossier: Dossier) -> None:
    """What a test must arrange that nobody may do: past every trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"UPDATE desk_dossier SET {change} WHERE id = %s", [dossier.pk])
        cursor.execute("SET session_replication_role = origin")

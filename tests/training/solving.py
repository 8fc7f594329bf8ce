"""A trainee at work: the same use cases that the pages call, done rightly or wrongly."""

import re
import uuid
from dataclasses import dataclass, replace

from django.db import connection
from django.utils import timezone

from motcua.accounts import assistance, creation, opening
from motcua.accounts.assistance import Filled
from motcua.accounts.models import AssistApplication
from motcua.accounts.sealed_data import PersonData
from motcua.desk import checks, provisional, reception
from motcua.desk.checks import CheckView
from motcua.desk.models import Component, Dossier, Procedure
from motcua.desk.submission import HandedIn, How, Submission
from motcua.files.models import StoredFile
from motcua.gateways.antivirus_none import NotConfigured
from motcua.gateways.training_portal import TrainingPortal
from motcua.gateways.vault_local import LocalVault
from motcua.kernel.authority import Authority
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.phone import Phone
from motcua.training import facts, invented, tasks, working
from motcua.training.models import Attempt, Course
from tests.accounts import people
from tests.accounts.desk import scan_of
from tests.training.courses import authority_of, seat
from tests.training.outside import PhonesInMemory

PROCEDURE = "1.001088"
PASSWORD = "Muon.Trung-Song-94!"
_BROWSER = "trinh-duyet-tap-huan"


@dataclass
class Solver:
    """One trainee with one attempt."""

    phones: PhonesInMemory
    course: Course
    nth: int = 1
    attempt: Attempt | None = None

    @property
    def me(self) -> Authority:
        return authority_of(seat(self.course, self.nth).subject)

    @property
    def colleague(self) -> Authority:
        return authority_of(seat(self.course, self.nth).colleague_subject)

    def begin(self, code: str) -> Attempt:
        self.attempt = working.begin(viewer=self.me, code=code, phones=self.phones, antivirus=NotConfigured())
        return self.attempt

    def hand_in(self, answers: dict[str, str] | None = None) -> Attempt:
        """With the right answers, but for those that are given."""
        assert self.attempt is not None
        right = {each.code: each.right for each in tasks.task(self.attempt.task).questions}
        return working.hand_in(
            viewer=self.me, public_id=self.attempt.public_id, answers={**right, **(answers or {})}
        )

    @property
    def owner(self) -> PersonData:
        """With the phone that they bring."""
        assert self.attempt is not None
        data = invented.citizen(self.attempt.pk, 0).data
        return replace(data, phone=facts.owner_phone(self.attempt.pk, tasks.task(self.attempt.task)))

    @property
    def spoken(self) -> PersonData:
        assert self.attempt is not None
        return replace(self.owner, citizen_id=invented.misremembered(self.attempt.pk).citizen_id)

    def register(self, data: PersonData | None = None, *, resend: bool = False) -> str:
        """Phụ lục I as far as it goes; the state it ended in."""
        person = data or self.owner
        browser = f"{_BROWSER}-{person.citizen_id.value}"
        registration = opening.begin(data=person, browser=browser, from_desk=False, return_to="")
        opening.send_code(registration, device=browser)
        if resend:
            _half_a_minute_later()
            opening.send_code(registration, device=browser)
        opening.confirm_code(registration, code=self.newest_code("otp_register"))
        registration = opening.registration_for(browser, registration.public_id)
        outcome = opening.ask_operator(registration, registry=self.phones, device=browser)
        if outcome.state == "MATCHED":
            opening.finish(opening.registration_for(browser, registration.public_id), password=PASSWORD)
        return str(outcome.state)

    def check(self, number: CitizenId | None = None) -> CheckView:
        return checks.check_owner(
            authority=self.me,
            number=number or self.owner.citizen_id,
            registry=TrainingPortal(),
            now=timezone.now(),
        )

    def receive(self, *, from_vault: bool = False) -> Dossier:
        """Check and reception."""
        check, portal, now = self.check(), TrainingPortal(), timezone.now()
        process = Procedure.objects.get(code=PROCEDURE, valid_to=None).processes.get(order=1)
        draft = checks.choose_procedure(
            authority=self.me,
            check_id=check.public_id,
            procedure_code=PROCEDURE,
            process_id=process.pk,
            registry=portal,
            now=now,
        )
        form = self.form(process.pk, draft.components, from_vault=from_vault)
        if draft.provisional:
            return provisional.receive_provisionally(
                authority=self.me,
                check_id=draft.check_id,
                owner_name=self.owner.full_name.value,
                form=form,
                now=now,
            )
        return reception.receive(
            authority=self.me,
            check_id=draft.check_id,
            form=form,
            registry=portal,
            vault=LocalVault(),
            now=now,
        )

    def form(self, process_id: int, components: "list[Component]", *, from_vault: bool) -> Submission:  # type: ignore[valid-type]
        papers = []
        for each in components:
            if from_vault and each.type_code == "giay-khai-sinh":
                assert self.attempt is not None
                paper = _paper_in_vault(self.owner)
                papers.append(HandedIn(order=each.order, how=How.VAULT, vault_paper_id=paper))
            else:
                papers.append(HandedIn(order=each.order, how=How.PAPER, originals=1))
        return Submission(key=uuid.uuid4(), procedure_code=PROCEDURE, process_id=process_id, papers=papers)

    def look_up(self, number: CitizenId | None = None) -> bool:
        return assistance.look_up(
            authority=self.me, number=number or self.owner.citizen_id, old_number=None
        ).exists

    def request(self, phone: Phone | None = None, data: PersonData | None = None) -> AssistApplication:
        person = data or self.owner
        filled = Filled(replace(person, phone=phone or person.phone), "PHONE_MISMATCH")
        application = assistance.start(authority=self.me, filled=filled)
        assistance.attach_scan(
            authority=self.me, application=application, scan=_scan(), qr_text=self._card_qr()
        )
        return self.again(application)

    def again(self, application: AssistApplication) -> AssistApplication:
        return assistance.application_for(self.me, application.public_id)

    def create(self, application: AssistApplication, *, signed: bool = True) -> None:
        """Paper, signature, code, account."""
        creation.paper(authority=self.me, application=application, now=timezone.now())
        application = self.again(application)
        if signed:
            assistance.attach_signed_paper(
                authority=self.me, application=application, paper=_scan("SIGNED_REQUEST")
            )
        creation.send_code(authority=self.me, application=self.again(application))
        creation.create(
            authority=self.me,
            application=self.again(application),
            code=self.newest_code("otp_assist"),
            registry=self.phones,
        )

    def newest_code(self, purpose: str) -> str:
        found = re.search(r"\b[0-9]{6}\b", people.newest_text(purpose))
        assert found
        return found[0]

    def _card_qr(self) -> str:
        assert self.attempt is not None
        return invented.citizen(self.attempt.pk, 0).card_qr


def _scan(purpose: str = "ID_SCAN") -> StoredFile:
    scan = scan_of(str(uuid.uuid4()))
    StoredFile.objects.filter(pk=scan.pk).update(purpose=purpose)
    return StoredFile.objects.get(pk=scan.pk)


def _paper_in_vault(owner: PersonData) -> str:
    from motcua.accounts import identity
    from motcua.vault.models import Paper

    account = identity.account_by_number(owner.citizen_id)
    return str(Paper.objects.get(owner=account, type_code="giay-khai-sinh").public_id)


def _half_a_minute_later() -> None:
    """What keeps the second code back is another test's subject."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM limits_bucket")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE accounts_passcode SET created_at = created_at - interval '31 seconds',"
            " expires_at = expires_at - interval '31 seconds'"
        )
        cursor.execute("UPDATE training_attempt SET begun_at = begun_at - interval '31 seconds'")
        cursor.execute("SET LOCAL session_replication_role = origin")

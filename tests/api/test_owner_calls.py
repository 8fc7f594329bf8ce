"""Whoever is signed in, by their own token; names, representatives and notices for a desk."""

import uuid

import pytest
from django.conf import settings
from django.utils import timezone

from motcua.accounts import identity, organisations, receipt_keys, receipt_rotation, sessions
from motcua.accounts.models import Account, LookUp
from motcua.desk import receipts
from motcua.kernel.authority import Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.tax_code import TaxCode
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.outbox.models import Message
from motcua.signin import entries
from tests.accounts import mandates, people
from tests.accounts.desk import authority_at
from tests.api.calling import OFFICER, System, a_system, problem, token_of
from tests.signin import systems

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "052090000001"
TAX_CODE = TaxCode.parse("0100233488")
PROCEDURE = "trung-tam-ngoai-ngu"
OWN_PAPERS, FILING = "chon-giay-to-cua-minh", "nop-ho-so-truc-tuyen"


@pytest.fixture
def person() -> Account:
    return people.account(people.data(number=NUMBER))


@pytest.fixture
def system() -> System:
    return a_system()


def test_a_person_who_is_signed_in_is_vouched_for_with_the_purpose_asked(
    system: System, person: Account
) -> None:
    said = system.of(person).post("signed-in-owner", {"purpose": FILING}).json()

    assert (said["number"], said["full_name"], said["organisation"]) == (NUMBER, "Nguyễn Văn Mẫu", False)
    receipt = receipts.verify(
        said["receipt"],
        audience=system.audience,
        issuer=settings.PORTAL_ISSUER,
        public_key=receipt_keys.signing_key().public_key(),
        now=timezone.now(),
    )
    assert (receipt.subject, receipt.purpose) == (said["subject"], FILING)


def test_a_session_that_ended_is_vouched_for_no_longer(system: System, person: Account) -> None:
    mine = system.of(person)
    assert mine.post("signed-in-owner", {"purpose": OWN_PAPERS}).status_code == 200

    sessions.end_all(person, why="LOCKED")

    refused = mine.post("signed-in-owner", {"purpose": OWN_PAPERS})
    assert problem(refused) == (401, "access_token_not_trusted")


def test_a_system_that_may_sign_nobody_in_any_more_learns_nothing_from_the_next_call_on(
    system: System, person: Account
) -> None:
    mine = system.of(person)
    standing = entries.standing_of(system.row)
    assert standing
    entries.stop(authority=systems.connector(), client=system.row.public_id, reason="Hết thỏa thuận")

    refused = mine.post("signed-in-owner", {"purpose": OWN_PAPERS})

    assert problem(refused) == (401, "access_token_not_trusted")


def test_a_sign_in_does_not_vouch_for_somebody_elses_session(system: System, person: Account) -> None:
    other = people.account()
    _, session = sessions.begin(other, audience="CITIZEN", device="may-nha", device_words="Chrome")
    mixed = system.of_session(person, session.public_id)

    assert problem(mixed.post("signed-in-owner", {"purpose": OWN_PAPERS})) == (403, "session_not_live")


def test_a_token_that_names_no_sign_in_speaks_for_nobody(system: System, person: Account) -> None:
    subject = identity.subject_of(person.public_id, system.audience)
    _, session = sessions.begin(person, audience="CITIZEN", device="may-nha", device_words="Chrome")
    system.token = token_of(system.row.client_id, subject=subject, session=str(session.public_id))

    assert problem(system.post("signed-in-owner", {"purpose": OWN_PAPERS})) == (403, "person_token_wanted")


def test_a_person_never_checked_at_the_desk_is_known_to_it_once_vouched_for(
    system: System, person: Account
) -> None:
    subject = system.of(person).post("signed-in-owner", {"purpose": FILING}).json()["subject"]

    usable = system.post("accounts/usable", {"subjects": [subject]}).json()["subjects"]

    assert usable == [{"subject": subject, "known": True, "usable": True}]


def test_the_name_is_shown_for_a_procedure_and_the_person_sees_it(system: System, person: Account) -> None:
    body = {
        "receipt": system.receipt(NUMBER),
        "procedure_code": "2.001914",
        "asked_by": OFFICER,
        "unit_code": system.unit_code,
    }

    assert system.post("owner-cards", body).json() == {"full_name": "Nguyễn Văn Mẫu"}
    assert LookUp.objects.filter(purpose="chon-thu-tuc", procedure_code="2.001914").count() == 1
    assert problem(a_system().post("owner-cards", body)) == (422, "receipt_refused"), "another desk's receipt"


def test_a_locked_account_is_said_to_be_so_at_the_re_check(system: System, person: Account) -> None:
    subject = system.check(NUMBER).json()["subject"]
    Account.objects.filter(pk=person.pk).update(status=Account.Status.LOCKED)

    (said,) = system.post("accounts/usable", {"subjects": [subject]}).json()["subjects"]

    assert said == {"subject": subject, "known": True, "usable": False}


class Organisation:
    def __init__(self, system: System, person: Account) -> None:
        officer = authority_at("so-gddt", Power.OPEN_ACCOUNT)
        self.account = organisations.register(authority=officer, tax_code=TAX_CODE, name="Trung tâm Mẫu")
        self.mandate = mandates.granted(officer, self.account, mandates.granting(CitizenId.parse(NUMBER)))
        question = {**system.question(NUMBER), "number": {"kind": "TAX_CODE", "number": TAX_CODE.value}}
        self.subject = system.post("account-checks", question).json()["subject"]

    def asked(self, system: System, number: str = NUMBER) -> dict[str, object]:
        return {
            "organisation": self.subject,
            "number": {"kind": "CITIZEN_ID", "number": number},
            "procedure_code": PROCEDURE,
            "asked_by": OFFICER,
            "unit_code": system.unit_code,
        }


def test_a_representative_is_named_with_the_proof_and_everybody_else_refused(
    system: System, person: Account
) -> None:
    organisation = Organisation(system, person)
    found = system.post("representatives", organisation.asked(system))
    assert found.status_code == 200, found.content.decode()

    assert found.json()["mandate"] == str(organisation.mandate.public_id)
    assert "01" in found.json()["words"]
    assert found.json()["subject"] == identity.subject_of(person.public_id, system.audience)
    other = system.post("representatives", organisation.asked(system, "052090000009"))
    assert problem(other) == (409, "mandate_not_standing")


def test_whoever_acts_for_an_organisation_in_their_session_is_named(system: System, person: Account) -> None:
    organisation = Organisation(system, person)
    token, session = sessions.begin(
        organisation.account,
        audience="CITIZEN",
        device="may-nha",
        device_words="Chrome",
        mandate_id=organisation.mandate.pk,
    )
    assert token

    theirs = system.of_session(organisation.account, session.public_id)
    said = theirs.post("signed-in-owner/representative", {"procedure_code": PROCEDURE}).json()

    assert (said["full_name"], said["mandate"]) == ("Nguyễn Văn Mẫu", str(organisation.mandate.public_id))


def test_a_notice_is_texted_once_per_key_and_in_our_own_words(system: System, person: Account) -> None:
    subject = system.check(NUMBER).json()["subject"]
    body = {
        "subject": subject,
        "template": "dossier_received",
        "facts": {"code": "000.00.08.H08-261130-0001", "due": "2026-12-10"},
    }
    before = Message.objects.count()

    answers = [system.post("notices", body, key=key) for key in ("bao-tin-1", "bao-tin-1", "bao-tin-2")]

    assert [answer.json() for answer in answers] == [{"done": True}] * 3
    assert Message.objects.count() - before == 2


def test_one_desk_does_not_use_up_the_notices_of_another(system: System, person: Account) -> None:
    facts = {"template": "result_ready", "facts": {"code": "000.00.08.H08-261130-0001"}}
    before = Message.objects.count()

    for each in (system, a_system()):
        subject = each.check(NUMBER).json()["subject"]
        assert each.post("notices", {**facts, "subject": subject}, key="bao-tin-1").status_code == 200

    assert Message.objects.count() - before == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"code": "Mời ông/bà vào trang http://xau.example"},
        {"number": "0900000001"},
        {"state": "Trúng thưởng"},
        {"words": "chữ tự do"},
        {"due": "ngày mai"},
    ],
    ids=str,
)
def test_no_words_of_a_system_reach_a_phone(system: System, person: Account, facts: dict[str, str]) -> None:
    subject = system.check(NUMBER).json()["subject"]
    before = Message.objects.count()

    answer = system.post(
        "notices", {"subject": subject, "template": "dossier_moved", "facts": facts}, key="bao-tin-1"
    )

    assert problem(answer) == (422, "request_invalid")
    assert next(iter(facts.values())) not in answer.content.decode(), "what was sent is not sent back"
    assert Message.objects.count() == before


def test_the_cost_of_a_notice_is_not_put_on_somebody_elses_unit(system: System, person: Account) -> None:
    subject = system.check(NUMBER).json()["subject"]
    body = {"subject": subject, "template": "result_ready", "facts": {"unit": "khong-phai-cua-minh"}}

    assert problem(system.post("notices", body, key="bao-tin-1")) == (403, "unit_not_of_client")
    body["facts"] = {"unit": system.unit_code}
    assert system.post("notices", body, key="bao-tin-2").status_code == 200


def test_one_owner_is_not_flooded_by_one_system_whatever_keys_it_sends(
    system: System, person: Account
) -> None:
    subject = system.check(NUMBER).json()["subject"]
    for _ in range(30):
        spending.spend((Quota.NOTICES_TO_OWNER_BY_SYSTEM, f"{system.audience}:{subject}"))
    before = Message.objects.count()

    answer = system.post(
        "notices", {"subject": subject, "template": "result_ready", "facts": {}}, key="bao-tin-1"
    )

    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert Message.objects.count() == before


def test_a_person_the_desk_does_not_know_is_not_told(system: System) -> None:
    body = {"subject": uuid.uuid4().hex, "template": "result_ready", "facts": {}}

    assert problem(system.post("notices", body, key="bao-tin-1")) == (404, "not_found")


def test_the_keys_of_the_receipts_are_published_and_fit(system: System, person: Account) -> None:
    said = system.client.get("/api/v1/receipt-keys")

    assert said.headers["Cache-Control"] == "public, max-age=60"
    (key,) = said.json()["keys"]
    assert said.json()["retired"] == []
    assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    assert receipts._object(receipts._decoded(system.receipt(NUMBER).split(".")[0]))["kid"] == key["kid"]


def test_keys_that_sign_no_more_are_published_apart_with_the_moment_from_which_they_count_no_more(
    system: System, person: Account
) -> None:
    before = system.receipt(NUMBER)
    receipt_rotation.rotate(lost=True)

    said = system.client.get("/api/v1/receipt-keys").json()

    ((now,), (gone,)) = said["keys"], said["retired"]
    assert set(gone) - set(now) == {"until", "lost"} and gone["lost"] is True
    assert receipts.kid_of(before) == gone["kid"] and receipts.kid_of(system.receipt(NUMBER)) == now["kid"]
    card = {
        "receipt": before,
        "procedure_code": "1.000001",
        "asked_by": OFFICER,
        "unit_code": system.unit_code,
    }
    assert problem(system.post("owner-cards", card)) == (422, "receipt_refused")

"""The screen of “Giấy tờ của con” from below: by numbers, waiting together, agreed to or declined together."""

import pytest
from django.conf import settings
from tests.accounts import people as citizens
from tests.units import people
from tests.vault import papers
from tests.vault.test_correcting import approver

from motcua.accounts import identity
from motcua.accounts.models import Account, LookUp
from motcua.journal.models import Event
from motcua.kernel.authority import NotAuthorised, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import sample
from motcua.vault import keeping, own_papers, reading
from motcua.vault.models import Correction, Paper

pytestmark = pytest.mark.django_db
CHILD = "Lê Văn Học"
REASON = "Giấy khai sinh số 12/2008"


@pytest.fixture(autouse=True)
def _units(transactional_db: None) -> None:
    sample.load(people.UNITS_FILE)


class Family:
    """A parent whose vault holds two papers of a child who now has an own account, and one of the parent's."""

    def __init__(self) -> None:
        self.mother, self.child = citizens.data(), citizens.data(name=CHILD)
        self.of_mother, self.of_child = citizens.account(self.mother), citizens.account(self.child)
        self.subject = identity.name_to(self.of_mother, settings.DESK_ID).subject
        for held_for in (CHILD, CHILD, ""):
            self.keep(held_for)

    def keep(self, held_for: str) -> None:
        keeping.put(
            audience=settings.DESK_ID,
            receipt_subject=self.subject,
            papers=[papers.new_paper(held_for=held_for, number=f"GT {Paper.objects.count()}")],
            dossier_code=papers.DOSSIER,
            digitised_by=papers.OFFICER,
            unit_code=papers.UNIT,
        )


@pytest.fixture
def family() -> Family:
    return Family()


def held(account: Account) -> int:
    return len(reading.papers_of(account).papers)


def ask(family: Family, by: object = None, own: CitizenId | None = None, reason: str = REASON) -> int:
    return own_papers.ask(
        authority=by or approver(),  # type: ignore[arg-type]
        holder=family.mother.citizen_id,
        own=own or family.child.citizen_id,
        reason=reason,
    )


def test_two_officers_bring_the_papers_home_and_both_people_see_that_they_were_asked_about(
    family: Family,
) -> None:
    first, second = approver(), approver()
    assert ask(family, first) == 2

    (mine,) = own_papers.waiting(first)
    (line,) = own_papers.waiting(second)
    assert mine.by_viewer and not line.by_viewer
    assert (line.holder_name, line.own_name, len(line.titles)) == (
        family.of_mother.person.full_name,
        CHILD,
        2,
    )
    assert CHILD not in repr(line)
    with pytest.raises(Refusal, match="correction_second_officer_needed"):
        own_papers.approve(authority=first, number=mine.number)
    assert len(own_papers.approve(authority=second, number=line.number)) == 2

    assert (held(family.of_mother), held(family.of_child)) == (1, 2)
    assert own_papers.waiting(second) == []
    with pytest.raises(NotFound):
        own_papers.approve(authority=second, number=line.number)
    with pytest.raises(NotFound):
        own_papers.decline(authority=second, number=line.number)
    assert LookUp.objects.filter(purpose=own_papers.PURPOSE, answer="FOUND").count() == 2


@pytest.mark.parametrize(("again", "event"), [(False, "declined"), (True, "withdrawn")])
def test_what_is_declined_or_taken_back_stays_where_it_is_and_may_be_asked_again(
    family: Family, again: bool, event: str
) -> None:
    first, second = approver(), approver()
    ask(family, first)
    (line,) = own_papers.waiting(second)

    assert own_papers.decline(authority=first if again else second, number=line.number) == 2
    assert Correction.objects.count() == 0
    assert Event.objects.filter(event=f"vault.correction.{event}").count() == 2
    assert (held(family.of_mother), held(family.of_child)) == (3, 0)
    assert ask(family, first) == 2


def test_numbers_without_an_account_are_named_counted_and_written_down(family: Family) -> None:
    nobody = citizens.data().citizen_id
    with pytest.raises(Refusal, match="vault_subject_unknown"):
        ask(family, own=nobody)
    with pytest.raises(Refusal, match="vault_holder_unknown"):
        own_papers.ask(authority=approver(), holder=nobody, own=family.child.citizen_id, reason=REASON)
    assert LookUp.objects.filter(answer="NOT_FOUND", purpose=own_papers.PURPOSE).count() == 2
    assert Event.objects.filter(event="accounts.look_up.made").count() == 3
    with pytest.raises(Refusal, match="correction_same_owner"):
        ask(family, own=family.mother.citizen_id)
    assert Correction.objects.count() == 0


def test_a_reason_is_wanted_before_anybody_is_asked_about(family: Family) -> None:
    with pytest.raises(Refusal, match="vault_correction_reason_wanted"):
        ask(family, reason=" ạ ")
    assert LookUp.objects.count() == 0


def test_only_who_approves_and_only_within_reach(family: Family) -> None:
    with pytest.raises(NotAuthorised):
        ask(family, approver(power=Power.OPEN_ACCOUNT))
    assert LookUp.objects.count() == 0
    ask(family)
    (line,) = own_papers.waiting(approver())
    elsewhere = approver(unit="binhdinh-pgddt-phu-cat")
    assert own_papers.waiting(elsewhere) == []
    for act in (own_papers.approve, own_papers.decline):
        with pytest.raises(NotFound):
            act(authority=elsewhere, number=line.number)
    assert Correction.objects.count() == 2


def test_the_list_costs_the_same_for_one_family_and_for_many(
    family: Family, django_assert_num_queries: object
) -> None:
    ask(family)
    viewer = approver()
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert len(own_papers.waiting(viewer)) == 1
    for _ in range(3):
        ask(Family())
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert len(own_papers.waiting(viewer)) == 4

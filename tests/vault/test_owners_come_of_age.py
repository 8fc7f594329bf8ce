"""C16 when an owner comes of age: what a guardian agreed to lends nothing more, and nobody looks in their place."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tests.accounts import guards, merges, people
from tests.rule_by_rule import only_by_trigger
from tests.vault import papers
from tests.vault.papers import DESK, DOSSIER, OFFICER, UNIT

from motcua.accounts import guardianships
from motcua.accounts.models import Account
from motcua.kernel.refusal import NotFound
from motcua.vault import coming_to_own, lending
from motcua.vault.models import Consent, Loan, Look, Paper

pytestmark = pytest.mark.django_db


def agreed(account: Account, *, by: str = "", dossier: str = DOSSIER) -> Consent:
    public_id = lending.record_consent(
        audience=DESK,
        subject=papers.subject_of(account),
        unit_code=UNIT,
        dossier_code=dossier,
        purpose="tiep-nhan-ho-so",
        recorded_by=by,
    )
    return Consent.objects.get(public_id=public_id)


def lend(account: Account, paper: Paper, consent: Consent) -> lending.Lent:
    return lending.lend(
        audience=DESK,
        subject=papers.subject_of(account),
        paper_id=paper.public_id,
        consent=consent.public_id,
        dossier_code=consent.dossier_code,
        by=OFFICER,
        unit_code=UNIT,
    )


def open_lent(paper: Paper) -> lending.Lent:
    return lending.open_lent(
        audience=DESK, paper_id=paper.public_id, dossier_code=DOSSIER, by=OFFICER, unit_code=UNIT
    )


@pytest.fixture
def account() -> Account:
    """Still a minor; ``grown`` makes them of age."""
    return guards.guarded(guards.child(of_age_in=40))


def grown(account: Account) -> None:
    """Since yesterday; what was said before was said by the guardian."""
    guards.born_on(account, guards.child(of_age_in=0).born_on)
    long_ago(account)


def long_ago(account: Account) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE vault_consent SET given_at = given_at - interval '2 days' WHERE owner_id = %s",
            [account.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_guardian_lends_until_the_day_and_not_from_it_on(account: Account) -> None:
    first, second = papers.kept(account), papers.kept(account, title="Học bạ", type_code="HOC_BA")
    consent = agreed(account)
    lend(account, first, consent)
    grown(account)

    with pytest.raises(lending.ConsentNeeded):
        lend(account, second, consent)
    only_by_trigger(
        "loan_still_agreed",
        "vault_loan",
        lambda: Loan.objects.create(consent=consent, paper=second, dossier_code=DOSSIER),
    )
    # What was lent lawfully stays lent for that dossier, until the owner withdraws.
    assert open_lent(first).paper_id == first.public_id


def test_nobody_agrees_online_or_looks_as_the_owner_before_the_owner_came(account: Account) -> None:
    paper = papers.kept(account)
    grown(account)
    with pytest.raises(lending.ConsentNeeded):
        agreed(account)
    only_by_trigger(
        "consent_waits_for_owner",
        "vault_consent",
        lambda: Consent.objects.create(
            owner=account,
            recipient_audience=DESK,
            owner_subject=papers.subject_of(account),
            recipient_unit_code=UNIT,
            purpose="x",
            dossier_code=DOSSIER,
            given_how="ONLINE",
            text_version="x",
        ),
    )
    only_by_trigger(
        "look_waits_for_owner",
        "vault_look",
        lambda: Look.objects.create(
            paper=paper, owner=account, actor_subject="x", role="OWNER", action="VIEW", purpose="x"
        ),
    )


def test_who_comes_to_the_desk_of_age_agrees_in_person(account: Account) -> None:
    paper = papers.kept(account)
    agreed(account)
    grown(account)
    same = agreed(account, by=OFFICER)  # whoever brings an errand once more has asked nobody
    assert same.renewed_at is None
    with pytest.raises(lending.ConsentNeeded):
        lend(account, paper, same)
    consent = agreed(account, by=OFFICER, dossier="000.00.08.H08-261123-0003")
    assert lend(account, paper, consent).paper_id == paper.public_id


def test_the_owner_keeps_or_withdraws_each(account: Account) -> None:
    first, second = papers.kept(account), papers.kept(account, title="Học bạ", type_code="HOC_BA")
    kept, gone = agreed(account), agreed(account, dossier="000.00.08.H08-261123-0002")
    grown(account)
    assert coming_to_own.how_many_asked(account) == 2
    with pytest.raises(NotFound):
        coming_to_own.keep(account, kept.public_id)  # nobody has come yet
    guards.came(account)

    coming_to_own.keep(account, kept.public_id)
    lending.withdraw(account, gone.public_id)
    kept.refresh_from_db()
    assert lend(account, first, kept) and lend(account, second, kept)
    assert coming_to_own.how_many_asked(account) == 0
    for again in (kept, gone):
        with pytest.raises(NotFound):
            coming_to_own.keep(account, again.public_id)
    with pytest.raises(NotFound):
        coming_to_own.keep(guards.guarded(), kept.public_id)


def test_a_renewal_is_written_once(account: Account) -> None:
    consent = agreed(account)
    grown(account)

    def renewed() -> object:
        return Consent.objects.filter(pk=consent.pk).update(renewed_at=timezone.now() + timedelta(days=9))

    only_by_trigger("consent_written_once", "vault_consent", renewed, rule="consent_waits_for_owner")
    guards.came(account)
    renewed()
    consent.refresh_from_db()
    assert (
        consent.renewed_at is not None and consent.renewed_at <= timezone.now()
    )  # the database's own moment

    def again() -> object:
        return Consent.objects.filter(pk=consent.pk).update(renewed_at=timezone.now())

    only_by_trigger("consent_written_once", "vault_consent", again)


def test_what_was_done_before_is_shown_in_a_fixed_number_of_statements(
    account: Account, django_assert_num_queries: Callable[..., object]
) -> None:
    paper = papers.kept(account)
    consent = agreed(account)
    lend(account, paper, consent)
    open_lent(paper)
    grown(account)
    found = coming_to_own.before(account, timezone.now())
    assert [(row.asked, row.papers) for row in found.consents] == [(True, ["Giấy khai sinh"])]
    assert [row.title for row in found.papers] == ["Giấy khai sinh"]
    assert [(row.times, row.role) for row in found.readers] == [(2, "Cán bộ")]
    with django_assert_num_queries(7):
        coming_to_own.before(account, timezone.now())


def filed(account: Account, paper: Paper, said_at: datetime, *, online: bool = True) -> lending.Lent:
    """As the errand brings it, whenever that is: with the moment of the receipt."""
    return lending.lend_for_dossier(
        audience=DESK,
        subject=papers.subject_of(account),
        paper_id=paper.public_id,
        dossier_code=DOSSIER,
        purpose="tiep-nhan-ho-so",
        by=OFFICER,
        unit_code=UNIT,
        online=online,
        said_at=said_at,
    )


@pytest.mark.parametrize("came", [False, True], ids=["owner-has-not-come", "owner-has-come"])
@pytest.mark.parametrize("online", [True, False], ids=["online", "at-the-desk"])
def test_what_a_guardian_filed_goes_on_and_stays_the_guardians_word(
    account: Account, online: bool, came: bool
) -> None:
    paper = papers.kept(account)
    guards.born_on(account, guards.child(of_age_in=0).born_on)
    if came:
        guards.came(account)
    said = timezone.now() - timedelta(days=2)

    assert filed(account, paper, said, online=online).paper_id == paper.public_id

    consent = Consent.objects.get(owner=account)
    assert consent.said_at == said and consent.renewed_at is None
    assert coming_to_own.how_many_asked(account) == 1  # the owner decides what becomes of it
    found = coming_to_own.before(account, timezone.now())
    assert [(row.asked, row.given_at) for row in found.consents] == [(True, said)]
    with pytest.raises(lending.ConsentNeeded):  # nothing else is lent by it
        lend(account, papers.kept(account, title="Học bạ", type_code="HOC_BA"), consent)


def test_what_was_said_long_before_the_day_or_after_it_lends_nothing_by_a_guardians_word(
    account: Account,
) -> None:
    paper = papers.kept(account)
    guards.born_on(account, guards.child(of_age_in=0).born_on)
    with pytest.raises(lending.ConsentNeeded):
        filed(account, paper, timezone.now() - timedelta(days=31))
    with pytest.raises(lending.ConsentNeeded):
        filed(account, paper, timezone.now())  # nobody says yes online before the owner came


def test_the_owner_says_yes_online_where_a_guardian_had_said_it(account: Account) -> None:
    first, second = papers.kept(account), papers.kept(account, title="Học bạ", type_code="HOC_BA")
    guards.born_on(account, guards.child(of_age_in=0).born_on)
    filed(account, first, timezone.now() - timedelta(days=2))
    guards.came(account)
    with pytest.raises(lending.ConsentNeeded):  # an officer's errand asks nobody
        filed(account, second, timezone.now(), online=False)
    assert filed(account, second, timezone.now()).paper_id == second.public_id
    assert Consent.objects.get(owner=account).renewed_at is not None


def test_an_account_that_was_joined_is_judged_as_the_one_that_stays() -> None:
    person = guards.child(of_age_in=40)
    absorbed = guards.guarded(person)
    survivor = people.account(guards.child(of_age_in=40))
    paper = papers.kept(absorbed)
    merge = merges.joined(survivor, absorbed)
    for each in (survivor, absorbed):
        guards.born_on(each, guards.child(of_age_in=0).born_on)

    assert not guardianships.waits(survivor.pk) and not guardianships.waits(absorbed.pk)
    assert Look.objects.create(
        paper=paper, owner=absorbed, actor_subject="x", role="OWNER", action="VIEW", purpose="x"
    )
    merges.parted(merge, survivor, absorbed)
    assert guardianships.waits(absorbed.pk)  # by itself again, and still its guardian's

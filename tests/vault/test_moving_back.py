"""A dossier's papers go to the right vault and back: nobody's own paper is lost on the way, and the order holds."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from uuid import UUID

import pytest
from django.db import connection, connections
from tests.units import people
from tests.vault import papers
from tests.vault.papers import DESK, OFFICER, UNIT
from tests.vault.test_correcting import approver
from tests.vault.test_paper_corrections import Vaults
from tests.vault.test_vault_rules import given, look, refused

from motcua.accounts.models import Account
from motcua.journal.models import Event
from motcua.kernel.refusal import NotFound
from motcua.units import sample
from motcua.vault import agreements, correcting, history, keeping, lending, reading, versions, viewing
from motcua.vault.models import Consent, Look, Paper

pytestmark = pytest.mark.django_db
OWN, MISFILED, LATER = (f"000.00.08.H08-261123-{n:04d}" for n in (11, 12, 13))


def kept(account: Account, dossier: str, **more: object) -> Paper:
    (public_id,) = papers.put(account, papers.new_paper(**{"number": "A 1", **more}), dossier=dossier)
    return Paper.objects.get(public_id=public_id)


def move(wrong: Account, right: Account, dossier: str = MISFILED) -> dict[UUID, UUID]:
    return correcting.move_dossier(
        audience=DESK,
        from_subject=papers.subject_of(wrong),
        to_subject=papers.subject_of(right),
        dossier_code=dossier,
        reason="nhầm chủ",
        asked_by="a" * 32,
        approved_by="b" * 32,
        unit_code=UNIT,
    )


def listed(account: Account) -> list[str]:
    """By which dossier each paper came that the owner sees at first glance."""
    return [line.source_dossier_code for line in reading.papers_of(account).papers]


def versions_seen(account: Account) -> list[tuple[int, str]]:
    (current,) = reading.papers_of(account).papers
    seen = reading.versions_of(account, current.paper_id)
    return [(line.version, line.source_dossier_code) for line in seen]


def test_an_own_paper_is_current_again_when_what_replaced_it_was_somebody_elses() -> None:
    former, right = papers.owner(), papers.owner()
    own, foreign = kept(former, OWN), kept(former, MISFILED)
    assert foreign.replaces_id == own.pk and listed(former) == [MISFILED]

    move(former, right)

    assert (listed(former), listed(right)) == ([OWN], [MISFILED])
    assert versions_seen(former) == [(1, OWN)]
    assert reading.open_own(former, own.public_id)[0] == own.file
    again = kept(former, LATER)
    assert versions_seen(former) == [(2, LATER), (1, OWN)]
    assert again.version == 3, "the line in the database goes on behind what has left it"


def test_moved_back_it_takes_its_place_again_and_moved_once_more_it_leaves_it() -> None:
    former, right = papers.owner(), papers.owner()
    kept(former, OWN)
    kept(former, MISFILED)
    for _ in range(2):
        move(former, right)
        assert (listed(former), listed(right)) == ([OWN], [MISFILED])
        move(right, former)
        assert (listed(former), listed(right)) == ([MISFILED], [])
        assert versions_seen(former) == [(2, MISFILED), (1, OWN)]


def test_what_lay_between_two_own_papers_lies_between_them_again() -> None:
    former, right = papers.owner(), papers.owner()
    for dossier in (OWN, MISFILED, LATER):
        kept(former, dossier)

    move(former, right)
    assert listed(former) == [LATER] and versions_seen(former) == [(2, LATER), (1, OWN)]
    move(right, former)
    assert versions_seen(former) == [(3, LATER), (2, MISFILED), (1, OWN)]
    move(former, right, LATER)
    assert versions_seen(former) == [(2, MISFILED), (1, OWN)]


def test_two_dossiers_that_come_back_in_any_order_lie_as_they_did() -> None:
    former, right = papers.owner(), papers.owner()
    for dossier in (OWN, MISFILED, LATER):
        kept(former, dossier)
    for first, second in ((MISFILED, LATER), (LATER, MISFILED)):
        move(former, right, first)
        move(former, right, second)
        assert listed(former) == [OWN] and versions_seen(right) == [(2, LATER), (1, MISFILED)]
        move(right, former, first)
        move(right, former, second)
        assert versions_seen(former) == [(3, LATER), (2, MISFILED), (1, OWN)] and listed(right) == []


def test_several_versions_of_the_dossier_come_back_as_several() -> None:
    former, right = papers.owner(), papers.owner()
    kept(former, OWN)
    for _ in range(2):
        kept(former, MISFILED)
    move(former, right)
    assert versions_seen(right) == [(2, MISFILED), (1, MISFILED)] and listed(former) == [OWN]
    move(right, former)
    assert versions_seen(former) == [(3, MISFILED), (2, MISFILED), (1, OWN)]


def test_the_right_owners_own_paper_of_that_number_stays_beside_it() -> None:
    former, right = papers.owner(), papers.owner()
    kept(right, LATER)
    kept(former, MISFILED)
    move(former, right)
    assert sorted(listed(right)) == [MISFILED, LATER]
    move(right, former)
    assert (listed(former), listed(right)) == ([MISFILED], [LATER])
    kept(former, OWN)
    assert versions_seen(former) == [(2, OWN), (1, MISFILED)], "it has its own mark again"


def test_a_childs_name_stands_on_the_paper_again_in_the_parents_vault() -> None:
    parent, own = papers.owner(), papers.owner(name="Nguyễn Văn Con")
    kept(parent, MISFILED, held_for="Nguyễn Văn Con")
    move(parent, own)
    assert reading.papers_of(own).papers[0].held_for == ""
    move(own, parent)
    assert reading.papers_of(parent).papers[0].held_for == "Nguyễn Văn Con"


def test_an_own_paper_that_another_row_stands_for_stays_the_old_version() -> None:
    """By its bytes the foreign paper took the place of the first; the number has been scanned anew since."""
    former, right = papers.owner(), papers.owner()
    bytes_of_both = papers.scan("%PDF-1.7 the same")
    kept(former, OWN, file=bytes_of_both)
    kept(former, MISFILED, number="B 2", file=bytes_of_both)
    kept(former, LATER)
    assert sorted(listed(former)) == [MISFILED, LATER]

    move(former, right)

    assert listed(former) == [LATER]
    assert sorted(line.source_dossier_code for line in reading.papers_of(former, with_old=True).papers) == [
        OWN,
        LATER,
    ]


def test_an_old_version_comes_back_when_all_that_followed_has_gone_and_not_before() -> None:
    former, right = papers.owner(), papers.owner()
    own = kept(former, OWN)
    middle = kept(former, MISFILED)
    kept(former, LATER)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX paper_one_current_version")  # it would refuse a second current one as well

    def back() -> None:
        Paper.objects.filter(pk=own.pk).update(state=Paper.State.CURRENT)

    refused("paper_written_once", back)
    move(former, right)
    middle.refresh_from_db()
    assert middle.state == Paper.State.MOVED
    refused("paper_written_once", back)
    Paper.objects.filter(pk=own.pk).update(state=Paper.State.SUPERSEDED)
    move(former, right, LATER)
    own.refresh_from_db()
    assert own.state == Paper.State.CURRENT


def test_a_paper_that_stands_again_can_be_put_right(transactional_db: None) -> None:
    sample.load(people.UNITS_FILE)
    vaults = Vaults()
    foreign = vaults.keep(number="A 1")
    moved = vaults.approve(vaults.move(foreign))
    assert moved.owner_id == vaults.right.pk
    # Both came with one dossier, so both went; a third of another dossier is followed by a foreign one.
    (public_id,) = keeping.put(
        audience=foreign.receipt_audience,
        receipt_subject=foreign.receipt_subject,
        papers=[papers.new_paper(number="A 1")],
        dossier_code=OWN,
        digitised_by=OFFICER,
        unit_code=UNIT,
    )
    own = Paper.objects.get(public_id=public_id)
    later = vaults.keep(number="A 1")
    assert later.replaces_id == own.pk
    vaults.approve(vaults.move(later))
    own.refresh_from_db()
    assert own.state == Paper.State.CURRENT, "it came from elsewhere, and stayed"

    right = vaults.approve(vaults.right_facts(own))

    assert (right.replaces_id, right.version) == (later.pk, later.version + 1)
    seen = reading.versions_of(vaults.wrong, right.public_id)
    assert [line.paper_id for line in seen] == [right.public_id, own.public_id]


def test_one_paper_moves_without_the_versions_that_came_from_elsewhere() -> None:
    former, right = papers.owner(), papers.owner()
    kept(former, OWN)
    kept(former, MISFILED)
    newest = kept(former, MISFILED)

    moved = correcting.move_versions(
        newest,
        to_subject=papers.subject_of(right),
        reason="nhầm chủ",
        asked_by="a" * 32,
        approved_by="b" * 32,
        unit_code=UNIT,
    )

    assert len(moved) == 2
    assert versions_seen(right) == [(2, MISFILED), (1, MISFILED)]
    assert versions_seen(former) == [(1, OWN)]


# What the former owner agreed to, and who looks at what has gone on.


def lent(account: Account, paper: Paper, dossier: str) -> Consent:
    consent = given(account, dossier)
    lending.lend(
        audience=DESK,
        subject=papers.subject_of(account),
        paper_id=paper.public_id,
        consent=consent.public_id,
        dossier_code=dossier,
        by=OFFICER,
        unit_code=UNIT,
    )
    return consent


def test_what_the_former_owner_agreed_to_for_the_dossier_is_over_and_says_why() -> None:
    former, right = papers.owner(), papers.owner()
    own = kept(former, OWN, number="C 3")
    kept(former, MISFILED)
    ended, stays = lent(former, own, MISFILED), lent(former, own, LATER)
    named = {"audience": DESK, "paper_id": own.public_id, "by": OFFICER, "unit_code": UNIT}

    move(former, right)

    told = {each.consent_id: each for each in agreements.agreements_of(former)}
    assert told[ended.public_id].ended_by_move and told[ended.public_id].withdrawn_at is not None
    assert not told[stays.public_id].ended_by_move and told[stays.public_id].withdrawn_at is None
    line = Event.objects.get(event="vault.consent.ended")
    assert (line.subject, line.actor, line.facts) == (
        f"consent:{ended.pk}",
        "b" * 32,
        {"dossier": MISFILED},
    )
    with pytest.raises(NotFound):
        viewing.view_lent(**named, dossier_code=MISFILED, lent_to=UNIT)
    with pytest.raises(lending.ConsentNeeded):
        lending.lend_for_dossier(
            audience=DESK,
            subject=papers.subject_of(former),
            paper_id=kept(former, OWN, number="D 4").public_id,
            dossier_code=MISFILED,
            purpose="tiep-nhan-ho-so",
            by=OFFICER,
            unit_code=UNIT,
        )
    assert viewing.view_lent(**named, dossier_code=LATER, lent_to=UNIT) == own.file


def test_a_consent_that_a_move_ended_has_a_time_and_stays_over() -> None:
    former = papers.owner()
    consent = given(former, MISFILED)
    refused("consent_moved_is_over", lambda: Consent.objects.filter(pk=consent.pk).update(ended_by_move=True))
    move_to = papers.owner()
    move(former, move_to)
    refused("consent_written_once", lambda: Consent.objects.filter(pk=consent.pk).update(ended_by_move=False))


def test_a_paper_that_went_on_is_looked_at_where_it_lies_and_nowhere_else() -> None:
    former, right = papers.owner(), papers.owner()
    foreign = kept(former, MISFILED)
    consent = lent(former, foreign, LATER)
    (there,) = move(former, right).values()
    foreign.refresh_from_db()

    refused("look_where_it_lies", lambda: look(foreign))
    with pytest.raises(NotFound):
        history.note([foreign], actor=OFFICER, role=Look.Role.OFFICER, action=Look.Action.VIEW, purpose="x",
                     unit_code=UNIT)  # fmt: skip
    with pytest.raises(NotFound):
        reading.open_own(former, foreign.public_id)
    assert consent.withdrawn_at is None
    named = {"audience": DESK, "paper_id": foreign.public_id, "by": OFFICER, "unit_code": UNIT}
    with pytest.raises(NotFound):
        viewing.view_lent(**named, dossier_code=LATER, lent_to=UNIT)
    history.note_opened(
        **named, subject=papers.subject_of(former), dossier_code=MISFILED, purpose="xu-ly", key="one"
    )
    assert history.looks_of(former, action="DOWNLOAD") == []
    assert [each.paper_id for each in history.looks_of(right)] == [there]


# Two at once.


@pytest.fixture
def committed(transactional_db: None) -> Iterator[tuple[Account, Account]]:
    sample.load(people.UNITS_FILE)
    yield papers.owner(), papers.owner()


def at_once(*acts: object) -> None:
    start, wrong = threading.Barrier(len(acts)), []

    def run(act: object) -> None:
        try:
            start.wait(timeout=60)
            act()  # type: ignore[operator]
        except Exception as broken:
            wrong.append(broken)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert wrong == []


@pytest.mark.django_db(transaction=True)
def test_a_scan_that_arrives_while_the_dossier_moves_loses_nothing(
    committed: tuple[Account, Account],
) -> None:
    former, right = committed
    for n in range(3):
        own, foreign, later = (f"{code}-{n}" for code in (OWN, MISFILED, LATER))
        number = {"number": f"N {n}"}
        kept(former, own, **number)
        kept(former, foreign, **number)
        scan = papers.new_paper(**number)
        at_once(
            lambda dossier=foreign: move(former, right, dossier),
            lambda new=scan, dossier=later: papers.put(former, new, dossier=dossier),
            lambda dossier=foreign: move(former, right, dossier),
        )
        assert later in listed(former) and own not in listed(former) and foreign in listed(right)
        newest = Paper.objects.get(source_dossier_code=later)
        lying = [row.source_dossier_code for row in versions.lying_in(former.pk, newest)]
        assert lying == [own, later]


@pytest.mark.django_db(transaction=True)
def test_an_officers_wish_and_a_dossiers_move_do_not_wait_for_each_other(
    committed: tuple[Account, Account],
) -> None:
    former, right = committed
    foreign, first, second = kept(former, MISFILED), approver(), approver()
    wish = correcting.ask(
        authority=first,
        paper_id=foreign.public_id,
        audience=DESK,
        to_subject=papers.subject_of(right),
        reason="nhầm chủ",
    )

    def agree() -> None:
        with suppress(NotFound):  # the dossier's move was faster and fulfilled the wish
            correcting.approve(authority=second, correction_id=wish)

    at_once(agree, lambda: move(former, right))
    assert listed(right) == [MISFILED] and listed(former) == []
    assert Paper.objects.filter(owner=right).count() == 1

"""A paper enters the vault of the person the receipt names, once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.vault import papers
from tests.vault.papers import DESK, DOSSIER, OFFICER, UNIT

from motcua.files import keeping as files
from motcua.kernel.refusal import NotFound
from motcua.vault import keeping, reading
from motcua.vault.models import Paper


@pytest.mark.django_db
def test_a_component_lies_in_the_vault_of_the_receipts_subject() -> None:
    mother, stranger = papers.owner(), papers.owner()
    scan = papers.scan()

    public_id = papers.put(
        mother, papers.new_paper(file=scan, held_for="Nguyễn Văn Con", number="12/2015", issuer="UBND phường")
    )[0]

    line = reading.paper_of(mother, public_id)
    assert (line.held_for, line.number, line.version) == ("Nguyễn Văn Con", "12/2015", 1)
    assert (line.source_dossier_code, line.digitised_unit_code) == (DOSSIER, UNIT)
    stored, name = reading.open_own(mother, public_id)
    assert files.read(stored) == scan.data
    assert name == "ban-quet.pdf"
    assert reading.papers_of(stranger).papers == []


@pytest.mark.django_db
def test_names_and_numbers_are_not_in_the_table() -> None:
    paper = papers.kept(papers.owner(), held_for="Nguyễn Văn Con", number="SO-778899")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(p)::text, encode(subject_name_sealed || number_sealed, 'escape')"
            " FROM vault_paper p WHERE id = %s",
            [paper.pk],
        )
        row = " ".join(cursor.fetchone())
    assert "Con" not in row
    assert "778899" not in row
    assert "Con" not in f"{paper} {paper!r} {reading.paper_of(paper.owner, paper.public_id)!r}"


@pytest.mark.django_db
def test_the_same_delivery_twice_is_one_paper() -> None:
    account, paper = papers.owner(), papers.new_paper()

    first, second = papers.put(account, paper), papers.put(account, paper)

    assert first == second
    assert Paper.objects.filter(owner=account).count() == 1


@pytest.mark.django_db
def test_a_key_is_not_good_for_another_paper_or_another_owner() -> None:
    account, other = papers.owner(), papers.owner()
    papers.put(account, papers.new_paper(key="k"))

    with pytest.raises(keeping.KeyUsedForAnotherPaper):
        papers.put(account, papers.new_paper(key="k"))
    with pytest.raises(keeping.KeyUsedForAnotherPaper):
        papers.put(other, papers.new_paper(key="k"))
    assert Paper.objects.count() == 1


@pytest.mark.django_db
def test_a_subject_of_another_desk_has_no_vault_here() -> None:
    account = papers.owner(desk="tinh-khac")
    with pytest.raises(NotFound):
        keeping.put(
            audience=DESK,
            receipt_subject=papers.subject_of(account, "tinh-khac"),
            papers=[papers.new_paper()],
            digitised_by=OFFICER,
            unit_code=UNIT,
        )


@pytest.mark.django_db
def test_a_new_scan_of_the_same_numbered_paper_is_its_next_version() -> None:
    account = papers.owner()
    old = papers.kept(account, number="B 123456")
    new = papers.kept(account, number="b123456")
    other_child = papers.kept(account, number="B 123456", held_for="Nguyễn Văn Con")

    assert (new.version, new.replaces_id) == (2, old.pk)
    assert other_child.version == 1
    old.refresh_from_db()
    assert old.state == Paper.State.SUPERSEDED
    assert [line.version for line in reading.versions_of(account, new.public_id)] == [2, 1]
    shown = {line.paper_id for line in reading.papers_of(account).papers}
    assert shown == {new.public_id, other_child.public_id}


@pytest.mark.django_db
def test_the_same_bytes_again_do_not_fill_the_vault() -> None:
    account = papers.owner()
    papers.kept(account, file=papers.scan("%PDF một"))
    papers.kept(account, file=papers.scan("%PDF một"))
    assert len(reading.papers_of(account).papers) == 1


@pytest.mark.django_db
def test_a_result_is_seen_only_once_it_is_handed_out() -> None:
    account = papers.owner()
    result = papers.kept(account, source=Paper.Source.RESULT, hidden=True)

    assert reading.papers_of(account).papers == []
    with pytest.raises(NotFound):
        reading.open_own(account, result.public_id)

    assert keeping.hand_out(audience=DESK, dossier_code=DOSSIER, by=OFFICER, unit_code=UNIT) == 1
    assert [line.paper_id for line in reading.papers_of(account).papers] == [result.public_id]
    assert keeping.hand_out(audience=DESK, dossier_code=DOSSIER, by=OFFICER, unit_code=UNIT) == 0


@pytest.mark.django_db
def test_a_hidden_result_does_not_take_the_seen_paper_away() -> None:
    account = papers.owner()
    seen = papers.kept(account, type_code="BANG", number="A1")
    papers.kept(account, type_code="BANG", number="A1", source=Paper.Source.RESULT, hidden=True)
    assert [line.paper_id for line in reading.papers_of(account).papers] == [seen.public_id]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_deliveries_of_one_key_at_once_are_one_paper() -> None:
    account, paper = papers.owner(), papers.new_paper()

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: _closing(lambda: papers.put(account, paper)[0]), range(8)))

    assert len(set(ids)) == 1
    assert Paper.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_versions_made_at_once_still_count_one_by_one() -> None:
    account = papers.owner()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: _closing(lambda: papers.kept(account, number="B1")), range(6)))

    assert sorted(Paper.objects.values_list("version", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert Paper.objects.filter(state="CURRENT").count() == 1


def _closing(act):
    try:
        return act()
    finally:
        connection.close()


@pytest.mark.django_db
def test_of_two_papers_it_could_replace_the_one_of_its_number_gives_way() -> None:
    """A scan under the right number with the bytes of another paper was refused for ever: both had to give way."""
    account, same = papers.owner(), papers.scan("%PDF-1.7 filed twice")
    of_the_number = papers.kept(account, number="A 1")
    of_the_bytes = papers.kept(account, number="B 2", file=same)

    new = papers.kept(account, number="A 1", file=same)

    assert new.replaces_id == of_the_number.pk
    of_the_bytes.refresh_from_db()
    assert of_the_bytes.state == Paper.State.CURRENT

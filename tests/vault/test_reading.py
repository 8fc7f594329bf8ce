"""The owner finds own papers and nobody else's; every look is there to be seen and contested."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.units import people
from tests.vault import papers
from tests.vault.papers import DESK, DOSSIER, OFFICER, TODAY, UNIT

from motcua.kernel.authority import NotAuthorised, Power
from motcua.kernel.refusal import NotFound
from motcua.units import posts, sample
from motcua.vault import history, lending, reading
from motcua.vault.models import Look
from motcua.vault.reading import Sort

pytestmark = pytest.mark.django_db


def test_another_owners_paper_gives_the_same_answer_as_none() -> None:
    account, stranger = papers.owner(), papers.owner()
    theirs = papers.kept(stranger).public_id

    answers = []
    for public_id in (theirs, uuid4()):
        for ask in (reading.open_own, reading.paper_of, reading.versions_of):
            with pytest.raises(NotFound) as no:
                ask(account, public_id)
            answers.append((no.value.status, no.value.text))
        with pytest.raises(NotFound):
            reading.papers_of(account, after=public_id)
    assert len(set(answers)) == 1
    assert not Look.objects.exists()


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_follow_each_other_without_gap_or_repeat(sort: Sort) -> None:
    account = papers.owner()
    for number in range(11):
        end = TODAY + timedelta(days=number % 3) if number % 4 else None
        papers.kept(account, title=f"Giấy số {number % 3}", valid_until=end)
    whole = [line.paper_id for line in reading.papers_of(account, sort=sort, limit=50).papers]

    turned, after = [], None
    while True:
        page = reading.papers_of(account, sort=sort, limit=3, after=after)
        turned += [line.paper_id for line in page.papers]
        after = page.after
        if after is None:
            break

    assert turned == whole
    assert len(set(turned)) == 11


def test_the_list_is_sorted_as_asked() -> None:
    account = papers.owner()
    b = papers.kept(account, title="Bằng tốt nghiệp", valid_until=None).public_id
    a = papers.kept(account, title="Ảnh thẻ", valid_until=TODAY).public_id

    def listed(sort: Sort) -> list[object]:
        return [line.paper_id for line in reading.papers_of(account, sort=sort).papers]

    assert (listed(Sort.NEWEST), listed(Sort.TITLE), listed(Sort.EXPIRY)) == ([a, b], [a, b], [a, b])
    papers.kept(account, title="Chứng chỉ", valid_until=TODAY - timedelta(days=1))
    assert listed(Sort.EXPIRY)[1:] == [a, b]
    assert listed(Sort.NEWEST)[1:] == [a, b]
    assert listed(Sort.TITLE)[:2] == [a, b]


@pytest.mark.parametrize("words", ["Khai sinh", "khai SINH", "giay khai"])
def test_a_paper_is_found_with_and_without_marks(words: str) -> None:
    account = papers.owner()
    wanted = papers.kept(account, title="Giấy khai sinh").public_id
    papers.kept(account, title="Học bạ")

    assert [line.paper_id for line in reading.papers_of(account, words=words).papers] == [wanted]
    assert reading.papers_of(account, words="100%").papers == []
    by_issuer = papers.kept(
        account, type_code="XAC_NHAN", title="Xác nhận", issuer="UBND phường Nhơn Phú"
    ).public_id
    assert [line.paper_id for line in reading.papers_of(account, words="phuong NHON").papers] == [by_issuer]
    assert len(reading.papers_of(account, type_code="KHAI_SINH").papers) == 2


def test_a_page_costs_one_query_however_long() -> None:
    account = papers.owner()
    for _ in range(15):
        papers.kept(account)
    with CaptureQueriesContext(connection) as queries:
        assert len(reading.papers_of(account).papers) == 15
    assert len(queries) == 1


@pytest.mark.django_db(transaction=True)  # quotas are counted in a transaction of their own
def test_a_hundred_actions_are_a_hundred_rows() -> None:
    account = papers.owner()
    paper = papers.kept(account)
    given = lending.record_consent(
        audience=DESK,
        subject=papers.subject_of(account),
        unit_code=UNIT,
        dossier_code=DOSSIER,
        purpose="tiep-nhan-ho-so",
        recorded_by=OFFICER,
    )
    lending.lend(
        audience=DESK,
        subject=papers.subject_of(account),
        paper_id=paper.public_id,
        consent=given,
        dossier_code=DOSSIER,
        by=OFFICER,
        unit_code=UNIT,
    )
    for number in range(20):
        lending.open_lent(
            audience=DESK,
            paper_id=paper.public_id,
            dossier_code=DOSSIER,
            by=OFFICER,
            unit_code=UNIT,
            action=Look.Action.PRINT if number % 2 else Look.Action.VIEW,
        )
    for _ in range(79):
        reading.open_own(account, paper.public_id, action=Look.Action.DOWNLOAD)

    seen, before = [], None
    while page := history.looks_of(account, before=before, limit=30):
        seen += page
        before = page[-1].look_id

    assert len(seen) == len({look.look_id for look in seen}) == 100
    assert sum(look.role is Look.Role.OFFICER for look in seen) == 21
    assert history.looks_of(papers.owner()) == []


def test_a_contest_goes_to_the_inspectorate_and_not_to_the_same_unit() -> None:
    sample.load(people.UNITS_FILE)
    account = papers.owner()
    look = _looked_at(account)

    def inspector_of(code: str):
        who = people.officer()
        people.post(who, people.Unit.objects.get(code=code), Power.INSPECT)
        return posts.authority_of(who.subject, on=TODAY)

    same_unit, inspectorate = inspector_of(UNIT), inspector_of(f"{UNIT}-thanh-tra")
    elsewhere = inspector_of("binhdinh-thpt-tay-son")

    contest = history.contest(account, look.pk, "Tôi không đến quầy hôm đó.")

    told = history.contests_for(inspectorate)
    assert [(line.contest_id, line.words, line.actor_subject) for line in told] == [
        (contest, "Tôi không đến quầy hôm đó.", OFFICER)
    ]
    assert history.contests_for(same_unit) == history.contests_for(elsewhere) == []
    with pytest.raises(history.OwnUnit):
        history.answer(authority=same_unit, contest_id=contest, words="Không có gì.")
    with pytest.raises(NotFound):
        history.answer(authority=elsewhere, contest_id=contest, words="Không có gì.")

    history.answer(authority=inspectorate, contest_id=contest, words="Đã yêu cầu đơn vị giải trình.")

    assert history.contests_for(inspectorate) == []
    assert history.looks_of(account)[0].answer == "Đã yêu cầu đơn vị giải trình."


def test_an_inspector_of_two_offices_reads_both_but_never_what_touches_an_own_unit_or_look() -> None:
    sample.load(people.UNITS_FILE)
    contest = history.contest(account := papers.owner(), _looked_at(account).pk, "Không đúng.")
    who = people.officer()
    codes = (f"{UNIT}-thanh-tra", "binhdinh-thpt-tay-son")
    for code in codes:
        people.post(who, people.Unit.objects.get(code=code), Power.INSPECT)
    here, there = (posts.authority_of(who.subject, at_unit=code, on=TODAY) for code in codes)

    assert [one.contest_id for one in history.contests_for(there, here)] == [contest]
    assert history.contests_for(there, here, own_units={UNIT}) == []
    assert history.contest_for(here, contest, own_units=codes).contest_id == contest
    with pytest.raises(NotFound):
        history.contest_for(here, contest, own_units={UNIT})

    own = history.contest(account, _looked_at(account, by=who.subject).pk, "Cũng không đúng.")
    assert [one.contest_id for one in history.contests_for(there, here)] == [contest]
    with pytest.raises(NotFound):
        history.contest_for(here, own)
    with pytest.raises(history.OwnUnit):
        history.answer(authority=here, contest_id=own, words="Tôi xem đúng việc.")


def test_only_the_owner_contests_and_only_once() -> None:
    account, stranger = papers.owner(), papers.owner()
    look = _looked_at(account)

    with pytest.raises(NotFound):
        history.contest(stranger, look.pk, "Không đúng.")
    with pytest.raises(history.NothingSaid):
        history.contest(account, look.pk, "  ")
    history.contest(account, look.pk, "Không đúng.")
    with pytest.raises(history.AlreadyContested):
        history.contest(account, look.pk, "Không đúng.")


def test_who_may_not_inspect_reads_no_contest() -> None:
    who = people.officer()
    people.post(who, people.unit("so"), Power.SIGN)
    with pytest.raises(NotAuthorised):
        history.contests_for(posts.authority_of(who.subject, on=TODAY))


def _looked_at(account, by: str = OFFICER) -> Look:
    history.note(
        [papers.kept(account)],
        actor=by,
        role=Look.Role.OFFICER,
        action=Look.Action.VIEW,
        purpose="tiep-nhan-ho-so",
        unit_code=UNIT,
    )
    return Look.objects.latest("pk")

"""Who files for whom: the right, its proof and its end; who may ask at all. Each rule once more in the database."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.desk import rights
from tests.desk.test_gate_rules import sql, undone
from tests.desk.test_retention import aged, past_rules, purge
from tests.desk.town import NAME, PROCEDURE, Town, a_form

from motcua import press
from motcua.desk import relations, slips
from motcua.desk.catalogue_words import Asker
from motcua.desk.models import Dossier, Procedure, Representation
from motcua.desk.relations import Right
from motcua.desk.submission import Filer, PersonConcerned, Submission
from motcua.kernel.refusal import Refusal


def born(years: int, days: int = 0) -> str:
    """Somebody who turned ``years`` that many days ago."""
    today = timezone.localdate() - timedelta(days=days)
    day = min(today.day, 28) if today.month == 2 else today.day
    return f"{today.replace(year=today.year - years, day=day):%d/%m/%Y}"


def child(age: int = 10, days: int = 0) -> PersonConcerned:
    return PersonConcerned("Nguyễn Bé Mẫu", born(age, days))


def filed(town: Town, right: Right | None, **more: object) -> Dossier:
    return town.receive(town.draft(), a_form(right=right, **more))


def may_ask(*askers: Asker) -> None:
    Procedure.objects.filter(code=PROCEDURE).update(who_may_ask=list(askers))


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refusal) as no:
        act()
    assert no.value.code == code


def test_a_parent_files_for_a_child_with_the_paper_on_the_slip(town: Town) -> None:
    dossier = filed(town, rights.parent(), person=child())

    right = Dossier.objects.get(pk=dossier.pk).representation
    assert right is not None and (right.kind, right.asker) == ("PARENT", "GUARDIAN")
    assert right.ends_on == relations.come_of_age(right.born_on) - timedelta(days=1)  # type: ignore[arg-type]
    name, printed = slips.slip_of(dossier)
    assert printed["owner_name"] == printed["filer_name"] == NAME
    assert printed["filer_standing"] == (
        "Cha, mẹ của người chưa thành niên, Giấy khai sinh số 12/2015 ngày 10/06/2015"
    )
    assert "Nguyễn Bé Mẫu" in str(printed["request"])
    assert press.render(name, printed).startswith(b"%PDF")


def test_the_authorised_are_kept_apart_from_the_owner_who_is_checked(town: Town) -> None:
    dossier = filed(town, rights.authorised(), filer=Filer("Lê Văn Nộp"))

    data = slips.receipt_data(dossier)
    assert (data["owner_name"], data["filer_name"]) == (NAME, "Lê Văn Nộp")
    assert data["filer_standing"].startswith(
        "Người được ủy quyền, Giấy ủy quyền có chứng thực số 01/2026 ngày"
    )
    assert "đến hết ngày" in data["filer_standing"]


def test_an_heir_files_for_the_dead_under_the_own_account(town: Town) -> None:
    may_ask(Asker.HEIR)
    dossier = filed(town, rights.heir(), person=PersonConcerned("Nguyễn Văn Cụ", "1930", "cha"))
    assert (dossier.owner_name, dossier.person_name, dossier.filer_name) == (NAME, "Nguyễn Văn Cụ", "")
    assert "Trích lục khai tử" in slips.receipt_data(dossier)["filer_standing"]


@pytest.mark.parametrize(
    ("asker", "right", "person", "said"),
    [
        (Asker.HEIR, None, PersonConcerned(), "not_who_may_ask"),
        (Asker.OWNER, rights.parent(), child(), "not_who_may_ask"),
        (Asker.GUARDIAN, rights.heir(), child(), "not_who_may_ask"),
        (Asker.GUARDIAN, rights.parent(proof_code="giay-uy-quyen"), child(), "right_proof_wanted"),
        (Asker.GUARDIAN, rights.parent(proof_number=" "), child(), "right_proof_wanted"),
        (Asker.GUARDIAN, rights.parent(proof_on=None), child(), "right_proof_wanted"),
        (Asker.GUARDIAN, rights.parent(proof_on=date(2999, 1, 1)), child(), "right_proof_wanted"),
        (Asker.GUARDIAN, rights.parent(), PersonConcerned(), "person_wanted"),
        (Asker.GUARDIAN, rights.parent(), PersonConcerned("Nguyễn Bé Mẫu"), "person_wanted"),
        (Asker.GUARDIAN, rights.parent(), child(18), "no_longer_minor"),
        (Asker.GUARDIAN, rights.parent(), child(40), "no_longer_minor"),
        (Asker.HEIR, rights.heir(), PersonConcerned(), "person_wanted"),
        (Asker.AUTHORISED, rights.authorised(), PersonConcerned(), "filer_wanted"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_received(
    town: Town, asker: Asker, right: Right | None, person: PersonConcerned, said: str
) -> None:
    may_ask(asker)
    refused(said, lambda: filed(town, right, person=person))
    assert not Dossier.objects.exists() and not Representation.objects.exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"until": None}, "right_over"),
        ({"until": rights.today() - timedelta(days=1)}, "right_over"),
        ({"scope": ["1.005074"]}, "right_out_of_scope"),
    ],
)
def test_an_authority_has_a_last_day_and_a_scope(town: Town, more: dict[str, object], said: str) -> None:
    filer = Filer("Lê Văn Nộp")
    refused(said, lambda: filed(town, rights.authorised(**more), filer=filer))
    filed(town, rights.authorised(until=rights.today(), scope=[PROCEDURE]), filer=filer)


def test_a_minor_is_filed_for_until_the_day_before_coming_of_age(town: Town) -> None:
    tomorrow = PersonConcerned("Nguyễn Bé Mẫu", born(18, days=-1))
    assert filed(town, rights.parent(), person=tomorrow).code
    refused("no_longer_minor", lambda: filed(town, rights.parent(), person=child(18)))
    assert relations.come_of_age(date(2008, 2, 29)) == date(2026, 2, 28)


def test_a_name_of_another_needs_a_right(town: Town) -> None:
    refused("right_wanted", lambda: filed(town, None, filer=Filer("Lê Văn Nộp", "mẹ", "giấy")))
    refused("right_wanted", lambda: filed(town, None, person=child()))


def test_one_form_with_another_right_is_another_form(town: Town) -> None:
    draft, form = town.draft(), a_form(right=rights.parent(), person=child())
    first = town.receive(draft, form)
    assert town.receive(draft, form).pk == first.pk
    other = Submission(**{**{name: getattr(form, name) for name in form.__slots__}, "right": None})
    refused("submitted_differently", lambda: town.receive(draft, other))


# -- the database, without the code above it -------------------------------------------------------------------


def spoilt(monkeypatch: pytest.MonkeyPatch, **columns: object) -> None:
    """The code puts these into the row of the right, whatever it was told."""
    save = Representation.save

    def saved(self: Representation, **more: object) -> None:
        for name, value in columns.items():
            setattr(self, name, value)
        save(self, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Representation, "save", saved)


def only_by_rule(rule: str, act: Callable[[], object]) -> None:
    """Refused under this name; and without the trigger on the dossier it would have passed (seen red)."""
    with pytest.raises(Refusal) as no:
        act()
    assert no.value.details["rule"] == rule
    with undone():
        sql("ALTER TABLE desk_dossier DISABLE TRIGGER desk_dossier_right")
        act()


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("desk_right_minor", {"born_on": date(2000, 1, 1), "ends_on": None}),
        ("desk_right_minor_known", {"born_on": None}),
        ("desk_right_over", {"ends_on": date(2020, 1, 1)}),
        ("desk_right_proof", {"proof_number": ""}),
        ("desk_right_proof", {"proof_on": date(2999, 1, 1)}),
        ("desk_right_scope", {"scope": ["1.005074"]}),
        ("desk_right_filer", {"kind": "AUTHORISED", "asker": "AUTHORISED"}),
        ("desk_who_may_ask", {"kind": "HEIR", "asker": "HEIR"}),
    ],
)
def test_the_database_judges_the_right_itself(
    town: Town, monkeypatch: pytest.MonkeyPatch, rule: str, columns: dict[str, object]
) -> None:
    may_ask(Asker.GUARDIAN, Asker.AUTHORISED)
    spoilt(monkeypatch, **columns)
    draft, form = town.draft(), a_form(right=rights.parent(), person=child())
    only_by_rule(rule, lambda: town.receive(draft, form))


def test_the_database_lets_nobody_file_for_another_without_a_right(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relations, "hold", lambda *_, **__: None)
    draft = town.draft()
    for form in (a_form(person=child()), a_form(filer=Filer("Lê Văn Nộp"))):
        only_by_rule("desk_right_wanted", lambda form=form: town.receive(draft, form))  # type: ignore[misc]
    may_ask(Asker.ORGANISATION)
    form = a_form()
    only_by_rule("desk_who_may_ask", lambda: town.receive(draft, form))


@pytest.mark.parametrize(
    "change", ["UPDATE desk_representation SET ends_on = '2999-01-01'", "DELETE FROM desk_representation"]
)
def test_a_right_that_was_written_down_stays(town: Town, change: str) -> None:
    dossier = filed(town, rights.parent(), person=child())
    with pytest.raises(IntegrityError, match="Quyền nộp thay"), connection.cursor() as cursor:
        cursor.execute(change)
    with pytest.raises(IntegrityError, match="Quyền nộp thay"), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(representation=None)


def test_an_old_right_opens_nothing(town: Town) -> None:
    kept = filed(town, rights.parent(), person=child())
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE desk_representation SET at = at - interval '6 minutes'")
        cursor.execute("UPDATE desk_dossier SET representation_id = NULL")
        cursor.execute("SET session_replication_role = origin")
    assert kept.representation is not None
    with pytest.MonkeyPatch.context() as patch:

        def reused(dossier: Dossier, *_: object, **__: object) -> None:
            dossier.representation = kept.representation

        patch.setattr(relations, "hold", reused)
        draft, form = town.draft(), a_form(person=child())
        only_by_rule("desk_right_fresh", lambda: town.receive(draft, form))


def test_the_proof_is_forgotten_with_its_dossier_and_not_a_day_early(town: Town) -> None:
    dossier = filed(town, rights.parent(), person=child())
    past_rules("UPDATE desk_dossier SET state = 'RETURNED' WHERE id = %s", dossier.pk)
    right = Representation.objects.get()
    aged("10 years -1 day")
    purge()
    sql("UPDATE desk_representation SET kind = kind")
    right.refresh_from_db()
    assert right.proof_number and right.born_on
    aged("10 years 1 day")
    assert purge() >= 1
    right.refresh_from_db()
    assert (right.proof_number, right.born_on, right.kind) == ("", None, "PARENT")

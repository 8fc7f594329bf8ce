"""Versions of procedures: what is new, what is unchanged, what is never changed, and what the database forbids."""

import copy
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import app_role
from tests.desk import town as building
from tests.desk.town import Town

from motcua.desk import catalogue, dossiers, reception, sample
from motcua.desk.database_rules import name_of
from motcua.desk.models import CatalogueDraft, Component, Procedure, ProcedureForm, Process, ProcessStep
from motcua.desk.procedures import as_json, as_xlsx, drafts, entries, listing, versions
from motcua.desk.procedures.columns import Entry
from motcua.desk.procedures.versions import Item, Outcome
from motcua.journal.models import Event
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.ops.places import APP_ROLE
from motcua.units.models import Unit

TODAY = date(2026, 11, 23)
PROCEDURE = building.PROCEDURE
EDUCATION = Path(__file__).parents[2] / "src/motcua/ops/data/procedures_education.json"


@pytest.fixture
def editor(town: Town) -> Authority:
    return building.authority_of(town.officer, town.unit, Power.MANAGE_CATALOGUE)


def standing(code: str = PROCEDURE) -> Entry:
    """The newest version, as an entry."""
    rows = versions.whole(Procedure.objects.filter(code=code).order_by("-valid_from"))
    return copy.deepcopy(versions.entry_of(rows[0]))


def planned(*found: Entry, today: date = TODAY) -> versions.Plan:
    return versions.plan([Item(f"Mục {n}", entry) for n, entry in enumerate(found, 1)], today=today)


def outcomes(*found: Entry, today: date = TODAY) -> list[Outcome]:
    return [line.outcome for line in planned(*found, today=today).lines]


def new_version(since: date = TODAY, **changed: Any) -> Entry:
    return {**standing(), "valid_from": since.isoformat(), "name": "Tên mới", **changed}


def test_what_stands_is_unchanged_and_a_new_code_is_new(town: Town) -> None:
    assert outcomes(standing(), {**standing(), "code": "9.000001"}) == [Outcome.UNCHANGED, Outcome.NEW]


def test_who_does_not_know_of_components_handed_in_anew_unticks_none(town: Town) -> None:
    """A file or a system from before the column: what stands stays, a new component is reused as before."""
    told = standing()
    assert [part["not_reused"] for part in told["components"]] == [True, True, False]
    for part in told["components"]:
        del part["not_reused"]
    entry, said = entries.read(told)
    assert said == [] and outcomes(copy.deepcopy(entry)) == [Outcome.UNCHANGED]
    other, _ = entries.read({**told, "code": "9.000002"})
    versions.apply(planned(other))
    assert [part["not_reused"] for part in standing("9.000002")["components"]] == [False, False, False]
    ticked = standing("9.000002")
    ticked["components"][1]["not_reused"] = True
    read, _ = entries.read(json.loads(json.dumps(ticked)))
    versions.apply(planned(read))
    assert standing("9.000002")["components"][1]["not_reused"] is True
    assert as_xlsx.parse(as_xlsx.dump([standing("9.000002")]))[0].entry["components"][1]["not_reused"] is True


def test_an_edit_from_a_day_closes_the_version_before_and_dossiers_keep_theirs(town: Town) -> None:
    kept = town.received()
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    made = planned(new_version(tomorrow), today=today)
    assert [line.outcome for line in made.lines] == [Outcome.NEW_VERSION]
    versions.apply(made)
    old, new = Procedure.objects.filter(code=PROCEDURE).order_by("valid_from")
    assert (old.valid_to, new.valid_from, new.valid_to) == (today, tomorrow, None)
    kept.refresh_from_db()
    assert kept.procedure_id == old.pk
    for day, version in ((today, old), (tomorrow, new)):
        offered = catalogue.procedures_for(town.authority, on=day)
        assert [one for one in offered if one.code == PROCEDURE] == [version]
        assert catalogue.procedure_for(town.authority, PROCEDURE, on=day) == version


def test_one_procedure_is_found_by_its_code_as_it_is_among_all(town: Town) -> None:
    today = timezone.localdate()
    for organisation in (False, True):
        offered = catalogue.procedures_for(town.authority, on=today, organisation=organisation)
        by_code = {one.code: one for one in offered}
        for code in Procedure.objects.values_list("code", flat=True):
            alone = catalogue.procedure_for(town.authority, code, on=today, organisation=organisation)
            assert alone == by_code.get(code)
            if alone is not None:
                assert list(catalogue.processes_of(alone)) == list(alone.processes.order_by("order"))
    assert catalogue.procedure_for(town.authority, "0.000000", on=today) is None


def test_dossiers_of_every_version_are_found_by_the_code(town: Town) -> None:
    received = town.received()
    versions.apply(planned(new_version(timezone.localdate() + timedelta(days=1)), today=timezone.localdate()))
    search = dossiers.Search(procedure_code=PROCEDURE)
    found = dossiers.list_for_officer(town.authority, search, now=timezone.now())
    assert [row.pk for row in found.rows] == [received.pk]


def test_a_version_with_dossiers_is_refused_and_one_without_is_corrected(town: Town) -> None:
    changed = {**standing(), "name": "Tên sửa"}
    assert outcomes(changed) == [Outcome.CORRECTED]
    versions.apply(planned(changed))
    assert standing()["name"] == "Tên sửa"
    town.received()
    assert outcomes({**standing(), "name": "Sửa nữa"}) == [Outcome.ERROR]
    past = new_version(TODAY - timedelta(days=3))
    assert outcomes(past) == [Outcome.ERROR]


def test_only_the_last_day_of_a_version_with_dossiers_may_still_be_set(town: Town) -> None:
    town.received()
    assert outcomes({**standing(), "valid_to": "2026-12-31"}) == [Outcome.END_CHANGED]
    assert outcomes({**standing(), "valid_to": "2026-11-01"}) == [Outcome.ERROR]


def test_versions_of_one_file_are_placed_one_after_the_other(town: Town) -> None:
    first, second = new_version(date(2027, 1, 1)), new_version(date(2028, 1, 1), name="Tên thứ ba")
    assert outcomes(second, first) == [Outcome.NEW_VERSION, Outcome.NEW_VERSION]
    versions.apply(planned(second, first))
    days = (
        Procedure.objects.filter(code=PROCEDURE).order_by("valid_from").values_list("valid_from", "valid_to")
    )
    assert [last for _, last in days] == [date(2026, 12, 31), date(2027, 12, 31), None]
    assert outcomes(first, first) == [Outcome.UNCHANGED, Outcome.ERROR]


def test_a_version_that_would_lie_over_a_later_one_is_refused(town: Town) -> None:
    versions.apply(planned(new_version(date(2028, 1, 1))))
    assert outcomes({**new_version(date(2027, 1, 1)), "valid_to": "2028-06-30"}) == [Outcome.ERROR]


def broken(act: Callable[[], object]) -> str:
    """The name of the rule that said no."""
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        act()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return name_of(no.value)


def test_the_database_keeps_two_versions_of_a_code_apart(town: Town) -> None:
    row = Procedure.objects.get(code=PROCEDURE)

    def twice() -> None:
        row.pk, row.valid_from = None, date(2025, 1, 1)
        row.save(force_insert=True)

    assert broken(twice) == "procedure_versions_apart"
    row.code = "9.000009"
    twice()


def test_the_database_keeps_a_version_with_dossiers_and_all_its_parts(town: Town) -> None:
    row = town.received().procedure
    way = row.processes.order_by("order")[0]
    assert broken(lambda: Procedure.objects.filter(pk=row.pk).update(name="Khác")) == "desk_version_used"
    for act in (
        lambda: Component.objects.filter(procedure=row).update(name="Khác"),
        lambda: Component.objects.filter(procedure=row).delete(),
        lambda: Component.objects.create(procedure=row, order=99, name="Thêm", type_code="them"),
        lambda: ProcedureForm.objects.create(procedure=row, order=99, name="Thêm"),
        lambda: Process.objects.filter(procedure=row).update(name="Khác"),
        lambda: ProcessStep.objects.filter(process=way).update(working_minutes=1),
        lambda: ProcessStep.objects.filter(process=way).delete(),
    ):
        assert broken(act) == "desk_version_used"
    assert Procedure.objects.filter(pk=row.pk).update(valid_to=date(2030, 1, 1)) == 1
    rows = Procedure.objects.filter(code="2.002479")
    assert broken(lambda: rows._raw_delete(using="default")) == "desk_procedure_kept"


def test_the_database_wants_processes_whole(town: Town) -> None:
    row = Procedure.objects.get(code="2.002479")
    way = row.processes.get()
    assert broken(lambda: Process.objects.create(procedure=row, name="Rỗng", order=9)) == "desk_process_whole"
    assert broken(lambda: way.steps.filter(order=2).delete()) == "desk_process_whole"
    assert broken(lambda: way.steps.filter(order=1).update(power="SIGN")) == "desk_process_whole"
    assert broken(lambda: way.steps.filter(order=1).update(order=9)) == "desk_process_whole"
    assert broken(lambda: way.steps.filter(order=1).update(order=0)) == "process_step_order_from_one"
    assert broken(lambda: way.steps.filter(order=2).update(power="GRANT")) == "process_step_known_words"
    assert broken(lambda: way.steps.filter(order=2).update(leave_when=["X"])) == "process_step_known_words"
    assert broken(lambda: way.steps.filter(order=2).update(unit_role="OTHER_AGENCY", unit_kind="")) == (
        "process_step_of_whom"
    )


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"term_direct_amount": 0, "term_direct_unit": "WORKING_DAYS"}, "procedure_term_direct"),
        ({"term_online_amount": 3, "term_online_unit": "SAME_DAY"}, "procedure_term_online"),
        ({"levels": []}, "procedure_known_words"),
        ({"who_may_ask": ["ANYBODY"]}, "procedure_known_words"),
        ({"code": "mã lạ"}, "procedure_code_shape"),
    ],
)
def test_the_database_knows_the_words_of_a_procedure(
    town: Town, columns: dict[str, object], rule: str
) -> None:
    assert broken(lambda: Procedure.objects.filter(code="2.002479").update(**columns)) == rule


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"shown_only": True, "digitise": True}, "component_shown_not_digitised"),
        ({"necessity": "CONDITIONAL"}, "component_asked_when"),
        ({"asked_when": "Nếu cần"}, "component_asked_when"),
        ({"type_code": "Có Dấu"}, "component_type_code_shape"),
    ],
)
def test_the_database_knows_the_words_of_a_component(
    town: Town, columns: dict[str, object], rule: str
) -> None:
    assert (
        broken(lambda: Component.objects.filter(procedure__code="2.002479", order=1).update(**columns))
        == rule
    )


def test_the_whole_sample_can_be_published_and_its_steps_fit_its_terms(transactional_db: None) -> None:
    sample.load(EDUCATION)
    rows = versions.whole(Procedure.objects.order_by("code"))
    found = [versions.entry_of(row) for row in rows]
    assert len(found) == 12
    assert {entry["code"]: entries.problems(entry) for entry in found if entries.problems(entry)} == {}
    assert {entry["code"]: len(entry["processes"]) for entry in found if len(entry["processes"]) > 1} == {
        "2.001914": 2
    }
    two = next(entry for entry in found if entry["code"] == "1.006388")["processes"][0]["steps"]
    assert [step["agency"] for step in two] == ["", "", "", "Ủy ban nhân dân tỉnh", ""]
    assert sum(step["working_minutes"] for step in two) == 25 * 480


@pytest.mark.parametrize("form", [as_json, as_xlsx])
def test_what_is_sent_out_comes_back_unchanged(transactional_db: None, form: Any) -> None:
    sample.load(EDUCATION)
    Procedure.objects.filter(code="1.005092").update(
        name="=1+1",
        legal_basis="Dòng một\nDòng hai",
        fee_vnd=2_000,
        result_months=6,
        valid_to=date(2030, 1, 1),
    )
    ProcedureForm.objects.filter(procedure__code="1.005092").update(
        name="'@SUM(A1)", link="https://mau.example.vn/1"
    )
    before = [versions.entry_of(row) for row in versions.whole(Procedure.objects.order_by("code"))]
    items = form.parse(form.dump(before))
    assert [item.problems for item in items] == [()] * 12
    assert [item.entry for item in items] == before
    assert {line.outcome for line in versions.plan(items, today=TODAY).lines} == {Outcome.UNCHANGED}


def test_no_cell_that_is_sent_out_calculates(transactional_db: None) -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    sample.load(EDUCATION)
    Procedure.objects.filter(code="1.005092").update(name='=HYPERLINK("http://x")', field="+84")
    book = load_workbook(BytesIO(as_xlsx.dump([standing("1.005092")])))
    texts = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert '\'=HYPERLINK("http://x")' in texts and "'+84" in texts
    assert not [text for text in texts if str(text).startswith(("=", "+", "-", "@"))]
    assert "f" not in {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}


def test_a_cell_with_a_formula_a_swollen_file_and_a_stranger_are_refused(town: Town) -> None:
    import zipfile
    from io import BytesIO

    with pytest.raises(as_json.CatalogueFileUnreadable):
        as_xlsx.parse(b"PK\x03\x04 nothing")
    with pytest.raises(as_json.CatalogueFileTooLarge):
        as_xlsx.parse(b"x" * (as_json.MAX_BYTES + 1))
    swollen = BytesIO()
    with zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/a.xml", b" " * (41 * 1024 * 1024))
    with pytest.raises(as_json.CatalogueFileTooLarge):
        as_xlsx.parse(swollen.getvalue())
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w") as packed:
        packed.writestr("xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(as_json.CatalogueFileUnreadable, match="catalogue_file_unreadable") as no:
        as_xlsx.parse(bomb.getvalue())
    assert "không được phép" in no.value.text
    for wrong in (b"[]", b'{"shape": "x", "procedures": []}', b"\xff", b"[" * 100_000):
        with pytest.raises(as_json.CatalogueFileUnreadable):
            as_json.parse(wrong)


def test_a_workbook_with_a_million_cells_is_refused_in_words_that_help(town: Town) -> None:
    import zipfile
    from io import BytesIO

    wide = BytesIO()
    with zipfile.ZipFile(BytesIO(as_xlsx.dump([]))) as old, zipfile.ZipFile(wide, "w", 8) as new:
        for part in old.infolist():
            row = b'<row r="2">' + b'<c r="A2"><v>1</v></c>' * 1_500_000 + b"</row></sheetData>"
            new.writestr(part.filename, old.read(part).replace(b"</sheetData>", row))
    assert len(wide.getvalue()) < as_json.MAX_BYTES
    with pytest.raises(as_xlsx.CatalogueFileTooHeavy) as no:
        as_xlsx.parse(wide.getvalue())
    assert "xóa các dòng, cột và trang thừa" in no.value.text


@pytest.mark.parametrize(
    "raw",
    [
        '{"\\u0000": 1, "code": "2.1"}',
        '{"code": "2.1", "\\ud800": 1}',
        '{"code": "2.1", "components": [{"name": "a\\u0000b"}]}',
        '{"code": "2.1", "components": [{"name": "\\u202eb", "copies": "x"}]}',
        '{"code": "2.1", "processes": [{"name": "\\ud800", "steps": [{"name": "\\u0000"}]}]}',
    ],
)
def test_hidden_characters_are_reported_and_reach_no_table(editor: Authority, raw: str) -> None:
    data = f'{{"shape": "{as_json.SHAPE}", "procedures": [{raw}]}}'.encode()
    draft = drafts.one(editor, drafts.begin_import(editor, as_json.parse(data)))
    (line,) = draft.plan(TODAY).lines
    assert line.outcome is Outcome.ERROR
    assert "?" in "".join(line.reasons)
    assert not plain_text.has_hidden("".join(line.reasons))


def test_every_wrong_row_says_where_it_is_and_why(town: Town) -> None:
    good = standing()
    wrong: list[object] = [
        {**good, "levels": ["xa"]},
        {**good, "term_direct_amount": 0},
        {**good, "valid_to": "2021-01-01"},
        {**good, "components": [{**good["components"][0], "originals": 0}]},
        {**good, "processes": [{"name": "Q", "steps": good["processes"][0]["steps"][:1]}]},
        {**good, "term_direct_amount": 1},
        {**good, "forms": [{"name": "Mẫu", "link": "javascript:alert(1)"}]},
        {**good, "la": 1},
        {**good, "code": "0900.000.012"},
        {**good, "fee_vnd": True},
        7,
    ]
    data = json.dumps({"shape": as_json.SHAPE, "procedures": wrong}).encode()
    items = as_json.parse(data)
    assert [item.at for item in items] == [f"Mục {n}" for n in range(1, len(wrong) + 1)]
    plan = versions.plan(items, today=TODAY)
    assert {line.outcome for line in plan.lines} == {Outcome.ERROR}
    said = [line.reasons[0] for line in plan.lines]
    for words, reason in zip(
        (
            "Cấp tiếp nhận",
            "Thời hạn",
            "Ngày hết",
            "ít nhất một bản",
            "bắt đầu bằng",
            "vượt thời hạn",
            "https://",
        ),
        said,
        strict=False,
    ):
        assert words in reason


def test_a_draft_is_published_once_whole_and_written_down(editor: Authority) -> None:
    draft = drafts.one(editor, drafts.begin_edit(editor, PROCEDURE, sample.SAMPLE_FROM, today=TODAY))
    drafts.change(editor, draft, new_version(date(2027, 1, 1)))
    with pytest.raises(drafts.DraftMovedOn):
        drafts.change(editor, draft, standing())
    with pytest.raises(drafts.DraftMovedOn):
        drafts.publish(editor, draft, today=TODAY)
    draft = drafts.one(editor, draft.public_id)
    assert drafts.publish(editor, draft, today=TODAY) == 2
    with pytest.raises(drafts.DraftMovedOn):
        drafts.publish(editor, draft, today=TODAY)
    assert Procedure.objects.filter(code=PROCEDURE).count() == 2
    assert Event.objects.filter(event="desk.procedure.published").count() == 2


def test_one_wrong_row_holds_back_the_whole_file(editor: Authority) -> None:
    items = [Item("Dòng 2", new_version(date(2027, 1, 1))), Item("Dòng 3", standing(), ("Sai.",))]
    draft = drafts.one(editor, drafts.begin_import(editor, items))
    with pytest.raises(drafts.DraftNotPublishable):
        drafts.publish(editor, draft, today=TODAY)
    assert Procedure.objects.filter(code=PROCEDURE).count() == 1
    assert not drafts.one(editor, draft.public_id).is_applied


def test_a_draft_is_nobody_elses_and_asks_for_the_power(editor: Authority, town: Town) -> None:
    draft = drafts.begin_new(editor)
    other = building.authority_of(building.an_officer(), town.unit, Power.MANAGE_CATALOGUE)
    with pytest.raises(Exception, match="not_found"):
        drafts.one(other, draft)
    with pytest.raises(NotAuthorised):
        drafts.begin_new(town.authority)
    with pytest.raises(NotAuthorised):
        listing.procedures(town.authority, listing.Wanted(), today=TODAY)


def test_an_administrator_below_the_top_looks_and_exports_but_writes_nothing(
    editor: Authority, town: Town
) -> None:
    """One catalogue serves the province: a school must not change everybody's fees, papers and signatures."""
    school = building.a_unit("truong-thpt-x", "000.09.06.H08", kind=Unit.Kind.THPT, parent=town.unit)
    below = building.authority_of(town.officer, school, Power.MANAGE_CATALOGUE)
    draft = drafts.one(editor, drafts.begin_edit(editor, PROCEDURE, sample.SAMPLE_FROM, today=TODAY))
    before = standing()
    for act in (
        lambda: drafts.begin_new(below),
        lambda: drafts.begin_edit(below, PROCEDURE, sample.SAMPLE_FROM, today=TODAY),
        lambda: drafts.begin_import(below, [Item("Dòng 2", new_version(date(2027, 1, 1)))]),
        lambda: drafts.change(below, draft, new_version(date(2027, 1, 1))),
        lambda: drafts.publish(below, draft, today=TODAY),
    ):
        with pytest.raises(drafts.CatalogueOfTheProvince):
            act()
    assert standing() == before and CatalogueDraft.objects.count() == 1
    assert len(listing.entries_of(below, listing.Wanted(), today=TODAY)) == 2
    assert drafts.may_edit(editor) and not drafts.may_edit(below)
    assert not drafts.may_edit(town.authority)


def test_the_running_system_may_publish_and_correct(editor: Authority) -> None:
    app_role.give()
    versions_before = Procedure.objects.count()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")
        versions.apply(planned({**standing(), "name": "Tên sửa"}, new_version(date(2027, 1, 1))))
    assert Procedure.objects.count() == versions_before + 1


def test_the_list_is_searched_without_marks_and_costs_the_same_however_long(editor: Authority) -> None:
    def look(**wanted: Any) -> tuple[list[str], int]:
        with CaptureQueriesContext(connection) as asked:
            page = listing.procedures(editor, listing.Wanted(**wanted), today=TODAY)
        return [found.row.code for found in page.rows], len(asked)

    few = look()
    for n in range(30):
        versions.insert({**standing(), "code": f"8.{n:06d}", "field": "Khác", "levels": ["phong"]})
    many = look()
    assert few[1] == many[1] == 3 and len(many[0]) == listing.PAGE
    assert look(page=2)[0][-1] == "8.000029"
    assert look(words="hoc sinh ve nuoc")[0] == ["2.002479"]
    assert look(words="2.0019")[0] == [PROCEDURE]
    assert len(look(field="Khác")[0]) == 25
    assert look(level="so")[0] == [PROCEDURE, "2.002479"]
    assert look(standing="ENDED")[0] == []
    assert look(sort="-ma")[0][0] == "8.000029"
    with CaptureQueriesContext(connection) as asked:
        assert len(listing.entries_of(editor, listing.Wanted(), today=TODAY)) == 32
    assert len(asked) == 6


def test_a_new_version_while_a_dossier_is_being_received_does_not_lose_it(town: Town) -> None:
    """The officer chose the old version: the choice is asked for again, nothing is received by a wrong one."""
    check, form = town.draft(), building.a_form()
    today = timezone.localdate()
    versions.apply(planned(new_version(today), today=today))
    with pytest.raises(catalogue.ProcedureNotOffered):
        town.receive(check, form)
    assert reception.Dossier.objects.count() == 0


def test_the_database_keeps_an_applied_draft_and_who_made_it(editor: Authority) -> None:
    rows = CatalogueDraft.objects.filter(public_id=drafts.begin_new(editor))
    assert broken(lambda: rows.update(officer_subject="0" * 32)) == "desk_draft_applied"
    assert rows.update(applied_at=timezone.now()) == 1
    assert broken(lambda: rows.update(entries=[])) == "desk_draft_applied"
    assert broken(lambda: rows.update(applied_at=None)) == "desk_draft_applied"

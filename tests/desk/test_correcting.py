"""Small mistakes of a reception are put right with a reason; nothing else, and never silently."""

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests.desk.lives import House, fresh, house
from tests.desk.town import OWNER, a_unit, authority_of, town

from motcua.desk import correcting, slips, submission
from motcua.desk.correcting import Correction, NothingChanged
from motcua.desk.models import Dossier, DossierEvent, ReceptionCorrection
from motcua.desk.moving import NotInThisState, ReasonWanted
from motcua.desk.submission import Contact, Filer, PersonConcerned
from motcua.kernel.authority import NotAuthorised, Power
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Nhập nhầm số điện thoại"
PHONE = Phone.parse("0900000045")


@pytest.fixture
def here(tmp_path: Path) -> House:
    return house(town(tmp_path))


def righted(**more: Any) -> Correction:
    values = {
        "contact": Contact(),
        "filer": Filer(),
        "person": PersonConcerned(),
        "result_wanted": Dossier.ResultWanted.AT_DESK,
        "note": "",
    }
    return Correction(**{**values, **more})


def correct(
    here: House, dossier: Dossier, correction: Correction, reason: str = REASON
) -> ReceptionCorrection:
    return correcting.correct(
        authority=here.giver, dossier_id=dossier.public_id, correction=correction, reason=reason
    )


def test_a_correction_changes_what_was_wrong_and_names_only_what_it_changed(here: House) -> None:
    dossier = here.received()
    row = correct(here, dossier, righted(contact=Contact(PHONE), note="Gọi buổi sáng"))
    after = fresh(dossier)
    assert submission.contact_of(after)["phone"] == PHONE.value
    assert after.contact_phone_bi is not None and after.note == "Gọi buổi sáng"
    assert (row.nth, row.fields, row.by_name) == (1, ["contact", "note"], "Trần Văn Quầy")
    event = DossierEvent.objects.filter(dossier=dossier).latest("id")
    assert event.words == "Đính chính thông tin tiếp nhận: liên hệ, ghi chú."
    assert PHONE.local not in event.words + str(event.facts) and "Gọi" not in event.words + str(event.facts)
    assert (after.code, after.owner_name, after.owner_subject) == (
        dossier.code,
        dossier.owner_name,
        dossier.owner_subject,
    )


def test_the_receipt_says_that_it_is_printed_again(here: House) -> None:
    dossier = here.received()
    assert slips.receipt_data(dossier)["corrected"] == ""
    correct(here, dossier, righted(note="một"))
    correct(here, dossier, righted(note="hai"))
    assert slips.receipt_data(fresh(dossier))["corrected"].startswith("In lại lần 2, ngày ")


def test_nothing_to_change_or_no_reason_is_refused(here: House) -> None:
    dossier = here.received()
    with pytest.raises(NothingChanged):
        correct(here, dossier, righted())
    with pytest.raises(ReasonWanted):
        correct(here, dossier, righted(note="x y z"), reason="  ")
    assert fresh(dossier).note == "" and not ReceptionCorrection.objects.exists()


def test_only_the_receiving_desk_corrects_and_only_while_it_is_open(here: House) -> None:
    dossier = here.received()
    elsewhere = authority_of(here.town.officer, a_unit("phong", "000.05.31.H08"), Power.RECEIVE_DOSSIER)
    for by, no in ((elsewhere, NotFound), (here.specialist, NotAuthorised)):
        with pytest.raises(no):
            correcting.correct(
                authority=by, dossier_id=dossier.public_id, correction=righted(note="khác"), reason=REASON
            )
    done = here.done()
    here.hand_out(done)
    with pytest.raises(NotInThisState):
        correct(here, done, righted(note="khác"))


@pytest.mark.parametrize("column", ["note", "filer_name", "person_name", "result_wanted", "filer_proof"])
def test_the_database_lets_nobody_change_a_reception_without_a_correction(here: House, column: str) -> None:
    dossier = here.received()
    value = "POST" if column == "result_wanted" else "Mẫu khác"
    with pytest.raises(IntegrityError, match="đính chính có lý do"), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(**{column: value})
    ReceptionCorrection.objects.create(
        dossier=dossier, nth=1, by=here.giver.subject, fields=["note"], reason=REASON
    )
    Dossier.objects.filter(pk=dossier.pk).update(**{column: value})


def test_a_correction_changes_no_owner_and_no_code(here: House) -> None:
    dossier = here.received()
    correct(here, dossier, righted(note="một"))
    for columns in ({"owner_name": "Mẫu khác"}, {"code": "000.00.06.H08-261123-9999"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dossier.objects.filter(pk=dossier.pk).update(**columns)


def test_a_correction_is_written_once(here: House) -> None:
    correct(here, here.received(), righted(note="một"))
    for statement in (
        "UPDATE desk_receptioncorrection SET reason = 'lý do khác'",
        "DELETE FROM desk_receptioncorrection",
    ):
        with (
            pytest.raises(IntegrityError, match="không được sửa"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_number_of_the_owner_is_not_in_what_is_kept_about_a_correction(here: House) -> None:
    row = correct(here, here.received(), righted(filer=Filer("Lê Văn Thử", "mẹ", "giấy khai sinh")))
    assert row.fields == ["filer"]
    assert OWNER not in f"{row} {row!r} {row.reason}"

"""“Dữ liệu của tôi”: complete by the register, right for the person, and nobody else's (DP-16)."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from motcua.accounts import identity
from motcua.accounts.models import Account, LookUp
from motcua.accounts.sealed_data import number_fingerprint
from motcua.desk import copying as of_desk
from motcua.desk.dossiers import INNER
from motcua.files.models import StoredFile
from motcua.journal.models import Event
from motcua.kernel.personal_data import Copy
from motcua.protection import copying, plainly, register
from motcua.vault import copying as of_vault
from tests.accounts import merges, people
from tests.desk import lives
from tests.desk import town as building
from tests.desk.test_retention import past_rules
from tests.press.test_printing import text_of
from tests.protection.visitors import signed_in
from tests.vault import papers

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/ca-nhan/du-lieu/"


def with_things(name: str = "Nguyễn Văn Mẫu") -> tuple[Account, Any]:
    person = people.data(name=name)
    account = people.account(person)
    identity.subject_of(account.public_id, papers.DESK)
    papers.put(account, papers.new_paper(title="Giấy khai sinh của Mẫu", number="12/2015"))
    LookUp.objects.create(
        number_bi=number_fingerprint(person.citizen_id),
        answer="FOUND",
        asked_by="a" * 32,
        unit_code="so-mau",
        purpose="tiep-nhan-ho-so",
    )
    return account, person


def taken(account: Account, client: Any) -> zipfile.ZipFile:
    answer = client.post(PAGE, {"password": people.STRONG})
    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"] and "attachment" in answer["Content-Disposition"]
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_the_summary_of_merged_accounts_names_the_papers_and_numbers_of_both() -> None:
    stays, person = with_things()
    gone, other = with_things()
    papers.put(gone, papers.new_paper(key="gone", title="Giấy chứng nhận kết hôn", number="9/2019"))
    merges.joined(stays, gone)
    summary = text_of(taken(stays, signed_in(person)).read("tom-tat.pdf"))
    for said in (person.citizen_id.value, other.citizen_id.value, "Giấy khai sinh của Mẫu", "kết hôn"):
        assert said in summary


def test_every_personal_column_is_in_the_copy_or_says_why_not() -> None:
    account, _ = with_things()
    rooms = {"Person": "accounts", "StoredFile": "files"}
    told = {
        (table.section, f"{rooms.get(table.name, _room_of(table.name))}.{table.name}.{column}")
        for table in copying.tables(account)
        for column in table.columns
    }
    wanted = {
        (line.copied, name) for name, line in register.columns().items() if isinstance(line.copied, Copy)
    }
    assert len(wanted) > 50
    assert sorted(wanted - told) == []
    assert all(set(row) == set(table.columns) for table in copying.tables(account) for row in table.rows)


def _room_of(model: str) -> str:
    return next(
        column.partition(".")[0]
        for column in [*register.columns(), *register.nobodys()]
        if f".{model}." in column
    )


def test_the_archive_holds_what_is_known_of_the_person() -> None:
    account, person = with_things()
    client = signed_in(person)
    with taken(account, client) as archive:
        assert archive.testzip() is None
        told = json.loads(archive.read("du-lieu.json"))
        summary = text_of(archive.read("tom-tat.pdf"))
        files = [name for name in archive.namelist() if name.startswith("kho-du-lieu/")]
        paper = archive.read(files[0])
    said = json.dumps(told, ensure_ascii=False)
    for known in (person.full_name.value, person.citizen_id.value, person.phone.local, "12/2015", "so-mau"):
        assert known in said
    assert told["phan"]["Ai đã tra cứu"][0]["dong"][0]["answer"] == "FOUND"
    assert len(told["khong_co_trong_ban_sao"]) == len(plainly.not_copied())
    assert len(files) == 1 and paper.startswith(b"%PDF")
    assert person.full_name.value in summary and "Giấy khai sinh của Mẫu" in summary


def test_it_holds_nothing_of_anybody_else_and_no_secret() -> None:
    other, stranger = with_things("Trần Thị Khác")
    account, person = with_things()
    client = signed_in(person)
    with taken(account, client) as archive:
        said = archive.read("du-lieu.json").decode()
        assert len(archive.namelist()) == 3
    assert stranger.full_name.value not in said and stranger.citizen_id.value not in said
    account.refresh_from_db()
    assert account.password not in said and "argon2" not in said
    assert str(other.public_id) not in said


def test_it_wants_the_password_and_is_counted_and_written_down() -> None:
    account, person = with_things()
    client = signed_in(person)
    assert "tom-tat.pdf" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"password": "Sai.Mat-Khau-1!"}).status_code == 422
    assert client.post(PAGE, {}).status_code == 422
    assert not Event.objects.filter(event="protection.copy.taken").exists()
    for _ in range(3):
        taken(account, client)
    refused = client.post(PAGE, {"password": people.STRONG})
    assert refused.status_code == 429 and "nhiều lần trong ngày" in refused.content.decode()
    lines = Event.objects.filter(event="protection.copy.taken")
    assert [line.subject for line in lines] == [f"account:{account.pk}"] * 3


def test_a_file_whose_day_came_is_named_and_not_missing_silently() -> None:
    account, person = with_things()
    (kept,) = of_vault.copied_files(account)
    StoredFile.objects.filter(pk=kept.stored.pk).update(place="00/00/" + "0" * 32)
    with taken(account, signed_in(person)) as archive:
        assert f"{kept.place}.khong-con.txt" in archive.namelist()


def copied_of_desk(account: Account) -> str:
    subject = identity.subject_of(account.public_id, settings.DESK_ID)
    return json.dumps([table.rows for table in of_desk.tables(subject)], default=str, ensure_ascii=False)


def test_a_result_is_in_the_copy_when_it_was_handed_out_and_inner_work_never(tmp_path: Path) -> None:
    house = lives.house(building.town(tmp_path))
    dossier = house.done()
    account, _ = with_things()
    mine = identity.subject_of(account.public_id, settings.DESK_ID)
    past_rules("UPDATE desk_dossier SET owner_subject = %s WHERE id = %s", mine, dossier.pk)
    past_rules("UPDATE desk_result SET name = 'Kết quả trồng' WHERE dossier_id = %s", dossier.pk)
    for kind in sorted(INNER):
        past_rules(
            "INSERT INTO desk_dossierevent (dossier_id, at, kind, from_state, to_state, by_subject, words, facts)"
            " VALUES (%s, clock_timestamp(), %s, '', 'DONE', '', 'Lời nội bộ', '{}')",
            dossier.pk,
            kind,
        )
    assert "Kết quả trồng" not in copied_of_desk(account), "signed, and still at the desk"
    past_rules("UPDATE desk_dossier SET state = 'RETURNED' WHERE id = %s", dossier.pk)
    assert "Kết quả trồng" in copied_of_desk(account)
    assert "Lời nội bộ" not in copied_of_desk(account)
    past_rules("UPDATE desk_result SET withdrawn_at = now() WHERE dossier_id = %s", dossier.pk)
    assert "Kết quả trồng" not in copied_of_desk(account), "withdrawn"
    past_rules(
        "UPDATE desk_result SET withdrawn_at = NULL, signed_at = NULL, signed_by = '', signed_by_name = '',"
        " signed_id = NULL WHERE dossier_id = %s",
        dossier.pk,
    )
    assert "Kết quả trồng" not in copied_of_desk(account), "a draft"

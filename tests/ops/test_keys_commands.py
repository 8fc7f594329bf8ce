"""`motcua keys …` and what is said when a program or a key is not there."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from tests.app_role import give
from tests.keys import planted

from motcua import journal
from motcua.files import key_change
from motcua.journal.models import Event
from motcua.kernel import key_changes
from motcua.kernel.sealing import Keyring
from motcua.keys import field_keys, lookup_keys, secret_key
from motcua.ops import cli, embedded
from motcua.ops.backup import programs, reporting
from motcua.ops.backup.restoring import Report
from motcua.ops.places import APP_ROLE, CannotStart
from motcua.units.models import Officer

Say = Callable[..., tuple[int, str]]


@pytest.fixture
def motcua(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Say:
    settings.KEYRING = Keyring.generate(tmp_path / "keys")
    monkeypatch.setenv("KEYS_DIR", str(tmp_path / "keys"))

    def said(*words: str) -> tuple[int, str]:
        code = cli.main(["keys", *words])
        out = capsys.readouterr()
        return code, out.out + out.err

    return said


@pytest.mark.django_db(transaction=True)
def test_a_key_is_added_begun_and_retired_by_its_number(motcua: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    assert motcua("begin", "file") == (1, "motcua: Không có khóa mới nào đang chờ.\n")
    assert "Khóa số 2 đang chờ" in motcua("rotate", "file", "--wait")[1]
    code, listed = motcua("list")
    assert (code, listed.splitlines()[:2]) == (
        0,
        ["file 1  đang dùng  0 tệp", "file 2  chờ bắt đầu  0 tệp"],
    )
    assert "index" in listed and "chưa đổi được" in listed
    code, begun = motcua("begin", "file")
    assert code == 0 and "Khóa số 2 bọc tệp" in begun and "từng máy khác" in begun
    assert "chưa tới 5 phút" in motcua("retire", "file", "1")[1]
    monkeypatch.setattr(key_change, "SLOWEST", key_change.SLOWEST * 0)
    code, said = motcua("retire", "file", "1")
    assert (code, "Đã bỏ khóa số 1" in said) == (0, True)
    assert motcua("retire", "file", "2")[0] == 1
    assert "Khóa số 3 bọc tệp" in motcua("rotate", "file")[1]
    assert [word for _, word, _ in key_change.standing()] == ["đã bỏ", "còn mở được", "đang dùng"]
    lines = Event.objects.filter(event__startswith="ops.file_key.").order_by("pk")
    assert list(lines.values_list("event", "facts")) == [
        ("ops.file_key.added", {"file_key": 2, "waits": True}),
        ("ops.file_key.begun", {"file_key": 2}),
        ("ops.file_key.retired", {"file_key": 1}),
        ("ops.file_key.added", {"file_key": 3, "waits": False}),
    ], "and none for what was refused"


@pytest.mark.django_db(transaction=True)
def test_the_key_of_fields_and_the_secret_change_the_same_way(
    motcua: Say, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    assert "Khóa số 2 đang chờ. Chép field.key" in motcua("rotate", "field", "--wait")[1]
    assert "Khóa số 2 mã hóa dòng dữ liệu" in motcua("begin", "field")[1]
    assert "chưa tới 30 phút" in motcua("retire", "field", "1")[1]
    monkeypatch.setattr(field_keys, "patience", lambda: timedelta(0))
    assert "Đã bỏ khóa số 1" in motcua("retire", "field", "1")[1]
    assert "Khóa số 2 ký trang" in motcua("rotate", "secret")[1]
    assert "chưa tới 30 phút" in motcua("retire", "secret", "1")[1]
    monkeypatch.setattr(secret_key, "LONGEST", timedelta(0))
    assert motcua("retire", "secret", "1") == (
        0,
        "Đã bỏ khóa số 1. Những gì ký bằng bí mật đó không còn được tin.\n",
    )
    listed = motcua("list")[1].splitlines()
    assert {"field 1  đã bỏ  0 giá trị", "field 2  đang dùng  0 giá trị", "secret 2  đang dùng"} <= set(
        listed
    )
    planted.plant("vault_contest")
    assert motcua("list", "--columns")[1] == "vault_contest.words_sealed  khóa 2  1 giá trị\n"
    assert motcua("verify", "field") == (0, "Đã mở 1 giá trị.\n")
    planted.plant("units_officer")
    Officer.objects.update(phone_sealed=b"\x01\x02" + bytes(40))
    code, said = motcua("verify", "field")
    assert (code, "units_officer.phone_sealed: 1 giá trị không mở được" in said) == (1, True)
    lines = Event.objects.filter(event__regex=r"ops\.(field|secret)_key").order_by("pk")
    assert [event.rpartition(".")[2] for event in lines.values_list("event", flat=True)] == [
        "added",
        "begun",
        "retired",
        "added",
        "retired",
    ]


@pytest.mark.django_db(transaction=True)
def test_the_key_of_look_ups_waits_begins_and_goes(motcua: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "lookup 1  đang dùng  (không phủ)" in motcua("list")[1].splitlines()
    assert "Không có khóa mới" in motcua("begin", "lookup")[1]
    assert "Khóa số 2 đang chờ. Chép lookup.key" in motcua("rotate", "lookup")[1]
    assert "chưa tới 5 phút" in motcua("begin", "lookup")[1]
    monkeypatch.setattr(lookup_keys, "SLOWEST", timedelta(0))
    code, said = motcua("begin", "lookup", "--at-rest")
    assert code == 0 and "Khóa số 2 phủ dấu tra cứu" in said and "Mọi dòng đã dùng khóa số 2" in said
    assert "Đã bỏ khóa số 1" in motcua("retire", "lookup", "1")[1]
    assert motcua("retire", "lookup", "2")[0] == 1
    assert {"lookup 1  đã bỏ  (không phủ)", "lookup 2  đang dùng"} <= set(motcua("list")[1].splitlines())
    lines = Event.objects.filter(event__startswith="ops.lookup_key.").order_by("pk")
    assert list(lines.values_list("event", "facts")) == [
        ("ops.lookup_key.added", {"lookup_key": 2, "waits": True}),
        ("ops.lookup_key.begun", {"lookup_key": 2}),
        ("ops.lookup_key.retired", {"lookup_key": 1}),
    ]


@pytest.mark.django_db(transaction=True)
def test_the_running_systems_role_changes_no_key_of_look_ups(motcua: Say, tmp_path: Path) -> None:
    give()
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {APP_ROLE}")
        try:
            code, said = motcua("rotate", "lookup")
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
        assert code == 1 and "cần quyền của chủ cơ sở dữ liệu; chưa có gì thay đổi" in said
    assert not (tmp_path / "keys" / "lookup.key").exists()
    assert "Khóa số 2 đang chờ" in motcua("rotate", "lookup")[1]


@pytest.mark.django_db(transaction=True)
def test_a_key_of_look_ups_whose_file_stays_is_written_down_once(
    motcua: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(lookup_keys, "SLOWEST", timedelta(0))
    motcua("rotate", "lookup")
    motcua("begin", "lookup")
    with monkeypatch.context() as broken:
        broken.setattr(key_changes, "forget", full)
        code, said = motcua("retire", "lookup", "1")
    assert code == 1 and "chưa bỏ được: không ghi được lookup.key" in said
    assert motcua("retire", "lookup", "1")[0] == 0
    assert Event.objects.filter(event="ops.lookup_key.retired").count() == 1


@pytest.mark.django_db(transaction=True)
def test_values_that_no_key_opens_are_given_up_by_their_exact_number(motcua: Say) -> None:
    officer = planted.plant("units_officer")
    Officer.objects.update(phone_sealed=b"\x01\x01" + bytes(40))
    code, said = motcua("verify", "field", "--rows")
    assert code == 1 and f"  {officer.pk}" in said.splitlines()
    assert motcua("verify", "field", "--lost-values", "2")[0] == 1
    assert "có 1 giá trị không mở được, không phải 2" in motcua("verify", "field", "--lost-values", "2")[1]
    code, said = motcua("verify", "field", "--lost-values", "1")
    assert code == 0 and "Đã ghi nhận mất 1 giá trị" in said
    assert motcua("verify", "field") == (0, "Đã mở 0 giá trị.\nĐã ghi nhận mất từ trước: 1 giá trị.\n")
    lines = Event.objects.filter(event="ops.field_key.values_lost").values_list("facts", flat=True)
    assert list(lines) == [{"lost_values": 1}]


@pytest.mark.parametrize("kind", ["file", "field", "secret"])
@pytest.mark.django_db(transaction=True)
def test_a_commit_that_fails_after_the_file_changed_says_what_to_do(
    motcua: Say, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = journal.record

    def gone(*given: Any, **more: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(journal, "record", gone)
    code, said = motcua("rotate", kind)
    assert code == 1 and f"“motcua keys begin {kind}” trên máy này" in said and "Đừng chép" in said
    monkeypatch.setattr(journal, "record", record)
    assert "Khóa số 2" in motcua("begin", kind)[1]
    assert "Khóa số 3" in motcua("rotate", kind)[1]


@pytest.mark.parametrize("kind", ["file", "field", "secret"])
@pytest.mark.django_db(transaction=True)
def test_a_key_goes_only_with_its_line_and_only_once(
    motcua: Say, kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(field_keys, "patience", lambda: timedelta(0))
    monkeypatch.setattr(secret_key, "LONGEST", timedelta(0))
    monkeypatch.setattr(key_change, "SLOWEST", timedelta(0))
    motcua("rotate", kind)
    record, file = journal.record, tmp_path / "keys" / f"{kind}.key"
    before = file.read_bytes()

    def gone(*given: Any, **more: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(journal, "record", gone)
    with pytest.raises(OperationalError):
        motcua("retire", kind, "1")
    assert file.read_bytes() == before, "no line, and the key is still there"
    monkeypatch.setattr(journal, "record", record)
    assert motcua("retire", kind, "1")[0] == 0
    stamp = file.stat().st_mtime_ns
    code, said = motcua("retire", kind, "1")
    assert (code, "đã bỏ" in said or "Không có khóa số 1" in said) == (1, True)
    assert file.stat().st_mtime_ns == stamp
    assert Event.objects.filter(event=f"ops.{kind}_key.retired").count() == 1


def test_without_words_missing_keys_are_made_and_those_that_are_there_stay(
    motcua: Say, tmp_path: Path
) -> None:
    before = (tmp_path / "keys" / "file.key").read_bytes()
    (tmp_path / "keys" / "index.key").unlink()
    assert motcua()[0] == 0
    assert (tmp_path / "keys" / "index.key").exists()
    assert (tmp_path / "keys" / "file.key").read_bytes() == before


def test_a_program_that_is_missing_or_too_old_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> Path:
        raise embedded.DatabaseDidNotStart("none")

    monkeypatch.setattr(embedded, "packaged_programs", none)
    monkeypatch.setattr(programs, "_DEBIAN", tmp_path / "nowhere")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("POSTGRES_BIN", str(tmp_path))
    server = programs.Server("", "", "", "a-password", "motcua", 18)
    for version in (None, 17):
        if version:
            old = tmp_path / "pg_dump"
            old.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}.2'\n", encoding="utf-8")
            old.chmod(0o755)
        with pytest.raises(CannotStart, match="postgresql-client-18"):
            programs.found("pg_dump", server)
    assert "a-password" not in repr(server)


def test_the_programs_protect_the_wire_as_the_system_does() -> None:
    said = {"HOST": "db", "PORT": "5432", "USER": "u", "PASSWORD": "p", "NAME": "n"}
    options = {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem", "application_name": "motcua"}
    known = programs.server_of({**said, "OPTIONS": options}, 180004).surroundings()
    assert (known["PGSSLMODE"], known["PGSSLROOTCERT"]) == ("verify-full", "/etc/ca.pem")


def test_a_report_says_what_no_witness_proved_and_what_is_lost() -> None:
    report = Report("20261130T000000Z-00000000", "2026-11-30T00:00:00+00:00", 9, 3, ("x",), "4-5", 1, 2, 3, 0)
    said = reporting.in_words(report)
    assert "CHƯA ĐƯỢC CHỨNG" in said and "journal verify --lost 4-5" in said and "1 tệp: x" in said
    assert "motcua outbox release" in said

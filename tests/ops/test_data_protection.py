"""`motcua data register` and `motcua erase replay`, as somebody types them."""

from pathlib import Path
from typing import Any

import pytest
from tests.protection.test_erasing import closed_long_ago, dump, restore, said_of, with_a_paper

from motcua.accounts.models import Account
from motcua.ops import data_protection
from motcua.protection import erasing, written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _ledgers(settings: Any, tmp_path: Path) -> None:
    settings.ERASURE_LEDGERS = [str(tmp_path / "one.jsonl"), str(tmp_path / "two.jsonl")]


def test_the_page_is_written_between_its_marks_only(tmp_path: Path, capsys: Any) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"trước\n{written.BEGINS}\ncũ\n{written.ENDS}\nsau\n", encoding="utf-8")
    assert data_protection.write_register(page) == 0
    said = page.read_text(encoding="utf-8")
    assert said.startswith("trước\n") and said.endswith("\nsau\n") and "cũ" not in said
    assert "accounts.Person.full_name" in said
    page.write_text("không có dấu", encoding="utf-8")
    assert data_protection.write_register(page) == 1
    assert page.read_text(encoding="utf-8") == "không có dấu"


def test_after_a_restore_one_command_erases_again(capsys: Any) -> None:
    gone = with_a_paper()
    dump()
    closed_long_ago(gone)
    erasing.forget_due()
    restore()
    assert data_protection.erase_again() == 0
    assert said_of(Account.objects.get(pk=gone.pk)) == ("", [""])
    assert "Xóa lại 1 người; đã xóa từ trước 0" in capsys.readouterr().out
    assert data_protection.erase_again() == 0
    assert "Xóa lại 0 người; đã xóa từ trước 1" in capsys.readouterr().out


def test_a_touched_ledger_and_none_at_all_are_told(settings: Any, capsys: Any) -> None:
    assert data_protection.erase_again() == 0
    assert capsys.readouterr().out.count("Chưa có sổ xóa") == 2
    Path(settings.ERASURE_LEDGERS[0]).write_text('{"account": "x"}\n', encoding="utf-8")
    assert data_protection.erase_again() == 1
    assert "Không xóa ai" in capsys.readouterr().err

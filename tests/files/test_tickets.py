"""A ticket finds one file again for who sent it, in the form it was sent with, and tells nobody else anything."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.files.making import scans

from motcua.files import keeping, tickets
from motcua.files.models import StoredFile
from motcua.gateways.antivirus_none import NotConfigured

pytestmark = pytest.mark.django_db

MINE = {"purpose": "ID_SCAN", "holder": "ab" * 16, "form": "a form"}


@pytest.fixture
def stored(settings, tmp_path) -> StoredFile:
    settings.FILES_DIR = tmp_path / "files"
    return keeping.keep(
        scans.by_hand("1.4"),
        name="CCCD.pdf",
        purpose="ID_SCAN",
        purge_after=timezone.now() + timedelta(days=1),
        antivirus=NotConfigured(),
    )


def test_a_ticket_finds_its_file_again(stored: StoredFile) -> None:
    ticket = tickets.ticket_for(stored, holder=MINE["holder"], form=MINE["form"])
    assert tickets.redeem(ticket, **MINE) == stored


@pytest.mark.parametrize(
    "other", [{"holder": "cd" * 16}, {"form": "another form"}, {"purpose": "DOSSIER_COMPONENT"}]
)
def test_a_ticket_is_worth_nothing_elsewhere(stored: StoredFile, other: dict[str, str]) -> None:
    ticket = tickets.ticket_for(stored, holder=MINE["holder"], form=MINE["form"])
    assert tickets.redeem(ticket, **{**MINE, **other}) is None


@pytest.mark.parametrize("word", ["", ".", "x.y", "{id}", "{id}.", "{id}.00", "{id}.đ", "{id}.\ud800"])
def test_any_other_word_finds_nothing(stored: StoredFile, word: str) -> None:
    assert tickets.redeem(word.replace("{id}", str(stored.public_id)), **MINE) is None


def test_a_ticket_of_a_purged_file_finds_nothing(stored: StoredFile) -> None:
    ticket = tickets.ticket_for(stored, holder=MINE["holder"], form=MINE["form"])
    assert keeping.purge_due(timezone.now() + timedelta(days=2)) == 1
    assert tickets.redeem(ticket, **MINE) is None

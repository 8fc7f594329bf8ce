"""A town with people, dossiers, papers and somebody erased; a backup of it; and a clean place to bring it back to."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from tests.accounts import people
from tests.desk import town as building
from tests.journal.conftest import seal_all
from tests.protection.test_erasing import closed_long_ago, with_a_paper
from tests.running_town import OURS, SOURCE
from tests.vault import papers

from motcua.accounts import sessions
from motcua.accounts.models import Account
from motcua.accounts.sealed_data import PersonData
from motcua.journal.witnessing import FileWitness
from motcua.ops import cli, embedded
from motcua.outbox import sending, texts
from motcua.protection import erasing

PASSPHRASE = "ba con trâu trắng qua cầu"


@dataclass
class World:
    """Where everything lies, and who lives there."""

    place: Path
    person: PersonData
    stays: Account
    erased_before: Account
    erased_after: Account
    dossier: str
    desk: building.Town
    recipient: str = ""

    @property
    def identity(self) -> Path:
        return self.place / "identity.txt"

    @property
    def shelf(self) -> Path:
        return self.place / "backups"

    @property
    def keys(self) -> Path:
        return self.place / "keys.age"

    @property
    def passphrase(self) -> Path:
        return self.place / "passphrase.txt"

    def seal(self) -> None:
        seal_all(datetime.now(UTC), settings.KEYRING.journal_key, witnesses())

    def back_up(self, *more: str) -> Path:
        assert cli.main(["backup", "--to", str(self.shelf), "--recipient", self.recipient, *more]) == 0
        return max(self.shelf.glob("2*Z-*"), key=lambda path: path.name)

    def copy_keys(self) -> None:
        self.passphrase.write_text(PASSPHRASE + "\n", encoding="utf-8")
        asked = ["backup-keys", "--to", str(self.keys), "--passphrase-file", str(self.passphrase)]
        assert cli.main(asked) == 0

    def as_the_runbook_says(self, verb: str) -> list[str]:
        """The runbook's own line for a verb, as words; its places are this world's."""
        page = (SOURCE / "docs" / "runbook.md").read_text(encoding="utf-8")
        known = (line.partition("motcua ")[2] for line in page.split("`")[1::2])
        said = next(
            line for line in known if line.startswith(verb) and ("/sao-luu" in line or "outbox" in line)
        )
        places = {
            "/sao-luu": self.shelf,
            "identity.txt": self.identity,
            "khoa.age": self.keys,
            "bao-cao.json": self.place / "bao-cao.json",
        }
        return [str(places.get(word, word)) for word in said.split()]

    def words(self) -> list[str]:
        """What the operator would be asked for on the terminal."""
        return ["--keys-passphrase-file", str(self.passphrase)]

    def opening(self) -> list[str]:
        """The words of a restore that say how everything is opened."""
        said = ["--identity", str(self.identity), "--keys", str(self.keys)]
        return [*said, *self.words()]


def witnesses() -> list[FileWitness]:
    return [FileWitness(Path(path)) for path in settings.JOURNAL_WITNESSES]


def configure(given: Any, place: Path) -> None:
    """Witnesses and ledgers of this test alone."""
    given.JOURNAL_WITNESSES = [str(place / "w1.jsonl"), str(place / "w2.jsonl")]
    given.ERASURE_LEDGERS = [str(place / "e1.jsonl"), str(place / "e2.jsonl")]


def build(place: Path) -> World:
    desk = building.town(place)
    dossier = desk.received().code
    person = people.data()
    stays = people.account(person)
    papers.put(stays, papers.new_paper(title="Giấy khai sinh"))
    words = texts.password_changed(link="https://cong.example.vn/")
    sending.enqueue(to=person.phone, text=words, purpose="password_changed", dedupe_key=f"w:{stays.pk}")
    sessions.begin(stays, audience="CITIZEN", device="may-cu", device_words="máy cũ")
    before, after = with_a_paper(), with_a_paper()
    closed_long_ago(before)
    assert erasing.forget_due() == 1
    world = World(place, person, stays, before, after, dossier, desk)
    world.recipient = identity(world.identity)
    return world


def identity(path: Path) -> str:
    from motcua.ops.backup import envelopes

    return envelopes.new_identity(path)


@dataclass
class CleanPlace:
    """Another machine, as far as anybody can tell: a database, a data folder and a key folder of its own."""

    place: Path
    server: embedded.Embedded | None = None

    def surroundings(self) -> dict[str, str]:
        known = {name: value for name, value in os.environ.items() if name not in OURS}
        if self.server is not None:
            known["DATABASE_URL"] = self.server.url
        return known | {
            "PYTHONPATH": os.pathsep.join([str(SOURCE / "src"), str(SOURCE)]),
            "DJANGO_SETTINGS_MODULE": "motcua.config.settings_dev",
            "VAR_DIR": str(self.place / "var"),
            "KEYS_DIR": str(self.place / "keys"),
            "JOURNAL_WITNESSES": ",".join(settings.JOURNAL_WITNESSES),
            "ERASURE_LEDGERS": ",".join(settings.ERASURE_LEDGERS),
            "PROOF_OF_WORK_COST": "500",
        }

    def motcua(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return self.python("-m", "motcua.ops.cli", *words)

    def python(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *words],
            env=self.surroundings(),
            cwd=SOURCE,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
        )

    def ask(self, statement: str) -> list[Any]:
        assert self.server is not None
        with psycopg.connect(self.server.url) as database:
            return database.execute(statement.encode()).fetchall()

    def told(self, program: str, *words: str) -> Any:
        """What a small program beside the restored system prints, as JSON."""
        done = self.python("-c", program, *words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

"""Dựng bài: the people of a task stand at the desk, in the state that its file tells. All of it, or no attempt."""

import secrets
from datetime import date
from typing import Final

from django.conf import settings
from django.db import connection

from motcua import press
from motcua.accounts import hashing, identity, practice
from motcua.accounts.models import Account
from motcua.files import keeping as files
from motcua.files.ports import Antivirus
from motcua.training import invented
from motcua.training.models import Trainee
from motcua.training.ports import Phones
from motcua.training.tasks import Part, Task
from motcua.vault import keeping as vault
from motcua.vault.keeping import NewPaper
from motcua.vault.models import Paper

#: The dossier that the papers of a vault came with; nobody's, as its prefix shows.
_EARLIER: Final = "000.00.00.T00-200520-0001"
_TITLES: Final = {"giay-khai-sinh": "Giấy khai sinh"}


def next_id(table: str) -> int:
    """Drawn before anything is written: who the people are follows from it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        number: int = cursor.fetchone()[0]
    return number


def enrol(attempt: int, task: Task, phones: Phones) -> None:
    """What the operators know. Called with no transaction open: somebody outside is asked."""
    for nth, part in enumerate(task.people):
        if part.brings == "own":
            data = invented.citizen(attempt, nth).data
            phones.enrol(data.phone, name=data.full_name, number=data.citizen_id, born_on=data.born_on)


def papers_of(attempt: int, task: Task, antivirus: Antivirus) -> list[NewPaper]:
    """What the owner's vault holds beforehand; files are looked at before any transaction."""
    return [
        NewPaper(
            key=f"tap-huan:{attempt}:{type_code}",
            type_code=type_code,
            title=_TITLES[type_code],
            source=Paper.Source.COMPONENT,
            file=files.check(
                paper(attempt, title=_TITLES[type_code]), name=f"{type_code}.pdf", antivirus=antivirus
            ),
            number=f"{attempt}/KS-TH",
            issuer="Ủy ban nhân dân xã Mẫu",
            issued_on=date(2020, 5, 20),
        )
        for type_code in task.vault
    ]


def nobodys_password() -> str:
    """The hash of a password that nobody knows, for people who only stand at the desk; it takes a moment."""
    return hashing.hashed(secrets.token_urlsafe(24))


def settle(attempt: int, task: Task, papers: list[NewPaper], *, password: str, of: Trainee) -> None:
    """Accounts and vaults, in the caller's transaction."""
    # A shared phone belongs to whoever had it first: the others come to the desk without an account.
    for nth, part in enumerate(task.people):
        if part.account == "none":
            continue
        account = _account(attempt, nth, part, password)
        if nth == 0 and papers:
            vault.put(
                audience=settings.DESK_ID,
                receipt_subject=identity.name_to(account, settings.DESK_ID).subject,
                papers=papers,
                dossier_code=_EARLIER,
                digitised_by=of.colleague_subject,
                unit_code=of.unit_code,
            )


def clear(attempt: int, task: Task) -> int:
    """Whoever got an account has none any more; how many."""
    return sum(
        practice.clear(invented.citizen(attempt, nth).data.citizen_id) for nth in range(len(task.people))
    )


def card(attempt: int) -> bytes:
    """Both sides of the owner's card as one PDF, with the code of the chip."""
    owner = invented.citizen(attempt, 0)
    return press.render(
        "giay-to-mau",
        {
            "title": "Căn cước công dân (mẫu)",
            "lines": [
                f"Số: {owner.data.citizen_id.value}",
                f"Họ và tên: {owner.data.full_name.value}",
                f"Ngày sinh: {owner.data.born_on.shown}",
                f"Giới tính: {owner.sex}",
                f"Nơi thường trú: {owner.address}",
            ],
            "qr": owner.card_qr,
        },
    )


def paper(attempt: int, *, title: str) -> bytes:
    """Any other paper of the owner, signed where a signature is wanted; another one in every attempt."""
    owner = invented.citizen(attempt, 0).data
    lines = [
        f"Họ và tên: {owner.full_name.value}",
        f"Ngày sinh: {owner.born_on.shown}",
        f"Lượt làm bài: {attempt}",
        "Đã ký",
    ]
    return press.render("giay-to-mau", {"title": title, "lines": lines})


def _account(attempt: int, nth: int, part: Part, password: str) -> Account:
    data = invented.citizen(attempt, nth).data
    return practice.settle(data, password=password, locked=part.account == "locked")


def owner_says(attempt: int, task: Task) -> str:
    """The owner's words, with the number as they remember it."""
    return task.people[0].says.replace("{spoken}", invented.misremembered(attempt).citizen_id.value)

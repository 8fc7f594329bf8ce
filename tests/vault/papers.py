"""Owners, papers and files for the tests of the vault."""

import hashlib
from datetime import date
from itertools import count
from uuid import UUID

from motcua.accounts.models import Account, PairwiseSubject, Person
from motcua.files.inspection import Inspected
from motcua.files.keeping import CheckedFile
from motcua.files.models import StoredFile
from motcua.vault import keeping
from motcua.vault.keeping import NewPaper
from motcua.vault.models import Paper

TODAY = date(2026, 11, 23)
DESK = "binh-dinh"
OFFICER = "0f" * 16
UNIT = "binhdinh-sgddt"
DOSSIER = "000.00.08.H08-261123-0001"
_serial = count(1)


def owner(*, desk: str = DESK, name: str = "Nguyễn Thị Mẫu") -> Account:
    person = Person.objects.create(
        full_name=name,
        name_words=["nguyen", "thi", "mau"],
        folded_name="nguyen thi mau",
        born_on=date(1990, 1, 1),
    )
    account = Account.objects.create(person=person, status="pending_activation", origin="SELF")
    PairwiseSubject.objects.create(account=account, audience=desk, subject=f"c{next(_serial):031x}")
    return account


def subject_of(account: Account, desk: str = DESK) -> str:
    return account.subjects.get(audience=desk).subject


def scan(words: str = "") -> CheckedFile:
    """Bytes as the file room hands them over after its checks; different each time unless named."""
    data = (words or f"%PDF-1.7 {next(_serial)}").encode()
    found = Inspected(
        kind="pdf", size=len(data), sha256=hashlib.sha256(data).digest(), page_count=1, name="ban-quet.pdf"
    )
    return CheckedFile(data=data, inspected=found, antivirus=StoredFile.AntivirusStatus.NOT_CONFIGURED)


def new_paper(**more: object) -> NewPaper:
    values: dict[str, object] = {
        "key": f"{DOSSIER}:{next(_serial)}",
        "type_code": "KHAI_SINH",
        "title": "Giấy khai sinh",
        "source": Paper.Source.COMPONENT,
        "file": scan(),
    }
    return NewPaper(**{**values, **more})


def put(account: Account, *papers: NewPaper, dossier: str = DOSSIER) -> list[UUID]:
    return keeping.put(
        audience=DESK,
        receipt_subject=subject_of(account),
        papers=papers,
        dossier_code=dossier,
        digitised_by=OFFICER,
        unit_code=UNIT,
    )


def kept(account: Account, **more: object) -> Paper:
    return Paper.objects.get(public_id=put(account, new_paper(**more))[0])

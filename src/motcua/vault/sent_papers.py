"""Giấy tờ gửi vào kho: bytes that a desk sent, judged like every upload, then kept for the receipt's subject."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from motcua.files import keeping as files
from motcua.files.ports import Antivirus
from motcua.vault import keeping
from motcua.vault.keeping import NewPaper
from motcua.vault.models import Paper


@dataclass(frozen=True, slots=True)
class SentPaper:
    """``result``: a signed result, hidden until it is handed out; else a digitised component."""

    key: str
    type_code: str
    name: str
    data: bytes = field(repr=False)
    file_name: str = field(repr=False)
    held_for: str = field(default="", repr=False)
    result: bool = False
    number: str = field(default="", repr=False)
    issuer: str = ""
    issued_on: date | None = None
    valid_until: date | None = None


def put(
    sent: SentPaper,
    *,
    audience: str,
    subject: str,
    dossier_code: str,
    by: str,
    unit_code: str,
    antivirus: Antivirus,
) -> UUID:
    """Its id in the vault, the same again for the same key; no transaction is open while the bytes are judged.

    Raises what ``files.check`` says of bad bytes, KeyUsedForAnotherPaper, NotFound.
    """
    checked = files.check(sent.data, name=sent.file_name, antivirus=antivirus)
    paper = NewPaper(
        key=sent.key,
        type_code=sent.type_code,
        title=sent.name,
        source=Paper.Source.RESULT if sent.result else Paper.Source.COMPONENT,
        file=checked,
        held_for=sent.held_for,
        number=sent.number,
        issuer=sent.issuer,
        issued_on=sent.issued_on,
        valid_until=sent.valid_until,
        hidden=sent.result,
    )
    (paper_id,) = keeping.put(
        audience=audience,
        receipt_subject=subject,
        papers=[paper],
        dossier_code=dossier_code,
        digitised_by=by,
        unit_code=unit_code,
    )
    return paper_id

"""Dữ liệu của tôi: everything that is held about the owner of an account, in one archive (threats DP-16).

``du-lieu.json`` for programs, ``tom-tat.pdf`` for people, the files of the vault beside them. The archive is made
while it is sent: nothing of it is kept here.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from importlib import import_module
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from motcua import journal, press
from motcua.accounts import copying as of_account
from motcua.accounts import passwords
from motcua.accounts.identity import subject_of
from motcua.accounts.models import Account
from motcua.desk.states import State
from motcua.files import keeping as files
from motcua.kernel.personal_data import CopiedTable, Copy
from motcua.kernel.training_stamp import STAMP
from motcua.kernel.visitor import Visitor
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.protection import plainly
from motcua.signin import desk_dossiers
from motcua.units import letterheads, tree
from motcua.vault import copying as of_vault
from motcua.vault.models import Look

NAME: Final = "du-lieu-cua-toi.zip"
_PDF: Final = "tom-tat.pdf"
_JSON: Final = "du-lieu.json"
_STANDING: Final = ("code", "procedure_code", "procedure_name", "state", "arrived_on")
_LOOKS_PRINTED: Final = 200
#: A column that lies sealed is opened in the copy, and is called by what it holds.
_AS_IT_LIES: Final = "_sealed"
#: An archive tells the same whenever it is opened: its entries carry no clock of the server.
_DAY: Final = (2020, 1, 1, 0, 0, 0)


def take(*, visitor: Visitor, password: str) -> Iterator[bytes]:
    """The archive, piece by piece; counted and journalled before its first byte.

    Raises CurrentPasswordWrong, TooManyAttempts. No transaction is open while it is sent.
    """
    account = passwords.confirm(visitor, password)
    spending.spend((Quota.COPIES_OF_OWN_DATA, f"account:{account.pk}"))
    journal.record(
        "protection.copy.taken", subject=f"account:{account.pk}", actor=f"account:{account.pk}", facts={}
    )
    return _archive(account, timezone.now())


def tables(account: Account) -> list[CopiedTable]:
    """Of every room that is here; of an account that others were merged into, of each of them."""
    found = [*of_account.tables(account), *of_vault.tables(account), _at_other_desks(account)]
    merged = list(Account.objects.filter(merged_into=account).select_related("person").order_by("pk"))
    for each in merged:
        found += of_account.tables(each)
    if settings.HOSTS_DESK:
        for each in (account, *merged):
            subject = subject_of(each.public_id, settings.DESK_ID)
            found += import_module("motcua.desk.copying").tables(subject)
    return found


def _at_other_desks(account: Account) -> CopiedTable:
    """Where each lies; whoever wants the rest of it asks that desk, which keeps it."""
    rows = desk_dossiers.all_of(account.pk)
    words = dict(State.choices)
    told = [
        {
            **{name: row[name] for name in _STANDING},
            "state": words.get(str(row["state"]), row["state"]),
            "noi_giu": row["client__name"],
        }
        for row in rows
    ]
    return CopiedTable("DeskDossier", "Hồ sơ tại một cửa nơi khác", Copy.DOSSIERS, _STANDING, told)


def _archive(account: Account, now: datetime) -> Iterator[bytes]:
    told = tables(account)
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        for name, content in ((_JSON, _as_json(told, now)), (_PDF, _summary(told, now))):
            archive.writestr(_entry(name), content, zipfile.ZIP_DEFLATED)
            yield pipe.taken()
        for each in of_vault.copied_files(account):
            try:
                data = files.read(each.stored)
            except files.FileUnreadable:
                # Its day came while the archive was being made; the list in du-lieu.json still names it.
                archive.writestr(_entry(f"{each.place}.khong-con.txt"), "Tệp đã đến ngày hủy.")
            else:
                archive.writestr(_entry(each.place), data, zipfile.ZIP_STORED)
            yield pipe.taken()
    yield pipe.taken()


def _as_json(told: Sequence[CopiedTable], now: datetime) -> bytes:
    parts: dict[str, list[dict[str, object]]] = {}
    for table in told:
        parts.setdefault(table.section.value, []).append(
            {
                "noi_dung": table.words,
                "dong": [
                    {column.removesuffix(_AS_IT_LIES): value for column, value in row.items()}
                    for row in table.rows
                ],
            }
        )
    said = {
        **({"ban_sao_cua": STAMP} if settings.TRAINING else {}),
        "lay_luc": now,
        "phan": parts,
        "khong_co_trong_ban_sao": [{"muc_dich": what, "vi_sao": why} for what, why in plainly.not_copied()],
    }
    return json.dumps(said, ensure_ascii=False, indent=1, default=_plain).encode()


def _summary(told: Sequence[CopiedTable], now: datetime) -> bytes:
    # Of an account that others were merged into each table comes once for each of them.
    by_name: dict[str, list[Any]] = {}
    counts: dict[tuple[str, str], int] = {}
    for table in told:
        by_name.setdefault(table.name, []).extend(table.rows)
        part = (table.words, table.section.value)
        counts[part] = counts.get(part, 0) + len(table.rows)
    person = next((row for table in told if table.name == "Person" for row in table.rows), {})
    return press.render(
        "tom-tat-du-lieu",
        {
            **letterheads.letterhead_of(None),
            "full_name": person.get("full_name"),
            "born_on": person.get("born_on"),
            "citizen_id": ", ".join(str(row["number_sealed"]) for row in by_name["IdentityDocument"]),
            "phone": ", ".join(str(row["phone_sealed"]) for row in by_name["PhoneBinding"]),
            "email": ", ".join(str(row["email_sealed"]) for row in by_name["EmailBinding"]),
            "taken_at": now,
            "looks": _looks(by_name),
            "parts": [
                {"name": words, "rows": many, "where": where} for (words, where), many in counts.items()
            ],
            "papers": [
                {
                    "title": row["title"],
                    "number": row["number_sealed"],
                    "issuer": row["issuer"],
                    "file": row["tep"],
                }
                for row in by_name["Paper"]
            ],
            "dossiers": [
                str(row["code"])
                for name in ("Dossier", "DeskDossier")
                for row in by_name.get(name, [])
                if row["code"]
            ],
            "qr": f"{settings.PUBLIC_URL}/ca-nhan/du-lieu/",
        },
    )


def _looks(by_name: Mapping[str, list[Any]]) -> list[dict[str, object]]:
    """Who asked about the person and who looked at their papers, newest first; du-lieu.json holds all of it."""
    action = dict(Look.Action.choices)
    asked = [(row["at"], row["unit_code"], "Tra cứu số") for row in by_name["LookUp"]]
    seen = [(row["at"], row["unit_code"], f"{action[row['action']]} giấy tờ") for row in by_name["Look"]]
    newest = sorted([*asked, *seen], key=lambda row: row[0], reverse=True)[:_LOOKS_PRINTED]
    names = tree.names_of([unit for _, unit, _ in newest])
    return [{"at": at, "who": names.get(unit, unit) or "–", "what": what} for at, unit, what in newest]


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, _DAY)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


class _Pipe(io.RawIOBase):
    """What the archive wrote since it was last asked; it cannot go back, so nothing is held."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)

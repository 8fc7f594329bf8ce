"""One row of each table with sealed columns, past triggers and foreign keys, and each room's own way to read it."""

import json
import uuid
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from motcua.keys import registry
from motcua.keys.registry import Sealed, Table
from tests.rule_by_rule import mark, rows

NUMBER, PHONE, EMAIL = "052090000001", "+84913000001", "mot@example.vn"
_PERSON: Final = json.dumps(
    {"number": NUMBER, "name": "Nguyễn Văn Mẫu", "born_on": "1990-02-01", "year_only": False, "phone": PHONE,
     "email": "", "old": "", "address": ""}
)  # fmt: skip
_LINE: Final = json.dumps({"number": NUMBER, "name": "Nguyễn Văn Mẫu"})
#: Column → what it says; where nothing stands, some words.
TEXTS: Final = {
    "accounts_adjustment.data": json.dumps({"before": {}, "after": {"number": NUMBER}}),
    "accounts_assistapplication.data": _PERSON,
    "accounts_classrow.typed": json.dumps([NUMBER, "Nguyễn Văn Mẫu", "01/02/1990"]),
    "accounts_emailbinding.email": EMAIL,
    "accounts_emailproof.email": EMAIL,
    "accounts_identitydocument.number": NUMBER,
    "accounts_phonebinding.phone": PHONE,
    "accounts_recovery.phone": PHONE,
    "accounts_registration.data": _PERSON,
    "desk.check.number": f"{NUMBER}|",
    "desk.dossier.contact": json.dumps({"phone": PHONE, "email": "", "address": ""}),
    "desk.dossier.owner_number": NUMBER,
    "desk.dossier.waiting_representative": NUMBER,
    "desk.filing.typed": json.dumps({"note": "Một lời."}),
    "desk.group.typed": _LINE,
    "officer.phone": PHONE,
    "outbox.to": PHONE,
    "outbox.letter_to": EMAIL,
}
_SUBJECT: Final = f"{7:032x}"
#: Table → what its rules want besides.
GIVEN: Final[dict[str, dict[str, Any]]] = {
    "accounts_adjustment": {"kind": "ADD_NUMBER", "evidence_id": 1, "scan_qr": "SAME", "reason": "lý do đủ dài"},
    "accounts_assistapplication": {"reason": "PHONE_MISMATCH"},
    "accounts_classrow": {"class_list_id": 1, "nth": 3, "answer": "WAITING"},
    "accounts_emailbinding": {"email_bi": mark(1)},
    "accounts_receiptkey": {"kid": "mot-khoa"},
    "accounts_recovery": {"kind": "PHONE"},
    "desk_accountcheck": {
        "officer_subject": _SUBJECT, "subject": _SUBJECT, "receipt": "r", "jti": "j", "status": "USABLE",
    },
    "desk_dossier": {
        "state": "PROVISIONAL", "provisional_number": "TN-000.00.08.H08-261130-0001", "unknown_check_id": 1,
        "owner_name": "Nguyễn Văn Mẫu", "owner_number_bi": mark(1), "track_check": "ABC234",
    },
    "desk_filingdraft": {"owner_subject": _SUBJECT},
    "desk_gateexception": {"asked_by": _SUBJECT, "reason": "lý do đủ dài"},
    "desk_grouprow": {"nth": 3},
    "files_storedfile": {"wrapped_key": mark(1), "purge_after": timezone.now()},
    "guests_guestsession": {"subject": _SUBJECT},
    "outbox_letter": {"kind": "NOTICE"},
    "outbox_message": {"kind": "NOTICE"},
    "signin_keptanswer": {"key": "mot-viec-1", "status": 200, "answered_at": timezone.now()},
    "signin_signingkey": {
        "kid": "mot-khoa", "made_at": timezone.now(), "signs_from": timezone.now() + timedelta(days=1),
    },
    "units_officer": {"subject": _SUBJECT},
    "vault_contest": {"look_id": 5},
    "vault_paper": {"source": "RESULT", "digitised_by_subject": "mot-can-bo"},
    "vault_papercorrection": {
        "fault": "FACTS", "type_code": "GIAY", "title": "Giấy", "reason": "lý do đủ dài",
    },
    "vault_paperreport": {"fault": "FACTS"},
}  # fmt: skip


def table_of(name: str) -> Table:
    return next(table for table in registry.tables() if table.name == name)


def plant(name: str, **more: Any) -> Any:
    """The row, sealed with the key that seals now, as that table's room binds it."""
    table = table_of(name)
    given = {**GIVEN.get(name, {}), **more}
    for field in table.model._meta.concrete_fields:
        if isinstance(field, models.UUIDField) and not field.null and field.name not in given:
            given[field.name] = uuid.uuid4()
    if name == "accounts_classrow":
        bound_in = uuid.uuid4()
        lists = apps.get_model("accounts.ClassList")
        with transaction.atomic():
            rows(lists, 1, public_id=bound_in, size=1, run=1)
        given["class_list_id"] = lists.objects.get(public_id=bound_in).pk
        given["class_list__public_id"] = bound_in
    for each in table.columns:
        given[each.column] = sealed(each, given)
    given.pop("class_list__public_id", None)
    with transaction.atomic():
        before = set(table.model._base_manager.values_list("pk", flat=True))
        rows(table.model, 1, **given)
        return table.model._base_manager.exclude(pk__in=before).get()


def text(each: Sealed) -> str:
    return TEXTS.get(each.field, "Một lời.")


def sealed(each: Sealed, given: dict[str, Any]) -> bytes:
    bound = each.row.format(**{name: given[name] for name in each.bound_by})
    made: bytes = settings.KEYRING.seal(each.field, bound, text(each))
    return made


def numbers(row: Any, columns: Iterable[Sealed]) -> list[int]:
    """Which key each column of the row is sealed with now."""
    now = type(row)._base_manager.filter(pk=row.pk).values(*(each.column for each in columns)).get()
    return [bytes(value)[1] for value in now.values()]


def others(row: Any, columns: Iterable[Sealed]) -> dict[str, Any]:
    """Everything of the row but its sealed columns, with the database's own mark of who wrote it left out."""
    hidden = {each.column for each in columns}
    names = [field.attname for field in row._meta.concrete_fields if field.attname not in hidden]
    found: dict[str, Any] = type(row)._base_manager.filter(pk=row.pk).values(*names, same=F("pk")).get()
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in found.items()}


def readers() -> dict[str, Callable[[Any], object]]:
    """Column → how its room reads it; what no function of a room reads alone is opened as the room opens it."""
    from motcua.accounts import adjusting, application_rows, class_files, emails, identity, opening, recovery
    from motcua.accounts.sealed_data import unseal
    from motcua.desk import asking, filing_drafts, group_reception_lists, relations, slips, submission
    from motcua.files import keeping as files
    from motcua.guests import sessions
    from motcua.outbox import sending
    from motcua.units import officers
    from motcua.vault import history, keeping, paper_correction_reading, paper_reports

    opens: Callable[..., str] = settings.KEYRING.open
    return {
        "accounts_adjustment.data_sealed": adjusting.content_of,
        "accounts_assistapplication.data_sealed": application_rows.data_of,
        "accounts_authenticator.secret_sealed": lambda row: unseal(
            "accounts_authenticator.secret", str(row.row_key), row.secret_sealed
        ),
        "accounts_classrow.typed_sealed": lambda row: class_files.Line.opened(
            row.class_list.public_id, row.nth, "", row.typed_sealed
        ),
        "accounts_emailbinding.email_sealed": lambda row: unseal(
            emails._BINDING, str(row.row_key), row.email_sealed
        ),
        "accounts_emailproof.email_sealed": emails._address_of,
        "accounts_identitydocument.number_sealed": identity.number_of,
        "accounts_phonebinding.phone_sealed": identity.phone_of,
        "accounts_receiptkey.private": lambda row: unseal(
            "accounts_receiptkey.private", row.kid, row.private
        ),
        "accounts_recovery.phone_sealed": recovery._target,
        "accounts_registration.data_sealed": opening.data_of,
        "desk_accountcheck.number_sealed": asking.number_of,
        "desk_accountcheck.owner_name_sealed": asking.owner_name_of,
        "desk_dossier.contact_sealed": submission.contact_of,
        "desk_dossier.owner_number_sealed": slips.number_of,
        "desk_dossier.waiting_representative_sealed": relations.waiting_representative,
        "desk_filingdraft.typed_sealed": filing_drafts._typed,
        "desk_gateexception.paper_sealed": lambda row: opens(
            "desk.exception.paper", str(row.public_id), row.paper_sealed
        ),
        "desk_grouprow.typed_sealed": lambda row: group_reception_lists.Line.opened(
            row.public_id, row.typed_sealed
        ),
        "files_storedfile.name_sealed": files.name_of,
        "guests_guestsession.name_sealed": lambda row: sessions._open("name", row.public_id, row.name_sealed),
        "guests_guestsession.tokens_sealed": lambda row: sessions._open(
            "tokens", row.public_id, row.tokens_sealed
        ),
        "outbox_letter.to_sealed": lambda row: opens("outbox.letter_to", str(row.reference), row.to_sealed),
        "outbox_letter.subject_sealed": lambda row: opens(
            "outbox.subject", str(row.reference), row.subject_sealed
        ),
        "outbox_letter.body_sealed": lambda row: opens("outbox.letter", str(row.reference), row.body_sealed),
        "outbox_message.to_sealed": lambda row: sending.opened(row).to,
        "outbox_message.body_sealed": lambda row: opens("outbox.body", str(row.reference), row.body_sealed),
        "signin_keptanswer.answer_sealed": lambda row: opens(
            "signin_keptanswer.answer", str(row.public_id), row.answer_sealed
        ),
        "signin_signingkey.private": lambda row: opens("signin_signingkey.private", row.kid, row.private),
        "units_officer.phone_sealed": lambda row: officers.phone_of(row.subject),
        "units_searchmemory.sealed": lambda row: opens(
            "units_searchmemory.sealed", str(row.public_id), row.sealed
        ),
        "vault_contest.words_sealed": history.words_of,
        "vault_paper.number_sealed": keeping.number_of,
        "vault_paper.subject_name_sealed": keeping.held_for,
        "vault_papercorrection.number_sealed": lambda row: paper_correction_reading._opened(
            "number", row.public_id, row.number_sealed
        ),
        "vault_papercorrection.subject_name_sealed": lambda row: paper_correction_reading._opened(
            "name", row.public_id, row.subject_name_sealed
        ),
        "vault_paperreport.words_sealed": paper_reports.words_of,
    }

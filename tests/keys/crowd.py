"""Many people for the proofs of a key change: as the services found them, or for thousands by COPY, truly sealed."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from motcua.accounts.models import Account, IdentityDocument, Person, PhoneBinding
from motcua.accounts.sealed_data import PersonData, number_fingerprint, phone_fingerprint, seal
from tests.accounts import people

#: Founded by the services: what the others are like.
FOUNDED = 20
_TABLES = ("person", "identitydocument", "account", "phonebinding")


def crowd(many: int) -> list[PersonData]:
    """``many`` people with accounts; up to FOUNDED by the services, each further one as the last of these."""
    known = [people.data() for _ in range(many)]
    for person in known[:FOUNDED]:
        last = people.account(person)
    if many > FOUNDED:
        _copy_all(known[FOUNDED:], last)
    return known


def _copy_all(known: Sequence[PersonData], like: Account) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # Rows that are whole need not be asked about one by one.
        cursor.execute("SET LOCAL session_replication_role = replica")
        models: dict[str, Model] = {
            "person": Person.objects.get(pk=like.person_id),
            "identitydocument": IdentityDocument.objects.get(person_id=like.person_id),
            "account": Account.objects.get(pk=like.pk),
            "phonebinding": PhoneBinding.objects.get(account=like),
        }
        first = {}
        for table in _TABLES:
            cursor.execute(f"SELECT max(id) FROM accounts_{table}")
            first[table] = cursor.fetchone()[0] + 1
        for table in _TABLES:
            given = [field.column for field in models[table]._meta.concrete_fields if not field.generated]
            usual = {
                field.column: getattr(models[table], field.attname)
                for field in models[table]._meta.concrete_fields
            }
            with cursor.copy(f"COPY accounts_{table} ({', '.join(given)}) FROM STDIN") as copy:
                for row in _rows(table, known, first):
                    merged = usual | row
                    copy.write_row([merged[column] for column in given])
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
                [f"accounts_{table}", first[table] + len(known)],
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _rows(table: str, known: Sequence[PersonData], first: dict[str, int]) -> Iterator[dict[str, Any]]:
    """What is each one's own; the rest is as with whom they are like."""
    for nth, person in enumerate(known):
        own = {"id": first[table] + nth}
        row_key = uuid.uuid4()
        match table:
            case "identitydocument":
                number = person.citizen_id
                yield own | {
                    "person_id": first["person"] + nth,
                    "row_key": row_key,
                    "number_sealed": seal("accounts_identitydocument.number", str(row_key), number.value),
                    "number_bi": number_fingerprint(number),
                    "last3": number.value[-3:],
                }
            case "phonebinding":
                yield own | {
                    "account_id": first["account"] + nth,
                    "row_key": row_key,
                    "phone_sealed": seal("accounts_phonebinding.phone", str(row_key), person.phone.value),
                    "phone_bi": phone_fingerprint(person.phone),
                    "phone_masked": person.phone.masked,
                }
            case "account":
                yield own | {"person_id": first["person"] + nth, "public_id": uuid.uuid4()}
            case _:
                yield own

"""Nêu tên chủ tài khoản: the full name, to a desk that chose a procedure; shown to the citizen afterwards."""

from typing import Any, Final

from django.db import connection

from motcua import journal
from motcua.kernel.refusal import NotFound
from motcua.keys import marks

_PURPOSE = "chon-thu-tuc"
#: Of the account that stays, where it was merged: its key, its owner's name, and the number under which they see it.
_NAMED: Final = """
    SELECT k.id, p.full_name,
           (SELECT d.number_bi FROM accounts_identitydocument d
             WHERE d.person_id = p.id AND d.status = 'active' ORDER BY d.kind LIMIT 1)
      FROM accounts_pairwisesubject s
      JOIN accounts_account a ON a.id = s.account_id
      JOIN accounts_account k ON k.id = coalesce(a.merged_into_id, a.id)
      JOIN accounts_person p ON p.id = k.person_id
     WHERE s.audience = %s AND s.subject = %s
"""
_TRACE: Final = (
    "INSERT INTO accounts_lookup (number_bi, answer, asked_by, unit_code, purpose, procedure_code, reference)"
    " VALUES (%s, 'FOUND', %s, %s, %s, %s, '') RETURNING id"
)


def show_name(*, subject: str, audience: str, procedure_code: str, asked_by: str, unit_code: str) -> str:
    """The full name of the account that ``audience`` knows by ``subject``; two statements. Raises NotFound.

    The trace and the line in the journal are one: neither is written without the other.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [audience, subject])
        found = cursor.fetchone()
    if found is None:
        raise NotFound
    account_id, full_name, number_bi = found
    said: dict[str, Any] = {
        "subject": f"account:{account_id}",
        "actor": asked_by,
        "unit_code": unit_code,
        "facts": {"procedure": procedure_code},
    }
    if number_bi is None:
        journal.record("accounts.name.shown", **said)
    else:
        trace = [marks.kept(marks.read(number_bi)), asked_by, unit_code, _PURPOSE, procedure_code]
        journal.record_with(_TRACE, trace, "accounts.name.shown", **said)
    return str(full_name)

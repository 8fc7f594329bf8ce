"""Chứng nhận phiên đăng nhập: to a desk where an owner is signed in, the portal vouches for who that is (SPEC 6)."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import connection

from motcua import journal
from motcua.accounts import check, identity
from motcua.accounts.check import Standing
from motcua.accounts.models import IdentityDocument
from motcua.kernel.person_name import PersonName
from motcua.kernel.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Attested:
    """Whoever is signed in under a session. ``receipt`` is a JWS for one audience and one purpose."""

    receipt: str = field(repr=False)
    subject: str
    standing: Standing
    full_name: str = field(repr=False)
    name_masked: str = field(repr=False)
    number: str = field(repr=False)
    last3: str = field(repr=False)
    organisation: bool
    mandate_id: int | None = None


# As sessions.visitor_of: by the database clock, and never a session that ended.
_IN_USE: Final = """
       AND s.seen_at > clock_timestamp()
           - CASE s.audience WHEN 'OFFICER' THEN interval '15 minutes' ELSE interval '30 minutes' END"""
_LIVE: Final = """
    SELECT a.id, a.public_id, a.under_review, p.full_name, p.kind, d.id, s.mandate_id,
           EXISTS (SELECT 1 FROM accounts_pairwisesubject x WHERE x.account_id = a.id AND x.audience = %s),
           accounts_own_ended(p.kind) AND NOT accounts_vneid_stands(a.id, p.kind)
      FROM accounts_session s
      JOIN accounts_account a ON a.id = s.account_id
      JOIN accounts_person p ON p.id = a.person_id
      JOIN accounts_identitydocument d ON d.person_id = p.id AND d.status = 'active'
     WHERE s.public_id = %s AND s.ended_at IS NULL
       AND (a.status = 'active' OR s.mandate_id IS NOT NULL AND a.status = 'pending_activation')
       AND s.created_at > clock_timestamp() - interval '12 hours'
       AND (s.mandate_id IS NULL OR accounts_mandate_stands(s.mandate_id, '',
                (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date))
       AND NOT accounts_waits_for_owner(a.id)
       {in_use}
     ORDER BY d.kind, d.id LIMIT 1
"""


def attest(
    *,
    session: uuid.UUID,
    subject: str,
    audience: str,
    purpose: str,
    now: datetime,
    journalled: bool,
    used_elsewhere: bool = False,
) -> Attested:
    """The owner behind a live session, if the desk knows them by ``subject``. Raises NotFound for every other case.

    ``used_elsewhere``: they are at work in another system, which judges for itself how long they may idle.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LIVE.format(in_use="" if used_elsewhere else _IN_USE), [audience, session])
        row = cursor.fetchone()
    if row is None or identity.subject_of(row[1], audience) != subject:
        raise NotFound
    account_id, _, under_review, full_name, kind, document_id, mandate_id, is_named, unlinked = row
    if not is_named:
        identity.name_by_id(account_id, subject, audience)
    document = IdentityDocument.objects.get(pk=document_id)
    standing = Standing.REVIEW if under_review else check.standing_of("active", unlinked=unlinked)
    if journalled:
        journal.record(
            "accounts.session.attested", subject=f"account:{account_id}", facts={"purpose": purpose}
        )
    organisation = kind == "ORGANISATION"
    return Attested(
        receipt=check.sign_receipt(
            audience=audience, subject=subject, purpose=purpose, standing=standing, now=now
        ),
        subject=subject,
        standing=standing,
        full_name=full_name,
        name_masked=full_name if organisation else PersonName.parse(full_name).masked,
        number=identity.number_of(document),
        last3=document.last3,
        organisation=organisation,
        mandate_id=mandate_id,
    )

"""Người đại diện của tổ chức, as the document shows one."""

from datetime import date, datetime
from uuid import UUID

from ninja import Schema

from motcua.accounts.organisations import Used


class RepresentativeAnswer(Schema):
    """Quyền đại diện còn hiệu lực tại thời điểm ``at``; ``words`` là dòng in trên giấy tiếp nhận."""

    mandate: UUID
    subject: str
    full_name: str
    words: str
    proof_on: date
    until: date | None
    scope: list[str]
    at: datetime


def representative_of(used: Used) -> RepresentativeAnswer:
    """The answer for a mandate that stood."""
    return RepresentativeAnswer(
        mandate=used.mandate,
        subject=used.representative_subject,
        full_name=used.full_name,
        words=used.words,
        proof_on=used.proof_on,
        until=used.until,
        scope=list(used.scope),
        at=used.at,
    )

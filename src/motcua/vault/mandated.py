"""Thay mặt tổ chức: whose word opens an organisation's vault, and for which procedure (threats C16).

An organisation says nothing by itself. What is lent of its papers is lent under a mandate that stood, for this very
procedure, when the portal was asked about whoever is at the counter: that answer is a row of its own
(``accounts.organisations.use_row``), and the database looks for it again when the consent is written.
"""

from dataclasses import dataclass
from uuid import UUID

from motcua.accounts import mandate_uses
from motcua.accounts.models import Account, Person
from motcua.kernel.refusal import Refusal


class MandateWanted(Refusal):
    code = "vault_mandate_wanted"
    status = 409
    message = (
        "Giấy tờ trong kho của tổ chức chỉ dùng được theo quyền đại diện còn hiệu lực cho thủ tục này. "
        "Đề nghị kiểm tra người đại diện của tổ chức ở thủ tục này, hoặc nhận bản giấy."
    )


@dataclass(frozen=True, slots=True)
class Under:
    """The mandate of whoever stands at the counter for an organisation, and what for."""

    mandate: UUID
    procedure_code: str


def require_covered(owner: Account, under: Under | None) -> None:
    """What is said of a mandate is true of this owner and procedure, and still stands. Raises MandateWanted."""
    if under is None:
        return
    if not mandate_uses.stands(owner, under.mandate, procedure_code=under.procedure_code):
        raise MandateWanted


def require_used(owner: Account, under: Under | None) -> None:
    """An organisation's paper is lent as somebody asked for it who might; a person's needs nobody else's word.

    The mandate may have ended since: what was agreed to while it stood is agreed to. Raises MandateWanted.
    """
    if owner.person.kind != Person.Kind.ORGANISATION:
        if under is not None:
            raise MandateWanted
        return
    if under is None or not mandate_uses.was_used(owner, under.mandate, procedure_code=under.procedure_code):
        raise MandateWanted

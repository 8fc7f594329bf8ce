"""Whoever is signed in in this browser, whichever system let them in."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from motcua.kernel.authority import Authority
from motcua.kernel.scope import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person with a session; of an officer also what they may do today at the unit they chose.

    ``authority`` is None for a citizen and for an officer without a post that counts. ``account_id`` is 0 at a desk
    that has no accounts of its own: there the person is known by ``subject`` only.
    """

    account_id: int
    session_id: int
    session_public_id: uuid.UUID
    subject: str
    audience: str
    unit_code: str
    display_name: str = field(repr=False)
    signed_in_at: datetime = field(repr=False)
    authority: Authority | None = field(repr=False, default=None)
    unit_name: str = ""
    #: Acts for the organisation whose account this is, under this mandate.
    mandate_id: int | None = None
    #: In which procedures: a mandate may be for some of them only.
    scope: Scope = EVERYTHING
    #: The account is an organisation's.
    organisation: bool = False
    #: What was proved besides the password, and whether that was within the last five minutes.
    factor: str = ""
    is_fresh: bool = False
    #: The phone of the account went to somebody else, or the owner said no to it, and no other has been bound since.
    phone_frozen: bool = False
    #: Who said who this is: the portal (DVCQG) or VNEID.
    provider: str = "DVCQG"

    @property
    def is_narrowed(self) -> bool:
        """Acts under a mandate for some procedures: vault, consents and the others' acts are not theirs to see."""
        return not self.scope.is_whole

    @property
    def is_officer(self) -> bool:
        return self.audience == "OFFICER"

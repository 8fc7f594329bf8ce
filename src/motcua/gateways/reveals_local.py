"""An owner's whole number or phone, in the same process."""

import hashlib

from django.conf import settings

from motcua.accounts import owner_reveals
from motcua.accounts.revealing import NothingToReveal, What
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_reveals import RevealRefused
from motcua.gateways import portal_line


class LocalReveals:
    """Implements ``desk.ports_reveals.OwnerReveals`` over the accounts room; the desk's journal is the portal's."""

    at_home = True

    def reveal(
        self, *, subject: str, dossier_code: str, what: str, asked_by: str, unit_code: str, key: str
    ) -> str:
        if not portal_line.line_is_up():
            raise PortalUnavailable
        try:
            shown = owner_reveals.reveal(
                subject=subject,
                audience=settings.DESK_ID,
                what=What(what),
                asked_by=asked_by,
                unit_code=unit_code,
                key=hashlib.sha256(key.encode()).hexdigest(),
            )
            return shown.text
        except NothingToReveal as nothing:
            raise RevealRefused from nothing

"""A text to the phone left at the desk: for dossiers whose owner the portal does not know yet."""

from motcua.desk import submission
from motcua.desk.models import Dossier
from motcua.kernel.phone import Phone
from motcua.outbox import sending


def tell(dossier: Dossier, text: str, purpose: str) -> None:
    """Once for each purpose, within the caller's transaction; nobody left a phone: nobody is told."""
    phone = submission.contact_of(dossier)["phone"]
    if phone:
        sending.enqueue(
            to=Phone.parse(phone),
            text=text,
            purpose=purpose,
            dedupe_key=f"{purpose}:{dossier.public_id}",
            unit_code=dossier.unit.code,
        )

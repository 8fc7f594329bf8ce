"""Đính chính: small mistakes of a reception put right, with a reason; never whose dossier it is, nor its code.

The history says which things were changed, not what they were; form 01 says on its next print that it is one.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from motcua.desk import moving, submission
from motcua.desk.models import Dossier, ReceptionCorrection
from motcua.desk.moving import OPEN, note, require_state
from motcua.desk.states import State
from motcua.desk.submission import Contact, Filer, PersonConcerned
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal

ResultWanted = Dossier.ResultWanted

#: What may be put right, as the history and the page name it.
FIELD_WORDS: Final[Mapping[str, str]] = {
    "contact": "liên hệ",
    "filer": "người nộp",
    "person": "người được giải quyết",
    "note": "ghi chú",
    "result_wanted": "cách nhận kết quả",
}


class NothingChanged(Refusal):
    code = "nothing_to_correct"
    message = "Chưa có nội dung nào khác với hồ sơ đã tiếp nhận. Đề nghị ông/bà sửa nội dung sai rồi bấm “Đính chính”."


@dataclass(frozen=True, slots=True)
class Correction:
    """The reception form's small parts, as they should have been."""

    contact: Contact
    filer: Filer
    person: PersonConcerned
    result_wanted: ResultWanted
    note: str = field(repr=False)


def dossier_to_correct(authority: Authority, dossier_id: uuid.UUID) -> Dossier:
    """A dossier received at this officer's unit and not closed. Raises NotFound, NotInThisState."""
    authority.require(Power.RECEIVE_DOSSIER)
    with moving.locked(authority, dossier_id) as dossier:
        _require_correctable(dossier, authority)
        return dossier


def may_correct(dossier: Dossier, authority: Authority) -> bool:
    """For showing the link; ``correct`` decides."""
    return (
        authority.may(Power.RECEIVE_DOSSIER)
        and not moving.is_own(dossier, authority.subject)
        and authority.works_for(dossier.unit_id)
        and State(dossier.state) in OPEN | {State.DONE}
    )


def correct(
    *, authority: Authority, dossier_id: uuid.UUID, correction: Correction, reason: str
) -> ReceptionCorrection:
    """Write the right words over the wrong ones, and who did it and why beside them.

    Raises NothingChanged, ReasonWanted, NotInThisState, OwnDossier, NotFound, NotAuthorised.
    """
    authority.require(Power.RECEIVE_DOSSIER)
    with moving.locked(authority, dossier_id) as dossier:
        _require_correctable(dossier, authority)
        columns = _columns(dossier, correction)
        changed = _changed(dossier, correction, columns)
        if not changed:
            raise NothingChanged
        row = ReceptionCorrection.objects.create(
            dossier=dossier,
            nth=ReceptionCorrection.objects.filter(dossier=dossier).count() + 1,
            by=authority.subject,
            by_name=moving.name_of(authority),
            fields=changed,
            reason=moving.reason_of(reason),
        )
        Dossier.objects.filter(pk=dossier.pk).update(version=dossier.version + 1, **columns)
        dossier.refresh_from_db()
        words = ", ".join(FIELD_WORDS[name] for name in changed)
        note(
            dossier,
            "corrected",
            f"Đính chính thông tin tiếp nhận: {words}.",
            by=authority.subject,
            unit_code=authority.unit_code,
            from_state=dossier.state,
            fields=changed,
        )
        return row


def _require_correctable(dossier: Dossier, authority: Authority) -> None:
    if not authority.works_for(dossier.unit_id):
        raise NotFound
    require_state(dossier, *OPEN, State.DONE)


def _columns(dossier: Dossier, correction: Correction) -> dict[str, object]:
    filer, person = correction.filer, correction.person
    return {
        "filer_name": plain_text.clean(filer.name, max_length=120),
        "filer_relation": plain_text.clean(filer.relation, max_length=120),
        "filer_proof": plain_text.clean(filer.proof, max_length=300),
        "person_name": plain_text.clean(person.name, max_length=120),
        "person_born": plain_text.clean(person.born, max_length=20),
        "person_relation": plain_text.clean(person.relation, max_length=120),
        "note": plain_text.clean(correction.note, max_length=1000, lines=True),
        "result_wanted": correction.result_wanted.value,
        **_contact_columns(dossier, correction.contact),
    }


def _contact_columns(dossier: Dossier, contact: Contact) -> dict[str, object]:
    """Sealed anew only when it says something else: each sealing looks different."""
    if submission.contact_words(contact) == submission.contact_of(dossier):
        return {}
    return {
        "contact_sealed": submission.seal_contact(contact, dossier.public_id),
        "contact_phone_bi": submission.phone_fingerprint(contact.phone) if contact.phone else None,
    }


def _changed(dossier: Dossier, correction: Correction, columns: Mapping[str, object]) -> list[str]:
    """Which of FIELD_WORDS."""
    different = {name for name, value in columns.items() if getattr(dossier, name) != value}
    return [name for name in FIELD_WORDS if any(column.startswith(name) for column in different)]

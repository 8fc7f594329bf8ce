"""The portal of a training world: it falls silent about the one person whose task is about a silent portal."""

from motcua.desk.ports import Answer, Unknown
from motcua.gateways.portal_local import LocalPortal
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.tax_code import TaxCode
from motcua.training import silence


class TrainingPortal(LocalPortal):
    """As the portal in the same process; other trainees notice nothing of the silence."""

    def check(
        self,
        *,
        number: CitizenId | TaxCode,
        old_number: CitizenId | None,
        purpose: str,
        asked_by: str,
        unit_code: str,
        reference: str,
    ) -> Answer:
        if isinstance(number, CitizenId) and silence.is_about(number):
            return Unknown("no_answer")
        return super().check(
            number=number,
            old_number=old_number,
            purpose=purpose,
            asked_by=asked_by,
            unit_code=unit_code,
            reference=reference,
        )

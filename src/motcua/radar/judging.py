"""Kết luận: a head says what a line was; it is added, never changed, and nobody judges the own work."""

import uuid

from django.db import IntegrityError, transaction

from motcua import journal
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal
from motcua.radar import reading
from motcua.radar.models import Judgement, Sighting


class OwnWork(Refusal):
    code = "radar_own_work"
    status = 403
    message = "Ông/bà không kết luận về công việc của chính mình được. Dòng này do đơn vị cấp trên xem xét."


class JudgedMeanwhile(Refusal):
    code = "radar_judged_meanwhile"
    status = 409
    message = "Người khác vừa ghi kết luận cho dòng này. Đề nghị ông/bà tải lại trang để xem."


class JudgementReasonMissing(Refusal):
    code = "radar_reason_missing"
    message = "Đề nghị ghi rõ lý do từ 10 ký tự, ví dụ: đã đối chiếu giấy đề nghị, công dân cùng gia đình."


def judge(*, authority: Authority, public_id: uuid.UUID, outcome: str, reason: str, seen: int) -> None:
    """``seen``: how many judgements the page showed.

    Raises NotFound, OwnWork, JudgementReasonMissing, JudgedMeanwhile.
    """
    authority.require(Power.APPROVE_EXCEPTION)
    about = Sighting.objects.filter(public_id=public_id).first()
    if about is not None and about.officer_subject == authority.subject:
        raise OwnWork
    row = reading.one(authority, public_id).row
    words = plain_text.clean(reason, max_length=500, lines=True)
    if len(words) < 10:
        raise JudgementReasonMissing
    try:
        with transaction.atomic():
            Judgement.objects.create(
                sighting=row,
                nth=seen + 1,
                outcome=Judgement.Outcome(outcome),
                reason=words,
                by_subject=authority.subject,
                unit_code=authority.unit_code,
            )
            journal.record(
                "radar.sighting.judged",
                subject=f"sighting:{row.public_id}",
                actor=authority.subject,
                unit_code=authority.unit_code,
                facts={"outcome": outcome, "kind": str(row.kind)},
            )
    except IntegrityError as no:
        if not _was_second(no):
            raise
        raise JudgedMeanwhile from None


def _was_second(no: IntegrityError) -> bool:
    rule = getattr(getattr(no.__cause__, "diag", None), "constraint_name", None)
    return rule in {"judgement_in_turn", "judgement_is_the_next"}

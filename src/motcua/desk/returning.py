"""Trả kết quả: to the owner or whoever proves the right, at the desk, by post or in the vault (NĐ 61/2018, điều 20)."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from motcua.desk import deliveries, dossiers, moving
from motcua.desk.models import Charge, Dossier, HandOut, Rating
from motcua.desk.moving import move, note, require_state
from motcua.desk.records import OWED
from motcua.desk.states import State
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.scope import EVERYTHING, Scope


class StillToPay(Refusal):
    code = "still_to_pay"
    status = 409
    message = "Hồ sơ còn phí, lệ phí chưa nộp. Đề nghị ông/bà thu tiền và in biên lai trước khi trả kết quả."


class ProofWanted(Refusal):
    code = "proof_wanted"
    message = "Người nhận thay phải có giấy ủy quyền hoặc giấy tờ chứng minh quan hệ. Đề nghị ông/bà ghi rõ giấy tờ đó."


class TrackingWanted(Refusal):
    code = "tracking_number_wanted"
    message = "Trả qua bưu chính phải ghi số hiệu bưu gửi, để người dân theo dõi được."


class NotRateable(Refusal):
    code = "not_rateable"
    status = 409
    message = "Hồ sơ này đã được đánh giá hoặc chưa trả kết quả. Cảm ơn ông/bà."


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes it. ``relation`` is empty for the owner; else ``proof`` names the paper."""

    name: str = field(repr=False)
    relation: str = ""
    proof: str = field(default="", repr=False)


def hand_out(
    *,
    authority: Authority,
    dossier_id: uuid.UUID,
    taker: Taker,
    how: HandOut.How = HandOut.How.AT_DESK,
    tracking_number: str = "",
    now: datetime,
) -> Dossier:
    """Once. The owner is told, and sees the result in the vault from now on.

    Raises StillToPay, ProofWanted, TrackingWanted, NotInThisState, NotFound, NotAuthorised.
    """
    authority.require(Power.HAND_OUT)
    if taker.relation.strip() and not taker.proof.strip():
        raise ProofWanted
    if how == HandOut.How.POST and not tracking_number.strip():
        raise TrackingWanted
    with moving.locked(authority, dossier_id) as dossier:
        require_state(dossier, State.DONE)
        moving.require_received_here(dossier, authority)
        if not taker.relation.strip() and taker.name and fold(taker.name) != fold(dossier.owner_name):
            raise ProofWanted
        if Charge.objects.filter(OWED, dossier=dossier).exists():
            raise StillToPay
        HandOut.objects.create(
            dossier=dossier,
            how=how,
            by=authority.subject,
            by_name=moving.name_of(authority),
            to_name=plain_text.clean(taker.name, max_length=120)
            if taker.relation.strip()
            else dossier.owner_name,
            to_relation=plain_text.clean(taker.relation, max_length=120),
            to_proof=plain_text.clean(taker.proof, max_length=300),
            tracking_number=plain_text.clean(tracking_number, max_length=40)
            if how == HandOut.How.POST
            else "",
        )
        came_from = move(dossier, State.RETURNED)
        note(
            dossier,
            "returned",
            f"Trả kết quả: {HandOut.How(how).label}.",
            by=authority.subject,
            unit_code=authority.unit_code,
            from_state=came_from,
        )
        deliveries.promise_shown(dossier, authority.subject)
        deliveries.promise_moved(dossier, "result_handed_out")
        return dossier


def rate(
    *, subject: str, dossier_id: uuid.UUID, stars: int, words: str = "", within: Scope = EVERYTHING
) -> Rating:
    """The owner's own judgement, once, after the result. Raises NotRateable, NotFound."""
    if not 1 <= stars <= 5:
        raise NotRateable
    dossier = dossiers.of_owner(subject, within).filter(public_id=dossier_id).first()
    if dossier is None:
        raise NotFound
    if dossier.state != State.RETURNED or Rating.objects.filter(dossier=dossier).exists():
        raise NotRateable
    text = plain_text.clean(words, max_length=1000, lines=True)
    with moving.once(NotRateable):
        return Rating.objects.create(dossier=dossier, stars=stars, words=text)

"""Tiếp nhận hồ sơ trực tuyến: an officer of the unit looks at what was filed and takes it in, or says why not."""

import uuid
from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from motcua.desk import deadlines, deliveries, dossiers, moving, numbering, private_matters
from motcua.desk.dossiers import Page, Search
from motcua.desk.models import Dossier
from motcua.desk.moving import move, note, require_state
from motcua.desk.ports import AccountRegistry
from motcua.desk.states import State
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal

ACCEPTED_WORDS = "Tiếp nhận hồ sơ nộp trực tuyến."


class OwnerNoLongerUsable(Refusal):
    code = "online_owner_not_usable"
    status = 409
    message = (
        "Tài khoản của chủ hồ sơ đã bị khóa, đóng hoặc đang chờ xác minh sau khi nộp nên chưa tiếp nhận được. "
        "Đề nghị liên hệ chủ hồ sơ; hồ sơ vẫn nằm trong danh sách chờ."
    )


def waiting(authority: Authority, search: Search, *, cursor: str | None, now: datetime, limit: int) -> Page:
    """What was filed online with this unit and waits for an answer; one query."""
    authority.require(Power.RECEIVE_DOSSIER)
    # An inspector looks at the units below; whoever receives, receives here.
    here = replace(authority, powers=authority.powers - {Power.INSPECT})
    return dossiers.list_for_officer(
        here, replace(search, states=(State.NEW,)), cursor=cursor, now=now, limit=limit
    )


def filed(authority: Authority, dossier_id: uuid.UUID) -> Dossier:
    """One of them with its papers. Raises NotFound for every other dossier."""
    authority.require(Power.RECEIVE_DOSSIER)
    dossier = dossiers.dossier_for_officer(authority, dossier_id)
    if dossier.channel != Dossier.Channel.ONLINE or not authority.works_for(dossier.unit_id):
        raise NotFound
    return dossier


def accept(
    *, authority: Authority, dossier_id: uuid.UUID, registry: AccountRegistry, now: datetime
) -> Dossier:
    """The code is drawn and the online term begins now; the owner is told; the papers go to the owner's vault.

    Accepting twice is accepting once. Raises OwnDossier, OwnerNoLongerUsable, NotByThisOfficer, NotInThisState,
    NotFound, NotAuthorised, NumbersUsedUp (it goes on waiting), DeskRule.
    """
    seen = filed(authority, dossier_id)
    if seen.received_by == authority.subject:
        return seen
    moving.refuse_own(seen, authority)
    # The filing was proved by the owner's session; whether the account still stands is asked anew (T-33). A portal
    # that is silent now does not undo what it signed then.
    if registry.still_usable(subject=seen.owner_subject) is False:
        raise OwnerNoLongerUsable
    private_matters.require_colleague(authority, seen.owner_subject, on=timezone.localdate(now))
    with moving.locked(authority, dossier_id) as dossier:
        if dossier.received_by == authority.subject:
            return dossier
        require_state(dossier, State.NEW)
        due = deadlines.due_at(dossier.procedure, now, unit_id=dossier.unit_id, online=True)
        came_from = move(
            dossier,
            State.RECEIVED,
            code=numbering.draw_code(dossier.unit_id, now),
            received_at=now,
            received_by=authority.subject,
            received_by_name=moving.name_of(authority),
            due_at=due,
            due_words=deadlines.due_words(due),
        )
        note(
            dossier,
            "received",
            ACCEPTED_WORDS,
            by=authority.subject,
            unit_code=authority.unit_code,
            from_state=came_from,
        )
        deliveries.promise_received(dossier, list(dossier.components.all()))
        return dossier

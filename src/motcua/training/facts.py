"""What happened in one attempt, as named facts. Each is read from what the rooms hold, never from a click."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from motcua.accounts import practice as at_the_portal
from motcua.accounts.founding import AlreadyHasAccount, StaffPhone
from motcua.accounts.practice import Became, Request
from motcua.desk import practice as at_the_desk
from motcua.desk.practice import AtTheDesk
from motcua.kernel.phone import Phone
from motcua.training import invented
from motcua.training.models import Attempt
from motcua.training.tasks import Task

_PROVED: Final = frozenset({"PHONE_PROVED", "MATCHED", "MISMATCH", "EXISTS", "DONE"})
_FROM_VAULT, _NOT_HANDED_IN = "VAULT", "NONE"


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything an attempt is judged by; ``spoken`` is about the number that the citizen misremembered."""

    task: Task
    officer: str
    colleague: str
    became: Became
    desk: AtTheDesk
    codes: int
    spoken: bool
    own_asked: bool
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def requests(self) -> list[Request]:
        return [each for each in self.became.requests if each.officer == self.officer]


def scene_of(attempt: Attempt, task: Task) -> Scene:
    """Read now; the trainee's own desk and people only."""
    trainee, since = attempt.trainee, attempt.begun_at
    owner = invented.citizen(attempt.pk, 0)
    return Scene(
        task=task,
        officer=trainee.subject,
        colleague=trainee.colleague_subject,
        became=at_the_portal.became(owner.data, since=since),
        desk=at_the_desk.seen(trainee.unit_code, owner.data.citizen_id, since=since),
        codes=at_the_portal.codes_sent(owner_phone(attempt.pk, task), since=since),
        spoken=task.misremembers and _was_taken_by_word(attempt),
        own_asked=at_the_desk.asked_about_own_account(trainee.subject, since=since),
        answers=attempt.answers,
    )


def owner_phone(attempt: int, task: Task) -> Phone:
    """The phone that the owner brings: the own one, or somebody's of the family."""
    _, _, part = task.people[0].brings.partition("of:")
    return invented.citizen(attempt, int(part or 0)).data.phone


def holds(name: str, scene: Scene) -> bool:
    """Raises KeyError for a fact that nobody knows: a mistake in the file of tasks."""
    kind, _, question = name.partition(":")
    if kind == "answer":
        right = {each.code: each.right for each in scene.task.questions}
        return scene.answers.get(question) == right[question]
    return FACTS[name](scene)


def _was_taken_by_word(attempt: Attempt) -> bool:
    said, since = invented.misremembered(attempt.pk), attempt.begun_at
    if at_the_desk.seen(attempt.trainee.unit_code, said.citizen_id, since=since).answers:
        return True
    became = at_the_portal.became(said, since=since)
    return bool(became.registered or became.requests or became.looked_up_by)


def _created(scene: Scene) -> list[Request]:
    return [each for each in scene.requests if each.status == "created"]


def _comes_after(scene: Scene) -> bool:
    answers = list(scene.desk.answers)
    return "NOT_FOUND" in answers and "FOUND" in answers[answers.index("NOT_FOUND") :]


def _components(scene: Scene) -> list[str]:
    """How the papers came that the vault has."""
    return [
        how
        for dossier in scene.desk.dossiers
        for type_code, how in dossier.components
        if type_code in scene.task.vault
    ]


FACTS: Final[Mapping[str, Callable[[Scene], bool]]] = {
    "phone_proved": lambda scene: bool(scene.became.registered & _PROVED),
    "opened_self": lambda scene: scene.became.opened == "SELF",
    "mismatch_met": lambda scene: "MISMATCH" in scene.became.registered,
    "exists_met": lambda scene: "EXISTS" in scene.became.registered,
    "code_resent": lambda scene: scene.codes >= 2,
    "found": lambda scene: "FOUND" in scene.desk.answers,
    "not_found_first": lambda scene: list(scene.desk.answers)[:1] == ["NOT_FOUND"],
    "found_after": _comes_after,
    "unknown_met": lambda scene: "UNKNOWN" in scene.desk.answers,
    "locked_met": lambda scene: "LOCKED" in scene.desk.statuses,
    "received": lambda scene: any(
        each.code and not each.provisional and each.received_by == scene.officer
        for each in scene.desk.dossiers
    ),
    "provisional": lambda scene: any(each.provisional for each in scene.desk.dossiers),
    "any_dossier": lambda scene: bool(scene.desk.dossiers),
    "from_vault": lambda scene: _FROM_VAULT in _components(scene),
    "asked_again": lambda scene: bool(set(_components(scene)) - {_FROM_VAULT, _NOT_HANDED_IN}),
    "checked_spoken": lambda scene: scene.spoken,
    "own_refused": lambda scene: scene.own_asked,
    "assisted": lambda scene: bool(scene.requests),
    "looked_up": lambda scene: scene.officer in scene.became.looked_up_by,
    "scan_matches": lambda scene: any(each.scan_qr == "SAME" for each in scene.requests),
    "printed": lambda scene: any(each.printed for each in scene.requests),
    "signed": lambda scene: any(each.signed for each in scene.requests),
    "opened_assisted": lambda scene: (
        scene.became.opened == "ASSISTED" and scene.became.opened_by == scene.officer
    ),
    "wrong_data": lambda scene: any(not each.name_as_on_card for each in _created(scene)),
    "staff_phone_refused": lambda scene: any(each.refused_code == StaffPhone.code for each in scene.requests),
    "account_exists_pressed": lambda scene: any(
        each.refused_code == AlreadyHasAccount.code for each in scene.requests
    ),
    "shared_asked": lambda scene: any(each.shared_asked for each in scene.requests),
    "shared_approved": lambda scene: any(
        each.shared_approved_by == scene.colleague for each in scene.requests
    ),
}

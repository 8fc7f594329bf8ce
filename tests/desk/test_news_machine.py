"""News of a dossier that began in silence or on-line, through the real portal: each change of state told once by
each channel its owner chose, and nothing told twice, however often the line breaks (issue 3: Life, Notices).
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.conf import settings as project
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.accounts import people
from tests.desk import lives, town
from tests.desk.filings import Citizen
from tests.desk.lives import House
from tests.desk.town import a_form

from motcua.accounts import emails, identity, sessions
from motcua.accounts.models import Account, NoticeChoice, PhoneBinding
from motcua.desk import filing_acceptance, filing_life, handling, notices, promises, provisional
from motcua.desk.models import Dossier, DossierEvent
from motcua.desk.notices import Item
from motcua.desk.ports import PortalUnavailable, Unknown
from motcua.desk.states import State
from motcua.desk.submission import Contact
from motcua.gateways.portal_local import LocalPortal
from motcua.gateways.vault_local import LocalVault
from motcua.journal.models import Event
from motcua.kernel.authority import Authority
from motcua.kernel.email_address import EmailAddress
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal
from motcua.outbox import errands
from motcua.outbox.models import Errand, Letter, Message

#: The owner's channels → by SMS, by e-mail.
CHANNELS = {"SMS": (1, 0), "EMAIL": (0, 1), "BOTH": (1, 1), "NONE": (0, 0)}
BEGINNINGS = ("PROVISIONAL", "NEW")
#: Texts to the phone that was left at the desk; the owner is not known yet.
AT_THE_DESK = ("provisional", "account_wanted", "provisional_closed", "provisional_confirmed")


class Wire(LocalPortal):
    """The real portal behind a line that breaks."""

    down = False

    def check(self, **asked: Any) -> Any:
        return Unknown("line_down") if self.down else super().check(**asked)

    def owner_card(self, **asked: Any) -> Any:
        self._speak()
        return super().owner_card(**asked)

    def tell(self, **told: Any) -> None:
        self._speak()
        super().tell(**told)

    def _speak(self) -> None:
        if self.down:
            raise PortalUnavailable


@dataclass
class Owner:
    """Somebody with an account, reached as they chose; without one yet when ``account`` is None."""

    number: str
    account: Account | None
    left_a_phone: bool


def owner(channels: str, *, has_account: bool = True, left_a_phone: bool = True) -> Owner:
    data = people.data()
    if not has_account:
        return Owner(data.citizen_id.value, None, left_a_phone)
    account = people.account(data)
    if channels in ("EMAIL", "BOTH"):
        emails._bind(account, EmailAddress.parse(f"chu{account.pk}@example.vn"))
        NoticeChoice.objects.create(account=account, channels=channels, words="thử")
    if channels == "NONE":
        account.phones.update(status=PhoneBinding.Status.FROZEN)
    return Owner(data.citizen_id.value, account, left_a_phone)


class OnLine(Citizen):
    """The citizen of ``filings`` with a session of the real portal."""

    def __init__(self, hall: town.Town, account: Account) -> None:
        self.town = hall
        _, session = sessions.begin(account, audience="CITIZEN", device="d" * 32, device_words="Chrome")
        self.session = session.public_id
        self.subject = identity.name_to(account, project.DESK_ID).subject


class News(RuleBasedStateMachine):
    """One dossier from its first moment; ``seen`` counts what went through."""

    house: ClassVar[House]
    receiver: ClassVar[Authority]
    wire: ClassVar[Wire]
    seen: ClassVar[Counter[str]]

    @initialize(
        channels=st.sampled_from(sorted(CHANNELS)),
        beginning=st.sampled_from(BEGINNINGS),
        has_account=st.sampled_from([True, True, False]),
        left_a_phone=st.booleans(),
    )
    def begin(self, channels: str, beginning: str, has_account: bool, left_a_phone: bool) -> None:
        Errand.objects.filter(state=Errand.State.WAITING).update(
            state=Errand.State.DONE, done_at=timezone.now()
        )
        self.wire.down = False
        self.channels, self.beginning = channels, beginning
        self.owner = owner(channels, has_account=has_account or beginning == "NEW", left_a_phone=left_a_phone)
        self.told_before = self._all_told()
        self.dossier = self._provisional() if beginning == "PROVISIONAL" else self._filed()

    def _provisional(self) -> Dossier:
        hall = self.house.town
        self.wire.down = True
        draft = hall.choose(hall.check(self.owner.number).public_id)
        contact = Contact(phone=Phone.parse("0900000011") if self.owner.left_a_phone else None)
        return provisional.receive_provisionally(
            authority=hall.authority,
            check_id=draft.check_id,
            owner_name="Nguyễn Văn Mẫu",
            form=a_form(contact=contact),
            now=timezone.now(),
        )

    def _filed(self) -> Dossier:
        assert self.owner.account is not None
        citizen = OnLine(self.house.town, self.owner.account)
        draft = citizen.begin()
        citizen.attach(draft)
        return citizen.send(draft, vault=LocalVault())

    # -- acts ----------------------------------------------------------------------------------------

    def attempt(self, name: str, act: Callable[..., object], **more: object) -> None:
        try:
            act(dossier_id=self.dossier.public_id, now=timezone.now(), **more)
        except Refusal as no:
            assert no.text.endswith("."), no.code
        else:
            self.seen[name] += 1

    @rule()
    def the_line_breaks(self) -> None:
        self.wire.down = True

    @rule()
    def the_line_is_mended(self) -> None:
        self.wire.down = False

    @rule()
    def the_worker_runs(self) -> None:
        Errand.objects.filter(state=Errand.State.WAITING).update(
            not_before=timezone.now() - timedelta(hours=1)
        )
        handlers = promises.handlers(registry=self.wire, vault=LocalVault())
        while errands.run_due(handlers, limit=50):
            pass

    @rule()
    def the_worker_runs_again_what_it_did(self) -> None:
        """As after a crash between telling and writing down that it was told."""
        Errand.objects.filter(kind="desk.tell", data__dossier=str(self.dossier.public_id)).update(
            state=Errand.State.WAITING, done_at=None
        )
        self.the_worker_runs()

    @rule(days=st.sampled_from([0, 1, 20]))
    def somebody_asks_the_portal_again(self, days: int) -> None:
        if self.beginning == "PROVISIONAL":
            now = timezone.now() + timedelta(days=days)
            came_to = provisional.recheck(dossier_id=self.dossier.public_id, registry=self.wire, now=now)
            self.seen[f"recheck_{came_to.name}"] += 1

    @rule()
    def the_owner_gets_an_account(self) -> None:
        """Assisted at the desk; from then on the portal finds them."""
        if self.owner.account is None:
            data = people.data(number=self.owner.number)
            self.owner.account = people.account(data)
            self.channels = "SMS"

    @rule()
    def accept(self) -> None:
        self.attempt("accept", filing_acceptance.accept, authority=self.house.giver, registry=self.wire)

    @rule(luck=st.integers(0, 1))
    def refuse(self, luck: int) -> None:
        if luck == 0:
            self.attempt(
                "refuse", notices.refuse, authority=self.house.giver, reason="Không thuộc thẩm quyền"
            )

    @rule(luck=st.integers(0, 3))
    def the_owner_withdraws(self, luck: int) -> None:
        if luck == 0 and self.beginning == "NEW" and self.owner.account is not None:
            subject = identity.name_to(self.owner.account, project.DESK_ID).subject
            self.attempt("withdraw", filing_life.withdraw, subject=subject, reason="Nộp nhầm")

    @rule()
    def hand_over(self) -> None:
        for holder in (self.house.town.authority, self.house.giver, self.house.specialist):
            self.attempt("hand_over", handling.hand_over, authority=holder)

    @rule()
    def take_on(self) -> None:
        self.attempt("take_on", handling.accept, authority=self.house.specialist)

    @rule()
    def ask_for_papers(self) -> None:
        self.attempt(
            "ask_for_papers",
            notices.ask_supplement,
            authority=self.house.specialist,
            items=[Item("Đơn đề nghị", "thiếu chữ ký")],
            reason="Hồ sơ chưa hợp lệ",
            answer_by=None,
        )

    # -- what holds -----------------------------------------------------------------------------------

    @invariant()
    def each_change_of_state_is_told_once_by_each_channel(self) -> None:
        """What is owed is told as soon as the line is up: the worker runs until nothing is left."""
        if self.wire.down:
            return
        self.the_worker_runs()
        expected = self._changes_the_owner_hears_of()
        by_sms, by_mail = CHANNELS[self.channels]
        sms, mail, nobody = self._told_of_this()
        assert (sms, mail) == (expected * by_sms, expected * by_mail), (self.channels, self._history())
        assert nobody == (expected if self.channels == "NONE" else 0), (self.channels, self._history())

    @invariant()
    def the_phone_left_at_the_desk_hears_of_the_beginning_and_the_end_once(self) -> None:
        texts = Counter(
            Message.objects.filter(
                purpose__in=AT_THE_DESK, dedupe_key__endswith=f":{self.dossier.public_id}"
            ).values_list("purpose", flat=True)
        )
        if self.beginning == "NEW" or not self.owner.left_a_phone:
            assert not texts
            return
        kinds = [kind for kind, _, _ in self._history()]
        assert texts["provisional"] == 1
        assert texts["provisional_closed"] == kinds.count("closed") <= 1
        assert texts["provisional_confirmed"] == kinds.count("confirmed") <= 1
        assert texts["account_wanted"] <= 1

    def _changes_the_owner_hears_of(self) -> int:
        """From the moment the owner is known: at once on-line, with the confirmation after silence."""
        history = self._history()
        if self.beginning == "PROVISIONAL":
            known = [n for n, (kind, _, _) in enumerate(history) if kind == "confirmed"]
            if not known:
                return 0
            history = history[known[0] :]
        states = [State(to) for _, _, to in history]
        return 1 + sum(before != after for before, after in pairwise(states))

    def _history(self) -> list[tuple[str, str, str]]:
        return list(
            DossierEvent.objects.filter(dossier=self.dossier)
            .order_by("id")
            .values_list("kind", "from_state", "to_state")
        )

    def _all_told(self) -> tuple[int, int, int]:
        return (
            Message.objects.filter(dedupe_key__startswith="tell:").count(),
            Letter.objects.filter(dedupe_key__startswith="tell:").count(),
            # One line may be written again after a crash; it names its notice, so it is counted once.
            Event.objects.filter(event="accounts.owner.not_reached")
            .values("facts__notice")
            .distinct()
            .count(),
        )

    def _told_of_this(self) -> tuple[int, int, int]:
        """Nobody else's dossier moves meanwhile."""
        sms, mail, nobody = self._all_told()
        return sms - self.told_before[0], mail - self.told_before[1], nobody - self.told_before[2]


def furnish(folder: Path) -> None:
    hall = town.town(folder)
    News.wire = Wire()
    hall.portal = News.wire  # type: ignore[assignment]
    News.house, News.seen = lives.house(hall), Counter()


def straight_through(channels: str) -> None:
    """Each act where it is allowed, so that none is only ever refused; the same invariants hold after each."""
    for beginning, account, acts in (
        ("NEW", True, ("accept", "hand_over", "take_on", "ask_for_papers")),
        ("PROVISIONAL", True, ("somebody_asks_the_portal_again", "hand_over", "take_on")),
        ("PROVISIONAL", False, ("somebody_asks_the_portal_again",)),
    ):
        life = News()
        life.begin(channels, beginning, account, True)
        if beginning == "PROVISIONAL":
            life.somebody_asks_the_portal_again(0)
            life.the_line_is_mended()
        for act in acts:
            getattr(life, act)(**({"days": 0} if act == "somebody_asks_the_portal_again" else {}))
            life.each_change_of_state_is_told_once_by_each_channel()
            life.the_phone_left_at_the_desk_hears_of_the_beginning_and_the_end_once()
        if not account:
            life.somebody_asks_the_portal_again(20)  # ten working days are over
            life.the_phone_left_at_the_desk_hears_of_the_beginning_and_the_end_once()
        life.the_worker_runs_again_what_it_did()
        life.each_change_of_state_is_told_once_by_each_channel()


@pytest.mark.parametrize("channels", sorted(CHANNELS))
def test_an_online_filing_and_its_end_are_told_by_the_owners_channels(
    transactional_db: None, tmp_path: Path, channels: str
) -> None:
    furnish(tmp_path)
    for end in ("accept", "refuse", "the_owner_withdraws"):
        life = News()
        life.begin(channels, "NEW", True, True)
        life.each_change_of_state_is_told_once_by_each_channel()
        getattr(life, end)(**({} if end == "accept" else {"luck": 0}))
        life.the_worker_runs_again_what_it_did()
        life.each_change_of_state_is_told_once_by_each_channel()
        assert life._changes_the_owner_hears_of() == 2


@pytest.mark.parametrize("channels", sorted(CHANNELS))
def test_a_provisional_reception_and_its_end_are_told_once(
    transactional_db: None, tmp_path: Path, channels: str
) -> None:
    furnish(tmp_path)
    for has_account, days in ((True, 0), (False, 20)):
        life = News()
        life.begin(channels, "PROVISIONAL", has_account, True)
        life.the_worker_runs()
        life.the_line_is_mended()
        life.somebody_asks_the_portal_again(days)
        life.each_change_of_state_is_told_once_by_each_channel()
        life.the_phone_left_at_the_desk_hears_of_the_beginning_and_the_end_once()
        assert life._changes_the_owner_hears_of() == (1 if has_account else 0)


def test_however_a_beginning_goes_on_nothing_is_told_twice_or_never(
    transactional_db: None, tmp_path: Path
) -> None:
    furnish(tmp_path)
    for channels in sorted(CHANNELS):
        straight_through(channels)
    run_state_machine_as_test(
        News,
        settings=settings(
            max_examples=24,
            stateful_step_count=12,
            phases=[Phase.explicit, Phase.generate],
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    wanted = {
        "accept", "refuse", "withdraw", "hand_over", "take_on", "recheck_CONFIRMED", "recheck_NOT_FOUND",
        "recheck_CLOSED", "recheck_UNKNOWN",
    }  # fmt: skip
    assert wanted <= set(News.seen), f"never done: {wanted - set(News.seen)}"


@pytest.mark.parametrize("channels", ["SMS", "BOTH"])
def test_the_same_look_finds_a_notice_too_many_and_one_too_few(
    transactional_db: None, tmp_path: Path, channels: str
) -> None:
    """Seen red."""
    furnish(tmp_path)
    life = News()
    life.begin(channels, "NEW", True, True)
    life.each_change_of_state_is_told_once_by_each_channel()
    life.told_before = (life.told_before[0] + 1, *life.told_before[1:])
    with pytest.raises(AssertionError):
        life.each_change_of_state_is_told_once_by_each_channel()

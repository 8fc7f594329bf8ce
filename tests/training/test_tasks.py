"""Each task done rightly gives all its points, and each mistake costs what the file says."""

from collections.abc import Callable, Mapping
from contextlib import suppress

import pytest

from motcua.accounts import creation
from motcua.accounts.founding import AlreadyHasAccount, StaffPhone
from motcua.accounts.sealed_data import PersonData
from motcua.desk.answers import OwnerNotReceivable
from motcua.kernel.authority import Authority
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound, Refusal
from motcua.training import courses, facts, invented, judging, tasks, working
from motcua.training.models import Attempt
from tests.training.courses import a_course, seat
from tests.training.outside import PhonesInMemory
from tests.training.solving import Solver

Act = Callable[[Solver], object]


def refused(no: type[Refusal], act: Callable[[], object]) -> None:
    with pytest.raises(no):
        act()


def own_number(solver: Solver) -> CitizenId:
    return invented.officer(solver.course.pk, solver.nth).data.citizen_id


def own_phone(solver: Solver) -> Phone:
    return invented.officer(solver.course.pk, solver.nth).data.phone


def nobody_had_one(solver: Solver) -> None:
    solver.check()
    solver.register()
    solver.receive()


def at_the_desk(solver: Solver) -> None:
    solver.look_up()
    solver.create(solver.request())


def without_the_own_account(solver: Solver) -> None:
    solver.check(own_number(solver))
    solver.receive()


def not_with_my_phone(solver: Solver) -> None:
    refused(StaffPhone, lambda: solver.request(own_phone(solver)))
    solver.create(solver.request())


def with_a_colleague(solver: Solver) -> None:
    application = solver.request()
    creation.request_shared_phone(
        authority=solver.me, application=application, reason="Hai mẹ con dùng chung một điện thoại."
    )
    waiting = solver.again(application)
    refused(Refusal, lambda: creation.approve_shared_phone(authority=solver.me, application=waiting))
    creation.approve_shared_phone(authority=solver.colleague, application=waiting)
    solver.create(solver.again(application))


RIGHTLY: Mapping[str, Act] = {
    "i-dang-ky": lambda solver: solver.register(),
    "i-khong-khop": lambda solver: solver.register(),
    "i-gui-lai-otp": lambda solver: solver.register(resend=True),
    "i-da-co-tai-khoan": lambda solver: solver.register(),
    "ii-da-co-tai-khoan": lambda solver: solver.receive(),
    "ii-chua-co-tai-khoan": nobody_had_one,
    "ii-tai-khoan-khoa": lambda solver: solver.check(),
    "ii-cong-khong-tra-loi": lambda solver: solver.receive(),
    "ii-khong-nop-ho": without_the_own_account,
    "ii-dung-lai-giay-to": lambda solver: solver.receive(from_vault=True),
    "iii-tao-tai-quay": at_the_desk,
    "iii-so-cua-can-bo": not_with_my_phone,
    "iii-da-co-tai-khoan": lambda solver: solver.look_up(),
    "iii-hai-can-bo": with_a_colleague,
}


def with_another_name(solver: Solver) -> None:
    wrong = PersonData(
        solver.owner.citizen_id, PersonName.parse("Lê Thị Khác Mẫu"), solver.owner.born_on, solver.owner.phone
    )
    solver.look_up()
    solver.create(solver.request(data=wrong))


def still_received(solver: Solver) -> None:
    """The system lets nobody: the desk's own rule is asked to look away."""
    solver.check()
    with suppress(OwnerNotReceivable):
        solver.receive()


def in_turn(*acts: Act) -> Act:
    def do(solver: Solver) -> None:
        for act in acts:
            act(solver)

    return do


def check_what_was_said(solver: Solver) -> None:
    solver.check(solver.spoken.citizen_id)


def look_up_what_was_said(solver: Solver) -> None:
    solver.look_up(solver.spoken.citizen_id)


def press_all_the_same(solver: Solver) -> None:
    refused(AlreadyHasAccount, solver.request)


def offer_the_own_phone(solver: Solver) -> None:
    refused(StaffPhone, lambda: solver.request(own_phone(solver)))


def create_at_once(solver: Solver) -> None:
    solver.create(solver.request())


WRONGLY: list[tuple[str, str, Act]] = [
    ("i-dang-ky", "assisted", in_turn(Solver.request, Solver.register)),
    ("ii-da-co-tai-khoan", "checked_spoken", in_turn(check_what_was_said, Solver.receive)),
    ("ii-chua-co-tai-khoan", "assisted", in_turn(Solver.check, create_at_once, Solver.receive)),
    ("ii-cong-khong-tra-loi", "assisted", in_turn(Solver.receive, press_all_the_same)),
    ("ii-dung-lai-giay-to", "asked_again", Solver.receive),
    ("iii-tao-tai-quay", "checked_spoken", in_turn(look_up_what_was_said, at_the_desk)),
    ("iii-tao-tai-quay", "wrong_data", with_another_name),
    ("iii-da-co-tai-khoan", "account_exists_pressed", in_turn(Solver.look_up, press_all_the_same)),
    ("iii-hai-can-bo", "staff_phone_refused", in_turn(offer_the_own_phone, with_a_colleague)),
]


@pytest.fixture
def solver(trainer: Authority, phones: PhonesInMemory) -> Solver:
    return Solver(phones, a_course(trainer))


def said(attempt: Attempt) -> list[tuple[str, str]]:
    return [(each["kind"], each["words"]) for each in attempt.verdicts]


@pytest.mark.parametrize("code", [task.code for task in tasks.all_tasks()])
def test_done_rightly_a_task_gives_all_its_points(solver: Solver, code: str) -> None:
    solver.begin(code)
    RIGHTLY[code](solver)
    done = solver.hand_in()
    assert done.score == done.out_of == tasks.task(code).out_of, said(done)
    assert {kind for kind, _ in said(done)} == {"DONE"}


@pytest.mark.parametrize("code", [task.code for task in tasks.all_tasks()])
def test_handed_in_at_once_a_task_gives_what_the_answers_bring_and_says_what_was_missed(
    solver: Solver, code: str
) -> None:
    solver.begin(code)
    done = solver.hand_in()
    answered = sum(goal.points for goal in tasks.task(code).goals if goal.fact.startswith("answer:"))
    assert done.score == answered
    assert [words for kind, words in said(done) if kind == "MISSED"] == [
        goal.missed for goal in tasks.task(code).goals if not goal.fact.startswith("answer:")
    ]


@pytest.mark.parametrize(
    ("code", "fact", "act"), WRONGLY, ids=[f"{code}:{fact}" for code, fact, _ in WRONGLY]
)
def test_each_typical_mistake_costs_its_points_and_is_named(
    solver: Solver, code: str, fact: str, act: Act
) -> None:
    mistake = next(each for each in tasks.task(code).mistakes if each.fact == fact)
    solver.begin(code)
    act(solver)
    done = solver.hand_in()
    assert ("MISTAKE", mistake.words) in said(done)
    gained = sum(each["points"] for each in done.verdicts if each["kind"] == "DONE")
    lost = sum(each["points"] for each in done.verdicts if each["kind"] == "MISTAKE")
    assert lost <= -mistake.points
    assert done.score == max(0, gained + lost)


def test_a_locked_account_is_not_received_whatever_the_trainee_tries(solver: Solver) -> None:
    solver.begin("ii-tai-khoan-khoa")
    still_received(solver)
    assert solver.hand_in().score == tasks.task("ii-tai-khoan-khoa").out_of
    # That a dossier would cost its points is judged on a scene: no rule of the desk lets one through.
    scene = facts.scene_of(solver.attempt, tasks.task("ii-tai-khoan-khoa"))  # type: ignore[arg-type]
    assert not facts.holds("any_dossier", scene)


def test_every_mistake_of_the_file_is_tried_here() -> None:
    told = {(task.code, mistake.fact) for task in tasks.all_tasks() for mistake in task.mistakes}
    assert told - {(code, fact) for code, fact, _ in WRONGLY} == {("ii-tai-khoan-khoa", "any_dossier")}


@pytest.mark.parametrize(
    ("code", "question"), [(task.code, each.code) for task in tasks.all_tasks() for each in task.questions]
)
def test_a_wrong_answer_costs_its_goal(solver: Solver, code: str, question: str) -> None:
    asked = next(each for each in tasks.task(code).questions if each.code == question)
    wrong = next(choice for choice, _ in asked.choices if choice != asked.right)
    solver.begin(code)
    done = solver.hand_in({question: wrong})
    goal = next(each for each in tasks.task(code).goals if each.fact == f"answer:{question}")
    assert ("MISSED", goal.missed) in said(done)


def test_an_answer_that_is_not_there_to_be_chosen_is_asked_for_again(solver: Solver) -> None:
    solver.begin("i-dang-ky")
    with pytest.raises(working.AnswersWanted):
        solver.hand_in({"kiem-tra-thue-bao": "khac"})
    assert Attempt.objects.get().handed_in_at is None


def test_a_hint_costs_a_point_and_there_are_only_so_many(solver: Solver) -> None:
    attempt = solver.begin("i-dang-ky")
    for _ in range(5):
        working.take_hint(viewer=solver.me, public_id=attempt.public_id)
    solver.register()
    done = solver.hand_in()
    assert done.hints == len(tasks.task("i-dang-ky").hints) == 2
    assert done.score == done.out_of - 2 * tasks.HINT_COSTS
    assert ("HINT", "Đã xem 2 gợi ý.") in said(done)


def test_it_may_be_tried_again_with_other_people(solver: Solver) -> None:
    first = solver.begin("i-dang-ky")
    before = solver.owner.citizen_id
    with pytest.raises(working.AnotherTaskOpen):
        solver.begin("i-khong-khop")
    solver.hand_in()
    with pytest.raises(working.AlreadyHandedIn):
        solver.hand_in()
    second = solver.begin("i-dang-ky")
    assert second.pk != first.pk and solver.owner.citizen_id != before
    solver.register()
    assert solver.hand_in().score == second.out_of
    (standing,) = (each for each in working.standings(seat(solver.course)) if each.task.code == "i-dang-ky")
    assert (standing.best, standing.times) == (second.out_of, 2)


def test_two_trainees_do_not_mix(trainer: Authority, phones: PhonesInMemory) -> None:
    course = a_course(trainer, seats=2)
    one, two = Solver(phones, course, 1), Solver(phones, course, 2)
    one.begin("ii-da-co-tai-khoan")
    two.begin("ii-da-co-tai-khoan")
    one.receive()
    assert two.hand_in().score == 0
    assert one.hand_in().score == one.attempt.out_of  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        working.own_attempt(two.me, one.attempt.public_id)  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        working.trainee_of(one.colleague)


def test_the_portal_is_silent_about_one_citizen_and_only_while_the_task_goes_on(
    trainer: Authority, phones: PhonesInMemory
) -> None:
    course = a_course(trainer, seats=2)
    silent, other = Solver(phones, course, 1), Solver(phones, course, 2)
    silent.begin("ii-cong-khong-tra-loi")
    other.begin("ii-da-co-tai-khoan")
    assert silent.check().answer == "UNKNOWN"
    assert other.check().answer == "FOUND"
    silent.hand_in()
    assert silent.check().answer == "FOUND"


def test_phones_that_do_not_answer_leave_nothing_behind(solver: Solver, phones: PhonesInMemory) -> None:
    phones.silent = True
    with pytest.raises(Refusal, match="training_phones_silent"):
        solver.begin("iii-da-co-tai-khoan")
    assert not Attempt.objects.exists()
    phones.silent = False
    solver.begin("iii-da-co-tai-khoan")


def test_nothing_is_begun_in_a_course_that_is_over(trainer: Authority, solver: Solver) -> None:
    me = solver.me
    solver.begin("i-dang-ky")
    solver.register()
    number = solver.owner.citizen_id
    courses.end(authority=trainer, public_id=solver.course.public_id)
    from motcua.accounts import identity

    assert identity.account_by_number(number) is None
    with pytest.raises(courses.CourseOver):
        working.begin(viewer=me, code="i-dang-ky", phones=solver.phones, antivirus=None)  # type: ignore[arg-type]


def test_every_fact_of_the_file_is_known_and_every_known_fact_is_used() -> None:
    named = {each.fact for task in tasks.all_tasks() for each in [*task.goals, *task.mistakes]}
    plain = {name for name in named if not name.startswith("answer:")}
    assert plain == set(facts.FACTS)
    for task in tasks.all_tasks():
        questions = {f"answer:{each.code}" for each in task.questions}
        assert questions == {goal.fact for goal in task.goals if goal.fact.startswith("answer:")}
        assert all(each.right in dict(each.choices) for each in task.questions)
        assert task.out_of == 10 and task.hints


def test_there_are_tasks_for_each_appendix_and_a_course_for_schools() -> None:
    by_appendix = [task.appendix for task in tasks.all_tasks()]
    assert len(by_appendix) >= 10
    assert all(by_appendix.count(each) >= 3 for each in ("I", "II", "III"))
    assert "trường học" in tasks.plans()[0].name


def test_a_plan_says_as_many_minutes_as_its_tasks_take() -> None:
    for plan in tasks.plans():
        assert [part.minutes for part in plan.parts] == [
            sum(task.minutes for task in part.tasks) for part in plan.parts
        ]
        assert plan.minutes == sum(part.minutes for part in plan.parts) <= 120
        assert plan.count == sum(len(part.tasks) for part in plan.parts)
        # Counted, never typed: a changed task would contradict what was typed.
        assert not any("phút" in words for words in (plan.about, *(part.words for part in plan.parts)))


def test_a_score_is_never_below_nothing() -> None:
    task = tasks.task("iii-tao-tai-quay")
    empty = facts.Scene(
        task, "a", "b", facts.Became(), facts.AtTheDesk([], frozenset(), []), 0, spoken=True, own_asked=False
    )
    assert judging.judge(empty, hints=2).score == 0

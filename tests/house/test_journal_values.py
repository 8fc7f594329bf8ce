"""A fact's code is shown in words: each list that facts are filled from is whole in ``journal_values``."""

import ast
from enum import StrEnum

import pytest

from motcua.accounts import (
    adjusting,
    assistance,
    class_checking,
    inspected,
    merging,
    naming,
    operators,
    phone_rechecks,
)
from motcua.accounts.check import Standing
from motcua.accounts.models import (
    Adjustment,
    Agreement,
    AssistApplication,
    Mandate,
    Merge,
    NoticeChoice,
    Person,
    Provider,
    Registration,
    Session,
    SignIn,
)
from motcua.accounts.models.passcodes import Purpose
from motcua.accounts.ports import Verdict
from motcua.accounts.revealing import PURPOSES, What
from motcua.desk import ports
from motcua.desk.models import AccountCheck, GateException
from motcua.desk.ports_ledger import Owed
from motcua.desk.register import Kind as RegisterKind
from motcua.desk.states import State
from motcua.kernel.mobile_prefixes import PREFIXES_OF_OPERATOR
from motcua.limits.quotas import Quota
from motcua.outbox.models import NoticeWording
from motcua.radar.models import Judgement
from motcua.radar.models import Kind as SightingKind
from motcua.units.models import UnitChange
from motcua.vault import own_papers, paper_correction_reading
from motcua.vault.models import Consent, Look, Paper
from motcua.vault.paper_correction_tables import PaperFault
from motcua.web.citizen.history import PURPOSES as SHOWN_TO_CITIZENS
from motcua.web.office import journal_values
from tests.house import sources


def of(*lists: type[StrEnum]) -> set[str]:
    return {str(each.value) for one in lists for each in one}


#: Fact → every code that it may hold, from where the facts are filled.
CODES: dict[str, set[str]] = {
    "action": of(Look.Action),
    "answer": of(AccountCheck.Answer) | {"done"},
    "as": of(Session.Audience),
    "basis": of(Mandate.Basis),
    "channel": of(NoticeWording.Channel),
    "channels": of(NoticeChoice.Channels),
    "factor": of(SignIn.How) | {"none"},
    "fault": of(PaperFault),
    "how": of(Consent.How, SignIn.How) | {"all"},
    "kind": of(
        UnitChange.Kind,
        Adjustment.Kind,
        Merge.Kind,
        AssistApplication.Kind,
        AccountCheck.Kind,
        Owed,
        SightingKind,
        RegisterKind,
        Person.Kind,
    ),
    "operator": of(Verdict) | {operators.code_of(known) for known in PREFIXES_OF_OPERATOR},
    "outcome": of(Judgement.Outcome),
    "purpose": of(Purpose)
    | set(PURPOSES.values())
    | set(SHOWN_TO_CITIZENS)
    | {
        ports.PURPOSE_RECEPTION,
        ports.PURPOSE_FILING,
        ports.PURPOSE_OWN_VAULT,
        ports.PURPOSE_APPOINTING,
        ports.PURPOSE_CORRECTION,
        ports.PURPOSE_INSPECTION,
        adjusting.PURPOSE,
        class_checking.PURPOSE,
        inspected.PURPOSE,
        merging.PURPOSE,
        naming._PURPOSE,
        phone_rechecks.PURPOSE,
        own_papers.PURPOSE,
        paper_correction_reading.PURPOSE,
    },
    "provider": of(Provider),
    "qr": of(Adjustment.Qr),
    "reason": {*assistance.REASONS, *assistance.PHONE_REASONS, "OF_AGE"} | of(GateException.Reason),
    "source": of(Paper.Source),
    "state": of(State, Registration.State),
    "status": of(Standing),
    "text": of(Agreement.Text),
    "verdict": of(Verdict),
    "what": of(What),
}


@pytest.mark.parametrize("fact", CODES)
def test_every_code_of_a_fact_has_its_words(fact: str) -> None:
    assert len(CODES[fact]) > 1
    assert sorted(CODES[fact] - set(journal_values.VALUE_WORDS[fact])) == []


def test_no_words_are_of_a_code_that_is_gone() -> None:
    for fact, codes in CODES.items():
        # One list of words may serve two facts (a second factor, and how somebody was asked).
        others = set().union(*(CODES[other] for other in CODES if other != fact))
        # Codes of no enumeration stand where they are written.
        loose = {code for named, code in written() if named == fact}
        assert sorted(set(journal_values.VALUE_WORDS[fact]) - codes - others - loose) == []


def traced() -> set[str]:
    """Acts whose refusals leave a line that names them."""
    return {
        node.name
        for module in sources.modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(each).endswith("traced") for each in node.decorator_list)
    }


def test_every_traced_act_has_its_words() -> None:
    assert traced() == set(journal_values.VALUE_WORDS["act"])


def written() -> set[tuple[str, str]]:
    """Fact and code, where the code stands in the source itself."""
    return {
        (str(key.value), part.value)
        for module in sources.modules()
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call)
        for word in call.keywords
        if word.arg == "facts"
        for told in ast.walk(word.value)
        if isinstance(told, ast.Dict)
        for key, value in zip(told.keys, told.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(value, ast.BoolOp | ast.IfExp | ast.Constant)
        for part in ast.walk(value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.isidentifier()
    }


def test_every_code_that_is_written_out_has_its_words() -> None:
    assert ("factor", "none") in written()
    assert [
        one for one in sorted(written()) if one[1] not in journal_values.VALUE_WORDS.get(one[0], {})
    ] == []


@pytest.mark.parametrize(
    ("event", "fact", "code", "said"),
    [
        ("accounts.session.begun", "as", "OFFICER", "cán bộ (OFFICER)"),
        ("accounts.registration.settled", "state", "DONE", "đã đăng ký (DONE)"),
        ("desk.dossier.finished", "state", "DONE", "đã xử lý xong (DONE)"),
        ("accounts.application.refused", "code", "passcode_wrong", "Mã OTP"),
        ("units.budget.raised", "quota", Quota.SENDS_BY_OFFICER.name, "Cán bộ gửi mã OTP (SENDS_BY_OFFICER)"),
        ("units.gate_day.set", "since", "2022-07-20", "20/07/2022"),
        ("desk.dossier.received", "procedure", "1.000288", "1.000288"),
    ],
)
def test_a_code_is_read_in_words_with_the_code_beside(event: str, fact: str, code: str, said: str) -> None:
    shown = journal_values.words_of(fact, code, event=event)
    assert said in shown and (code in shown or fact == "since")

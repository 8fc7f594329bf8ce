"""What the house says to people: each no is a sentence of its own, each text message has one home."""

import ast
import importlib
import pkgutil
import re
import string
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import models

import motcua
from motcua.kernel.refusal import Refusal
from motcua.limits.quotas import Quota
from tests.house import sources
from tests.house.test_floors import ours

_MARKS = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)

#: Sentences of the dispatch and those SPEC quotes: to the letter, full stop or not.
TO_THE_LETTER = {
    "Thông tin đăng ký không khớp với thông tin thuê bao tại nhà mạng {operator}, "
    "vui lòng kiểm tra/ đăng ký lại với nhà mạng!",
    "Số điện thoại này đã gắn với một tài khoản khác",
}
#: Says what it was handed: a state in words, or a database rule's own sentence (judged below).
HANDED = "{words}"


def _all_modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(motcua.__path__, "motcua."):
        if not re.search(r"\.(config|migrations)(\.|\Z)|__main__", found.name):
            yield found.name


def refusals() -> list[type[Refusal]]:
    for name in _all_modules():
        importlib.import_module(name)

    def below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
        for child in kind.__subclasses__():
            if child.__module__.startswith("motcua."):
                yield child
                yield from below(child)

    return sorted({Refusal, *below(Refusal)}, key=lambda kind: (kind.__module__, kind.__name__))


def is_a_sentence(text: str) -> bool:
    """Vietnamese with its marks, a capital in front, a full stop behind, and no system to blame."""
    return (
        bool(_MARKS.search(text))
        and text[:1].isupper()
        and text.endswith(".")
        and "lỗi hệ thống" not in text.lower()
    )


def test_every_no_says_a_vietnamese_sentence() -> None:
    wrong = [
        f"{kind.__module__}.{kind.__name__}: {kind.message}"
        for kind in refusals()
        if kind.message != HANDED and kind.message not in TO_THE_LETTER and not is_a_sentence(kind.message)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text", ["Khong tim thay.", "Không tìm thấy", "không tìm thấy.", "Lỗi hệ thống, mời thử lại.", ""]
)
def test_what_is_no_sentence_is_seen(text: str) -> None:
    assert not is_a_sentence(text)


def test_every_no_has_a_code_of_its_own() -> None:
    own = [kind.__dict__["code"] for kind in refusals() if "code" in kind.__dict__]
    assert [code for code, times in Counter(own).items() if times > 1] == []
    assert [code for code in own if not re.fullmatch(r"[a-z][a-z0-9_]*", code)] == []


def test_every_no_names_its_own_code() -> None:
    """Otherwise a program cannot tell it from its parent."""
    assert [kind.__name__ for kind in refusals() if "code" not in kind.__dict__] == []


def test_every_no_is_a_no_in_http() -> None:
    assert [kind.__name__ for kind in refusals() if not 400 <= kind.status <= 599] == []


def test_no_sentence_prints_a_person() -> None:
    """Details fill the gaps of a sentence and reach logs: they are counts, units, operators and file words."""
    gaps = {
        (kind.__name__, gap)
        for kind in refusals()
        for _, gap, _, _ in string.Formatter().parse(kind.message)
        if gap
    }
    personal = re.compile(r"(full_|owner_)?name\Z|number|phone|email|born|password")
    # The line of a published checklist, not a person.
    assert {gap for gap in gaps if personal.match(gap[1])} - {("PapersIncomplete", "name")} == set()


def test_every_rule_of_one_row_has_a_sentence() -> None:
    silent = [
        f"{model._meta.label}.{rule.name}"
        for model in ours()
        for rule in model._meta.constraints
        if isinstance(rule, models.CheckConstraint) and not is_a_sentence(str(rule.violation_error_message))
    ]
    # A table of one row: nobody can run into it.
    assert set(silent) - {"journal.Horizon.journal_horizon_single"} == set()


def test_every_quota_is_spent_somewhere() -> None:
    spent = {
        node.attr
        for module in sources.modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("Quota")
    }
    assert {quota.name for quota in Quota} - spent == set()


#: For acts that come later.
UNSENT = {"account_status_changed"}


def test_every_text_message_is_sent_by_somebody() -> None:
    texts = next(module for module in sources.modules() if module.where == "outbox/texts.py")
    written = {
        node.name
        for node in texts.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    sent = {
        node.attr
        for module in sources.modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "texts"
    }
    assert len(written) > 15
    assert written - sent - UNSENT == set()


def home_made_texts(tree: ast.AST) -> list[int]:
    """Lines where words of a text message are written outside outbox/texts.py."""
    return [
        call.lineno
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(("enqueue", "notify", "_tell"))
        for word in call.keywords
        if word.arg == "text" and isinstance(word.value, ast.Constant | ast.JoinedStr | ast.BinOp)
    ]


def test_the_words_of_a_text_message_are_written_in_one_place() -> None:
    found = [f"{m.where}:{line}" for m in sources.modules() for line in home_made_texts(m.tree)]
    assert found == []
    assert home_made_texts(ast.parse('sending.enqueue(to=phone, text=f"Ma {code}")')) == [1]


_WORDS_OF_A_PATTERN = {"utils", "util", "helpers", "helper", "common", "services", "service", "managers"}
_WORDS_OF_A_PATTERN |= {"misc", "base", "core", "lib", "shared", "manager", "mixins", "constants", "types"}


def test_files_are_named_by_the_work() -> None:
    # Django wants the module of a database backend to be called base.
    ours = [
        path for path in sources.SRC.rglob("*.py") if path.parent != sources.SRC / "config" / "postgresql"
    ]
    named = {path.stem for path in ours} | {path.stem for path in sources.SRC.iterdir()}
    assert named & _WORDS_OF_A_PATTERN == set()

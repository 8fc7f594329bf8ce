"""Every bad file is turned away for its own reason; no good file is (threats 3.3, V-10)."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.files import corpus
from tests.files.clamd_double import clamd_double
from tests.files.making.sample import Sample

from motcua.files import keeping, reasons
from motcua.gateways.antivirus_clamd import Clamd
from motcua.kernel.refusal import Refusal

AT_ONCE = 2


@pytest.fixture(scope="module")
def bad() -> list[Sample]:
    return corpus.bad()


@pytest.fixture(scope="module")
def good() -> list[Sample]:
    return corpus.good()


def _outcomes(samples: list[Sample]) -> list[tuple[Sample, str, str]]:
    """Sample, code and sentence of each; an accepted file has neither."""
    with clamd_double() as server, ThreadPoolExecutor(AT_ONCE) as workers:
        antivirus = Clamd(server.address)

        def outcome(sample: Sample) -> tuple[Sample, str, str]:
            try:
                keeping.check(sample.data, name=sample.name, antivirus=antivirus)
            except Refusal as no:
                return sample, no.code, no.text
            return sample, "", ""

        return list(workers.map(outcome, samples))


def test_no_bad_file_passes_and_each_is_told_why(bad: list[Sample]) -> None:
    outcomes = _outcomes(bad)

    print(f"\n{len(bad)} bad files, {sum(not code for _, code, _ in outcomes)} passed")
    assert len(bad) >= 120
    assert [(sample.label, sample.code, code) for sample, code, _ in outcomes if code != sample.code] == []


def test_no_good_file_is_refused(good: list[Sample]) -> None:
    outcomes = _outcomes(good)

    print(f"\n{len(good)} good files, {sum(bool(code) for _, code, _ in outcomes)} refused")
    assert len(good) >= 40
    assert [(sample.label, code) for sample, code, _ in outcomes if code] == []


def test_the_corpus_covers_every_reason_that_content_or_name_can_give(bad: list[Sample]) -> None:
    not_about_the_file = {"file_refused", "file_checking_busy", "file_antivirus_unavailable"}

    assert {sample.code for sample in bad} == set(reasons.by_code()) - not_about_the_file


def test_the_corpus_is_the_same_each_time(bad: list[Sample], good: list[Sample]) -> None:
    def digests(samples: list[Sample]) -> list[tuple[str, str]]:
        locked = re.compile(r"password")  # the salt of an encrypted PDF is random
        return [(s.label, hashlib.sha256(s.data).hexdigest()) for s in samples if not locked.search(s.label)]

    assert digests(bad + good) == digests(corpus.bad() + corpus.good())


@pytest.mark.parametrize("reason", reasons.by_code().values())
def test_every_reason_says_what_to_do_next(reason: type[reasons.FileRefused]) -> None:
    blanks = dict.fromkeys(re.findall(r"{(\w+)}", reason.message), "x")

    text = reason(**blanks).text

    assert "ề nghị ông/bà" in text
    assert text.endswith(".")
    assert "{" not in text


def test_the_size_told_is_the_real_one() -> None:
    with clamd_double() as server, pytest.raises(reasons.FileTooLarge) as no:
        keeping.check(bytes(7_654_321), name="a.pdf", antivirus=Clamd(server.address))

    assert "7,30 MB" in no.value.text
    assert no.value.status == 413

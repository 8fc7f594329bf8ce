"""The rules that need to know which requests share a phone or a scan: where the portal is, its accounts are asked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from motcua.accounts import watching as requests
from motcua.journal import watching
from motcua.journal.reading import Line
from motcua.radar.finding import Finding, by_officer
from motcua.radar.models import Kind
from motcua.radar.rules import BEGUN, OPENED, Day
from motcua.radar.thresholds import Thresholds


def same_phones(seen: Day, law: Thresholds) -> Iterator[Finding]:
    """One phone for several people (threats T-02)."""
    found = requests.sharing_a_phone(seen.day, back_days=law.back_days)
    yield from _of(Kind.SAME_PHONE, [each for each in found if each.people >= law.same_phone])


def same_scans(seen: Day, law: Thresholds) -> Iterator[Finding]:
    """One scan for several people: whose card was it? (threats T-17)"""
    yield from _of(Kind.SAME_SCAN, requests.sharing_a_scan(seen.day, back_days=law.back_days))


def missing_papers(seen: Day, law: Thresholds) -> Iterator[Finding]:
    """Accounts of some days ago whose signed request nobody has attached since."""
    opened = watching.lines_of_day(seen.day - timedelta(days=law.paper_days), [OPENED])
    without = requests.without_signed_paper(_request_of(line) for line in opened)
    lines = [line for line in opened if _request_of(line) in without]
    for (officer, unit_code), own in by_officer(lines).items():
        yield Finding(Kind.NO_PAPER, officer, unit_code, tuple(own), len(own))


def _of(kind: Kind, groups: Sequence[requests.Together]) -> Iterator[Finding]:
    """One finding for each officer, with every request that belongs to one of the groups."""
    begun = watching.lines_about((f"application:{pk}" for each in groups for pk in each.applications), BEGUN)
    by_request = {line.subject: line for line in begun}
    officers = {who for each in groups for who in each.officers}
    for officer, unit_code in sorted(officers):
        own = [each for each in groups if (officer, unit_code) in each.officers]
        lines = _lines(by_request, (pk for each in own for pk in each.applications))
        if lines:
            facts = {"people": sum(each.people for each in own), "groups": len(own)}
            yield Finding(kind, officer, unit_code, lines, len(lines), facts)


def _lines(by_request: dict[str, Line], requests_of: Iterable[int]) -> tuple[Line, ...]:
    found = (by_request.get(f"application:{pk}") for pk in requests_of)
    return tuple(sorted({line.id: line for line in found if line}.values(), key=lambda line: line.id))


def _request_of(line: Line) -> int:
    return int(line.facts.get("application", 0))


Rule = Callable[[Day, Thresholds], Iterator[Finding]]
RULES: Final[Sequence[Rule]] = (same_phones, same_scans, missing_papers)

"""The files every change of the inspection is held against (threats 3.3): made anew, the same each time."""

from collections.abc import Iterator
from itertools import chain

from tests.files.making import documents, papers, scans, tricks
from tests.files.making.sample import Sample


def bad() -> list[Sample]:
    """None of these may be kept; each names the reason it must be refused for."""
    return _numbered(chain(tricks.bad(), papers.bad(), documents.bad(), scans.bad()))


def good() -> list[Sample]:
    """None of these may be refused."""
    return _numbered(chain(tricks.good(), papers.good(), documents.good(), scans.good()))


def _numbered(samples: Iterator[Sample]) -> list[Sample]:
    return list(samples)

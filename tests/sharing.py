"""Which worker runs which files, and in which order.

Two things cost time and prove nothing: a worker that has nothing left while the other is in the middle of a long
file, and a running system that is started again because a file of something else came between two journeys. So the
journeys are one piece of work, with one system for all of them, and what takes longest goes first.
"""

from pathlib import PurePosixPath

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

#: These share a running system for each worker that runs one of them.
JOURNEYS = "tests/journeys"

#: From the longest down, as measured (docs/performance.md): pytest-xdist would begin with what has most tests,
#: and these have few. The order of all others is its own.
LONGEST = (
    JOURNEYS,
    "tests/house/test_masked_by_default.py",
    "tests/journeys/apart",
    "tests/house/test_migrations_go_back.py",
    "tests/ops/test_running.py",
    "tests/accounts/test_guessing.py",
    "tests/web_public/test_sms_news.py",
    "tests/ops/test_log_hygiene.py",
    "tests/web_public/test_equal_answers.py",
    "tests/web_office/test_creating.py",
    "tests/web/test_web_pages.py",
    "tests/house/test_authorisation_matrix.py",
    "tests/accounts/test_code_model.py",
    "tests/desk/test_list_plans.py",
    "tests/desk/test_representatives_keep_out.py",
    "tests/keys/test_every_column.py",
    "tests/files/test_file_corpus.py",
    "tests/web_public/test_addresses.py",
    "tests/protection/test_breaches.py",
    "tests/desk/test_reconciling.py",
    "tests/web_counter/test_organisation_pages.py",
    "tests/web_office/test_systems.py",
    "tests/single_sign_on/test_basic_profile.py",
    "tests/desk/test_news_machine.py",
    "tests/web_public/test_filing_pages.py",
    "tests/desk/test_gate_sequences.py",
    "tests/web_office/test_radar.py",
    "tests/single_sign_on/test_v35_refusals.py",
    "tests/outbox/test_two_providers.py",
    "tests/desk/test_owner_corrections.py",
    "tests/ops/test_settings.py",
    "tests/desk/test_twelve_procedures.py",
)


def piece_of(nodeid: str) -> str:
    """What is run by one worker from beginning to end: a file, or a folder that shares a running system."""
    file = nodeid.split("::", 1)[0]
    return str(PurePosixPath(file).parent) if PurePosixPath(file).is_relative_to(JOURNEYS) else file


def rank(piece: str, tests: int) -> tuple[int, int]:
    """Where a piece stands in the queue; the least first."""
    return (LONGEST.index(piece) if piece in LONGEST else len(LONGEST), -tests)


class LongestFirst(LoadFileScheduling):
    """``--dist loadfile`` with the pieces and the order of this file."""

    def _split_scope(self, nodeid: str) -> str:
        return piece_of(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        first = min(self.workqueue, key=lambda piece: rank(piece, len(self.workqueue[piece])))
        self.workqueue.move_to_end(first, last=False)
        super()._assign_work_unit(node)

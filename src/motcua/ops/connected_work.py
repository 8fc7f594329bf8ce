"""What the worker does for connected systems, wherever they are registered: at a portal and at a desk apart."""

from collections.abc import Iterator

from motcua.ops.chore import Chore
from motcua.signin import retention


def chores() -> Iterator[Chore]:
    yield "old_answer", retention.purge_due, 3600.0
    yield "used_proof", retention.forget_proofs, 600.0

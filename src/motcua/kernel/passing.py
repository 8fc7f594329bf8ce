"""Troubles of machines that pass by themselves or by a hand at the machines: a full disk, a database that changes over.

Whoever asked did nothing wrong and may ask again; nothing was acknowledged.
"""

import errno
from typing import Final

_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ESTALE})
#: PostgreSQL's word for a write to a server that is standby by now.
_READ_ONLY: Final = "25006"


def is_of_the_disk(raised: BaseException | None) -> bool:
    """No room, or a mount that is gone."""
    return isinstance(raised, OSError) and raised.errno in _DISK


def is_of_a_standby(raised: BaseException | None) -> bool:
    """A statement reached a server that takes no writes (any more). Django tells it as a bug of ours."""
    return getattr(getattr(raised, "__cause__", None), "sqlstate", None) == _READ_ONLY

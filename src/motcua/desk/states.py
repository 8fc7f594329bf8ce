"""Trạng thái hồ sơ: the ten of the national portal, and the desk's own one before them."""

from collections.abc import Mapping

from django.db import models


class State(models.TextChoices):
    """``PROVISIONAL`` is local (tiếp nhận tạm); the others are DVCQG's 1 to 10, in their order."""

    PROVISIONAL = "PROVISIONAL", "Tiếp nhận tạm"
    NEW = "NEW", "Mới đăng ký"
    RECEIVED = "RECEIVED", "Được tiếp nhận"
    NOT_ACCEPTED = "NOT_ACCEPTED", "Không được tiếp nhận"
    PROCESSING = "PROCESSING", "Đang xử lý"
    SUPPLEMENT = "SUPPLEMENT", "Yêu cầu bổ sung giấy tờ"
    PAYMENT = "PAYMENT", "Yêu cầu thực hiện nghĩa vụ tài chính"
    WITHDRAWN = "WITHDRAWN", "Công dân yêu cầu rút hồ sơ"
    STOPPED = "STOPPED", "Dừng xử lý"
    DONE = "DONE", "Đã xử lý xong"
    RETURNED = "RETURNED", "Đã trả kết quả"


#: Before reception, or refused at it: the only states that may stand without a checked owner.
UNGATED = frozenset({State.PROVISIONAL, State.NEW, State.NOT_ACCEPTED})

#: The states a dossier may begin in.
BEGINNINGS = frozenset({State.PROVISIONAL, State.NEW, State.RECEIVED})

#: What may follow what. The database holds the same table (migration 0002); a test compares them.
FOLLOWS: Mapping[State, frozenset[State]] = {
    State.PROVISIONAL: frozenset({State.RECEIVED, State.NOT_ACCEPTED}),
    State.NEW: frozenset({State.RECEIVED, State.NOT_ACCEPTED}),
    State.RECEIVED: frozenset(
        {State.PROCESSING, State.SUPPLEMENT, State.PAYMENT, State.WITHDRAWN, State.STOPPED, State.DONE}
    ),
    State.NOT_ACCEPTED: frozenset(),
    State.PROCESSING: frozenset(
        {State.SUPPLEMENT, State.PAYMENT, State.WITHDRAWN, State.STOPPED, State.DONE}
    ),
    State.SUPPLEMENT: frozenset({State.PROCESSING, State.WITHDRAWN, State.STOPPED}),
    State.PAYMENT: frozenset({State.PROCESSING, State.WITHDRAWN, State.STOPPED}),
    State.WITHDRAWN: frozenset(),
    State.STOPPED: frozenset(),
    State.DONE: frozenset({State.RETURNED}),
    State.RETURNED: frozenset(),
}

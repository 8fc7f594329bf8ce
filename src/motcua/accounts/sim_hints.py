"""What an operator tells of a phone beside its owner: a card or an owner that changed lately (threats T-10)."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from motcua.accounts.ports import SubscriberAnswer
from motcua.kernel.refusal import Refusal

#: So long nobody who holds the phone since may do what the phone alone would let them do.
LATELY: Final = timedelta(hours=72)


class SimChangedLately(Refusal):
    code = "sim_changed_lately"
    status = 403
    message = (
        "SIM hoặc chủ của số điện thoại này mới thay đổi trong vòng 72 giờ nên chưa thực hiện được việc này, "
        "để bảo vệ tài khoản. Đề nghị ông/bà thử lại sau 72 giờ kể từ khi đổi SIM, hoặc mang giấy tờ tùy thân "
        "đến Bộ phận một cửa gần nhất."
    )


def offered(answer: SubscriberAnswer) -> bool:
    """Whether the operator says anything about changes at all."""
    return answer.sim_changed_at is not None or answer.owner_changed_at is not None


def refuse_lately_changed(answer: SubscriberAnswer) -> None:
    """Judged by the database's clock. Raises SimChangedLately."""
    times = [at for at in (answer.sim_changed_at, answer.owner_changed_at) if at is not None]
    if times and max(times) > _clock() - LATELY:
        raise SimChangedLately


def _clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now

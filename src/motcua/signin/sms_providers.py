"""Nhà cung cấp tin nhắn: who of the province's own looks at them, and takes one out of use or back into it."""

from django.db import connection, transaction

from motcua import journal
from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox import provider_report
from motcua.outbox.clock import DbClock
from motcua.outbox.models import Provider
from motcua.units import work_calendar

_SHORTEST, _LONGEST = 5, 300


class ForTheProvinceOnly(Refusal):
    code = "sms_for_the_province_only"
    status = 403
    message = (
        "Nhà cung cấp tin nhắn dùng chung cho cả tỉnh nên chỉ đơn vị cấp tỉnh xem và đổi được. "
        "Đề nghị liên hệ bộ phận công nghệ thông tin của tỉnh."
    )


class SwitchReasonWanted(Refusal):
    code = "sms_switch_reason_wanted"
    status = 422
    message = "Đề nghị ghi lý do, từ 5 đến 300 ký tự, để người sau biết vì sao đã đổi."


class AlreadySo(Refusal):
    code = "sms_already_so"
    status = 409
    message = "Nhà cung cấp này đã ở cách dùng ấy. Đề nghị tải lại trang để xem tình trạng mới nhất."


class LastProvider(Refusal):
    code = "sms_last_provider"
    status = 409
    message = (
        "Đây là nhà cung cấp cuối cùng còn dùng nên không ngừng được. "
        "Đề nghị dùng lại một nhà cung cấp khác trước."
    )


def require_province(authority: Authority) -> None:
    """Raise unless the post is at the top of the tree and may connect systems."""
    authority.require(Power.CONNECT_SYSTEMS)
    if not work_calendar.manages_the_province(authority):
        raise ForTheProvinceOnly


def switch(*, authority: Authority, code: str, off: bool, reason: str) -> None:
    """Out of use until somebody takes it back, or back to its own health. The reason is kept, and journalled.

    Of two who switch off the last two at once, one is refused: they queue up.
    """
    require_province(authority)
    words = plain_text.clean(reason, max_length=_LONGEST, lines=True)
    if len(words) < _SHORTEST:
        raise SwitchReasonWanted
    if code not in provider_report.codes():
        raise NotFound
    ruling = Provider.Ruling.OFF if off else Provider.Ruling.AUTO
    with transaction.atomic():
        _one_at_a_time()
        for known in provider_report.codes():
            Provider.objects.get_or_create(code=known, defaults={"changed_at": DbClock()})
        if (
            off
            and not Provider.objects.filter(code__in=provider_report.codes(), ruling=Provider.Ruling.AUTO)
            .exclude(code=code)
            .exists()
        ):
            raise LastProvider
        changed = (
            Provider.objects.filter(code=code)
            .exclude(ruling=ruling)
            .update(ruling=ruling, ruled_by=authority.subject, ruled_at=DbClock(), ruled_reason=words)
        )
        if not changed:
            raise AlreadySo
        facts = {"provider": code}
        if off:
            journal.record(
                "signin.provider.stopped",
                subject=f"provider:{code}",
                actor=authority.subject,
                unit_code=authority.unit_code,
                facts=facts,
            )
        else:
            journal.record(
                "signin.provider.resumed",
                subject=f"provider:{code}",
                actor=authority.subject,
                unit_code=authority.unit_code,
                facts=facts,
            )


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('motcua sms providers'))")

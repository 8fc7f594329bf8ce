"""What of the dashboard is about accounts: unfinished requests, shared phones to decide, counts of the own unit."""

from typing import TYPE_CHECKING

from django.utils import timezone

from motcua.accounts import assistance, assisted_reading, mandate_reading
from motcua.kernel.authority import Authority, Power

if TYPE_CHECKING:
    from motcua.accounts.models import AssistApplication


def facts(authority: Authority) -> dict[str, object]:
    """Only what this officer's rights show."""
    found: dict[str, object] = {}
    if authority.may(Power.OPEN_ACCOUNT):
        found["requests"] = [_line(each) for each in assistance.open_applications(authority)]
    if authority.may(Power.OPEN_ACCOUNT) or authority.may(Power.APPROVE_EXCEPTION):
        found["counts"] = assisted_reading.today(authority, on=timezone.localdate())
    if authority.may(Power.APPROVE_EXCEPTION):
        found["to_decide"] = len(assisted_reading.shared_phones_waiting(authority))
        found["mandates_to_decide"] = mandate_reading.how_many_wait(authority)
    return found


def _line(application: "AssistApplication") -> dict[str, object]:
    shared = application.waits_for_approval
    return {
        "public_id": application.public_id,
        "number": application.request_number,
        "kind": application.get_kind_display(),
        "full_name": assisted_reading.data_of(application).full_name.value,
        "until": application.expires_at,
        "tag": "warning" if application.is_lapsed or shared else "info",
        "words": "Chờ duyệt dùng chung số" if shared else application.get_status_display().capitalize(),
    }

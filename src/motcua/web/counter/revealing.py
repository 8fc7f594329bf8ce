"""“Xem thông tin đầy đủ” of a dossier's owner: on the page that answers, for a reason, by no address."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.desk import acting_for_owner, reveal_tickets, revealing
from motcua.desk.ports import PortalUnavailable
from motcua.desk.revealing import Revealed, What
from motcua.kernel.authority import NotAuthorised
from motcua.kernel.refusal import NotFound, Refusal
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.outside import owner_reveals

if TYPE_CHECKING:
    from motcua.desk.models import Dossier

_WORDS: Final = {What.NUMBER: "Số CMND/CCCD hoặc mã số thuế", What.PHONE: "Số điện thoại của tài khoản"}


class PortalSilentNow(Refusal):
    code = "owner_reveal_portal_silent"
    status = 503
    message = (
        "Chưa nhận được trả lời của Cổng DVCQG nên chưa hiển thị thông tin; Cổng có thể đã báo cho chủ hồ sơ. "
        "Đề nghị ông/bà bấm “Xem” lại sau ít phút (với chủ hồ sơ vẫn là một lượt), hoặc đối chiếu với giấy tờ gốc."
    )


class Asked(Form):
    """One thing at a time, and why; the ticket makes a second press the same press."""

    what = forms.ChoiceField(label="Thông tin cần xem")
    reason = PlainTextField(
        label="Lý do",
        max_length=300,
        lines=True,
        help_text="Ghi việc đang làm, ví dụ liên hệ để bổ sung giấy tờ. Không ghi số giấy tờ.",
    )
    key = forms.CharField(max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offered: Sequence[What], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Chọn thông tin"), *((what.value, _WORDS[what]) for what in offered)]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]


@officer(*revealing.REVEALERS)
@stepped_up(when=lambda request: request.method == "POST")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def reveal(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The form, then what was asked for; the answer is the only place where it stands."""
    dossier = revealing.dossier_to_reveal(request.authority, public_id)
    form = _form(request, dossier)
    status = 422 if form.is_bound else 200
    shown: Revealed | None = None
    if form.is_valid():
        try:
            shown = revealing.reveal(
                authority=request.authority,
                dossier_id=public_id,
                what=What(form.cleaned_data["what"]),
                reason=form.cleaned_data["reason"],
                ticket=form.cleaned_data["key"],
                portal=owner_reveals(),
                now=timezone.now(),
            )
        except (NotFound, NotAuthorised):
            raise
        except PortalUnavailable:
            form.refuse(PortalSilentNow())
            status = PortalSilentNow.status
        except Refusal as no:
            form.refuse(no, "reason" if no.code == "inspection_reason_wanted" else None)
            status = no.status
        else:
            status = 200
    return render(request, "counter/xem_day_du.html", _facts(dossier, form, shown), status=status)


def _form(request: OfficerRequest, dossier: "Dossier") -> Asked:
    ticket = reveal_tickets.ticket_for(request.authority, dossier, now=timezone.now())
    return Asked(request.POST or None, initial={"key": ticket}, offered=revealing.offered(dossier))


def _facts(dossier: "Dossier", form: Asked, shown: Revealed | None) -> dict[str, object]:
    number = "Mã số thuế" if acting_for_owner.is_of_organisation(dossier) else "CMND/CCCD"
    return {
        "nav_here": "dossiers",
        "dossier": dossier,
        "form": form,
        "facts": [
            ("Hồ sơ", dossier.code),
            ("Chủ hồ sơ", dossier.owner_name),
            (number, f"*********{dossier.owner_last3}"),
        ],
        "shown": shown,
        "shown_words": _WORDS[shown.what] if shown else "",
        "back": reverse("counter:dossier", args=[dossier.public_id]),
    }

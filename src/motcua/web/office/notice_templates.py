"""Mẫu thông báo: what each notice says, by SMS and by e-mail; versions, preview, a trial on one's own phone."""

from typing import Final
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.desk import notice_wordings
from motcua.kernel.authority import Power
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox import events, wordings
from motcua.outbox.letters import Words
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import notice_templates_forms as forms
from motcua.web.office import standing

_TITLE: Final = "Mẫu thông báo"
_CHANNELS: Final = {"sms": ("SMS", "Tin nhắn SMS"), "email": ("EMAIL", "Email")}
_SAID: Final = {
    "luu": "Đã ghi mẫu thông báo.",
    "mac-dinh": "Thông báo đã trở về mẫu mặc định.",
    "bo": "Đã bỏ bản mẫu chưa có hiệu lực.",
    "gui-thu": "Đã gửi thử tới điện thoại của ông/bà.",
}
_BODY: Final = "body"
_BESIDE: Final = {
    "notice_subject_wanted": "subject",
    "notice_begins_in_the_past": "valid_from",
    "too_many_attempts": None,
}


@officer(Power.MANAGE_CATALOGUE)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """Each notice, and whether its wording was changed."""
    changed = wordings.changed()
    lines = [
        (
            known,
            [(slug, words, (known.code, channel) in changed) for slug, (channel, words) in _CHANNELS.items()],
        )
        for known in events.EVENTS.values()
    ]
    facts = {**_page(request), "lines": lines, "may_edit": notice_wordings.may_edit(request.authority)}
    return render(request, "office/mau_thong_bao.html", facts)


@officer(Power.MANAGE_CATALOGUE)
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, event: str, channel: str) -> HttpResponse:
    """One wording: now, before, and a new one; “Xem trước”, “Gửi thử”, “Lưu mẫu”."""
    known = wordings.event(event)
    code, _ = _channel(channel)
    act = request.POST.get("act", "")
    now = wordings.in_force(event, code)
    form = forms.Wording(
        request.POST if request.method == "POST" else None,
        initial={"subject": now.subject, "body": now.text},
        is_letter=channel == "email",
        saving=act == "save",
    )
    preview = None
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        words = Words(given.get("subject", ""), given[_BODY])
        try:
            if act == "save":
                notice_wordings.save(
                    authority=request.authority,
                    code=event,
                    channel=code,
                    words=words,
                    valid_from=given["valid_from"],
                    reason=given["reason"],
                )
                return _done(event, channel, "luu")
            preview = wordings.previewed(event, code, words.subject, words.text)
            if act == "try" and channel == "sms":
                _try_on(request, event, words.text)
        except notice_wordings.NotOfTheProvince:
            raise  # their page has no form to say it beside
        except Refusal as no:
            form.refuse(no, _BESIDE.get(no.code, _BODY))
    shown = preview or _shown(event, code, now)
    return _drawn(request, known, channel, {"form": form, "preview": shown, "is_draft": preview is not None})


@officer(Power.MANAGE_CATALOGUE)
@require_http_methods(["GET", "POST"])
def reset(request: OfficerRequest, event: str, channel: str) -> HttpResponse:
    """“Trở về mẫu mặc định”, with a reason."""
    known = wordings.event(event)
    code, words = _channel(channel)
    form = forms.Reason(request.POST if request.method == "POST" else None)
    if form.is_valid():
        notice_wordings.return_to_default(
            authority=request.authority, code=event, channel=code, reason=form.cleaned_data["reason"]
        )
        return _done(event, channel, "mac-dinh")
    facts = {
        **_page(request, (known.title, _address(event, channel)), ("Mẫu mặc định", "")),
        "form": form,
        "known": known,
        "channel_words": words,
        "first": wordings.default(event, code),
        "back": _address(event, channel),
    }
    return render(request, "office/mau_thong_bao_mac_dinh.html", facts, status=422 if form.errors else 200)


@officer(Power.MANAGE_CATALOGUE)
@require_POST
def withdraw(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Bỏ bản này”, while it is not in force."""
    event, code = notice_wordings.withdraw(authority=request.authority, public_id=public_id)
    return _done(event, code.lower(), "bo")


def _drawn(
    request: OfficerRequest, known: events.Event, channel: str, more: dict[str, object]
) -> HttpResponse:
    code, words = _channel(channel)
    form = more["form"]
    facts = {
        **_page(request, (f"{known.title}: {words}", "")),
        "known": known,
        "channel": channel,
        "channel_words": words,
        "parameters": [events.PARAMETERS[name] for name in known.parameters],
        "history": wordings.history(known.code, code),
        "may_edit": notice_wordings.may_edit(request.authority),
        "most": 160,
        **more,
    }
    status = 422 if isinstance(form, forms.Wording) and form.errors else 200
    return render(request, "office/mau_thong_bao_mot.html", facts, status=status)


def _try_on(request: OfficerRequest, event: str, body: str) -> None:
    _, phone = standing.myself(request.authority)
    notice_wordings.try_on(authority=request.authority, code=event, body=body, phone=Phone.parse(phone))
    request.notices = [standing.Note("success", _SAID["gui-thu"])]  # type: ignore[attr-defined]


def _shown(event: str, code: str, now: Words) -> wordings.Preview | None:
    """What is sent now, with sample values; nothing when it stopped to fit."""
    try:
        return wordings.previewed(event, code, now.subject, now.text)
    except Refusal:
        return None


def _channel(slug: str) -> tuple[str, str]:
    if slug not in _CHANNELS:
        raise NotFound
    return _CHANNELS[slug]


def _page(request: OfficerRequest, *crumbs: tuple[str, str]) -> dict[str, object]:
    here = (_TITLE, reverse("office:wordings") if crumbs else "")
    facts = standing.page(request, "wordings", here, *crumbs)
    if said := _SAID.get(request.GET.get("da", "")):
        request.notices = [standing.Note("success", said)]  # type: ignore[attr-defined]
    return facts


def _address(event: str, channel: str) -> str:
    return reverse("office:wording", args=[event, channel])


def _done(event: str, channel: str, said: str) -> HttpResponse:
    return HttpResponseRedirect(f"{_address(event, channel)}?da={said}")

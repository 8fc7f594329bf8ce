"""“Tạo tài khoản công dân”, “Đổi số điện thoại”, “Nhận tài khoản”: one screen; each press saves, then acts."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.accounts import assistance, assisted_saving, creation, evidence, of_age_reading
from motcua.accounts.application_rows import FileElsewhere, NotReady
from motcua.accounts.assistance import Filled
from motcua.accounts.sealed_data import PersonData
from motcua.files.reasons import FileRefused
from motcua.kernel.authority import Power
from motcua.kernel.card_qr import CardQr, looks_like_card_qr
from motcua.kernel.refusal import Refusal
from motcua.limits.spending import TooManyAttempts
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import forms, standing, uploads
from motcua.web.office.screen import Screen, open_request
from motcua.web.outside import subscriber_registry
from motcua.web.public import vneid

if TYPE_CHECKING:
    from motcua.accounts.models import AssistApplication

_FIELD_OF: Final = {
    "account_exists": "citizen_id",
    "account_missing": "citizen_id",
    "application_reserved": "citizen_id",
    "not_the_holder": "full_name",
    "birth_date_needs_override": "override_reason",
    "own_account": "citizen_id",
    "staff_account": "citizen_id",
    "staff_phone": "phone",
    "phone_taken": "phone",
    "of_age_phone_of_guardian": "phone",
    "of_age_phone_unexplained": "override_reason",
    "of_age_not_yet": "citizen_id",
    "of_age_nothing_to_take_over": "citizen_id",
    "of_age_take_over_first": "citizen_id",
    "guardianship_of_adult": "held_by",
    "guardianship_to_be_said": "held_by",
    "guardianship_own_phone_not_proved": "override_reason",
    "of_age_not_in_this_state": "citizen_id",
    "reason_needed": "reason_words",
    "scan_missing": "scan",
    "file_of_another_request": "scan",
    "code_void": "code",
}
_NEEDS_SCAN: Final = {"paper", "send", "create"}
_SCAN_ASKED: Final = "Đề nghị ông/bà chọn tệp “Đính kèm CCCD/CMND”."
_SLIP_CODE: Final = re.compile(r"[0-9A-Z]{4,20}")
_SLIP_UNKNOWN: Final = "Mã phiếu không đúng hoặc đã hết hạn (24 giờ). Đề nghị chọn lý do bằng tay."


@officer(Power.OPEN_ACCOUNT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def add(request: OfficerRequest) -> HttpResponse:
    """A new request to create an account; the guide to VNeID once none is created any more."""
    if instead := vneid.guide_instead(request, "tao-tai-khoan"):
        return instead
    return _answer(Screen(request, request.authority))


@officer(Power.OPEN_ACCOUNT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_phone(request: OfficerRequest) -> HttpResponse:
    """A new request to change the phone of somebody who lost theirs (SPEC 4)."""
    return _answer(Screen(request, request.authority, kind="PHONE"))


@officer(Power.OPEN_ACCOUNT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def take_over(request: OfficerRequest) -> HttpResponse:
    """A new request of somebody who came of age and takes over the account that a parent or guardian ran."""
    screen = Screen(request, request.authority, kind="OF_AGE")
    screen.line = of_age_reading.waiting(request.authority, request.GET.get("dong", ""))
    return _answer(screen)


@officer(Power.OPEN_ACCOUNT)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The request in hand; finished, it shows how it ended."""
    screen = open_request(request, public_id)
    application = _application(screen)
    if application.is_finished:
        return redirect("office:request_done", public_id=public_id)
    assistance.require_open(application)
    return _answer(screen)


def _answer(screen: Screen) -> HttpResponse:
    if screen.request.method != "POST":
        return screen.show(screen.form())
    posted = _with_card(screen.request.POST)
    act = posted.get("act", "")
    if act == "look_up" or (act not in _ACTS and _only_number(posted)):
        return _look_up(screen, posted)
    # A slip that was read leaves its box empty: what stands there was typed and not used yet, whatever was pressed.
    if act == "slip" or posted.get("slip", "").strip():
        return _read_slip(screen, posted)
    return _save_and_act(screen, posted, act if act in _ACTS else _meant_by_enter(posted))


def _look_up(screen: Screen, posted: QueryDict) -> HttpResponse:
    """“Tra cứu tài khoản”: beside the box when the browser asked for a part, else the page with all that was typed."""
    form = _as_typed(screen, posted)
    status = 200
    try:
        number = form.fields["citizen_id"].clean(posted.get("citizen_id", ""))
        old = form.fields["old_number"].clean(posted.get("old_number", ""))
        screen.look_up = assistance.look_up(authority=screen.authority, number=number, old_number=old)
    except ValidationError as wrong:
        form.add_error("citizen_id", wrong)
        status = 422
    except TooManyAttempts as no:
        form.refuse(no, "citizen_id")
        status = no.status
    if screen.request.headers.get("HX-Request") == "true":
        part = {
            "look_up": screen.look_up,
            "form": form,
            "for_phone": screen.for_phone,
            "taking_over": screen.kind == "OF_AGE",
        }
        return render(screen.request, "office/tra_cuu.html", part)
    _keep_upload(screen, form, posted)
    return screen.show(form, status)


def _read_slip(screen: Screen, posted: QueryDict) -> HttpResponse:
    """The slip from Phụ lục I fills in the reason and nothing about the person."""
    form = _as_typed(screen, posted)
    typed = posted.get("slip", "").strip().rstrip("/").rsplit("/", 1)[-1].replace(" ", "").upper()
    status = 200
    try:
        reason = None
        if _SLIP_CODE.fullmatch(typed):
            reason = assistance.reason_of_slip(authority=screen.authority, code=typed)
        if reason is None:
            form.add_error("slip", _SLIP_UNKNOWN)
            status = 422
        else:
            posted["reason"], posted["slip"] = reason, ""
            words = assistance.REASONS[reason]
            said = f"Mã phiếu {typed} dùng được. Lý do đã điền: “{words}”."
            screen.request.notices = [standing.Note("success", "", said)]  # type: ignore[attr-defined]
    except TooManyAttempts as no:
        form.refuse(no, "slip")
        status = no.status
    _keep_upload(screen, form, posted)
    return screen.show(form, status)


def _save_and_act(screen: Screen, posted: QueryDict, act: str) -> HttpResponse:
    form = screen.form(posted, screen.request.FILES)
    if act == "create" and not (screen.application and screen.application.phone_is_proved):
        form.demand("code")
    form.is_valid()
    _keep_upload(screen, form, posted)
    has_scan = screen.kept is not None or (
        screen.application is not None and screen.application.scan is not None
    )
    if act in _NEEDS_SCAN and not has_scan and "scan" not in form.errors:
        form.add_error("scan", _SCAN_ASKED)
    if form.errors:
        return screen.show(form, 422)
    try:
        voided = _save(screen, form)
        return _back_to(screen, "luu-doi") if voided and act == "save" else _ACTS[act](screen, form)
    except Refusal as no:
        return _refused(screen, form, no)


def _refused(screen: Screen, form: forms.Assisted, no: Refusal) -> HttpResponse:
    if screen.application is not None:
        screen.application = assistance.own_application(screen.authority, screen.application.public_id)
        if screen.application.is_finished:
            return redirect("office:request_done", public_id=screen.application.public_id)
        screen.kept = None if screen.application.scan else screen.kept
    if isinstance(no, FileElsewhere):
        screen.kept = None
    field = "code" if no.code.startswith("passcode_") else _FIELD_OF.get(no.code)
    # On this screen the button that sends another code has the dispatch's other name.
    form.add_error(field, no.text.replace("Gửi lại OTP", "Gửi mã OTP"))
    return screen.show(form, no.status)


def _save(screen: Screen, form: forms.Assisted) -> bool:
    """Whether a paper or a code was out that the data no longer fit."""
    was_out = _what_is_out(screen)
    screen.authority = standing.at_unit(screen.authority, form.cleaned_data["unit"])
    screen.application = assisted_saving.save(
        authority=screen.authority,
        application=screen.application,
        filled=_filled(form),
        scan=screen.kept,
        kind=screen.kind,
    )
    screen.kept = None
    return was_out != (False, False) and was_out != _what_is_out(screen)


def _what_is_out(screen: Screen) -> tuple[bool, bool]:
    """Whether there is a paper, and a code, for what is kept now."""
    if screen.application is None:
        return False, False
    code = creation.code_status(authority=screen.authority, application=screen.application)
    return screen.application.paper_state == "valid", code is not None


def _saved(screen: Screen, form: forms.Assisted) -> HttpResponse:
    return _back_to(screen, "luu")


def _paper(screen: Screen, form: forms.Assisted) -> HttpResponse:
    """“Tải xuống”: bind the paper to the data; the page that follows fetches it."""
    creation.paper(authority=screen.authority, application=_application(screen), now=timezone.now())
    return _back_to(screen, "giay")


def _send(screen: Screen, form: forms.Assisted) -> HttpResponse:
    creation.send_code(authority=screen.authority, application=_application(screen))
    return _back_to(screen, "ma")


def _create(screen: Screen, form: forms.Assisted) -> HttpResponse:
    application = _application(screen)
    creation.create(
        authority=screen.authority,
        application=application,
        code=form.cleaned_data["code"] or "",
        registry=subscriber_registry(),
    )
    return redirect("office:request_done", public_id=application.public_id)


_ACTS: Final[dict[str, Callable[[Screen, forms.Assisted], HttpResponse]]] = {
    "save": _saved,
    "paper": _paper,
    "send": _send,
    "create": _create,
}


def _back_to(screen: Screen, said: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{screen.address}?da={said}")


def _application(screen: Screen) -> "AssistApplication":
    if screen.application is None:
        raise NotReady
    return screen.application


def _keep_upload(screen: Screen, form: forms.Assisted, posted: QueryDict) -> None:
    """A file that came is checked and kept even when another box is wrong; its refusal stands beside its box."""
    screen.form_key = _key_of(posted)
    screen.kept = uploads.kept(screen.authority, posted.get("kept_scan", ""), screen.form_name)
    given = screen.request.FILES.get("scan")
    if given is None or getattr(given, "too_big", False) or not given.size or form.errors.get("scan"):
        return
    try:
        screen.kept = uploads.take_scan(
            screen.authority,
            given,
            request_id=screen.application.public_id if screen.application else None,
            until=evidence.draft_until(timezone.now()),
        )
    except (FileRefused, TooManyAttempts) as no:
        form.refuse(no, "scan")


def _key_of(posted: QueryDict) -> UUID:
    """The key with which the page was drawn; a new one for anything else."""
    try:
        return UUID(posted.get("form_key", ""))
    except ValueError:
        return uuid4()


def _filled(form: forms.Assisted) -> Filled:
    given = form.cleaned_data
    return Filled(
        data=PersonData(
            citizen_id=given["citizen_id"],
            full_name=given["full_name"],
            born_on=given["born_on"],
            phone=given["phone"],
            email=given["email"],
            old_number=given["old_number"],
        ),
        reason=given["reason"],
        reason_words=given["reason_words"],
        override_reason=given["override_reason"],
        held_by=given.get("held_by", ""),
    )


def _as_typed(screen: Screen, posted: QueryDict) -> forms.Assisted:
    """Everything as it was typed, judged by nobody yet."""
    form = screen.form(posted)
    form.is_valid()
    form.errors.clear()
    return form


def _with_card(given: QueryDict) -> QueryDict:
    """A card typed by a reader into the number box fills the empty boxes; the card's text goes no further."""
    posted = given.copy()
    typed = posted.get("citizen_id", "")
    raw = typed if looks_like_card_qr(typed) else posted.get("card_qr", "")
    posted["card_qr"] = ""
    try:
        card = CardQr.parse(raw)
    except Refusal:
        return posted
    if raw != typed and card.citizen_id.value != typed.strip():
        return posted
    posted["citizen_id"] = card.citizen_id.value
    read = {"full_name": card.full_name.value, "born_on": card.born_on.shown}
    if card.old_number is not None:
        read["old_number"] = card.old_number.value
    for name, value in read.items():
        if not posted.get(name, "").strip():
            posted[name] = value
    return posted


def _meant_by_enter(posted: QueryDict) -> str:
    """Enter in a box of the form: with a code typed it means “Tạo tài khoản”, else what is there is kept."""
    return "create" if posted.get("code", "").strip() else "save"


def _only_number(posted: QueryDict) -> bool:
    """Enter in the first box of an empty form means: look it up."""
    others = ("full_name", "born_on", "phone", "email", "code")
    return bool(posted.get("citizen_id", "").strip()) and not any(
        posted.get(name, "").strip() for name in others
    )

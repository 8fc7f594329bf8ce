"""Bản thảo thủ tục: small forms one after the other, lists moved by buttons, then one report and one act."""

import re
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.desk.procedures import drafts, editing, entries
from motcua.desk.procedures.columns import STEP, Column, Entry
from motcua.desk.procedures.drafts import Draft
from motcua.desk.procedures.versions import OUTCOME_WORDS
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import procedures, procedures_forms, standing
from motcua.web.office.procedures import day_of, shown

_ACT: Final = re.compile(
    r"(up|down|remove):(components|forms|processes|steps):([0-9]{1,2})(?::([0-9]{1,2}))?"
)
_WORDS: Final = {
    "components": "thành phần hồ sơ",
    "forms": "mẫu đơn",
    "processes": "quy trình",
    "steps": "bước",
}


@officer(Power.MANAGE_CATALOGUE)
@require_http_methods(["GET", "POST"])
def begin(request: OfficerRequest, code: str = "") -> HttpResponse:
    """A new draft, empty or from a version; a GET (somebody typed the address) leads to where the button is."""
    if request.method != "POST":
        return redirect("office:procedure", code) if code else redirect("office:procedures")
    if not code:
        made = drafts.begin_new(request.authority)
        return redirect("office:procedure_general", made)
    since = day_of(request.POST.get("since", ""))
    made = drafts.begin_edit(request.authority, code[:40], since, today=timezone.localdate())
    return redirect("office:procedure_draft", made)


@officer(Power.MANAGE_CATALOGUE)
@require_GET
def draft(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """What is drafted, what is wrong with it, and what publishing it would do."""
    found = drafts.one(request.authority, public_id)
    plan = found.plan(timezone.localdate())
    edit = found.kind == drafts.Kind.EDIT
    name = found.entry["name"] if edit else "Nhập danh mục từ tệp"
    facts = {
        **_page(request, (name or "Thủ tục mới", "")),
        "draft": found,
        "plan": plan,
        "line": plan.lines[0] if edit else None,
        "counts": [(words, plan.count(one)) for one, words in OUTCOME_WORDS.items()],
        "focus": request.GET.get("vi-tri", "")[:40],
        "page_name": name or "Thủ tục mới",
        "days": [procedures.day_words(found.entry[name]) for name in ("valid_from", "valid_to")]
        if edit
        else [],
        **(_marked(shown(found.entry)) if edit else {}),
    }
    template = "office/thu_tuc_ban_thao.html" if edit else "office/thu_tuc_bao_cao.html"
    return render(request, template, facts)


@officer(Power.MANAGE_CATALOGUE)
@require_http_methods(["GET", "POST"])
def general(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Everything but the lists."""
    found = _open(request, public_id)
    form = procedures_forms.general(request.POST or None, initial=found.entry)
    if request.method == "POST" and form.is_valid():
        drafts.change(request.authority, _seen(request, found), {**found.entry, **form.values()})
        return redirect("office:procedure_draft", public_id)
    facts = {
        **_page(request, (found.entry["name"] or "Thủ tục mới", _address(found)), ("Thông tin chung", "")),
        "form": form,
        "groups": form.groups(),
        "draft": found,
        "back": _address(found),
        "title": "Thông tin chung của thủ tục",
    }
    return render(request, "office/thu_tuc_sua.html", facts, status=422 if form.is_bound else 200)


@officer(Power.MANAGE_CATALOGUE)
@require_http_methods(["GET", "POST"])
def part(request: OfficerRequest, public_id: UUID, part: str, n: int | None = None) -> HttpResponse:
    """One component, form or process: a new one, or the nth."""
    if part not in editing.LISTS:
        raise NotFound
    return _part(request, _open(request, public_id), editing.LISTS[part], n)


@officer(Power.MANAGE_CATALOGUE)
@require_http_methods(["GET", "POST"])
def step(request: OfficerRequest, public_id: UUID, process: int, n: int | None = None) -> HttpResponse:
    """One step of a process."""
    return _part(request, _open(request, public_id), "steps", n, process)


@officer(Power.MANAGE_CATALOGUE)
@require_POST
def arrange(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """A line goes up, down or away; the button that was pressed keeps the focus."""
    found = _open(request, public_id)
    pressed = _ACT.fullmatch(request.POST.get("act", ""))
    if pressed is None:
        raise NotFound
    act, part, n = pressed[1], pressed[2], int(pressed[3])
    process = int(pressed[4]) if pressed[4] else None
    if act == "remove":
        entry, at = editing.removed(found.entry, part, n, process), max(n - 1, 1)
    else:
        by = -1 if act == "up" else 1
        entry, at = editing.moved(found.entry, part, n, by, process), n + by
    drafts.change(request.authority, _seen(request, found), entry)
    place = f"{act}:{part}:{at}" + (f":{process}" if process else "")
    # Without a fragment: where there is one, browsers pass autofocus over.
    return redirect(f"{_address(found)}?vi-tri={place}")


@officer(Power.MANAGE_CATALOGUE)
@require_POST
def publish(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The whole draft at one stroke."""
    found = drafts.one(request.authority, public_id)
    drafts.publish(request.authority, _seen(request, found), today=timezone.localdate())
    if found.kind == drafts.Kind.EDIT:
        return redirect(reverse("office:procedure", args=[found.entry["code"]]) + "?da=ap-dung")
    return redirect(reverse("office:procedures") + "?da=ap-dung")


def _marked(words: dict[str, Any]) -> dict[str, Any]:
    """Each line with the mark that its buttons send back."""
    marked: dict[str, Any] = {**words}
    for part in ("components", "forms", "processes"):
        marked[part] = [{**line, "mark": f"{part}:{n}"} for n, line in enumerate(words[part], start=1)]
    for p, process in enumerate(marked["processes"], start=1):
        process["steps"] = [
            {**step, "mark": f"steps:{n}:{p}"} for n, step in enumerate(process["steps"], start=1)
        ]
    return marked


def _part(
    request: OfficerRequest, found: Draft, part: str, n: int | None, process: int | None = None
) -> HttpResponse:
    columns = editing.columns_of(part)
    listed = editing.part_of(found.entry, part, process)
    initial = editing.at(listed, n) if n is not None else _fresh(part, columns)
    form = procedures_forms.of(columns, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        if part == "components":
            values["type_code"] = values["type_code"] or entries.type_code_of(values["name"])
        entry = editing.put(found.entry, part, values, n=n, process=process)
        drafts.change(request.authority, _seen(request, found), entry)
        return redirect(f"{_address(found)}#{part}")
    title = f"{'Sửa' if n else 'Thêm'} {_WORDS[part]}"
    facts = {
        **_page(request, (found.entry["name"] or "Thủ tục mới", _address(found)), (title, "")),
        "form": form,
        "draft": found,
        "back": f"{_address(found)}#{part}",
        "title": title,
    }
    return render(request, "office/thu_tuc_sua.html", facts, status=422 if form.is_bound else 200)


def _fresh(part: str, columns: tuple[Column, ...]) -> Entry:
    """How a new line begins: one original, digitised; a step of specialists."""
    blank = {**entries.blank(columns)}
    if part == "components":
        return {**blank, "originals": 1, "digitise": True}
    return {**blank, "power": "PROCESS", "working_minutes": 240} if columns is STEP else blank


def _open(request: OfficerRequest, public_id: UUID) -> Draft:
    """A draft that can still be written."""
    found = drafts.one(request.authority, public_id)
    if found.is_applied or found.kind != drafts.Kind.EDIT:
        raise drafts.DraftMovedOn
    return found


def _seen(request: OfficerRequest, found: Draft) -> Draft:
    """The draft in the state that the person saw. Raises DraftMovedOn when it is another by now."""
    form = procedures_forms.Changes(request.POST)
    if not form.is_valid() or form.cleaned_data["changes"] != found.changes:
        raise drafts.DraftMovedOn
    return found


def _address(found: Draft) -> str:
    return reverse("office:procedure_draft", args=[found.public_id])


def _page(request: OfficerRequest, *crumbs: tuple[str, str]) -> dict[str, object]:
    return standing.page(request, "procedures", ("Danh mục thủ tục", reverse("office:procedures")), *crumbs)


general.repeatable = frozenset({"levels", "who_may_ask"})  # type: ignore[attr-defined]
step.repeatable = frozenset({"leave_when"})  # type: ignore[attr-defined]

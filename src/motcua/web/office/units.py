"""Đơn vị: the tree, one unit with its history, founding, renaming, closing, merging, splitting and the import."""

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from motcua.files.reasons import CheckingBusy
from motcua.kernel.authority import Authority, Power
from motcua.kernel.refusal import Refusal
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.press.workbooks import Book
from motcua.units import ending, importing, remembered_search, reorganising, roster, staff, tree
from motcua.units.reorganising import NewUnit
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import left_behind, power_words, standing, units_forms, workload_here
from motcua.web.office.left_behind import Leaving
from motcua.web.responses import file_response

if TYPE_CHECKING:
    from motcua.units.models import Unit

_TITLE: Final = "Đơn vị"
_HERE: Final = "units"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Where a refusal is said.
_FIELD_OF: Final = {
    "unit_reason_wanted": "reason",
    "unit_last_day_past": "last_day",
    "successor_wanted": "successor",
    "unit_nothing_changed": "name",
}


@officer(Power.GRANT)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """The tree of the own unit and below; with words, what they find, closed units and old names too."""
    form = units_forms.Search(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    words = given.get("q", "").strip()
    today = timezone.localdate()
    facts = {
        **standing.page(request, _HERE, (_TITLE, "")),
        "form": form,
        "words": words,
        "found": tree.found(request.authority, words) if words else [],
        "roots": []
        if words
        else tree.outline(request.authority, on=today, closed_too=given.get("het", False)),
        "day": today,
        "left_to_nobody": left_behind.left_to_nobody(request.authority, on=today),
    }
    return render(request, "office/don_vi.html", facts)


@officer(Power.GRANT)
@require_http_methods(["GET", "POST"])
def add(request: OfficerRequest) -> HttpResponse:
    """“Thêm đơn vị”."""
    initial = {"parent": request.authority.unit_code, "valid_from": timezone.localdate()}
    form = units_forms.New(request.POST or None, initial=initial, units=_open(request.authority))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        given = form.cleaned_data
        try:
            unit = reorganising.add(authority=request.authority, new=_new(given), reason=given["reason"])
        except Refusal as no:
            form.refuse(no, _FIELD_OF.get(no.code))
            status = no.status
        else:
            return _done(unit.code, "don-vi-them")
    facts = {
        **_page(request, ("Thêm đơn vị", "")),
        "form": form,
        "title": "Thêm đơn vị",
        "submit": "Thêm đơn vị",
    }
    return render(request, "office/don_vi_sua.html", facts, status=status)


@officer(Power.GRANT)
@require_GET
def one(request: OfficerRequest, code: str) -> HttpResponse:
    """One unit: what it is, who works there, what became of it."""
    authority, today = request.authority, timezone.localdate()
    unit = tree.below(authority, code)
    changes = reorganising.history(authority, code)
    names = staff.officers_by_subject(change.by_subject for change in changes)
    heirs = tree.names_of([heir for change in changes for heir in change.successors])
    facts = {
        **_page(request, (unit.short_name, "")),
        "unit": unit,
        "open_today": unit.is_open(today),
        "may_change": unit.valid_to is None,
        "own": unit.pk == authority.unit_id,
        "posts": [
            (post, power_words.names(post.powers)) for post in roster.unit_roster(authority, code, today)
        ],
        "changes": [
            {
                "of": change,
                "who": names[change.by_subject].full_name if change.by_subject in names else "",
                "heirs": [heirs.get(heir, heir) for heir in change.successors],
            }
            for change in changes
        ],
        "open_now": _open_now(unit, today),
        "leaving": left_behind.of_unit(unit, on=today),
        "follower": left_behind.follower_of(unit, on=today),
        "may_assign": reorganising.may_be_assigned(authority, unit, on=today),
    }
    return render(request, "office/don_vi_mot.html", facts)


@officer(Power.GRANT)
@require_http_methods(["GET", "POST"])
def rename(request: OfficerRequest, code: str) -> HttpResponse:
    """“Đổi tên”: the old name stays in the history and in the search."""
    unit = tree.below(request.authority, code)
    initial = {"name": unit.name, "short_name": unit.short_name}
    form = units_forms.Rename(request.POST or None, initial=initial)
    return _acted(
        request,
        form,
        code,
        title=f"Đổi tên: {unit.short_name}",
        submit="Đổi tên",
        said="don-vi-ten",
        act=lambda given: reorganising.rename(
            authority=request.authority, unit_code=code, on=timezone.localdate(), **given
        ),
    )


@officer(Power.GRANT)
@require_http_methods(["GET", "POST"])
def close(request: OfficerRequest, code: str) -> HttpResponse:
    """“Kết thúc hoạt động”, with who takes over."""
    unit = tree.below(request.authority, code)
    leaving = left_behind.of_unit(unit, on=timezone.localdate())
    form = units_forms.Close(
        request.POST or None,
        units=_followers(request.authority, code),
        none="-- Không có đơn vị kế thừa --",
    )
    return _acted(
        request,
        form,
        code,
        title=f"Kết thúc hoạt động: {unit.short_name}",
        submit="Kết thúc hoạt động",
        said="don-vi-dong",
        leaving=[leaving],
        act=lambda given: reorganising.close(
            authority=request.authority,
            unit_code=code,
            successor_code=given["successor"],
            last_day=given["last_day"],
            reason=given["reason"],
            carry_posts=given["carry"],
            work_left=leaving.work,
            on=timezone.localdate(),
        ),
    )


@officer(Power.GRANT)
@require_http_methods(["GET", "POST"])
def split(request: OfficerRequest, code: str) -> HttpResponse:
    """“Chia tách”."""
    unit = tree.below(request.authority, code)
    form = units_forms.Split(request.POST or None, units=_followers(request.authority, code))
    return _acted(
        request,
        form,
        code,
        title=f"Chia tách: {unit.short_name}",
        submit="Chia tách",
        said="don-vi-tach",
        leaving=[left_behind.of_unit(unit, on=timezone.localdate())],
        act=lambda given: reorganising.split(
            authority=request.authority,
            unit_code=code,
            into_codes=[given["main"], *(each for each in given["others"] if each != given["main"])],
            last_day=given["last_day"],
            reason=given["reason"],
            carry_posts=given["carry"],
            on=timezone.localdate(),
        ),
    )


split.repeatable = {"others"}  # type: ignore[attr-defined]


@officer(Power.GRANT)
@require_http_methods(["GET", "POST"])
def merge(request: OfficerRequest) -> HttpResponse:
    """“Sáp nhập”: several units end, one goes on; first it is shown what the chosen ones leave together."""
    today = timezone.localdate()
    units = tree.lasting(request.authority)
    chosen = [unit for unit in units if unit.code in request.POST.getlist("codes")]
    seen = ",".join(unit.code for unit in chosen)
    form = units_forms.Merge(_shown(request, seen), units=left_behind.choices(units, on=today))
    if chosen and request.POST.get("seen") != seen and form.is_valid():
        return _before_merging(request, form, chosen)
    return _acted(
        request,
        form,
        "",
        title="Sáp nhập đơn vị",
        submit="Sáp nhập" if chosen else "Xem việc còn lại",
        said="don-vi-nhap",
        leaving=[left_behind.together(chosen, on=today)] if chosen else None,
        act=lambda given: reorganising.merge(
            authority=request.authority,
            unit_codes=given["codes"],
            into_code=given["into"],
            last_day=given["last_day"],
            reason=given["reason"],
            carry_posts=given["carry"],
            on=today,
        ),
    )


def _shown(request: OfficerRequest, seen: str) -> QueryDict | None:
    """What was sent, with the units whose work the page that answers shows."""
    if request.method != "POST":
        return None
    sent = request.POST.copy()
    sent["seen"] = seen
    return sent


def _before_merging(request: OfficerRequest, form: units_forms.Merge, chosen: "list[Unit]") -> HttpResponse:
    """The same form, and what the chosen units leave; pressing again merges them."""
    today = timezone.localdate()
    each = left_behind.of_units(chosen, on=today)
    facts = {
        **_page(request, ("Sáp nhập đơn vị", "")),
        "form": form,
        "title": f"Sáp nhập {len(chosen)} đơn vị",
        "submit": "Sáp nhập",
        "leaving": [left_behind.together(chosen, on=today)],
        "each": [(one.unit.name, f"{one.work} việc, {one.people.officers} cán bộ") for one in each],
        "back": reverse("office:units"),
    }
    return render(request, "office/don_vi_sua.html", facts)


merge.repeatable = {"codes"}  # type: ignore[attr-defined]


@officer(Power.GRANT)
@require_http_methods(["GET", "POST"])
def take_in(request: OfficerRequest) -> HttpResponse:
    """“Nhập từ Excel”: the file is tried row by row; nothing is saved before the administrator says so."""
    if request.method == "POST" and request.POST.get("act") == "save":
        return _save(request)
    form = units_forms.TakeIn(request.POST or None, request.FILES or None)
    facts: dict[str, Any] = {
        **_page(request, ("Nhập từ Excel", "")),
        "form": form,
        "columns": importing.COLUMNS,
    }
    status = 422 if form.is_bound else 200
    if form.is_valid():
        spending.spend((Quota.UPLOADS_BY_OFFICER, request.authority.subject))
        reason = form.cleaned_data["reason"]
        try:
            rows = importing.read(form.cleaned_data["file"].read())
            tried = importing.try_out(request.authority, rows, reason=reason)
        except (Refusal, CheckingBusy) as no:
            form.refuse(no, _FIELD_OF.get(no.code, "file"))
        else:
            kept = {"rows": importing.dumps(rows), "reason": reason}
            facts |= {"tried": tried, "wrong": sum(bool(each.wrong) for each in tried)}
            if not facts["wrong"]:
                facts["kept"] = remembered_search.remember(request.authority, kept)
            status = 200
    return render(request, "office/don_vi_nhap.html", facts, status=status)


@officer(Power.GRANT)
@require_GET
def sample_file(request: OfficerRequest) -> HttpResponse:
    """The heading row of the file to fill in."""
    book = Book(write_only=True)
    sheet = book.create_sheet("Đơn vị")
    sheet.append(importing.COLUMNS)
    kept = BytesIO()
    book.save(kept)
    return file_response(kept.getvalue(), "mau-don-vi.xlsx", _XLSX)


def _new(given: dict[str, Any]) -> NewUnit:
    return NewUnit(
        code=given["code"],
        name=given["name"],
        short_name=given["short_name"],
        kind=given["kind"],
        parent_code=given["parent"],
        valid_from=given["valid_from"],
        district=given["district"] or "",
        address=given["address"] or "",
        phone=given["phone"] or "",
        dossier_prefix=given["dossier_prefix"] or "",
        has_desk=given["has_desk"],
    )


def _save(request: OfficerRequest) -> HttpResponse:
    kept = remembered_search.recall(request.authority, request.POST.get("kept", "")[:40])
    if "rows" not in kept:
        return redirect("office:units_import")
    tried = importing.take_in(request.authority, importing.loads(kept["rows"]), reason=kept["reason"])
    wrong = sum(bool(each.wrong) for each in tried)
    if not wrong:
        return redirect(reverse("office:units") + "?da=don-vi-nhap-tep")
    facts = {
        **_page(request, ("Nhập từ Excel", "")),
        "form": units_forms.TakeIn(),
        "columns": importing.COLUMNS,
        "tried": tried,
        "wrong": wrong,
    }
    return render(request, "office/don_vi_nhap.html", facts, status=409)


def _acted(
    request: OfficerRequest,
    form: Any,
    code: str,
    *,
    title: str,
    submit: str,
    said: str,
    act: Any,
    leaving: list[Leaving] | None = None,
) -> HttpResponse:
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Refusal as no:
            field = _FIELD_OF.get(no.code)
            form.refuse(no, field if field in form.fields else None)
            status = no.status
        else:
            return _done(code, said)
    facts = {
        **_page(request, (title, "")),
        "form": form,
        "title": title,
        "submit": submit,
        "leaving": leaving,
        "back": reverse("office:unit", args=[code]) if code else reverse("office:units"),
    }
    return render(request, "office/don_vi_sua.html", facts, status=status)


def _open_now(unit: "Unit", today: date) -> int:
    """What its officers work on today, that of units which ended before included."""
    units = ending.with_inherited([unit.pk], on=today)[unit.pk]
    return sum(load.open for load in workload_here.of_units(units, now=timezone.now()).values())


def _done(code: str, said: str) -> HttpResponse:
    address = reverse("office:unit", args=[code]) if code else reverse("office:units")
    return redirect(f"{address}?da={said}")


def _open(authority: Authority) -> list[tuple[str, str]]:
    """Units of the administrator that have no last day yet, those of tomorrow included."""
    return [(unit.code, unit.name) for unit in tree.lasting(authority)]


def _followers(authority: Authority, code: str) -> list[tuple[str, str]]:
    """Who may go on with the work of the unit with this code."""
    others = [unit for unit in tree.lasting(authority) if unit.code != code]
    return left_behind.choices(others, on=timezone.localdate())


def _page(request: OfficerRequest, *crumbs: tuple[str, str]) -> dict[str, object]:
    return standing.page(request, _HERE, (_TITLE, reverse("office:units")), *crumbs)

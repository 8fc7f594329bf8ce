"""Danh mục thủ tục for administrators: searched, looked at, sent out as a file."""

import re
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from motcua.desk.procedures import as_json, as_xlsx, drafts
from motcua.desk.procedures import listing as catalogue
from motcua.desk.procedures.columns import COMPONENT, PROCEDURE, STEP, Column, Entry, Kind
from motcua.desk.procedures.listing import Standing, StandingVersion, Wanted
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import procedures_forms, standing
from motcua.web.responses import file_response

TAGS: Final = {Standing.IN_FORCE: "success", Standing.COMING: "info", Standing.ENDED: "neutral"}
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAGE: Final = re.compile(r"[1-9][0-9]{0,4}")
_SHOWN: Final = {column.name: column for column in (*PROCEDURE, *COMPONENT, *STEP)}


@officer(Power.MANAGE_CATALOGUE)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """A page of the catalogue."""
    today = timezone.localdate()
    form, wanted = _asked(request)
    page = catalogue.procedures(request.authority, wanted, today=today)
    facts = {
        **standing.page(request, "procedures", ("Danh mục thủ tục", "")),
        "form": form,
        "may_edit": drafts.may_edit(request.authority),
        "found": [(row, catalogue.STANDING_WORDS[row.standing], TAGS[row.standing]) for row in page.rows],
        "page": page,
        "previous": page.number - 1,
        "next": page.number + 1 if page.has_next else 0,
        "sort": wanted.sort,
        "filtered": bool(wanted.words or wanted.field or wanted.level or wanted.standing),
    }
    return render(request, "office/thu_tuc.html", facts)


@officer(Power.MANAGE_CATALOGUE)
@require_GET
def export(request: OfficerRequest) -> HttpResponse:
    """Every version of the procedures found, as a workbook or as JSON."""
    today = timezone.localdate()
    found = catalogue.entries_of(request.authority, _asked(request)[1], today=today)
    name = f"danh-muc-thu-tuc-{today:%Y%m%d}"
    if request.GET.get("dang") == "json":
        return file_response(as_json.dump(found), f"{name}.json", "application/json")
    return file_response(as_xlsx.dump(found), f"{name}.xlsx", _XLSX)


@officer(Power.MANAGE_CATALOGUE)
@require_GET
def one(request: OfficerRequest, code: str) -> HttpResponse:
    """One procedure; ``?tu=`` chooses the version, without it the one of today."""
    versions = catalogue.versions_of(request.authority, code[:40], today=timezone.localdate())
    chosen = _chosen(versions, request.GET.get("tu", ""))
    facts = {
        **standing.page(
            request,
            "procedures",
            ("Danh mục thủ tục", reverse("office:procedures")),
            (chosen.entry["code"], ""),
        ),
        "may_edit": drafts.may_edit(request.authority),
        "chosen": chosen,
        "entry": chosen.entry,
        "versions": [(one, catalogue.STANDING_WORDS[one.standing], TAGS[one.standing]) for one in versions],
        **shown(chosen.entry),
    }
    return render(request, "office/thu_tuc_mot.html", facts)


def shown(entry: Entry) -> dict[str, Any]:
    """An entry in words, for pages that only show it."""
    return {
        "facts": [
            (column.label, _said(column, entry))
            for column in PROCEDURE
            if _said(column, entry) and _is_fact(column)
        ],
        "components": [
            {**one, "counts": _counts(one), "asked": _asked_words(one)} for one in entry["components"]
        ],
        "forms": entry["forms"],
        "processes": [
            {
                "name": process["name"],
                "total": _SHOWN["working_minutes"].shown(sum(s["working_minutes"] for s in process["steps"])),
                "steps": [_step(step) for step in process["steps"]],
            }
            for process in entry["processes"]
        ],
    }


def _step(step: Entry) -> Entry:
    words = {name: _SHOWN[name].shown(step[name]) for name in ("power", "working_minutes", "leave_when")}
    where = step["agency"] or _SHOWN["unit_role"].shown(step["unit_role"])
    if step["unit_kind"]:
        where = _SHOWN["unit_kind"].shown(step["unit_kind"])
    return {"name": step["name"], "where": where, **words}


def _asked_words(component: Entry) -> str:
    words = component["asked_when"] or _SHOWN["necessity"].shown(component["necessity"])
    digitised = "số hóa" if component["digitise"] else "không số hóa"
    reused = "; nộp mới mỗi lần" if component.get("not_reused") else ""
    return f"{words}; {digitised}{reused}"


def _counts(component: Entry) -> str:
    if component["shown_only"]:
        return "Xuất trình"
    said = (
        (component["originals"], "bản chính"),
        (component["certified"], "chứng thực"),
        (component["copies"], "bản sao"),
    )
    return ", ".join(f"{count} {words}" for count, words in said if count)


def _is_fact(column: Column) -> bool:
    return column.name not in ("name", "term_direct_unit", "term_online_unit", "valid_from", "valid_to")


def _said(column: Column, entry: Entry) -> str:
    value = entry[column.name]
    if column.name.startswith("term_"):
        unit = _SHOWN[column.name.replace("amount", "unit")].shown(
            entry[column.name.replace("amount", "unit")]
        )
        return f"{value} {unit.lower()}" if value else unit
    if column.name in ("fee_vnd", "charge_vnd"):
        return "Theo quy định riêng" if value is None else f"{value:,} đồng".replace(",", ".")
    if column.name == "result_months":
        return "Không hết hạn" if value is None else f"{value} tháng"
    return column.shown(value) if column.kind is not Kind.FLAG else ""


def _chosen(versions: list[StandingVersion], since: str) -> StandingVersion:
    if since:
        found = next((one for one in versions if one.entry["valid_from"] == since), None)
        if found is None:
            raise NotFound
        return found
    ranks = [Standing.IN_FORCE, Standing.COMING, Standing.ENDED]
    return min(versions, key=lambda one: ranks.index(one.standing))


def _asked(request: OfficerRequest) -> tuple[procedures_forms.Search, Wanted]:
    form = procedures_forms.Search(catalogue.fields(request.authority), request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    sort = request.GET.get("xep", "ma")
    page = request.GET.get("trang", "1")
    return form, Wanted(
        words=given.get("q", ""),
        field=given.get("linh_vuc", ""),
        level=given.get("cap", ""),
        standing=given.get("hieu_luc", ""),
        sort=sort if sort.lstrip("-") in catalogue.SORTS else "ma",
        page=int(page) if _PAGE.fullmatch(page) else 1,
    )


def day_of(text: str) -> date:
    """A day in an address. Raises NotFound."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None


def day_words(day: str | None) -> str:
    """A day of an entry for people; "" where there is none."""
    return _SHOWN["valid_from"].shown(day or "")

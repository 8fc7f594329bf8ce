"""Nhập danh mục từ tệp: read in memory, shown as a report, written only when the administrator says so."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from motcua.desk.procedures import as_json, as_xlsx, drafts
from motcua.desk.procedures.as_json import CatalogueFileTooLarge, CatalogueFileUnreadable
from motcua.files.reasons import CheckingBusy
from motcua.kernel.authority import Power
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import procedures_forms, standing


@officer(Power.MANAGE_CATALOGUE)
@require_http_methods(["GET", "POST"])
def take_in(request: OfficerRequest) -> HttpResponse:
    """The file, then the page of its draft with the report of every row."""
    drafts.require_editor(request.authority)
    form = procedures_forms.TakeIn(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        spending.spend((Quota.UPLOADS_BY_OFFICER, request.authority.subject))
        read = as_json.parse if (given.name or "").lower().endswith(".json") else as_xlsx.parse
        try:
            items = read(given.read())
            if not items:
                raise CatalogueFileUnreadable(why="tệp không có thủ tục nào")
        except (CatalogueFileUnreadable, CatalogueFileTooLarge, CheckingBusy) as no:
            form.refuse(no, "file")
        else:
            return redirect("office:procedure_draft", drafts.begin_import(request.authority, items))
    crumbs = (("Danh mục thủ tục", reverse("office:procedures")), ("Nhập từ tệp", ""))
    facts = {**standing.page(request, "procedures", *crumbs), "form": form}
    return render(request, "office/thu_tuc_nhap.html", facts, status=422 if form.is_bound else 200)

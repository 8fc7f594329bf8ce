"""Hồ sơ trong số liệu báo cáo: from a number of the report to the dossiers that it counts."""

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from motcua.desk import figure_lists
from motcua.desk.figure_lists import Wanted
from motcua.desk.open_work import Figure
from motcua.figures.reporting import Period, PeriodWrong
from motcua.kernel.authority import Authority, Power
from motcua.units import tree
from motcua.web.access import OfficerRequest, officer
from motcua.web.counter.listing import kind_of
from motcua.web.day_field import DayField
from motcua.web.forms_base import Form

_LONGEST_CURSOR: Final = 200
_USUAL: Final = timedelta(days=29)
_WORDS: Final = {
    Figure.RECEIVED: "Hồ sơ tiếp nhận trong kỳ",
    Figure.PROVISIONAL: "Hồ sơ đang nợ xác thực",
    Figure.OVERDUE: "Hồ sơ đang quá hạn",
}
_ALONE: Final = "rieng"
_NEWEST, _OLDEST = "moi", "cu"


class Asked(Form):
    """Nobody's data: stands in the address."""

    so = forms.ChoiceField(label="Số liệu", choices=[(each.value, words) for each, words in _WORDS.items()])
    dv = forms.ChoiceField(label="Đơn vị", required=False)
    pv = forms.ChoiceField(
        label="Phạm vi",
        required=False,
        choices=[("", "Đơn vị đã chọn và cấp dưới"), (_ALONE, "Riêng đơn vị đã chọn")],
    )
    tu = DayField(label="Từ ngày")
    den = DayField(label="Đến ngày")
    xep = forms.ChoiceField(
        label="Sắp xếp", choices=[(_NEWEST, "Mới nộp trước"), (_OLDEST, "Nộp lâu nhất trước")]
    )

    def __init__(self, authority: Authority, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = tree.all_below(authority)
        field = self.fields["dv"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", "Tất cả đơn vị"), *((unit.code, unit.name) for unit in self.units)]
        for name in ("tu", "den"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        """The days as the report has them: thirty up to today where none is given."""
        given = super().clean() or {}
        today = timezone.localdate()
        try:
            given["period"] = Period(given.get("tu") or today - _USUAL, given.get("den") or today)
        except PeriodWrong as no:
            self.refuse(no, "den")
        return given

    def wanted(self) -> Wanted:
        """What the desk is asked."""
        given = self.cleaned_data
        return Wanted(
            figure=Figure(given["so"]),
            units=self._chosen(),
            since=given["period"].since,
            until=given["period"].until,
            newest_first=given["xep"] == _NEWEST,
        )

    def _chosen(self) -> list[int]:
        code = self.cleaned_data["dv"]
        if not code:
            return [unit.pk for unit in self.units]
        chosen = next(unit.pk for unit in self.units if unit.code == code)
        return [chosen] if self.cleaned_data["pv"] == _ALONE else list(tree.subtree_ids(chosen))


@officer(Power.INSPECT)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """One figure of the report, dossier by dossier; the filter is the report's own."""
    form = Asked(request.authority, _asked(request.GET.dict()))
    facts: dict[str, object] = {"nav_here": "dossiers", "form": form, "report": reverse("office:reports")}
    if not form.is_valid():
        facts["title"] = "Hồ sơ trong số liệu báo cáo"
        return render(request, "counter/sau_so_lieu.html", facts, status=422)
    wanted = form.wanted()
    cursor = request.GET.get("sau", "")[:_LONGEST_CURSOR] or None
    page = figure_lists.behind(request.authority, wanted, cursor=cursor, now=timezone.now())
    facts |= {
        "title": _WORDS[wanted.figure],
        "rows": [(dossier, kind_of(dossier.state)) for dossier in page.rows],
        "wanted": wanted,
        "of_period": wanted.figure == Figure.RECEIVED,
        "of_those_here": wanted.figure == Figure.OVERDUE,
        "next": page.next_cursor,
        "report": f"{reverse('office:reports')}?{urlencode(_of_report(form))}",
    }
    return render(request, "counter/sau_so_lieu.html", facts)


def _asked(given: dict[str, str]) -> dict[str, str]:
    """What was received begins with the newest, which is found at once; what waits, with what waits longest."""
    so = given.get("so") or Figure.RECEIVED.value
    usual = _NEWEST if so == Figure.RECEIVED else _OLDEST
    return {**given, "so": so, "xep": given.get("xep") or usual}


def _of_report(form: Asked) -> dict[str, str]:
    given = form.cleaned_data
    days = {"tu": f"{given['period'].since:%d/%m/%Y}", "den": f"{given['period'].until:%d/%m/%Y}"}
    return {**days, "dv": given["dv"]} if given["dv"] else days

"""“Chỉ định đơn vị kế thừa”: who goes on with the work of a unit that has a last day, named by an administrator."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.units import reorganising, tree
from motcua.web.access import OfficerRequest, officer
from motcua.web.office import left_behind, standing, units_forms

_FIELD_OF = {
    "unit_reason_wanted": "reason",
    "successor_kept": "successor",
    "successor_not_of_the_split": "successor",
    "successor_not_open": "successor",
    "successor_nothing_assigned": "successor",
}


@officer(Power.GRANT)
@require_http_methods(["GET", "POST"])
def assign(request: OfficerRequest, code: str) -> HttpResponse:
    """The unit's work, who has it now, and who is to have it."""
    today = timezone.localdate()
    unit = tree.below(request.authority, code)
    possible = reorganising.may_follow(request.authority, unit, on=today)
    form = units_forms.Assign(request.POST or None, units=left_behind.choices(possible, on=today))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            reorganising.assign(
                authority=request.authority,
                unit_code=code,
                successor_code=form.cleaned_data["successor"],
                reason=form.cleaned_data["reason"],
                on=today,
            )
        except NotFound:
            raise
        except Refusal as no:
            form.refuse(no, _FIELD_OF.get(no.code))
            status = no.status
        else:
            return redirect(f"{reverse('office:unit', args=[code])}?da=don-vi-giao")
    back = reverse("office:unit", args=[code])
    facts = {
        **standing.page(
            request,
            "units",
            ("Đơn vị", reverse("office:units")),
            (unit.short_name, back),
            ("Chỉ định đơn vị kế thừa", ""),
        ),
        "form": form,
        "title": f"Chỉ định đơn vị kế thừa: {unit.short_name}",
        "submit": "Chỉ định đơn vị kế thừa",
        "leaving": [left_behind.of_unit(unit, on=today)],
        "follower": left_behind.follower_of(unit, on=today),
        "back": back,
    }
    return render(request, "office/don_vi_sua.html", facts, status=status)

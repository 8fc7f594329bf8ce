"""Hạn mức: every budget with its numbers and use, who is nearest to the edge, and “Mở khóa” with a reason."""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.person_name import fold
from motcua.kernel.refusal import NotFound, Refusal
from motcua.limits import everywhere
from motcua.limits.described import Keyed, numbers
from motcua.limits.everywhere import Standing, State, Watch
from motcua.limits.overview import NEAR
from motcua.limits.quotas import Quota
from motcua.limits.spending import in_words
from motcua.limits.unlocking import MOST_A_DAY
from motcua.units import budgets
from motcua.units.budgets import Line, Someone
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.forms_base import Form, PlainTextField
from motcua.web.office import standing
from motcua.web.office.paging import page_asked_for

_TITLE: Final = "Hạn mức"
_HERE: Final = "budgets"
_PAGE: Final = 20
_SORTS: Final = {
    "": "Theo bảng hạn mức",
    "-muc": "Gần hết nhất trước",
    "-tu-choi": "Bị từ chối nhiều nhất trước",
    "ten": "Theo tên",
}
_STATES: Final = [
    ("", "Tất cả"),
    ("gan", "Có người gần hết"),
    ("het", "Có người đã hết"),
    ("tu-choi", "Hôm nay có từ chối"),
    ("bao-dong", "Hôm nay có báo động"),
]
_IS: Final = {
    "gan": lambda line: line.use.near > 0,
    "het": lambda line: line.use.full > 0,
    "tu-choi": lambda line: line.use.refused > 0,
    "bao-dong": lambda line: line.use.alarms > 0,
}
_FIELD_OF: Final = {"unlock_reason_missing": "reason"}


class Filters(forms.Form):
    """Nothing personal, so it stands in the address."""

    q = forms.CharField(label="Tên hạn mức", required=False, max_length=60)
    cho = forms.ChoiceField(
        label="Đếm cho",
        required=False,
        choices=[("", "Tất cả"), *((keyed.name, keyed.value) for keyed in Keyed)],
    )
    tt = forms.ChoiceField(label="Tình trạng", required=False, choices=_STATES)
    xep = forms.ChoiceField(label="Sắp xếp", required=False, choices=list(_SORTS.items()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            is_list = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_list else "form-control"


class People(forms.Form):
    """An officer is named by the opaque id, never by a name in an address."""

    cb = forms.ChoiceField(label="Của ai", required=False)
    tt = forms.ChoiceField(
        label="Tình trạng", required=False, choices=[("", "Tất cả"), ("gan", "Gần hết hoặc đã hết")]
    )
    xep = forms.ChoiceField(
        label="Sắp xếp", required=False, choices=[("", "Gần hết nhất trước"), ("ten", "Theo tên")]
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["cb"].choices = [("", "Tất cả"), *people]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"


class Why(Form):
    """The reason is kept as evidence and read by inspectors."""

    hours = forms.TypedChoiceField(
        label="Cho làm tiếp trong",
        coerce=int,
        choices=[(hours, f"{hours} giờ") for hours in budgets.SPANS],
        help_text="Hết thời gian này, hạn mức tự trở lại như cũ.",
    )
    reason = PlainTextField(
        label="Lý do",
        max_length=200,
        lines=True,
        help_text="Ghi việc đang làm và vì sao cần vượt hạn mức, ví dụ: ngày cao điểm nộp hồ sơ tuyển sinh lớp 10.",
    )


@officer(*budgets.SEERS)
@require_GET
def listing(request: OfficerRequest) -> HttpResponse:
    """The whole table of law, as far as this officer may see it."""
    form = Filters(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    found = _sorted(
        [line for line in budgets.lines(request.authority, on=timezone.localdate()) if _wanted(line, given)],
        str(given.get("xep", "")),
    )
    page = page_asked_for(request)
    facts = {
        **standing.page(request, _HERE, (_TITLE, "")),
        **_paging(page, len(found)),
        "form": form,
        "rows": [_shown(line) for line in found[(page - 1) * _PAGE : page * _PAGE]],
        "filtered": any(given.get(name) for name in ("q", "cho", "tt")),
        "everything": budgets.sees_everything(request.authority),
        "kept_elsewhere": _kept_elsewhere(),
        "watches": [_watch(one) for one in budgets.watches(request.authority)],
    }
    return render(request, "office/han_muc.html", facts)


@officer(*budgets.SEERS)
@require_GET
def one(request: OfficerRequest, quota: str) -> HttpResponse:
    """One budget: who is nearest to its edge, and who was unlocked by whom."""
    authority, today, wanted = request.authority, timezone.localdate(), _quota(quota)
    line = budgets.one(authority, wanted, on=today)
    people = budgets.nearest(authority, wanted, on=today)
    form = People(request.GET, people=sorted(((one.key, one.name) for one in people), key=lambda x: x[1]))
    given = form.cleaned_data if form.is_valid() else {}
    found = [
        one
        for one in people
        if (not given.get("cb") or one.key == given["cb"]) and (not given.get("tt") or one.use.near)
    ]
    if given.get("xep") == "ten":
        found.sort(key=lambda one: fold(one.name))
    may_unlock = line.about.unlockable and any(authority.may(power) for power in budgets.UNLOCKERS)
    page = page_asked_for(request)
    facts = {
        **standing.page(request, _HERE, (_TITLE, reverse("office:budgets")), (line.about.title, "")),
        **_paging(page, len(found)),
        "form": form,
        "line": _shown(line),
        "rows": [
            _person(line, one, may_unlock and one.key != authority.subject)
            for one in found[(page - 1) * _PAGE : page * _PAGE]
        ],
        "named": line.about.keyed in (Keyed.OFFICER, Keyed.UNIT, Keyed.NETWORK),
        "filtered": bool(given.get("cb") or given.get("tt")),
        "may_unlock": may_unlock,
        "unlockings": budgets.unlockings(authority, wanted, on=today) if line.about.unlockable else [],
    }
    return render(request, "office/han_muc_mot.html", facts)


@officer(*budgets.UNLOCKERS)
@stepped_up(when=lambda request: request.method == "POST")
@require_http_methods(["GET", "POST"])
def unlock(request: OfficerRequest, quota: str) -> HttpResponse:
    """“Mở khóa”: for how long and why."""
    authority, today, wanted = request.authority, timezone.localdate(), _quota(quota)
    subject = (request.POST if request.method == "POST" else request.GET).get("cb", "")[:64]
    name = budgets.officer_to_unlock(authority, wanted, subject, on=today)
    form = Why(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            budgets.unlock(
                authority=authority,
                quota=wanted,
                subject=subject,
                reason=form.cleaned_data["reason"],
                hours=form.cleaned_data["hours"],
                on=today,
                now=timezone.now(),
            )
        except Refusal as no:
            form.refuse(no, _FIELD_OF.get(no.code))
            status = no.status
        else:
            return redirect(f"{reverse('office:budget', args=[quota])}?da=mo-khoa")
    line = budgets.one(authority, wanted, on=today)
    facts = {
        **standing.page(
            request,
            _HERE,
            (_TITLE, reverse("office:budgets")),
            (line.about.title, reverse("office:budget", args=[quota])),
            ("Mở khóa", ""),
        ),
        "form": form,
        "line": _shown(line),
        "who": name,
        "subject": subject,
        "most": MOST_A_DAY,
    }
    return render(request, "office/han_muc_mo_khoa.html", facts, status=status)


def _watch(one: Standing) -> dict[str, Any]:
    """L10 or L11 in words: the rule, the numbers it is judged by, and what is done about it now."""
    numbers = {name: f"{value:,}".replace(",", ".") for name, value in one.numbers.items()}
    tag, words = _WATCH_STATES[one.watch, one.state]
    return {
        "row": one.watch.value,
        "title": _WATCH_TITLES[one.watch],
        "rule": _WATCH_RULES[one.watch],
        "said": _WATCH_SAID[one.watch].format(**numbers) if numbers else "Chưa xét lần nào.",
        "tag": tag,
        "words": words,
        "of": one,
    }


_WATCH_TITLES: Final = {
    Watch.L10: "Mã OTP gửi trên toàn hệ thống",
    Watch.L11: "Mã OTP nhập sai trên toàn hệ thống",
}
_WATCH_RULES: Final = {
    Watch.L10: (
        f"Một phút gửi quá {everywhere.TIMES_THE_USUAL} lần mức thường của giờ này (p95 của 14 ngày, ít nhất "
        f"{everywhere.LEAST_A_MINUTE} tin), hoặc trong 15 phút gửi từ {everywhere.LEAST_SENT} tin mà dưới "
        f"{everywhere.TYPED_RAISED} % được nhập: máy của người dùng phải tính nhiều hơn. Dưới "
        f"{everywhere.TYPED_PAUSED} %: tạm dừng gửi mã tự đăng ký, quầy vẫn làm."
    ),
    Watch.L11: (
        f"Quá {everywhere.MOST_WRONG:,} mã sai trong 10 phút, hoặc từ {everywhere.LEAST_WRONG} mã sai mà sai quá "
        f"{everywhere.WRONG_FOR_RIGHT} lần đúng: chỉ báo động."
    ).replace(",000", ".000"),
}
_WATCH_SAID: Final = {
    Watch.L10: "Phút vừa rồi {minute} tin, mức thường {usual}; 15 phút qua gửi {sent}, được nhập {typed}.",
    Watch.L11: "10 phút qua: sai {wrong}, đúng {right}.",
}
_WATCH_STATES: Final = {
    (Watch.L10, State.CALM): ("success", "Bình thường"),
    (Watch.L10, State.RAISED): ("warning", "Đang yêu cầu máy tính nhiều hơn"),
    (Watch.L10, State.PAUSED): ("error", "Đang dừng gửi mã tự đăng ký"),
    (Watch.L11, State.CALM): ("success", "Bình thường"),
    (Watch.L11, State.RAISED): ("error", "Báo động"),
}


def _quota(word: str) -> Quota:
    if word.upper() not in Quota.__members__:
        raise NotFound
    return Quota[word.upper()]


def _wanted(line: Line, given: dict[str, Any]) -> bool:
    words = set(fold(str(given.get("q") or "")).split())
    has_words = words <= set(fold(f"{line.about.row} {line.about.title}").split())
    of_kind = not given.get("cho") or line.about.keyed.name == given["cho"]
    state = _IS.get(str(given.get("tt") or ""))
    return has_words and of_kind and (state is None or state(line))


def _sorted(lines: list[Line], by: str) -> list[Line]:
    if by == "-muc":
        return sorted(lines, key=lambda line: (-line.use.full, -line.use.share))
    if by == "-tu-choi":
        return sorted(lines, key=lambda line: -line.use.refused)
    return sorted(lines, key=lambda line: fold(line.about.title)) if by == "ten" else lines


def _shown(line: Line) -> dict[str, Any]:
    return {
        "word": line.quota.name.lower(),
        "row": line.about.row,
        "title": line.about.title,
        "keyed": line.about.keyed.value,
        "law": [(numbers(window), window.alarm) for window in line.quota.rule.windows],
        "distinct": line.quota.rule.distinct,
        "use": line.use,
        **_tag(line.use.share),
    }


def _person(line: Line, one: Someone, may_unlock: bool) -> dict[str, Any]:
    windows = line.quota.rule.windows
    return {
        "key": one.key,
        "name": one.name,
        "use": one.use,
        "used": [(one.use.used.get(nth, 0), numbers(window)) for nth, window in enumerate(windows)]
        if line.about.keyed is not Keyed.NETWORK
        else [],
        "wait": in_words(one.use.wait_seconds) if one.use.wait_seconds else "",
        "unlockable": may_unlock and bool(one.use.near) and one.use.unlocked_until is None,
        **_tag(one.use.share),
    }


def _tag(share: int) -> dict[str, str]:
    if share >= 100:
        return {"tag": "error", "words": "Đã hết"}
    if share >= NEAR:
        return {"tag": "warning", "words": "Gần hết"}
    return {"tag": "success" if share else "neutral", "words": "Còn nhiều" if share else "Chưa dùng"}


def _paging(page: int, found: int) -> dict[str, int]:
    return {"number": page, "previous": page - 1, "next": page + 1 if found > page * _PAGE else 0}


def _kept_elsewhere() -> list[tuple[str, str, str]]:
    """Rows of the law that another rule keeps than a counter: (row, what, how much)."""
    kept = []
    if settings.HOSTS_PORTAL:
        from motcua.accounts import passcodes, registers  # accounts are not everywhere

        kept.append(("L1", "Số lần nhập một mã OTP", f"{passcodes.TRIES} lần một mã, giữ ngay trên mã"))
        kept.append(
            (
                "L17",
                "Kết xuất danh sách cá nhân",
                f"{registers.EXPORTED:,} dòng một tệp".replace(",", ".")
                + ", có lý do và xác thực lại hai bước",
            )
        )
    if settings.HOSTS_DESK:
        from motcua.desk import register  # nor is the desk

        kept.append(
            ("L17", "Sổ theo dõi và báo cáo", f"{register.MOST_ROWS:,} dòng một tệp".replace(",", "."))
        )
    return kept

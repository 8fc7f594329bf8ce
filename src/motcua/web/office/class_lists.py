"""“Danh sách lớp”: upload, progress, rows, slips, Excel, a further round, and what follows for a pupil or a class."""

from io import BytesIO
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.accounts import class_files, class_lists, class_reading, class_slips
from motcua.accounts.class_reading import Shown, Wanted
from motcua.files.reasons import CheckingBusy
from motcua.kernel.authority import Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.spreadsheet_text import safe_cell
from motcua.limits import spending
from motcua.limits.quotas import Quota
from motcua.press import render as print_form
from motcua.press.workbooks import Book
from motcua.units import remembered_search, staff
from motcua.web.access import OfficerRequest, officer, stepped_up
from motcua.web.office import class_lists_forms as forms
from motcua.web.office import export_reason, standing
from motcua.web.office.paging import page_asked_for
from motcua.web.office.screen import Screen
from motcua.web.responses import file_response

_TITLE: Final = "Danh sách lớp"
_HERE: Final = "class_lists"
_PAGE: Final = 20
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADINGS: Final = ("Dòng", "Họ và tên", "Lớp", "Ba số cuối", "Kết quả", "Ghi chú")
_SORTS: Final = frozenset(turn + key for key in class_reading.SORTS for turn in ("", "-"))
_ANSWERS: Final = dict(class_reading.ANSWERS)
_SAID: Final = {
    "co-roi": (
        "info",
        "Đơn vị đã tải lên đúng danh sách này trong 7 ngày qua; đây là kết quả đang có, chưa hỏi lại ai.",
    ),
    "lai": ("success", "Đang kiểm tra lại những học sinh chưa tìm thấy hoặc tên không khớp."),
    "xoa": ("success", "Đã xóa các dòng của danh sách. Tỷ lệ theo lớp được giữ lại."),
}


@officer(*class_lists.POWERS)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def listing(request: OfficerRequest) -> HttpResponse:
    """The unit's lists of the last seven days; what was searched for stands in no address."""
    if request.method == "POST":
        form = forms.Search(request.POST)
        words = form.cleaned_data["q"] if form.is_valid() else ""
        return HttpResponseRedirect(_address("office:class_lists", tim=_remembered(request, words)))
    words = _recalled(request)
    oldest_first, number = request.GET.get("xep") == "cu-nhat", page_asked_for(request)
    found = class_lists.lists_of(
        request.authority,
        words=words,
        oldest_first=oldest_first,
        skip=(number - 1) * _PAGE,
        limit=_PAGE + 1,
    )
    rows = found[:_PAGE]
    names = staff.officers_by_subject(row.officer_subject for row in rows)
    facts = {
        **_page(request, (_TITLE, "")),
        "form": forms.Search(initial={"q": words}),
        "searched": bool(words),
        "rows": [
            (row, names[row.officer_subject].full_name if row.officer_subject in names else "")
            for row in rows
        ],
        "oldest_first": oldest_first,
        "number": number,
        "previous": number - 1 if number > 1 else None,
        "next": number + 1 if len(found) > _PAGE else None,
    }
    return render(request, "office/danh_sach_lop.html", facts)


@officer(*class_lists.POWERS)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def upload(request: OfficerRequest) -> HttpResponse:
    """“Tải danh sách lên”: read in the sandbox, counted, kept; the worker asks."""
    posted = request.method == "POST"
    form = forms.Upload(request.POST if posted else None, request.FILES if posted else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            spending.spend((Quota.UPLOADS_BY_OFFICER, request.authority.subject))
            begun = class_lists.begin(
                authority=request.authority,
                label=form.cleaned_data["label"],
                purpose=form.cleaned_data["purpose"],
                lines=class_files.read(form.cleaned_data["file"].read()),
            )
        except (Refusal, CheckingBusy) as no:
            form.refuse(no, None if no.code == "too_many_attempts" else "file")
            status = no.status
        else:
            there = reverse("office:class_list", args=[begun.public_id])
            return HttpResponseRedirect(f"{there}?da=co-roi" if begun.already else there)
    facts = {
        **_page(request, (_TITLE, reverse("office:class_lists")), ("Tải danh sách lên", "")),
        "form": form,
        "columns": class_files.COLUMNS,
    }
    return render(request, "office/danh_sach_lop_tai_len.html", facts, status=status)


@officer(*class_lists.POWERS)
@require_GET
def sample_file(request: OfficerRequest) -> HttpResponse:
    """The heading row of the file to fill in; its cells are text, so that no number loses its noughts."""
    book = Book()
    sheet = book.worksheets[0]
    sheet.title = "Danh sách lớp"
    sheet.append(list(class_files.COLUMNS))
    for column, width in zip("ABCDE", (6, 18, 30, 14, 10), strict=True):
        sheet.column_dimensions[column].width = width
        sheet.column_dimensions[column].number_format = "@"
    sheet.freeze_panes = "A2"
    return file_response(_saved(book), "mau-danh-sach-lop.xlsx", _XLSX)


@officer(*class_lists.POWERS)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def one(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The list: how far it is, what came out, its rows. A search by name is posted."""
    if request.method == "POST":
        return _searched(request, public_id)
    return _show(request, public_id)


@officer(*class_lists.POWERS)
@require_GET
def progress(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """The part of the page that counts; when all is answered the page is asked for anew."""
    shown = class_reading.page_of(request.authority, public_id, Wanted())
    answer = render(request, "office/danh_sach_lop_tien_do.html", {"list": shown})
    if shown.finished:
        answer["HX-Refresh"] = "true"
    return answer


@officer(*class_lists.POWERS)
@require_POST
def again(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Kiểm tra lại”: only those who were not found."""
    try:
        class_lists.ask_again(authority=request.authority, public_id=public_id)
    except NotFound:
        raise
    except Refusal as no:
        return _show(request, public_id, refused=no)
    return HttpResponseRedirect(reverse("office:class_list", args=[public_id]) + "?da=lai")


@officer(*class_lists.POWERS)
@require_POST
def erase(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Xóa danh sách” before its seven days."""
    class_lists.forget(authority=request.authority, public_id=public_id)
    return HttpResponseRedirect(reverse("office:class_lists") + "?da=xoa")


@officer(*class_lists.POWERS)
@require_GET
def slips(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """Invitation slips of a class or of all, opened beside the page to be printed."""
    try:
        form, data = class_slips.to_print(
            request.authority, public_id, label=_class(request), on_a5=request.GET.get("kho") == "a5"
        )
    except NotFound:
        raise
    except Refusal as no:
        return _show(request, public_id, refused=no)
    response = file_response(print_form(form, data), f"{form}.pdf", "application/pdf")
    response["Content-Disposition"] = f'inline; filename="{form}.pdf"'
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


@officer(*class_lists.POWERS)
@stepped_up()
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def export(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """“Tải Excel”: why, then the rows as they are filtered and sorted, at most 1,000; no number in full."""
    kept, there = (
        class_lists.own_list(request.authority, public_id),
        reverse("office:class_list", args=[public_id]),
    )
    return export_reason.asked(
        request,
        _page(request, (_TITLE, reverse("office:class_lists")), (kept.label, there), ("Tải Excel", "")),
        lambda reason: _exported(request, public_id, reason),
        heading=f"Tải Excel: {kept.label}",
        says="Tệp có tối đa 1.000 dòng theo bộ lọc đang chọn; danh sách dài hơn thì lọc theo lớp rồi tải từng tệp.",
        back=f"{there}?{_query(request)}",
    )


@officer(Power.OPEN_ACCOUNT)
@require_POST
def create(request: OfficerRequest, public_id: UUID, nth: int) -> HttpResponse:
    """“Tạo tài khoản tại trường”: the form of Phụ lục III with what the list says, and nothing in the address."""
    try:
        number, name, born = class_reading.typed_of(request.authority, public_id, nth)
    except class_reading.NotWithoutAccount as no:
        return _show(request, public_id, refused=no)
    screen = Screen(request, request.authority)
    form = screen.form()
    form.initial.update({"citizen_id": number, "full_name": name, "born_on": born})
    return screen.show(form)


@officer(Power.RECEIVE_DOSSIER)
@require_POST
def receive(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """A class that has accounts goes on to “Tiếp nhận theo lớp”, with nothing in the address."""
    if not settings.HOSTS_DESK:
        raise NotFound
    from motcua.web.counter import group  # the desk's rooms are not everywhere

    try:
        label, lines = class_reading.found_of(request.authority, public_id, request.POST.get("lop", "")[:40])
    except class_reading.ClassTooLarge as no:
        return _show(request, public_id, refused=no)
    name = lines[0].label
    pasted = "\n".join(f"{line.number}; {line.name}; {line.born}" for line in lines)
    return group.begin_with(request, label=f"Lớp {name}, {label}"[:120] if name else label, pasted=pasted)


def _exported(request: OfficerRequest, public_id: UUID, reason: str) -> HttpResponse:
    label, rows = class_reading.export(request.authority, public_id, _wanted(request), reason=reason)
    book = Book(write_only=True)
    sheet = book.create_sheet("Kết quả")
    sheet.append([safe_cell(label)])
    sheet.append(_HEADINGS)
    for row in rows:
        texts = (row.name, row.label, row.last3, row.words, row.said)
        sheet.append([row.nth, *map(safe_cell, texts)])
    return file_response(_saved(book), f"ket-qua-danh-sach-lop-{timezone.localdate():%Y%m%d}.xlsx", _XLSX)


def _searched(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    shown = class_reading.page_of(request.authority, public_id, Wanted())
    form = forms.Filters(request.POST, classes=shown.classes)
    if not form.is_valid():
        return _show(request, public_id, form=form, status=422)
    given = form.cleaned_data
    asked = {"kq": given["kq"], "lop": given["lop"], "tim": _remembered(request, given["q"])}
    return HttpResponseRedirect(_address("office:class_list", public_id, **asked))


def _show(
    request: OfficerRequest,
    public_id: UUID,
    *,
    form: forms.Filters | None = None,
    refused: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    wanted = _wanted(request)
    shown = class_reading.page_of(request.authority, public_id, wanted)
    typed = {"q": wanted.name, "kq": wanted.answer, "lop": wanted.label or ""}
    facts = {
        **_page(request, (_TITLE, reverse("office:class_lists")), (shown.label, "")),
        "list": shown,
        "form": form or forms.Filters(initial=typed, classes=shown.classes),
        "wanted": wanted,
        "filtered": bool(wanted.name or wanted.answer or wanted.label is not None),
        "tiles": _tiles(shown),
        "refused": refused.text if refused else "",
        "previous": shown.page - 1 if shown.page > 1 else None,
        "next": shown.page + 1 if shown.page < shown.pages else None,
        "query": _query(request),
        "may_receive_class": request.authority.may(Power.RECEIVE_DOSSIER) and settings.HOSTS_DESK,
        "everything": reverse("office:class_list", args=[public_id]),
    }
    return render(
        request, "office/danh_sach_lop_mot.html", facts, status=refused.status if refused else status
    )


def _tiles(shown: Shown) -> list[tuple[str, str, int]]:
    """Each answer that occurs, with how often."""
    return [
        (answer, words, shown.counts[answer])
        for answer, words in _ANSWERS.items()
        if shown.counts.get(answer)
    ]


def _wanted(request: OfficerRequest) -> Wanted:
    """What the address asks for; what is no filter of ours is none."""
    answer, sort = request.GET.get("kq", ""), request.GET.get("xep", "")
    return Wanted(
        name=_recalled(request),
        answer=answer if answer in _ANSWERS else "",
        label=_class(request),
        sort=sort if sort in _SORTS else "nth",
        page=page_asked_for(request) if request.method == "GET" else 1,
    )


def _class(request: OfficerRequest) -> str | None:
    return request.GET.get("lop", "")[:40] or None


def _query(request: OfficerRequest) -> str:
    """The filters, for the file and the slips."""
    asked = {name: request.GET[name][:40] for name in ("kq", "lop", "tim", "xep") if request.GET.get(name)}
    return urlencode(asked)


def _remembered(request: OfficerRequest, words: str) -> str:
    return str(remembered_search.remember(request.authority, {"q": words})) if words else ""


def _recalled(request: OfficerRequest) -> str:
    return remembered_search.recall(request.authority, request.GET.get("tim", "")[:40]).get("q", "")


def _address(name: str, *args: Any, **asked: str) -> str:
    query = urlencode({key: value for key, value in asked.items() if value})
    return reverse(name, args=args) + (f"?{query}" if query else "")


def _saved(book: Book) -> bytes:
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _page(request: OfficerRequest, *crumbs: tuple[str, str]) -> dict[str, object]:
    facts = standing.page(request, _HERE, *crumbs)
    if (said := _SAID.get(request.GET.get("da", ""))) and request.method == "GET":
        request.notices = [standing.Note(*said)]  # type: ignore[attr-defined]
    return facts

"""The filters and words of a list of sign-ins, the owner's own and an administrator's."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest

from motcua.accounts.sign_in_history import How, Result, Wanted
from motcua.web.day_field import DayField

TAGS: Final = {
    Result.IN: "success",
    Result.AGAIN: "success",
    Result.HALF: "info",
    Result.WRONG: "warning",
    Result.LOCKED: "warning",
}


class Filters(forms.Form):
    """Nothing personal, so it stands in the address."""

    cach = forms.ChoiceField(label="Cách đăng nhập", required=False, choices=[("", "Tất cả"), *How.choices])
    kq = forms.ChoiceField(label="Kết quả", required=False, choices=[("", "Tất cả"), *Result.choices])
    tu = DayField(label="Từ ngày")
    den = DayField(label="Đến ngày")
    xep = forms.ChoiceField(
        label="Sắp xếp", required=False, choices=[("", "Mới nhất trước"), ("cu", "Cũ nhất trước")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            is_list = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_list else "form-control"

    def wanted(self) -> Wanted:
        """What the history is asked; a box that says nothing sensible asks for nothing."""
        given = self.cleaned_data if self.is_valid() else {}
        return Wanted(
            how=given.get("cach") or "",
            result=given.get("kq") or "",
            since=given.get("tu"),
            until=given.get("den"),
            oldest_first=given.get("xep") == "cu",
        )

    @property
    def filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields if name != "xep")


def cursor_of(request: HttpRequest) -> str:
    """Where the page begins."""
    return request.GET.get("sau", "")[:20]


def shown(row: Any) -> dict[str, object]:
    """A line of the list."""
    return {
        "at": row.at,
        "how": row.get_how_display(),
        "words": row.get_result_display(),
        "tag": TAGS[Result(row.result)],
        "device": row.device_words or "Không rõ",
        "known": row.known_device,
    }

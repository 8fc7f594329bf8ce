"""Forms of the catalogue: drawn from the columns of an entry, so that a box, a cell and a table agree."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from motcua.desk.catalogue_words import Level
from motcua.desk.procedures.columns import PROCEDURE, Column, Entry, Kind
from motcua.desk.procedures.listing import STANDING_WORDS
from motcua.web.forms_base import Form, PlainTextField, UploadField, ValueField

GROUPS: Final = (
    ("Thông tin chung", "code name field levels decided_by who_may_ask"),
    (
        "Thời hạn giải quyết",
        "term_direct_amount term_direct_unit term_online_amount term_online_unit deadline_words after_supplement",
    ),
    ("Phí, lệ phí", "fee_vnd charge_vnd fee_words paid_when"),
    ("Kết quả và căn cứ", "result result_type_code result_months legal_basis"),
    ("Hiệu lực của phiên bản", "valid_from valid_to"),
)
HINTS: Final = {
    "field": "Ví dụ: Giáo dục và Đào tạo.",
    "deadline_words": "Câu in trên giấy tiếp nhận và trang công khai.",
    "fee_vnd": "Bỏ trống khi mức thu do nơi khác quy định; nhập 0 khi không thu.",
    "charge_vnd": "Bỏ trống khi mức thu do nơi khác quy định; nhập 0 khi không thu.",
    "result_type_code": "Chữ thường không dấu, chữ số và dấu gạch nối.",
    "result_months": "Bỏ trống khi kết quả không hết hạn.",
    "not_reused": "Đơn, tờ khai, bản chính: không lấy từ Kho dữ liệu.",
    "type_code": "Bỏ trống để hệ thống đặt theo tên.",
    "valid_from": "Hồ sơ đã nhận vẫn theo phiên bản cũ.",
    "valid_to": "Bỏ trống khi chưa biết ngày hết hiệu lực.",
    "asked_when": "Chỉ nhập khi bắt buộc có điều kiện.",
    "link": "Địa chỉ bắt đầu bằng https://, hoặc tên tệp.",
    "working_minutes": "Ví dụ: 4 giờ, 2 giờ 30 phút, 3 ngày (1 ngày = 8 giờ).",
    "unit_kind": "Chỉ chọn khi do bộ phận chuyên môn thực hiện.",
    "agency": "Chỉ nhập khi do cơ quan khác thực hiện.",
}


class ColumnField(ValueField):
    """One column in a box; what it cannot take is said beside it."""

    def __init__(self, column: Column, **kwargs: Any) -> None:
        self.column = column
        if column.kind is Kind.LINES:
            kwargs["widget"] = forms.Textarea(attrs={"rows": 4})
        elif column.kind in (Kind.DAY, Kind.DAY_OR_NONE):
            kwargs["widget"] = forms.TextInput(attrs={"placeholder": "dd/mm/yyyy"})
        elif column.kind in (Kind.NUMBER, Kind.NUMBER_OR_NONE):
            kwargs["widget"] = forms.TextInput(attrs={"inputmode": "numeric"})
        super().__init__(empty_value=column.empty, **kwargs)
        self.field_class = "" if column.kind in (Kind.TEXT, Kind.LINES) else "field--short"

    def parse(self, raw: str) -> Any:
        return self.column.read(raw)

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        return self.column.empty if found is None else found

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) and self.column.kind is Kind.TEXT else self._shown(value)

    def _shown(self, value: Any) -> Any:
        typed = isinstance(value, str) and self.column.kind not in (Kind.DAY, Kind.DAY_OR_NONE)
        if typed or (isinstance(value, str) and value[4:5] != "-"):
            return value
        return self.column.shown(value)


class Columns(Form):
    """A part of an entry: a box for each column."""

    def __init__(self, columns: Sequence[Column], *args: Any, **kwargs: Any) -> None:
        self._columns = columns
        super().__init__(*args, **kwargs)

    def values(self) -> Entry:
        """What was typed, as the entry keeps it."""
        return {column.name: column.read(self.cleaned_data[column.name]) for column in self._columns}

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The boxes of a whole procedure under their headings."""
        return [(title, [self[name] for name in names.split()]) for title, names in GROUPS]


def of(columns: Sequence[Column], *args: Any, **kwargs: Any) -> Columns:
    """The form for these columns; a class of its own, because Django reads the fields from the class."""
    made = type("ColumnsForm", (Columns,), {column.name: _field(column) for column in columns})
    return made(columns, *args, **kwargs)  # type: ignore[no-any-return]


def general(*args: Any, **kwargs: Any) -> Columns:
    """The form of a procedure without its lists."""
    return of(PROCEDURE, *args, **kwargs)


class Search(forms.Form):
    """What to look for in the catalogue; nothing personal, so it stands in the address."""

    q = forms.CharField(label="Mã hoặc tên thủ tục", required=False, max_length=100)
    linh_vuc = forms.ChoiceField(label="Lĩnh vực", required=False)
    cap = forms.ChoiceField(
        label="Cấp tiếp nhận", required=False, choices=[("", "Tất cả các cấp"), *Level.choices]
    )
    hieu_luc = forms.ChoiceField(
        label="Hiệu lực",
        required=False,
        choices=[("", "Tất cả"), *((one.value, words) for one, words in STANDING_WORDS.items())],
    )

    def __init__(self, fields: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        offered: Any = self.fields["linh_vuc"]
        offered.choices = [("", "Tất cả lĩnh vực"), *((one, one) for one in fields)]
        for field in self.fields.values():
            is_list = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_list else "form-control"


class TakeIn(Form):
    """A file to be read."""

    file = UploadField(label="Tệp danh mục", endings=(".xlsx", ".json"))


class Changes(forms.Form):
    """Which state of a draft somebody saw."""

    changes = forms.IntegerField(min_value=0, max_value=10_000_000)


def _field(column: Column) -> forms.Field:
    given: dict[str, Any] = {
        "label": column.label,
        "required": column.required,
        "help_text": HINTS.get(column.name, ""),
    }
    if column.kind is Kind.FLAG:
        return forms.BooleanField(**{**given, "required": False})
    if column.kind is Kind.WORDS:
        return forms.MultipleChoiceField(
            choices=list(column.words.items()), widget=forms.CheckboxSelectMultiple, **given
        )
    if column.kind is Kind.WORD:
        choices = [("", "Chọn"), *column.words.items()] if column.required else list(column.words.items())
        return forms.ChoiceField(choices=choices, **given)
    if column.kind is Kind.TEXT:
        return PlainTextField(max_length=column.longest, **given)
    return ColumnField(column, **given)

"""The forms of “Đơn vị”."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from motcua.web.day_field import DayField
from motcua.web.forms_base import Form, PlainTextField, UploadField

KINDS: Final = (
    ("SO", "Sở"),
    ("PHONG_CM", "Phòng chuyên môn"),
    ("PHONG_GDDT", "Phòng Giáo dục và Đào tạo"),
    ("THPT", "Trường trung học phổ thông"),
    ("TRUC_THUOC", "Đơn vị trực thuộc"),
    ("GDTX", "Trung tâm giáo dục thường xuyên"),
    ("GDNN_GDTX", "Trung tâm giáo dục nghề nghiệp - giáo dục thường xuyên"),
)
_WHY: Final = "Ít nhất 10 ký tự, ví dụ số quyết định và ngày."
Choices = Sequence[tuple[str, str]]


class Search(forms.Form):
    """Names of offices are nobody's, so they stand in the address."""

    q = forms.CharField(label="Tên, mã hoặc địa bàn", required=False, max_length=100)
    het = forms.BooleanField(label="Hiện cả đơn vị đã kết thúc hoạt động", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["q"].widget.attrs["class"] = "form-control"
        self.fields["het"].widget.attrs["class"] = "form-check-input"


class _WithUnits(Form):
    """Some boxes offer the units of the administrator."""

    offered: tuple[str, ...] = ()

    def __init__(self, *args: Any, units: Choices, none: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.offered:
            field = self.fields[name]
            first = [("", none or "-- Chọn đơn vị --")] if isinstance(field.widget, forms.Select) else []
            if isinstance(field.widget, forms.CheckboxSelectMultiple):
                first = []
            field.choices = [*first, *units]  # type: ignore[attr-defined]


class New(_WithUnits):
    offered = ("parent",)

    name = PlainTextField(label="Tên đơn vị", max_length=200)
    short_name = PlainTextField(
        label="Tên ngắn", max_length=80, help_text="Hiện trong danh sách và trên đầu trang."
    )
    code = PlainTextField(
        label="Mã đơn vị",
        max_length=60,
        help_text="Chữ thường không dấu, chữ số và dấu gạch nối, ví dụ binhdinh-phu-cat. Đặt rồi không đổi được.",
    )
    kind = forms.ChoiceField(label="Loại đơn vị", choices=KINDS)
    parent = forms.ChoiceField(label="Đơn vị cấp trên")
    valid_from = DayField(label="Hoạt động từ ngày", required=True)
    district = PlainTextField(label="Địa bàn", max_length=100, required=False)
    address = PlainTextField(label="Địa chỉ", max_length=200, required=False)
    phone = PlainTextField(label="Điện thoại cơ quan", max_length=30, required=False)
    dossier_prefix = PlainTextField(
        label="Mã định danh đơn vị",
        max_length=20,
        required=False,
        help_text="Dạng 000.00.00.H00, dùng để cấp mã hồ sơ. Cần có khi đơn vị có bộ phận một cửa.",
    )
    has_desk = forms.BooleanField(label="Có bộ phận một cửa", required=False)
    reason = PlainTextField(label="Căn cứ", max_length=300, lines=True, help_text=_WHY)


class Rename(Form):
    name = PlainTextField(label="Tên mới", max_length=200)
    short_name = PlainTextField(label="Tên ngắn mới", max_length=80)
    reason = PlainTextField(label="Căn cứ đổi tên", max_length=300, lines=True, help_text=_WHY)


class Close(_WithUnits):
    offered = ("successor",)

    last_day = DayField(label="Ngày hoạt động cuối cùng", required=True)
    successor = forms.ChoiceField(
        label="Đơn vị kế thừa",
        required=False,
        help_text="Giải quyết tiếp việc còn lại từ ngày hôm sau. Bắt buộc khi có bộ phận một cửa hoặc còn việc.",
    )
    carry = forms.BooleanField(
        label="Chuyển vị trí của cán bộ sang đơn vị kế thừa từ ngày hôm sau",
        required=False,
        help_text="Quyền đặc biệt chờ người thứ hai duyệt.",
    )
    reason = PlainTextField(label="Căn cứ", max_length=300, lines=True, help_text=_WHY)


class Merge(_WithUnits):
    offered = ("codes", "into")

    codes = forms.MultipleChoiceField(
        label="Các đơn vị kết thúc hoạt động", widget=forms.CheckboxSelectMultiple
    )
    into = forms.ChoiceField(
        label="Đơn vị tiếp nhận", help_text="Đơn vị mới thì đề nghị thêm trước ở trang Đơn vị."
    )
    last_day = DayField(label="Ngày hoạt động cuối cùng của các đơn vị trên", required=True)
    carry = forms.BooleanField(
        label="Chuyển vị trí của cán bộ sang đơn vị tiếp nhận từ ngày hôm sau",
        required=False,
        help_text="Quyền đặc biệt chờ người thứ hai duyệt.",
    )
    reason = PlainTextField(label="Căn cứ", max_length=300, lines=True, help_text=_WHY)
    #: The units whose work was shown before this press.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class Split(_WithUnits):
    offered = ("main", "others")

    main = forms.ChoiceField(
        label="Đơn vị kế thừa chính",
        help_text="Giải quyết tiếp việc mà đơn vị cũ để lại; sau này chỉ định lại được.",
    )
    others = forms.MultipleChoiceField(label="Các đơn vị kế thừa khác", widget=forms.CheckboxSelectMultiple)
    last_day = DayField(label="Ngày hoạt động cuối cùng", required=True)
    carry = forms.BooleanField(
        label="Chuyển vị trí của cán bộ sang đơn vị kế thừa chính từ ngày hôm sau",
        required=False,
        help_text="Quyền đặc biệt chờ người thứ hai duyệt.",
    )
    reason = PlainTextField(label="Căn cứ", max_length=300, lines=True, help_text=_WHY)


class Assign(_WithUnits):
    offered = ("successor",)

    successor = forms.ChoiceField(
        label="Đơn vị kế thừa", help_text="Giải quyết tiếp việc còn lại và xem được hồ sơ cũ."
    )
    reason = PlainTextField(label="Căn cứ", max_length=300, lines=True, help_text=_WHY)


class TakeIn(Form):
    file = UploadField(label="Tệp Excel (.xlsx)", endings=(".xlsx",), help_text="Tối đa 1.000 dòng.")
    reason = PlainTextField(label="Căn cứ", max_length=300, lines=True, help_text=_WHY)

"""Danh sách lớp: the boxes of an upload and of the searches."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from motcua.accounts import class_lists, class_reading
from motcua.web.forms_base import Form, PlainTextField, UploadField

_ANY: Final = ("", "-- Tất cả --")


class Upload(Form):
    """Which list, what for, and the file."""

    label = PlainTextField(
        label="Tên danh sách",
        max_length=120,
        help_text="Ví dụ: Khối 9, năm học 2026-2027. Không ghi tên học sinh.",
    )
    purpose = forms.ChoiceField(
        label="Mục đích kiểm tra",
        choices=[("", "-- Chọn mục đích --"), *class_lists.PURPOSES],
        error_messages={"required": "Đề nghị ông/bà chọn mục đích kiểm tra."},
    )
    file = UploadField(
        label="Tệp Excel (.xlsx)", endings=(".xlsx",), help_text="Tối đa 5.000 học sinh, 5 MB; dùng tệp mẫu."
    )


class Search(Form):
    """For the overview."""

    q = PlainTextField(label="Tên danh sách", max_length=120, required=False)


class Filters(Form):
    """For the rows of a list."""

    q = PlainTextField(label="Họ và tên", max_length=100, required=False)
    kq = forms.ChoiceField(label="Kết quả", required=False, choices=[_ANY, *class_reading.ANSWERS])
    lop = forms.ChoiceField(label="Lớp", required=False)

    def __init__(self, *args: Any, classes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lop"].choices = [_ANY, *((name, name) for name in classes)]  # type: ignore[attr-defined]


class SharesSearch(Form):
    """For shares; a school's or a class's name is nobody's."""

    q = PlainTextField(label="Tìm", max_length=60, required=False)

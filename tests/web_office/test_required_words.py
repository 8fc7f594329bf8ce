"""What must be filled in is asked for in our words, whenever and by whatever button it became necessary."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from django.forms import Form

from motcua import web
from motcua.web.forms_base import Form as BaseForm
from motcua.web.forms_base import _dress
from motcua.web.office import forms

UNITS = [("so-mau", "Sở mẫu")]


def assisted() -> Form:
    form = forms.Assisted({}, units=UNITS)
    form.demand("code")
    form.mark_required()
    return form


def test_the_form_of_the_dispatch_asks_for_every_required_box_in_our_words() -> None:
    said = {name: list(errors) for name, errors in assisted().errors.items()}
    assert said == {
        "citizen_id": ["Đề nghị ông/bà nhập số CMND/CCCD."],
        "full_name": ["Đề nghị ông/bà nhập họ và tên."],
        "born_on": ["Đề nghị ông/bà nhập ngày sinh."],
        "phone": ["Đề nghị ông/bà nhập số điện thoại."],
        "scan": ["Đề nghị ông/bà chọn tệp “Đính kèm CCCD/CMND”."],
        "reason": ["Đề nghị ông/bà chọn lý do hỗ trợ tạo."],
        "unit": ["Đề nghị ông/bà chọn đơn vị."],
        "code": ["Ông/bà chưa nhập mã OTP. Đề nghị nhập 6 chữ số trong tin nhắn mới nhất."],
    }


@pytest.mark.parametrize(
    "form",
    [
        assisted(),
        forms.Assisted({}, units=UNITS, kind="PHONE"),
        forms.Export({}, units=UNITS),
        forms.SignedPaper({}, {}),
        forms.SharedPhone({}),
    ],
    ids=lambda form: type(form).__name__,
)
def test_no_form_of_the_administration_says_the_frameworks_words(form: Form) -> None:
    assert form.errors
    for errors in form.errors.values():
        for error in errors:
            assert "Đề nghị" in error and error.endswith(".")


def test_a_box_demanded_later_is_marked_for_everybody() -> None:
    form = forms.Assisted(units=UNITS)
    form.mark_required()
    assert 'aria-required="true"' in str(form["code"]) and 'aria-required="true"' in str(form["scan"])


def test_a_choice_that_was_not_offered_is_refused_in_our_words_and_not_repeated() -> None:
    form = forms.Assisted({"reason": "<b>X", "unit": "so-khac"}, units=UNITS)
    assert (
        form.errors["reason"]
        == form.errors["unit"]
        == ["Lựa chọn này không có trong danh sách. Đề nghị ông/bà chọn lại."]
    )


def _forms(kind: type[BaseForm] = BaseForm) -> Iterator[type[BaseForm]]:
    for each in kind.__subclasses__():
        yield each
        yield from _forms(each)


#: “Hết hạn ngày”, “Từ lúc”: a label that is no noun makes no sentence after “nhập”.
_NO_NOUN = re.compile(
    r"nhập (?:hết|từ|đến|có|hoặc|cho|nhận|cả|hiện|thay|chỉ|áp dụng|hoạt động) ", re.IGNORECASE
)


def test_no_message_is_built_from_a_label_that_is_no_noun() -> None:
    for found in pkgutil.walk_packages(web.__path__, "motcua.web."):
        importlib.import_module(found.name)
    said = {
        str(field.error_messages["required"])
        for form in _forms()
        for field in form.base_fields.values()
        if field.required and not _dress(field)  # type: ignore[func-returns-value]
    }
    assert len(said) > 40
    assert sorted(words for words in said if _NO_NOUN.search(words)) == []
    assert _NO_NOUN.search("Đề nghị ông/bà nhập hết hạn ngày.")

"""What is said about a box that was left empty: by us, in Vietnamese, and what to do."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms as django_forms

from motcua.web import forms_base
from motcua.web.citizen import forms as citizen
from motcua.web.public import forms as public

FORMS = sorted(
    {
        kind
        for module in (public, citizen)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, forms_base.Form) and kind.base_fields
    },
    key=lambda kind: f"{kind.__module__}.{kind.__name__}",
)


def required(form: django_forms.Form) -> Iterator[tuple[str, django_forms.Field]]:
    return ((name, field) for name, field in form.fields.items() if field.required)


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: f"{kind.__module__.split('.')[-2]}.{kind.__name__}")
@pytest.mark.parametrize("left", ["", "   ", None])
def test_every_empty_box_is_asked_for_in_our_words(kind: type[forms_base.Form], left: Any) -> None:
    form = kind({} if left is None else dict.fromkeys(kind.base_fields, left))
    form.full_clean()

    for name, field in required(form):
        said = " ".join(form.errors.get(name, []))
        if left and isinstance(field, forms_base.PasswordField):
            continue  # spaces are a password, judged by its rule
        assert re.fullmatch(r"(Đề nghị ông/bà|Ông/bà chưa nhập) .+\.", said), (name, said)


def test_an_empty_code_is_asked_for_as_the_code_in_the_text() -> None:
    for kind in (public.Code, citizen.Code):
        form = kind({"code": ""})
        assert form.errors["code"] == [
            "Ông/bà chưa nhập mã OTP. Đề nghị nhập 6 chữ số trong tin nhắn mới nhất."
        ]


@pytest.mark.django_db
def test_no_browser_says_it_in_its_own_words() -> None:
    for kind in FORMS:
        assert " required" not in str(kind()), kind.__name__

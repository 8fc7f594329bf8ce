"""Boxes drawn without a template look exactly as Django's templates draw them."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from motcua.web.rendering import Renderer

#: Django's templates leave a line between options; no browser shows it.
_BETWEEN = re.compile(r">\s+<")
NASTY = "\"><script>alert('x')</script>&amp; Nguyễn"
CHOICES = [("a", "An"), (NASTY, NASTY), ("Nhóm <1>", [("b", "Bình"), (3, "Ba")]), ("", "---")]
BOXES = [
    (forms.TextInput(attrs={"class": "form-control", "autofocus": True, "hidden": False}), NASTY),
    (forms.TextInput(), None),
    (forms.TextInput(), ""),
    (forms.TextInput(attrs={"title": NASTY, "data-safe": mark_safe("a<b")}), mark_safe("<b>")),
    (forms.NumberInput(attrs={"min": 0, "max": 999, "step": 0.5}), 0),
    (forms.EmailInput(), "ten@example.vn"),
    (forms.HiddenInput(), 17),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(attrs={"class": "x"}), False),
    (forms.CheckboxInput(), "có"),
    (forms.Textarea(attrs={"rows": 4}), f"một\n{NASTY}"),
    (forms.Textarea(), None),
    (forms.Select(choices=CHOICES), "b"),
    (forms.Select(choices=CHOICES, attrs={"class": "form-select"}), NASTY),
    (forms.SelectMultiple(choices=CHOICES), ["a", "3"]),
    (forms.RadioSelect(choices=CHOICES), "a"),
]


@pytest.mark.parametrize(("widget", "value"), BOXES)
def test_a_box_looks_as_its_template_would_draw_it(widget: forms.Widget, value: Any) -> None:
    drawn, expected = (
        _BETWEEN.sub(
            "><",
            widget.render(f"tên {NASTY}", value, attrs={"id": "id_x", "required": True}, renderer=renderer),
        )
        for renderer in (Renderer(), DjangoTemplates())
    )
    assert drawn == expected


def test_a_widget_with_a_look_of_its_own_keeps_its_template() -> None:
    class Own(forms.TextInput):
        template_name = "parts/widgets/password.html"

    assert "password-toggle" in Own().render("x", "", renderer=Renderer())

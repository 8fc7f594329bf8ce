"""Plain boxes drawn without a template: a reception form has forty, and a template for each cost 20 ms a page.

The markup is that of Django's own widget templates, attribute for attribute (tests/web/test_web_drawing.py); a
widget that looks different has a template of its own and is not drawn here.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.html import conditional_escape

Widget = Mapping[str, Any]


def attributes(attrs: Mapping[str, Any]) -> str:
    """As ``django/forms/widgets/attrs.html``: False is left out, True stands alone."""
    return "".join(
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def box(widget: Widget) -> str:
    """``<input>``."""
    value = "" if widget["value"] is None else f' value="{conditional_escape(widget["value"])}"'
    name = conditional_escape(widget["name"])
    return f'<input type="{conditional_escape(widget["type"])}" name="{name}"{value}{attributes(widget["attrs"])}>'


def lines(widget: Widget) -> str:
    """``<textarea>``."""
    text = conditional_escape(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{conditional_escape(widget["name"])}"{attributes(widget["attrs"])}>\n{text}</textarea>'


def choice(widget: Widget) -> str:
    """``<select>`` with its options."""
    drawn = []
    for group, options, _ in widget["optgroups"]:
        inside = "".join(f"\n  {_option(option)}" for option in options)
        begun = f'\n  <optgroup label="{conditional_escape(group)}">' if group else ""
        drawn.append(f"{begun}{inside}" + ("\n  </optgroup>" if group else ""))
    name = conditional_escape(widget["name"])
    return f'<select name="{name}"{attributes(widget["attrs"])}>{"".join(drawn)}\n</select>'


def _option(option: Widget) -> str:
    value, label = conditional_escape(option["value"]), conditional_escape(option["label"])
    return f'<option value="{value}"{attributes(option["attrs"])}>{label}</option>'


_PLACE: Final = "django/forms/widgets"
#: Template of a widget → what draws it.
DRAWN: Final[Mapping[str, Callable[[Widget], str]]] = {
    **{f"{_PLACE}/{kind}.html": box for kind in ("text", "number", "email", "hidden", "checkbox")},
    f"{_PLACE}/textarea.html": lines,
    f"{_PLACE}/select.html": choice,
}

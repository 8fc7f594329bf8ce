"""How forms are drawn: every field by one part, every form with its summary on top."""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest

from motcua.web.drawing import DRAWN


class Renderer(DjangoTemplates):
    """FORM_RENDERER. Finds parts/ because this room is an installed app."""

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """A plain box is drawn at once, everything else by its template."""
        if draw := DRAWN.get(template_name):
            return draw(context["widget"])
        return super().render(template_name, context, request)

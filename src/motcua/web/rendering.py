"""How forms are drawn: every field by one part, every form with its summary on top."""

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """FORM_RENDERER. Finds parts/ because this room is an installed app."""

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"

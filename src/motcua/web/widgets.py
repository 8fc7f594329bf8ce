"""Boxes of forms that do more than a plain one; each works without its script."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms

from motcua.web import proof_of_work, uploading


class PasswordInput(forms.PasswordInput):
    """With a button that shows what is typed. Never sent back filled."""

    template_name = "parts/widgets/password.html"


class CitizenIdInput(forms.TextInput):
    """Takes a number, or the whole QR of a chip card typed by a scanner.

    ``fills`` names the boxes that the card fills: name, born, old, raw → ids, e.g. {"name": "id_full_name"}.
    """

    template_name = "parts/widgets/citizen_id.html"

    def __init__(
        self, attrs: Mapping[str, Any] | None = None, fills: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(dict(attrs or {}))
        self.fills = dict(fills or {})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["fills"] = self.fills
        return context


TOO_BIG: Final = "too_big"
_WHYS: Final = frozenset({TOO_BIG, "ending"})


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The browser kept a file back: nothing came, and this is why. Its form says it like any other mistake."""

    why: str


class UploadInput(forms.FileInput):
    """Says name and size, checks size and ending before sending, shows progress."""

    template_name = "parts/widgets/upload.html"

    def __init__(self, attrs: Mapping[str, Any] | None = None, endings: tuple[str, ...] = ()) -> None:
        super().__init__(dict(attrs or {}))
        self.endings = endings

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"].update(max_bytes=uploading.MAX_FILE, endings=",".join(self.endings))
        if self.endings:
            context["widget"]["attrs"].setdefault("accept", ",".join(self.endings))
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        given = super().value_from_datadict(data, files, name)
        why = data.get(f"{name}-left-out", "")
        return LeftOut(why) if not given and why in _WHYS else given


class ManyUploadsInput(UploadInput):
    allow_multiple_selected = True


class ProofOfWorkInput(forms.HiddenInput):
    """A fresh task each time it is drawn; an old answer is never sent back."""

    template_name = "parts/widgets/proof_of_work.html"

    @property
    def is_hidden(self) -> bool:
        return True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        context["widget"]["challenge"] = json.dumps(proof_of_work.challenge())
        return context

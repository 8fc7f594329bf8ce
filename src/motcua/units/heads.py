"""Lãnh đạo: whose business an officer's work is, when nobody judges one's own."""

from datetime import date

from motcua.kernel.authority import Power
from motcua.units import posts
from motcua.units.models import Unit


def judging_unit(subject: str, unit_code: str, power: Power, *, on: date) -> str:
    """The officer's own unit, or the unit above where the officer holds ``power`` there; the top judges itself."""
    held = posts.posts_of(subject, on)
    if not any(post.unit_code == unit_code and power in post.powers for post in held):
        return unit_code
    above = Unit.objects.filter(code=unit_code).values_list("parent__code", flat=True).first()
    return above or unit_code

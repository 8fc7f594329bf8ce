"""Hướng dẫn theo ngôn ngữ: the same guides in each language, and the words of the pages around them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from motcua.kernel.refusal import NotFound
from motcua.web.public import guide_after, guide_en, guide_vi
from motcua.web.public.guide_shape import Facts, Guide


@dataclass(frozen=True, slots=True)
class Book:
    """All guides in one language."""

    language: str
    guides: Sequence[Guide]
    #: Part of the address, after /huong-dan/.
    prefix: str
    quotes: str = "“”"

    @property
    def address(self) -> str:
        return f"/huong-dan/{self.prefix}"

    def as_it_is(self, facts: Facts) -> "Book":
        """As the guides are true on the day of these facts."""
        guides = tuple(guide_after.as_it_is(guide, self.language, facts) for guide in self.guides)
        return replace(self, guides=guides)

    def address_of(self, guide: Guide) -> str:
        return f"{self.address}{guide.slug}/"

    def guide(self, slug: str) -> Guide:
        """Raises NotFound."""
        for guide in self.guides:
            if guide.slug == slug:
                return guide
        raise NotFound


BOOKS: Final = {
    "vi": Book("vi", guide_vi.GUIDES, ""),
    "en": Book("en", guide_en.GUIDES, "en/"),
}
SLUGS: Final = tuple(guide.slug for guide in guide_vi.GUIDES)

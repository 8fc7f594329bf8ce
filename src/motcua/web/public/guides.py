"""Hướng dẫn: the three appendices and the administrator's work, by reader, in two languages, searched and printed."""

import re
from typing import Final

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from motcua.units import tree
from motcua.web.access import anyone
from motcua.web.public import guide_books, guide_facts, guide_leaflets, guide_shape, vneid
from motcua.web.public.guide_books import Book
from motcua.web.public.guide_pictures import pictures
from motcua.web.public.guide_shape import Facts, Guide, Step
from motcua.web.responses import pdf_response

#: So many digits may be somebody's number: they are never searched for, nor left in an address.
_NUMBER: Final = re.compile(r"[0-9][0-9 .-]{6,}[0-9]")
#: The list, and one guide.
_PAGES: Final = {
    "vi": ("public/huong_dan_vi.html", "public/huong_dan_mot_vi.html"),
    "en": ("public/huong_dan_en.html", "public/huong_dan_mot_en.html"),
}
_SEARCH: Final = {"vi": "Tìm trong hướng dẫn", "en": "Search the guides"}


class Search(forms.Form):
    """Words of a guide are nobody's, so they stand in the address."""

    q = forms.CharField(required=False, max_length=80)

    def __init__(self, given: QueryDict, *, language: str) -> None:
        super().__init__(given, label_suffix="")
        self.fields["q"].label = _SEARCH[language]
        self.fields["q"].widget.attrs |= {"class": "form-control", "autocomplete": "off"}


@anyone
@require_GET
def guides(request: HttpRequest, language: str = "vi") -> HttpResponse:
    """Who reads what; with words, where they stand."""
    if _NUMBER.search(request.GET.get("q", "")):
        return HttpResponseRedirect(guide_books.BOOKS[language].address)
    book, facts = _opened(language)
    form = Search(request.GET, language=language)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    hits = guide_shape.found(book.guides, words, facts)
    shown = {
        **_around(book, ""),
        "form": form,
        "words": words,
        "hits": [{"of": hit, "address": f"{book.address_of(hit.guide)}#{hit.mark}"} for hit in hits],
        "guides": [_listed(book, guide) for guide in book.guides],
        "desk_count": facts["desk_count"],
    }
    return render(request, _PAGES[language][0], {**shown, "vneid": _vneid_is_open()})


@anyone
@require_GET
def guide(request: HttpRequest, slug: str, language: str = "vi") -> HttpResponse:
    """One guide; its numbers are those of the running system."""
    book, facts = _opened(language)
    chosen = book.guide(slug)
    shown = {
        **_around(book, slug),
        "guide": chosen,
        "lead": chosen.lead.format_map(facts),
        "outcome": chosen.outcome.format_map(facts),
        "steps": [_step(mark, step, facts) for mark, step in guide_shape.marked(chosen)][: len(chosen.steps)],
        "notes": [_step(mark, step, facts) for mark, step in guide_shape.marked(chosen)][len(chosen.steps) :],
        "sheets": _sheets(book, chosen),
        "desks": tree.desks(on=timezone.localdate()) if chosen.slug == "cong-dan" else [],
        "portal": facts["portal"],
    }
    return render(request, _PAGES[language][1], shown)


@anyone
@require_GET
def sheet(request: HttpRequest, slug: str, name: str, language: str = "vi") -> HttpResponse:
    """The guide on paper."""
    book, facts = _opened(language)
    chosen, today = book.guide(slug), timezone.localdate()
    pdf = guide_leaflets.sheet(book, chosen, name, facts, base=settings.PUBLIC_URL, on=today)
    suffix = "" if language == "vi" else f"-{language}"
    return pdf_response(pdf, f"huong-dan-{slug}-{name}{suffix}.pdf")


def _vneid_is_open() -> bool:
    if not settings.VNEID_ISSUER:
        return False
    from motcua.web.public import vneid  # accounts are not everywhere

    return bool(vneid.ways()["vneid_open"])


def _opened(language: str) -> tuple[Book, Facts]:
    """The book and its facts; after the last day of passwords the guides say what is true then."""
    today = timezone.localdate()
    facts = guide_facts.numbers(on=today)
    ways = vneid.ways()
    if not ways["own_open"]:
        facts["own_until"] = f"{ways['own_until']:%d/%m/%Y}"
    return guide_books.BOOKS[language].as_it_is(facts), facts


def _around(book: Book, slug: str) -> dict[str, object]:
    """The language of the page, and where the same page is in the other one."""
    rest = f"{slug}/" if slug else ""
    return {
        "nav_here": "guides",
        "book": book,
        "languages": [(each.language, f"{each.address}{rest}") for each in guide_books.BOOKS.values()],
        "base": settings.PUBLIC_URL,
    }


def _listed(book: Book, guide: Guide) -> dict[str, object]:
    return {"of": guide, "address": book.address_of(guide), "sheets": _sheets(book, guide)}


def _sheets(book: Book, guide: Guide) -> list[tuple[str, str]]:
    return [
        (words[book.language], f"{book.address_of(guide)}{name}.pdf")
        for name, (_, words) in guide_leaflets.SHEETS.items()
    ]


def _step(mark: str, step: Step, facts: Facts) -> dict[str, object]:
    return {
        "mark": mark,
        "pieces": guide_shape.pieces(step.text, facts),
        "picture": pictures()[step.picture] if step.picture else None,
        "alt": step.alt,
    }

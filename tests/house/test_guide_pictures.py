"""The pictures of the guides are those of today's guides: each named word was on the screen, none is left over."""

import json

import pytest
from PIL import Image

from motcua.web.public import guide_books, guide_pictures, guide_shape
from motcua.web.public.guide_shape import Step

STEPS = [
    (f"{book.language}-{guide.slug}-{mark}", step)
    for book in guide_books.BOOKS.values()
    for guide in book.guides
    for mark, step in guide_shape.marked(guide)
    if step.picture
]
#: A guide is read on a phone with a slow line.
LARGEST, ALL_TOGETHER = 60_000, 600_000


def lacking(step: Step) -> set[str]:
    """Words that the step names and its picture does not show."""
    return set(step.labels) - guide_pictures.pictures()[step.picture].words


@pytest.mark.parametrize(("name", "step"), STEPS, ids=[name for name, _ in STEPS])
def test_every_word_that_a_step_names_was_on_its_picture(name: str, step: Step) -> None:
    assert lacking(step) == set()
    assert lacking(Step("«Nút không có ở đâu cả»", picture=step.picture)) != set()


def test_no_picture_is_missing_and_none_is_left_over() -> None:
    wanted = {step.picture for _, step in STEPS}
    assert set(guide_pictures.pictures()) == wanted
    assert {path.stem for path in guide_pictures.FOLDER.glob("*.webp")} == wanted


def test_the_pictures_are_small_and_of_the_size_that_pages_reserve_for_them() -> None:
    listed = json.loads((guide_pictures.FOLDER / "pictures.json").read_text(encoding="utf-8"))
    sizes = {}
    for name, seen in listed.items():
        path = guide_pictures.FOLDER / f"{name}.webp"
        sizes[name] = path.stat().st_size
        with Image.open(path) as picture:
            assert (picture.format, picture.size) == ("WEBP", (seen["width"], seen["height"])), name
            assert not picture.getexif(), name
    assert max(sizes.values()) <= LARGEST, sizes
    assert sum(sizes.values()) <= ALL_TOGETHER

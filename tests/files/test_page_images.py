"""Pages of a kept PDF as pictures: drawn in the child process, marked all over, never more than one."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops
from tests.files.making import scans

from motcua.files import page_images, sandbox
from motcua.files.page_images import NoPages, page_image
from motcua.files.reasons import TooHeavyInside
from motcua.kernel.refusal import NotFound

WHO = "Lê Thị Thu Mẫu · mã 0f0f0f0f · 20:48 23/11/2026"


def looked_at(data: bytes, page: int = 1, words: str = WHO) -> Image.Image:
    picture = page_image(data, "pdf", page=page, words=words).picture
    with Image.open(BytesIO(picture)) as opened:
        assert opened.format == "JPEG"
        return opened.convert("RGB")


def test_each_page_is_one_picture_and_says_how_many_there_are() -> None:
    data = scans.saved(scans.blank(3))
    for page in (1, 3):
        found = page_image(data, "pdf", page=page, words=WHO)
        assert found.pages == 3
        assert found.picture.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("page", [0, 4, 10**12])
def test_a_page_that_is_not_there_is_not_found(page: int) -> None:
    with pytest.raises(NotFound):
        page_image(scans.saved(scans.blank(3)), "pdf", page=page, words=WHO)


def test_the_words_lie_over_every_part_of_the_page() -> None:
    picture = looked_at(scans.saved(scans.blank()))
    across, down = picture.width // 4, picture.height // 4
    for left in range(4):
        for top in range(4):
            part = picture.crop((left * across, top * down, (left + 1) * across, (top + 1) * down))
            darkest = min(low for low, _ in part.getextrema())
            assert darkest < 240, f"nothing is written at {left}, {top}"


def test_other_words_are_another_picture() -> None:
    data = scans.saved(scans.blank())
    mine, theirs = looked_at(data), looked_at(data, words="Chủ kho · 20:48 23/11/2026")
    assert ImageChops.difference(mine, theirs).getbbox() is not None


def test_marks_over_and_under_the_letters_are_drawn() -> None:
    data = scans.saved(scans.blank())
    plain, marked = looked_at(data, words="Nguyen Thi Mau"), looked_at(data, words="Nguyễn Thị Mẫu")
    assert ImageChops.difference(plain, marked).getbbox() is not None


@pytest.mark.parametrize("kind", ["doc", "docx"])
def test_a_word_file_has_no_pages_to_look_at(kind: str) -> None:
    with pytest.raises(NoPages):
        page_image(b"PK", kind, page=1, words=WHO)


def test_bytes_that_are_no_pdf_end_the_child_and_nothing_else() -> None:
    with pytest.raises(TooHeavyInside):
        page_image(b"%PDF-1.7\n%%EOF", "pdf", page=1, words=WHO)


def test_a_page_of_enormous_size_becomes_a_picture_of_ordinary_size() -> None:
    pdf = scans.blank()
    pdf.pages[0].MediaBox = [0, 0, 14_400, 14_400]
    picture = looked_at(scans.saved(pdf))
    assert picture.width * picture.height <= 3_300_000


def test_what_the_child_says_instead_of_a_picture_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "run", lambda *_, **__: {"pages": 1, "picture": "PHN2Zz4="})
    with pytest.raises(TooHeavyInside):
        page_image(b"", "pdf", page=1, words=WHO)


def test_the_words_are_not_among_the_arguments_of_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[list[str]] = []
    begin = sandbox.subprocess.Popen

    def watched(arguments: list[str], **more: object) -> object:
        said.append(arguments)
        return begin(arguments, **more)

    monkeypatch.setattr(sandbox.subprocess, "Popen", watched)
    page_images.page_image(scans.saved(scans.blank()), "pdf", page=1, words=WHO)
    assert said and not any("Mẫu" in word for word in said[0])

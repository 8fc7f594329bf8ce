"""The register as tables of a page: docs/data-protection.md holds them word for word (``motcua data register``)."""

from collections.abc import Iterator
from itertools import groupby

from motcua.protection import register

BEGINS = "<!-- sổ đăng ký: lệnh `motcua data register` viết phần này -->"
ENDS = "<!-- hết sổ đăng ký -->"


def as_markdown() -> str:
    """From the first mark to the last, both included."""
    return "\n".join(
        [BEGINS, "", *_columns(), "", "## Loại tài liệu", "", *_documents(), "", *_nobodys(), "", ENDS]
    )


def into(page: str) -> str:
    """``page`` with the register of today between its marks."""
    before, _, rest = page.partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    return f"{before}{as_markdown()}{after}"


def _columns() -> Iterator[str]:
    yield "## Cột"
    yield ""
    yield "| cột | mục đích | căn cứ | ai đọc | cách giữ | lưu giữ | hết hạn thì | bản sao cho người đó |"
    yield "|---|---|---|---|---|---|---|---|"
    for line in register.lines():
        columns = ", ".join(f"`{column}`" for column in line.columns)
        yield (
            f"| {columns} | {line.purpose} | {line.basis.value} | {line.reader_words} | {line.form_words}"
            f" | {line.kept.words} | {line.kept.ended_by} | {line.copied_words} |"
        )


def _documents() -> Iterator[str]:
    yield "| loại | mục đích | căn cứ | ai đọc | lưu giữ | hết hạn thì |"
    yield "|---|---|---|---|---|---|"
    for each in register.documents():
        yield (
            f"| `{each.kind}` | {each.purpose} | {each.basis.value} | {each.reader_words} | {each.kept.words}"
            f" | {each.kept.ended_by} |"
        )


def _nobodys() -> Iterator[str]:
    yield "## Cột không nói gì về một người"
    yield ""
    yield "| vì sao | cột |"
    yield "|---|---|"
    said = sorted(register.nobodys().items(), key=lambda one: one[1])
    for why, columns in groupby(said, key=lambda one: one[1]):
        yield f"| {why} | {', '.join(f'`{column}`' for column, _ in columns)} |"

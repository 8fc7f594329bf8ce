"""The process in which strangers' bytes are read: little memory, little time, no files, no network.

``python -m motcua.files.child TASK KIND`` reads the file from standard input and answers one line of JSON.
"""

import codecs
import json
import resource
import sys
from collections.abc import Callable

from motcua.files.reasons import FileRefused

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 15
CARD_SECONDS = 1.5
_CODECS = ("ascii", "cp437", "cp1252", "latin-1", "utf-8", "utf-16", "utf-16-le", "utf-16-be")

Task = Callable[[bytes], dict[str, object]]


def main(task: str, kind: str) -> None:
    """Limits first, then the libraries, then the door is shut, and only then the bytes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    work = {"card": _card, "page": _page, "cells": _cells}.get(task, _check)(kind)
    for codec in _CODECS:  # Python loads these from disk when first used
        codecs.lookup(codec)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))  # from here no file and no socket can be opened
    data = sys.stdin.buffer.read()
    try:
        answer: dict[str, object] = {"found": work(data)}
    except FileRefused as no:
        answer = {"refused": no.code, "details": no.details}
    except MemoryError:
        answer = {"refused": "file_too_heavy_inside", "details": {}}
    sys.stdout.write(json.dumps(answer))


def _check(kind: str) -> Task:
    """Only the one library that the kind needs is loaded: start-up is most of the cost."""
    if kind == "pdf":
        from motcua.files.parsing import pdf

        return pdf.check
    if kind == "docx":
        from motcua.files.parsing import docx

        return docx.check
    from motcua.files.parsing import doc

    return doc.check


def _card(kind: str) -> Task:
    from motcua.files.parsing import card_qr

    return lambda data: {"text": card_qr.read(data, kind, CARD_SECONDS)}


def _page(kind: str) -> Task:
    if kind != "pdf":
        raise ValueError(kind)
    from motcua.files.parsing import page

    return page.draw


def _cells(kind: str) -> Task:
    if kind != "xlsx":
        raise ValueError(kind)
    from motcua.files.parsing import cells

    return cells.read


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

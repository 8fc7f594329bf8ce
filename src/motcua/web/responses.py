"""Answers that are not pages: a paper to download, opened by nothing but a reader of papers."""

from typing import Final

from django.http import HttpResponse

from motcua.files.names import content_disposition

#: The policy of whatever is no page of ours: it runs nothing, loads nothing and stands in nobody's frame.
SANDBOXED: Final = "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_TYPE_OF_KIND: Final = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    """A PDF as a download (threats A-20)."""
    return file_response(pdf, name, "application/pdf")


def kept_file_response(data: bytes, name: str, kind: str) -> HttpResponse:
    """A file that was inspected when it was kept; ``kind`` is what was found inside (``StoredFile.kind``)."""
    return file_response(data, name, _TYPE_OF_KIND[kind])


def file_response(data: bytes, name: str, content_type: str) -> HttpResponse:
    """Any file as a download that the browser neither guesses at nor runs."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition(name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOXED
    response["Cache-Control"] = "no-store"
    return response

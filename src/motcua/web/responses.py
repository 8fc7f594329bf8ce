"""Answers that are not pages: a paper to download, opened by nothing but a reader of papers."""

from django.http import HttpResponse

from motcua.files.names import content_disposition


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    """A PDF as a download (threats A-20)."""
    return file_response(pdf, name, "application/pdf")


def file_response(data: bytes, name: str, content_type: str) -> HttpResponse:
    """Any file as a download that the browser neither guesses at nor runs."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition(name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response

"""Scans of identity cards as an officer attaches them."""

from django.core.files.uploadedfile import SimpleUploadedFile


def pdf(name: str = "CCCD.pdf", pages: int = 2, note: str = "") -> SimpleUploadedFile:
    """A small well-formed PDF; another ``note`` makes another file."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>"
        % (b" ".join(b"%d 0 R" % (3 + nth) for nth in range(pages)), pages),
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 %d]>>" % (200 + len(note)) for _ in range(pages)],
    ]
    body = b"%PDF-1.7\n"
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(body),
    )
    return SimpleUploadedFile(name, body + end, "application/pdf")


def html_called_pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("CCCD.pdf", b"<html><script>alert(1)</script></html>", "application/pdf")


def too_big() -> SimpleUploadedFile:
    return SimpleUploadedFile("CCCD.pdf", b"%PDF-1.7\n" + b"0" * 5_300_000, "application/pdf")

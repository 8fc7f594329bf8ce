"""Files on their way in: counted, held in little memory, never written to disk in the clear."""

from io import BytesIO
from typing import IO, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

MAX_FILE: Final = 5 * 1024 * 1024
_MAX_KEPT: Final = 40 * 1024 * 1024
_MAX_REQUEST: Final = 64 * 1024 * 1024


class CountedFile(InMemoryUploadedFile):
    """``too_big``: more came than is kept; the content is then empty and ``size`` is what was counted."""

    too_big: bool = False


class CountedUploadHandler(FileUploadHandler):
    """FILE_UPLOAD_HANDLERS. A file over 5 MiB is counted but not kept, so that its form can say so."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._kept = 0
        self._buffer = BytesIO()
        self._too_big = False

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """A request that says it is huge is refused before its body is read."""
        if content_length > _MAX_REQUEST:
            raise RequestDataTooBig

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self._buffer = BytesIO()
        self._too_big = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep the chunk, or forget the whole file once it is too big."""
        if not self._too_big:
            self._buffer.write(raw_data)
            self._kept += len(raw_data)
            if self._buffer.tell() > MAX_FILE or self._kept > _MAX_KEPT:
                self._kept -= self._buffer.tell()
                self._buffer = BytesIO()
                self._too_big = True
        return None

    def file_complete(self, file_size: int) -> CountedFile:
        self._buffer.seek(0)
        file = CountedFile(
            self._buffer,
            self.field_name,
            self.file_name or "",
            self.content_type or "",
            file_size,
            self.charset,
            self.content_type_extra,
        )
        file.too_big = self._too_big
        return file

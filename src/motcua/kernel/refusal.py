"""A no that a person can act upon."""

from typing import ClassVar


class Refusal(Exception):
    """The request is understood and declined.

    ``code`` is for programs, ``text`` is for people (Vietnamese, says what to do next), ``status`` is for HTTP.
    Details are never personal data: they reach logs.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    message: ClassVar[str] = "Yêu cầu không thực hiện được. Đề nghị ông/bà kiểm tra lại thông tin."

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.code)

    @property
    def text(self) -> str:
        """The sentence for the person."""
        return self.message.format(**self.details)


class NotFound(Refusal):
    """Not there, or not yours: the same answer for both."""

    code = "not_found"
    status = 404
    message = "Không tìm thấy nội dung ông/bà yêu cầu. Đề nghị quay lại trang trước và thử lại."

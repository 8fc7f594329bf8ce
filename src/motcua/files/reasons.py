"""Every reason for which a file is turned away, and what to do about it.

Kept in one file, without Django, because the child process that finds the reason
and the web process that tells it must mean the same thing by the same code.
"""

from motcua.kernel.refusal import Refusal

RESCAN = "Đề nghị ông/bà quét lại và lưu thành PDF rồi tải lên."
SAVE_AS_PDF = "Đề nghị ông/bà mở tệp, lưu lại thành PDF rồi tải lên."


class FileRefused(Refusal):
    code = "file_refused"
    message = "Tệp không được chấp nhận. " + SAVE_AS_PDF


class EmptyFile(FileRefused):
    code = "file_empty"
    message = "Tệp không có nội dung (0 byte). Đề nghị ông/bà kiểm tra và chọn lại tệp."


class FileTooLarge(FileRefused):
    code = "file_too_large"
    status = 413
    message = (
        "Tệp nặng {megabytes} MB, vượt quá mức 5 MB. "
        "Đề nghị ông/bà quét lại ở độ phân giải 300 dpi hoặc chia thành nhiều tệp rồi tải lên."
    )


class NameNotAllowed(FileRefused):
    code = "file_name_not_allowed"
    message = (
        "Tên tệp có ký tự lạ (gạch chéo, dấu hai chấm, ký tự ẩn, dấu chấm hoặc dấu cách ở cuối). "
        "Đề nghị ông/bà đổi tên tệp, ví dụ giay-to.pdf, rồi tải lên."
    )


class NameTooLong(FileRefused):
    code = "file_name_too_long"
    message = (
        "Tên tệp dài {length} ký tự, vượt quá 255 ký tự. "
        "Đề nghị ông/bà đổi tên tệp ngắn hơn, ví dụ giay-to.pdf, rồi tải lên."
    )


class KindNotAllowed(FileRefused):
    code = "file_kind_not_allowed"
    message = "Chỉ nhận tệp {kinds}. " + SAVE_AS_PDF


class DoubleExtension(FileRefused):
    code = "file_double_extension"
    message = (
        "Tên tệp có hai phần mở rộng (“.{inner}” nằm trước “.{outer}”) giống tệp chạy được. "
        "Đề nghị ông/bà đổi tên tệp, ví dụ giay-to.{outer}, rồi tải lên."
    )


class NotAPdf(FileRefused):
    code = "file_not_a_pdf"
    message = "Tệp mang tên .pdf nhưng nội dung không phải PDF. " + RESCAN


class NotADocx(FileRefused):
    code = "file_not_a_docx"
    message = "Tệp mang tên .docx nhưng nội dung không phải văn bản Word. " + SAVE_AS_PDF


class NotADoc(FileRefused):
    code = "file_not_a_doc"
    message = "Tệp mang tên .doc nhưng nội dung không phải văn bản Word 97 trở lên. " + SAVE_AS_PDF


class Damaged(FileRefused):
    code = "file_damaged"
    message = (
        "Tệp bị hỏng hoặc chưa tải lên trọn vẹn nên không đọc được. "
        "Đề nghị ông/bà mở thử tệp trên máy; nếu không mở được thì quét lại và lưu thành PDF."
    )


class Encrypted(FileRefused):
    code = "file_encrypted"
    message = (
        "Tệp đặt mật khẩu hoặc bị khóa quyền nên không đọc được. Đề nghị ông/bà bỏ mã khóa rồi tải lên lại."
    )


class HasMacro(FileRefused):
    code = "file_has_macro"
    message = "Tệp chứa macro (chương trình chạy trong văn bản). " + SAVE_AS_PDF


class HasActiveContent(FileRefused):
    code = "file_has_active_content"
    message = "Tệp chứa nội dung tự chạy ({what}). Đề nghị ông/bà in ra và quét lại thành PDF rồi tải lên."


class HasNestedFile(FileRefused):
    code = "file_has_nested_file"
    message = (
        "Tệp chứa tệp khác lồng bên trong. "
        "Đề nghị ông/bà bỏ tệp lồng (tải lên riêng từng tệp) hoặc lưu lại thành PDF."
    )


class HasOutsideLink(FileRefused):
    code = "file_has_outside_link"
    message = "Tệp lấy nội dung từ nơi khác ({what}). " + SAVE_AS_PDF


class Polyglot(FileRefused):
    code = "file_two_kinds"
    message = "Tệp có dữ liệu lạ ghép thêm vào đầu hoặc cuối. " + RESCAN


class Suspicious(FileRefused):
    code = "file_suspicious"
    message = "Cấu trúc bên trong tệp không bình thường ({what}). " + SAVE_AS_PDF


class TooHeavyInside(FileRefused):
    code = "file_too_heavy_inside"
    message = (
        "Tệp quá phức tạp hoặc mở ra quá lớn nên không kiểm tra được. "
        "Đề nghị ông/bà quét lại ở độ phân giải 300 dpi và lưu thành PDF."
    )


class Infected(FileRefused):
    code = "file_infected"
    message = (
        "Phần mềm diệt vi-rút phát hiện mã độc trong tệp. "
        "Đề nghị ông/bà không gửi tệp này, kiểm tra lại máy tính rồi quét giấy tờ thành tệp mới."
    )


class CheckingBusy(FileRefused):
    code = "file_checking_busy"
    status = 503
    message = (
        "Hệ thống đang kiểm tra nhiều tệp. "
        "Đề nghị ông/bà thử lại sau ít phút; thông tin đã nhập vẫn được giữ."
    )


class AntivirusDown(FileRefused):
    code = "file_antivirus_unavailable"
    status = 503
    message = (
        "Chưa kiểm tra vi-rút được nên tệp chưa được nhận. "
        "Đề nghị ông/bà thử lại sau ít phút; thông tin đã nhập vẫn được giữ."
    )


def by_code() -> dict[str, type[FileRefused]]:
    """Every reason, by the code the child process answers with."""
    reasons: list[type[FileRefused]] = [FileRefused, *FileRefused.__subclasses__()]
    return {reason.code: reason for reason in reasons}

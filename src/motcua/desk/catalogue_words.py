"""The fixed words of the catalogue: units of a term, kinds of papers, roles and conditions of a step."""

from django.db import models

from motcua.kernel.authority import Power


class Level(models.TextChoices):
    """Who receives it."""

    SO = "so", "Sở"
    PHONG = "phong", "Phòng Giáo dục và Đào tạo"
    TRUONG = "truong", "Trường, trung tâm"


class TermUnit(models.TextChoices):
    """In what a term is counted, as the kernel's; SAME_DAY and NONE carry no amount."""

    WORKING_DAYS = "WORKING_DAYS", "Ngày làm việc"
    WORKING_HOURS = "WORKING_HOURS", "Giờ làm việc"
    CALENDAR_DAYS = "CALENDAR_DAYS", "Ngày (tính cả ngày nghỉ)"
    SAME_DAY = "SAME_DAY", "Trong ngày làm việc"
    NONE = "", "Không quy định"


class AfterSupplement(models.TextChoices):
    """What happens to the term when papers are asked for once more."""

    ANEW = "ANEW", "Tính lại từ đầu khi nhận đủ hồ sơ"  # NĐ 61/2018, điều 19 khoản 4
    PAUSE = "PAUSE", "Tạm dừng trong thời gian chờ bổ sung"


class PaidWhen(models.TextChoices):
    NEVER = "", "Không thu"
    AT_RECEPTION = "AT_RECEPTION", "Khi nộp hồ sơ"
    BEFORE_RESULT = "BEFORE_RESULT", "Trước khi có kết quả"
    AT_HAND_OUT = "AT_HAND_OUT", "Khi nhận kết quả"


class Asker(models.TextChoices):
    """Who may ask for the procedure."""

    OWNER = "OWNER", "Chính chủ hồ sơ"
    GUARDIAN = "GUARDIAN", "Cha, mẹ hoặc người giám hộ"
    AUTHORISED = "AUTHORISED", "Người được ủy quyền"
    HEIR = "HEIR", "Người thừa kế, thân nhân của người đã mất"
    ORGANISATION = "ORGANISATION", "Tổ chức"


class Necessity(models.TextChoices):
    """Whether a component is always asked for."""

    REQUIRED = "REQUIRED", "Bắt buộc"
    CONDITIONAL = "CONDITIONAL", "Bắt buộc khi có điều kiện"
    OPTIONAL = "OPTIONAL", "Không bắt buộc"


class UnitRole(models.TextChoices):
    """Whose turn a step is, seen from the unit that received the dossier."""

    RECEIVING = "RECEIVING", "Đơn vị tiếp nhận"
    DEPARTMENT = "DEPARTMENT", "Bộ phận chuyên môn"
    ABOVE = "ABOVE", "Đơn vị cấp trên"
    OTHER_AGENCY = "OTHER_AGENCY", "Cơ quan khác"


class LeaveWhen(models.TextChoices):
    """What must be true before a step may be left."""

    COMPONENTS_DIGITISED = "COMPONENTS_DIGITISED", "Đã số hóa thành phần hồ sơ"
    FEE_PAID = "FEE_PAID", "Đã nộp phí, lệ phí"
    OPINION_ANSWERED = "OPINION_ANSWERED", "Đã có ý kiến trả lời của cơ quan được hỏi"
    RESULT_ATTACHED = "RESULT_ATTACHED", "Đã đính kèm kết quả"
    RESULT_SIGNED = "RESULT_SIGNED", "Kết quả đã được ký"


#: The rights a step may ask for, in the order of a dossier's way.
STEP_POWERS: tuple[Power, ...] = (Power.RECEIVE_DOSSIER, Power.PROCESS, Power.SIGN, Power.HAND_OUT)

#: Units of a term that carry no amount.
WITHOUT_AMOUNT = frozenset({TermUnit.SAME_DAY, TermUnit.NONE})

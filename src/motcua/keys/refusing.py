"""What the database says to whoever sealed with a key that went meanwhile, in words for the person."""

from motcua.kernel.refusal import Refusal


class KeyGone(Refusal):
    code = "field_key_gone"
    status = 409
    message = "Nội dung ông/bà gửi chưa được ghi vì hệ thống vừa thay khóa mã hóa. Đề nghị ông/bà gửi lại."


def of(broken: BaseException) -> KeyGone | None:
    """The refusal for an IntegrityError of the rule ``field_key_not_retired``; None for anything else."""
    rule = getattr(getattr(broken.__cause__, "diag", None), "constraint_name", None)
    return KeyGone() if rule == "field_key_not_retired" else None

"""What the database says to whoever sealed with a key that went meanwhile, in words for the person."""

from typing import Final

from motcua.kernel.refusal import Refusal

_RULES: Final = frozenset({"field_key_not_retired", "mark_under_the_key_that_counts"})


class KeyGone(Refusal):
    code = "field_key_gone"
    status = 409
    message = "Nội dung ông/bà gửi chưa được ghi vì hệ thống vừa thay khóa mã hóa. Đề nghị ông/bà gửi lại."


def of(broken: BaseException) -> KeyGone | None:
    """The refusal for an IntegrityError of one of these rules; None for anything else."""
    rule = getattr(getattr(broken.__cause__, "diag", None), "constraint_name", None)
    return KeyGone() if rule in _RULES else None

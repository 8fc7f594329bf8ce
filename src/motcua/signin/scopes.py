"""Nhóm thông tin: what a system may learn of whoever signs in, in words for the person and the officers."""

from typing import Final

from django.db.models import TextChoices


class ClaimScope(TextChoices):
    """Each is asked for and approved by itself."""

    OPENID = "openid", "Mã riêng của ông/bà tại hệ thống này, không phải số định danh"
    PROFILE = "profile", "Họ và tên"
    DVCQG = "dvcqg", "Số định danh, ngày sinh, số điện thoại, email và loại tài khoản"
    OFFICER = "desk.officer", "Việc ông/bà đăng nhập với tư cách cán bộ"
    OWNER_SESSION = (
        "owner.session",
        "Nộp hồ sơ và chọn giấy tờ trong kho dữ liệu của ông/bà, khi ông/bà đang đăng nhập",
    )
    OFFLINE = "offline_access", "Các thông tin này trong 30 ngày, cả khi ông/bà không mở trang"


#: What a desk of the state learns without asking: who somebody is there, whether as an officer, and for as long as
#: they stay signed in, that it is they who file and choose their papers.
OF_STATE: Final = frozenset(
    {
        ClaimScope.OPENID.value,
        ClaimScope.PROFILE.value,
        ClaimScope.OFFICER.value,
        ClaimScope.OWNER_SESSION.value,
        ClaimScope.OFFLINE.value,
    }
)


def split(scope: str) -> frozenset[str]:
    """The words of a ``scope`` parameter."""
    return frozenset(scope.split())


def words(scopes: frozenset[str] | list[str]) -> list[str]:
    """In the order of the list above."""
    return [scope.label for scope in ClaimScope if scope.value in scopes]

"""Nhóm thông tin: what a system may learn of whoever signs in, in words for the person and the officers."""

from typing import Final

from django.db.models import TextChoices


class ClaimScope(TextChoices):
    """Each is asked for and approved by itself."""

    OPENID = "openid", "Mã riêng của ông/bà tại hệ thống này, không phải số định danh"
    PROFILE = "profile", "Họ và tên"
    DVCQG = "dvcqg", "Số định danh, ngày sinh, số điện thoại, email và loại tài khoản"
    OFFICER = "desk.officer", "Việc ông/bà đăng nhập với tư cách cán bộ"
    OFFLINE = "offline_access", "Các thông tin này trong 30 ngày, cả khi ông/bà không mở trang"


#: What a desk of the state learns without asking: who somebody is to this desk, and whether as an officer.
OF_STATE: Final = frozenset({ClaimScope.OPENID.value, ClaimScope.OFFICER.value})


def split(scope: str) -> frozenset[str]:
    """The words of a ``scope`` parameter."""
    return frozenset(scope.split())


def words(scopes: frozenset[str] | list[str]) -> list[str]:
    """In the order of the list above."""
    return [scope.label for scope in ClaimScope if scope.value in scopes]

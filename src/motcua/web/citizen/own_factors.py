"""Ai quản lý xác thực hai bước của mình: officers, and whoever enrolled for work at a desk that is elsewhere.

The portal knows no posts of such a desk: to it its officers are people who have a second factor, and no more. They keep
it as an officer here does, so that losing one device leaves another way in.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse

from motcua.accounts import stepping_up
from motcua.kernel.refusal import Refusal
from motcua.web.access import VisitorRequest


class NoFactorToKeep(Refusal):
    code = "no_factor_to_keep"
    status = 403
    message = (
        "Xác thực hai bước dành cho cán bộ. Tài khoản của ông/bà không cần đăng ký; nếu ông/bà làm việc tại Bộ phận "
        "một cửa, đề nghị đăng nhập từ trang của Bộ phận một cửa đó để đăng ký lần đầu."
    )


def of_whoever_has_one(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Stands between ``@signed_in`` and ``@stepped_up()``."""

    @wraps(view)
    def inner(request: VisitorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (request.visitor.is_officer or stepping_up.has_one(request.visitor)):
            raise NoFactorToKeep
        return view(request, *args, **kwargs)

    return inner

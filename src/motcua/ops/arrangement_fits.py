"""A database keeps the arrangement that it was made with: `migrate` under another `SYSTEMS` is refused (ADR 0042).

A desk's has no accounts and, of connected systems, no table that points to them; what was left out would never be made
later. A database with accounts would get a desk's half beside them, and nobody could say what it is.
"""

from django.conf import settings
from django.db import connection

from motcua.ops.places import CannotStart

_THERE = "SELECT to_regclass('public.accounts_account') IS NOT NULL, to_regclass('public.signin_client') IS NOT NULL"


def refuse() -> None:
    """Raises CannotStart before anything is changed. A database from nothing, or a desk's without systems, may."""
    with connection.cursor() as cursor:
        cursor.execute(_THERE)
        accounts, systems = cursor.fetchone()
    said = ",".join(settings.SYSTEMS)
    if accounts and not settings.HOSTS_PORTAL:
        raise CannotStart(
            f"Cơ sở dữ liệu này có tài khoản, là của Cổng; SYSTEMS={said} thì không dùng được. Chưa có gì thay đổi."
            " Hãy đặt lại SYSTEMS như trước (có portal), hoặc trỏ DATABASE_URL tới cơ sở dữ liệu của Một cửa."
        )
    if systems and not accounts and settings.HOSTS_PORTAL:
        raise CannotStart(
            f"Cơ sở dữ liệu này là của Một cửa riêng, không có tài khoản; SYSTEMS={said} thì không dùng được."
            " Chưa có gì thay đổi. Hãy đặt lại SYSTEMS=desk, hoặc trỏ DATABASE_URL tới cơ sở dữ liệu của Cổng"
            " hay một cơ sở dữ liệu trống."
        )

"""Rights to file for another, right unless told otherwise."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from motcua.desk.relations import Kind, Right


def today() -> date:
    return timezone.localdate()


def authorised(**more: Any) -> Right:
    """By an authority with a notary's mark, for another month."""
    values = {
        "proof_code": "giay-uy-quyen",
        "proof_number": "01/2026",
        "proof_on": today() - timedelta(days=3),
        "until": today() + timedelta(days=30),
        **more,
    }
    return Right(Kind.AUTHORISED, **values)


def parent(**more: Any) -> Right:
    values = {
        "proof_code": "giay-khai-sinh",
        "proof_number": "12/2015",
        "proof_on": date(2015, 6, 10),
        **more,
    }
    return Right(Kind.PARENT, **values)


def heir(**more: Any) -> Right:
    values = {
        "proof_code": "khai-tu-va-quan-he",
        "proof_number": "07/2026",
        "proof_on": today() - timedelta(days=20),
        **more,
    }
    return Right(Kind.HEIR, **values)

"""Two machines that each added a key of their own would seal against each other: here each number has one key."""

from collections.abc import Callable
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Model

from motcua.kernel.key_changes import NotNow
from motcua.kernel.key_files import Ring
from motcua.kernel.sealing import check_value


def get_known(model: type[Model], path: Path) -> Callable[[Ring], None]:
    """Asked of the keys as they will be: each is known afterwards, or NotNow is raised. ``model`` keeps the values."""

    def agreed(ring: Ring) -> None:
        for number in ring.live:
            model._default_manager.get_or_create(
                number=number, defaults={"check_value": check_value(ring.keys[number - 1])}
            )
        must_be_known(model, path, ring)

    return agreed


def must_be_known(model: type[Model], path: Path, ring: Ring) -> None:
    """Raises NotNow where a key of this machine is another than that of its number."""
    if others := others_than_known(model, ring):
        raise NotNow(
            f"Khóa số {min(others)} trong {path.name} ở máy này khác khóa đã có ở máy khác. Hãy chép {path.name} từ"
            " máy đã đổi khóa trước, rồi chạy lại."
        )


def others_than_known(model: type[Model], ring: Ring) -> set[int]:
    """Numbers under which another key lies here than the database knows."""
    known = model._default_manager.filter(number__in=ring.live).values_list("number", "check_value")
    return {number for number, value in known if bytes(value) != check_value(ring.keys[number - 1])}


def uses_unknown(model: type[Model], ring: Ring) -> bool:
    """A key that was added is in use and was never written down: the commit failed after the file was replaced."""
    return ring.sealing > 1 and not model._default_manager.filter(number=ring.sealing).exists()


@transaction.atomic
def unlearn(model: type[Model], rule: str, numbers: set[int]) -> None:
    """After a loss that somebody accepted, and only with the owner's rights: these numbers may be given anew.

    ``rule`` is the trigger that keeps them from anybody else.
    """
    if not numbers:
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {rule}")
        model._default_manager.filter(number__in=numbers).delete()
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {rule}")

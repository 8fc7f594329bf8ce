"""Two machines that each added a key of their own would seal against each other: here each number has one key."""

from collections.abc import Callable
from pathlib import Path

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
    known = model._default_manager.filter(number__in=ring.live).values_list("number", "check_value")
    for number, value in known:
        if bytes(value) != check_value(ring.keys[number - 1]):
            raise NotNow(
                f"Khóa số {number} trong {path.name} ở máy này khác khóa đã có ở máy khác. Hãy chép {path.name} từ máy"
                " đã đổi khóa trước, rồi chạy lại."
            )

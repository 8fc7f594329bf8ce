"""A paper that was handed in again stands before the one that was deficient, and both stay to be read."""

from motcua.desk.models import DossierComponent
from motcua.desk.supplementing import in_versions


def line(order: int, name: str, *, supplement: bool = False) -> DossierComponent:
    return DossierComponent(order=order, name=name, supplement=supplement)


def test_the_newest_of_a_paper_stands_first_and_its_older_ones_right_after() -> None:
    lines = [
        line(1, "Đơn đề nghị"),
        line(2, "Bản sao"),
        line(3, "Đơn đề nghị", supplement=True),
        line(4, "Giấy thêm", supplement=True),
        line(5, "Đơn đề nghị", supplement=True),
    ]
    shown = in_versions(lines)
    assert [each.line.order for each in shown] == [5, 3, 1, 2, 4]
    assert [each.newest for each in shown] == [True, False, False, True, True]
    assert [each.several for each in shown] == [True, True, True, False, False]


def test_papers_of_one_name_handed_in_together_keep_their_order() -> None:
    assert [each.line.order for each in in_versions([line(2, "Bản sao"), line(1, "Bản sao")])] == [1, 2]

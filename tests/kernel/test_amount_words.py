"""Amounts on receipts are said as people say them."""

import pytest

from motcua.kernel.amount_words import in_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (1_000, "Một nghìn đồng"),
        (2_005, "Hai nghìn không trăm lẻ năm đồng"),
        (10_000, "Mười nghìn đồng"),
        (15_000, "Mười lăm nghìn đồng"),
        (21_000, "Hai mươi mốt nghìn đồng"),
        (11_000, "Mười một nghìn đồng"),
        (105_000, "Một trăm lẻ năm nghìn đồng"),
        (120_000, "Một trăm hai mươi nghìn đồng"),
        (155_500, "Một trăm năm mươi lăm nghìn năm trăm đồng"),
        (1_000_000, "Một triệu đồng"),
        (1_050_000, "Một triệu không trăm năm mươi nghìn đồng"),
        (1_000_000_000, "Một tỷ đồng"),
        (2_000_000_010, "Hai tỷ không trăm mười đồng"),
    ],
)
def test_an_amount_is_said_in_words(amount: int, words: str) -> None:
    assert in_words(amount) == words


@pytest.mark.parametrize("amount", [-1, 10**12])
def test_an_amount_that_no_receipt_carries_is_a_bug(amount: int) -> None:
    with pytest.raises(ValueError, match="no such amount"):
        in_words(amount)

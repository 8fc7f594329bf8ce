import pytest
from tests.kernel import corpora

from motcua.kernel.tax_code import InvalidTaxCode, TaxCode, WrongTaxCodeDigits


@pytest.mark.parametrize(
    ("raw", "value", "shown"),
    [
        ("0100233488", "0100233488", "0100233488"),
        (" 01.00.233.488\n", "0100233488", "0100233488"),
        ("0314409058-002", "0314409058002", "0314409058-002"),
        ("0314409058 002", "0314409058002", "0314409058-002"),
    ],
)
def test_ten_or_thirteen_digits_with_a_right_check_digit(raw: str, value: str, shown: str) -> None:
    code = TaxCode.parse(raw)
    assert (code.value, code.shown, code.is_branch) == (value, shown, len(value) == 13)
    assert value not in f"{code} {code!r}"


@pytest.mark.parametrize(
    "raw",
    [
        *corpora.HOSTILE,
        *corpora.NOT_TEXT,
        "0100233489",
        "0314409058-000",
        "0000000001",
        "0000000017",
        "0100000000",
        "031440905800",
        "٠١٠٠٢٣٣٤٨٨",
        "０１００２３３４８８",
        "0100233488\u200b",
        "01/00233488",
        "9" * 100_000,
    ],
)
def test_other_things_are_refused(raw: object) -> None:
    with pytest.raises(InvalidTaxCode):
        TaxCode.parse(raw)


def test_ten_digits_with_a_wrong_check_digit_are_not_told_that_ten_are_wanted() -> None:
    with pytest.raises(WrongTaxCodeDigits) as no:
        TaxCode.parse("4100000000")
    assert "đủ 10 chữ số" in no.value.text and "gồm 10 chữ số" not in no.value.text
    with pytest.raises(InvalidTaxCode) as short:
        TaxCode.parse("410000000")
    assert short.value.code == "invalid_tax_code"


def test_one_wrong_digit_is_noticed() -> None:
    right = "0314409058"
    for place in range(10):
        for digit in set("0123456789") - {right[place]}:
            with pytest.raises(InvalidTaxCode):
                TaxCode.parse(right[:place] + digit + right[place + 1 :])

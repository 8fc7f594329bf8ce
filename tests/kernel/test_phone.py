import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernel import corpora

from motcua.kernel.mobile_prefixes import NEW_PREFIX_OF_OLD, PREFIXES_OF_OPERATOR
from motcua.kernel.phone import ForeignPhone, InvalidPhone, LandlinePhone, Phone, ServicePhone


def test_five_hundred_spellings_of_forty_numbers_are_forty_values() -> None:
    spellings = [(local, raw) for local in corpora.phone_numbers() for raw in corpora.phone_spellings(local)]
    assert len(spellings) >= 500
    for local, raw in spellings:
        assert Phone.parse(raw).value == f"+84{local[1:]}"
    assert len({Phone.parse(raw).value for _, raw in spellings}) == 40


def test_forty_spellings_of_an_officers_phone_are_that_phone_or_refused() -> None:
    """T-01: no spelling makes one's own phone look like somebody else's."""
    own = "0900000011"
    spellings = corpora.phone_spellings(own)
    spellings += [
        own.translate(dict(zip(map(ord, "0123456789"), script, strict=True)))
        for script in corpora.OTHER_DIGITS
    ]
    spellings += [own[:4] + hidden + own[4:] for hidden in corpora.HIDDEN]
    spellings += [own + hidden for hidden in corpora.HIDDEN[:4]]
    spellings += [
        "(090) 0000011",
        "0084900000011",
        "+840900000011",
        "84+900000011",
        "tel:0900000011",
        "900000011",
    ]
    assert len(spellings) >= 40
    values = set()
    for raw in spellings:
        try:
            values.add(Phone.parse(raw).value)
        except InvalidPhone:
            continue
    assert values == {"+84900000011"}


@pytest.mark.parametrize(("old", "new"), sorted(NEW_PREFIX_OF_OLD.items()))
def test_an_eleven_digit_number_becomes_todays(old: str, new: str) -> None:
    assert len(NEW_PREFIX_OF_OLD) == 21
    for raw in (f"{old}0000011", f"84{old[1:]}0000011", f"+84 {old[1:]} 000 0011"):
        assert Phone.parse(raw).value == f"+84{new[1:]}0000011"


@pytest.mark.parametrize(
    ("raw", "refusal"),
    [
        ("02563822294", LandlinePhone),
        ("0256 3822 294", LandlinePhone),
        ("+842563822294", LandlinePhone),
        ("0243822222", LandlinePhone),
        ("19001234", ServicePhone),
        ("1900 123456", ServicePhone),
        ("18008098", ServicePhone),
        ("1414", ServicePhone),
        ("9090", ServicePhone),
        ("113", ServicePhone),
        ("+14155550100", ForeignPhone),
        ("+86 138 0000 0000", ForeignPhone),
        ("0086 13800000000", ForeignPhone),
        ("01110000011", InvalidPhone),
        ("0200000011", LandlinePhone),
        ("0400000011", InvalidPhone),
        ("090000001", InvalidPhone),
        ("09000000111", InvalidPhone),
        ("+849000000111", InvalidPhone),
    ],
)
def test_other_numbers_are_refused_by_name(raw: str, refusal: type[InvalidPhone]) -> None:
    with pytest.raises(InvalidPhone) as refused:
        Phone.parse(raw)
    assert type(refused.value) is refusal


@pytest.mark.parametrize("raw", [*corpora.HOSTILE, *corpora.NOT_TEXT, "9" * 1_000_000, "\ud8000900000011"])
def test_what_is_no_number_is_refused(raw: object) -> None:
    with pytest.raises(InvalidPhone):
        Phone.parse(raw)


@settings(max_examples=400, deadline=None)
@given(st.text(st.sampled_from("0123456789+84 .-\n\u00a0\u200b٠９"), max_size=18))
def test_every_value_has_the_one_shape(raw: str) -> None:
    try:
        value = Phone.parse(raw).value
    except InvalidPhone:
        return
    assert len(value) == 12
    assert value.startswith("+84")
    assert value[3] in "35789"
    assert set(value[3:]) <= set("0123456789")


def test_a_phone_shows_itself_masked() -> None:
    phone = Phone.parse("0912345678")
    assert (phone.local, phone.prefix3, phone.masked) == ("0912345678", "091", "09*****678")
    assert f"{phone} {phone!r}" == "09*****678 09*****678"


def test_no_prefix_belongs_to_two_operators() -> None:
    prefixes = [prefix for listed in PREFIXES_OF_OPERATOR.values() for prefix in listed]
    assert len(prefixes) == len(set(prefixes))
    assert set(NEW_PREFIX_OF_OLD.values()) <= set(prefixes)

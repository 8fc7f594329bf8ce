import itertools
import math
import random
import re
import secrets
import string
import unicodedata

import pytest

from motcua.kernel import weak_passwords
from motcua.kernel.password_rule import (
    PasswordTooWeak,
    PasswordWeakness,
    new_one_time_password,
    prepared,
    require_strong,
    weaknesses,
)

ABOUT = ["Nguyễn Thị Mẫu", "052190000123", "+84900123456", "05/09/1990", "mauxanh90@example.vn"]
# Written for this test, not taken from the list's own words: names, places, clubs, offices, phrases, English.
WORDS = """
matkhau vietnam quynhon hanoi saigon anhyeuem yeuem conyeume giadinh nguyenvana lethihoa tranvanhung
phamminhtuan hoanganh ngocanh thuylinh quanghuy ducanh tuananh thanhhuong dragon password admin
welcome iloveyou football chelsea arsenal manutd barcelona viettel vinaphone mobifone vnpt giaovien
hocsinh hieutruong sinhvien ketoan vanphong motcua dichvucong canbo congan bacsi hoahong cafe bongda
tinhyeu hanhphuc mayman thanhcong khongbiet xinchao camon nhatrang danang dalat vungtau haiphong
nghean binhdinh
"""
ROOTS = WORDS.split()
KEYBOARD = ["Qwerty", "Asdfgh", "Zxcvbn", "Qazwsx", "1qaz2wsX", "Abc", "Abcd", "Aa", "Aaa", "Qwe", "Asd"]


def decorated(root: str) -> list[str]:
    """What people do to a word so that a rule lets it pass."""
    tails = ["@123", "@1234", "@12345", "@123456", "123@", "123!", "!123", "#2022", "@2022", "@1990", "1990!"]
    tails += [
        "@2023!",
        ".1985",
        "_2021",
        "@1",
        "1!",
        "12#",
        "@789",
        "!@#123",
        "123!@#",
        "@113",
        "$99",
        "@01011990",
    ]
    tails += ["*2000", "@888", "!!11", "2022@", "@0905", "?1"]
    heads = ["", "123@", "@1", "#1"]
    tails_of_headed = ["", "!", "2022"]
    shapes = [root.capitalize(), root[:-1] + root[-1].upper(), root.upper()[:-1] + root[-1]]
    leet = root.replace("a", "@").replace("o", "0").replace("i", "1").capitalize()
    shapes += [leet[0].upper() + leet[1:] + "A" if not leet[0].isalpha() else leet]
    found = [shape + tail for shape in shapes[:3] for tail in tails]
    found += [head + shape + tail for shape in shapes[:3] for head in heads[1:] for tail in tails_of_headed]
    return [
        *found,
        *(root.replace("a", "@").capitalize() + tail for tail in tails),
        root.capitalize()[::-1] + "@12",
    ]


def satisfies_the_rule(password: str) -> bool:
    """The dispatch's rule, written a second time."""
    kinds = [str.islower, str.isupper, str.isdigit, lambda char: not char.isalnum()]
    return len(password) >= 8 and all(any(is_kind(char) for char in password) for is_kind in kinds)


def weak_ones() -> list[str]:
    """V-29: weak passwords that satisfy the dispatch's rule."""
    found = [password for root in [*ROOTS, *KEYBOARD] for password in decorated(root)]
    families, givens = (
        ("Nguyen", "Tran", "Le", "Pham"),
        ("An", "Binh", "Hung", "Lan", "Mai", "Tuan", "Thao", "Linh"),
    )
    middles = ("Van", "Thi", "Minh", "Ngoc")
    years = [f"{sign}{year}" for sign in "@#!." for year in range(1975, 2005)]
    found += [f"{f}{m}{g}{y}" for f, m, g in itertools.product(families, middles, givens) for y in years[::4]]
    found += [f"{g}{y}" for g in ("Hung", "Linh", "Tuan", "Thao", "Trang", "Huyen", "Phuong") for y in years]
    found += [
        "Aa@123456",
        "A123456a@",
        "Aa123456@",
        "1qaz@WSX",
        "!QAZ2wsx",
        "Zaq1@wsx",
        "Aa1!Aa1!Aa1!",
        "Vn123456@",
    ]
    found += [
        "P@ssw0rd",
        "Pa$$w0rd",
        "M@tkh4u1",
        "Mậtkhẩu@123",
        "MẬTKHẨu@123",
        "Viet@Nam2022",
        "Ha_Noi@2022!",
        "Mat.Khau9#2",
    ]
    return list(dict.fromkeys(password for password in found if satisfies_the_rule(password)))


def test_ten_thousand_weak_passwords_that_satisfy_the_rule_are_refused() -> None:
    passwords = weak_ones()
    assert len(passwords) >= 10_000
    accepted = [password for password in passwords if not weaknesses(password, about=())]
    assert accepted == []


def test_two_thousand_strong_random_passwords_are_accepted() -> None:
    chance = random.Random(2022)
    signs = string.ascii_letters + string.digits + string.punctuation
    accepted = 0
    while accepted < 2000:
        password = "".join(chance.choice(signs) for _ in range(chance.choice([12, 14, 16, 20, 64, 128])))
        if satisfies_the_rule(password):
            assert weaknesses(password, about=ABOUT) == [], password
            accepted += 1


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("aB3#xQ7", PasswordWeakness.TOO_SHORT),
        ("aB3#xQ7k" * 16 + "z", PasswordWeakness.TOO_LONG),
        ("KQ7#ZX9!WV", PasswordWeakness.NO_LOWER),
        ("kq7#zx9!wv", PasswordWeakness.NO_UPPER),
        ("kQr#zXt!wV", PasswordWeakness.NO_DIGIT),
        ("kQ7rzX9twV", PasswordWeakness.NO_SPECIAL),
        ("kQ٧#zXt!wV", PasswordWeakness.NO_DIGIT),
        ("kQ7 zX9 twV", PasswordWeakness.NO_SPECIAL),
        ("kQ7#zX9!wV\x00", PasswordWeakness.UNREADABLE),
        ("kQ7#zX9!wV\u200b", PasswordWeakness.UNREADABLE),
    ],
)
def test_each_part_of_the_rule_is_named(password: str, weakness: PasswordWeakness) -> None:
    assert weaknesses(password, about=()) == [weakness]
    assert weakness.text.endswith(".")


def test_a_megabyte_is_too_long_and_not_read() -> None:
    assert weaknesses("aB3#" * 250_000, about=()) == [PasswordWeakness.TOO_LONG]


@pytest.mark.parametrize(
    "password",
    [
        "zzNguyen!8Qk#v",
        "Qk7!mauxanhZ#x",
        "Mauthi!7xQ#",
        "Ntm#7xQ!9",
        "Kq!5.9.1990zX",
        "Kq#0509zzPw!",
        "Kq!90/09/05zX",
        "Wq#000123zKvB",
        "0900123456Ab!q",
        "xK!900123zQv#",
        "Dichvucong!9qZx",
        "Qz7!BinhDinh#k",
        "neyugn!7QzXk",
    ],
)
def test_a_password_made_of_ones_own_data_is_refused(password: str) -> None:
    assert PasswordWeakness.ABOUT_OWNER in weaknesses(password, about=ABOUT)


@pytest.mark.parametrize(
    "password", ["Con mèo trèo cây cau 7!", "Trời-xanh-mây-trắng-nắng-9", "kQ7#zX9!wV", "Ổi!xanh4quả;rổ"]
)
def test_phrases_of_ones_own_making_are_welcome(password: str) -> None:
    assert weaknesses(password, about=ABOUT) == []


def test_both_unicode_spellings_of_a_password_are_one() -> None:
    password = "Trời-xanh-mây-trắng-9"
    decomposed = unicodedata.normalize("NFD", password)
    assert decomposed != password
    assert require_strong(decomposed, about=()) == prepared(password) == password


def test_nothing_is_cut_off_at_128_characters() -> None:
    password = "".join(secrets.choice("bQ7#wX9!kZ4%") for _ in range(124)) + "aB3#"
    assert require_strong(password, about=()) == password


def test_the_refusal_says_everything_at_once_and_never_the_password() -> None:
    with pytest.raises(PasswordTooWeak) as refused:
        require_strong("hoahong", about=())
    assert {"TOO_SHORT", "NO_UPPER", "NO_DIGIT", "NO_SPECIAL", "COMMON"} == set(refused.value.weaknesses)
    assert "in hoa" in refused.value.text
    assert "hoahong" not in f"{refused.value!r} {refused.value.text} {refused.value.details}"


def test_one_time_passwords_satisfy_the_rule_and_are_easy_to_type_from_a_text_message() -> None:
    made = {new_one_time_password() for _ in range(500)}
    assert len(made) == 500
    for password in made:
        assert weaknesses(password, about=()) == []
        assert satisfies_the_rule(password)
        assert re.fullmatch("(?:[A-Za-z2-9][a-z2-9]{3}-?){3}", password), password
        assert password.count("-") == 2
        assert not set(password) & set("0Oo1lIiSZzB")


def test_a_one_time_password_is_one_of_more_than_two_to_the_sixtieth() -> None:
    """Counted from what is drawn, less those the rule refuses."""
    made = [new_one_time_password() for _ in range(5000)]
    first = {password[place] for password in made for place in (0, 5, 10)}
    rest = {password[place] for password in made for place in (1, 2, 3, 6, 7, 8, 11, 12, 13)}
    refused = 1.0  # bits; the rule turns away about one in four
    assert 3 * math.log2(len(first)) + 9 * math.log2(len(rest)) - refused > 60


@pytest.mark.parametrize("password", ["Thuyen.Xuoi-88", "Nang.Som-55", "Lua.Chin-63", "Cay.Tre-99"])
def test_two_words_and_a_number_are_told_why_and_a_third_word_helps(password: str) -> None:
    assert weaknesses(password, about=()) == [PasswordWeakness.COMMON]
    assert "dễ đoán" in PasswordWeakness.COMMON.text
    assert "nhiều người dùng" not in PasswordWeakness.COMMON.text
    for third in ("Quat.", "Bep-", "Muong."):
        assert weaknesses(third + password, about=()) == []


@pytest.mark.parametrize("number", ["+84912345678", "052190123456", "052111111222"])
def test_counting_up_is_not_said_to_be_ones_own_data(number: str) -> None:
    for run in ("1234", "3456", "1111", "2222"):
        assert PasswordWeakness.ABOUT_OWNER not in weaknesses(f"Kq!Zx{run}vWp", about=[number])
    assert PasswordWeakness.ABOUT_OWNER in weaknesses(f"Kq!Zx{number[1:6]}vWp", about=[number[1:]])


def test_the_list_is_on_disk_sorted_and_long_enough() -> None:
    content = weak_passwords.LIST.read_bytes()
    entries = memoryview(content).cast("Q")
    assert len(entries) >= 1_000_000
    assert len(content) <= 10_000_000
    assert all(first < second for first, second in itertools.pairwise(entries))


@pytest.mark.parametrize("root", ["matkhau", "password", "nguyenvana", "quynhon", "qwerty", "anhyeuem"])
def test_well_known_roots_are_listed(root: str) -> None:
    assert weak_passwords.is_listed(root)


def test_an_unknown_root_is_not_listed() -> None:
    assert not weak_passwords.is_listed("xqzvkwpjf")

"""What is kept in version control names no real person, no machine and no place of work (DP-27)."""

import re

import pytest

from tests.house import sources

_KINDS = (".py", ".json", ".md", ".html", ".typ", ".js", ".toml", ".txt", ".css", ".svg", "Makefile", "run")
#: Borrowed text is as its makers wrote it; lock files name hashes.
_BORROWED = ("static/vendor/", ".lock")


def own_texts() -> list[tuple[str, str]]:
    return [
        (where, text)
        for where, text in sources.texts(*_KINDS)
        if not any(part in where for part in _BORROWED) and where != "tests/house/test_kept_texts.py"
    ]


PLACES = {
    "a folder of one machine": r"(?<![\w.])/(?:work|root|srv|home/[a-z]+|Users)/",
    "a registry": r"\b(?:py[p]i\.|python[h]osted|np[m]js|registry\.(?:npm|yarn)|artifactory|nexus\.)",
    "work put off": r"\b(?:TODO|FIXME|XXX|HACK)\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/]{20}",
}
_SEEN = {
    "a folder of one machine": "see /home/somebody/x",
    "a registry": "https://artifactory.example/simple",
    "work put off": "# TODO later",
    "a private key": "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIDb1dGVzdGtleQAA",
}


@pytest.mark.parametrize("name", PLACES)
def test_no_kept_text_holds(name: str) -> None:
    assert [where for where, text in own_texts() if re.search(PLACES[name], text)] == []
    assert re.search(PLACES[name], _SEEN[name])


#: Nobody's: the block that the sample promises, and numbers made of a pattern.
_PHONES = re.compile(
    r"9000000[0-9]{2}"  # the promised block, 0900 000 0xx
    r"|9(?:13|87)[0-9]{6}"  # counted up by the tests' builders
    r"|912345678|905123456|900123456|905([0-9])\1{2}([0-9])\2{2}"  # along the keyboard
    r"|5219000[0-9]{2}"  # how a sample citizen number begins
)
_MOBILE = re.compile(r"(?<![0-9A-Fa-f.+])(?:\+?84|0)[ .-]?([35789][0-9])((?:[ .-]?[0-9]){7})(?![0-9A-Fa-f{])")


def real_looking_phones(text: str) -> list[str]:
    found = [re.sub(r"[ .-]", "", match[1] + match[2]) for match in _MOBILE.finditer(text)]
    return [f"0{phone}" for phone in found if not _PHONES.fullmatch(phone)]


#: Tests about numbers themselves, where a pattern is the point: read, and found to be nobody's.
ABOUT_NUMBERS = {"tests/kernel/corpora.py", "tests/kernel/test_phone.py", "tests/kernel/test_tax_code.py"}
#: Codes of places and dossiers that happen to look like a phone.
NOT_PHONES = {"src/motcua/ops/data/units_binh_dinh_2022.json"}


def test_no_kept_text_holds_a_phone_that_could_ring() -> None:
    found = {
        where: numbers
        for where, text in own_texts()
        if where not in ABOUT_NUMBERS | NOT_PHONES and (numbers := real_looking_phones(text))
    }
    assert found == {}


_CITIZEN = re.compile(r"(?<![0-9A-Fa-f.])(0[0-9]{2})([0-9]{3})([0-9]{6})(?![0-9A-Fa-f])")


def real_looking_citizens(text: str) -> list[str]:
    """Twelve digits that are neither of the reserved place nor of a serial that no register has given."""
    return [
        match[0]
        for match in _CITIZEN.finditer(text)
        if (
            match[1] not in {"000", "052"}
            and match[3] != "000123"
            and not re.fullmatch(r"00[0-9]{4}", match[3])
        )
        or (
            match[1] == "052"
            and not re.fullmatch(r"00[0-9]{4}|123456|([0-9])\1{2}(123|([0-9])\3{2})", match[3])
        )
    ]


def test_no_kept_text_holds_a_citizen_number_that_could_be_somebodys() -> None:
    found = {
        where: numbers
        for where, text in own_texts()
        if where not in ABOUT_NUMBERS and (numbers := real_looking_citizens(text))
    }
    assert found == {}


def test_a_real_looking_number_is_seen() -> None:
    phone, citizen = "0978" + "214365", "0521" + "94" + "274519"
    assert real_looking_phones(f"gọi {phone} hoặc +84{phone[1:]}") == [phone, phone]
    assert real_looking_citizens(f"số {citizen}") == [citizen]
    assert real_looking_phones("0900 000 012, 0900000099, +84900000011") == []
    assert real_looking_citizens("052190000123 052090888888 001090000123") == []


def test_sample_people_say_that_they_are_samples() -> None:
    people = (sources.SRC / "ops" / "data" / "people.json").read_text(encoding="utf-8")
    names = re.findall(r'"name": "([^"]+)"', people)
    assert names
    assert [name for name in names if not name.endswith(" Mẫu")] == []


def test_nobody_of_the_dispatch_is_named() -> None:
    """Its signer is a real person; its telephone and the agency's mailbox are real too."""
    signer = "Phan Thanh " + "Liêm"
    assert [where for where, text in own_texts() if signer in text] == []

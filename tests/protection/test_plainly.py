"""What an owner reads about kept and withheld data: complete by the register, and in no developer's words."""

import re

import pytest
from django.test import override_settings

from motcua.kernel.personal_data import Copy, Withheld
from motcua.protection import plainly, register

#: How the register speaks to officers and developers: settings, threats, quotas, rules of the database, digests.
DEVELOPERS = re.compile(r"[A-Z]+_[A-Z_]+|`|\b(?:DP|L|C|T)-?[0-9]+\b|HMAC|Argon2|băm|làm trống|cột")


def test_every_part_that_stays_and_every_reason_has_words_for_its_owner() -> None:
    stays = {
        line.copied
        for line in register.lines()
        if isinstance(line.copied, Copy) and line.kept.chore != "closed_account" and not line.kept.rule
    }
    assert set(plainly._STAYING) == stays
    assert len(plainly.staying()) == len(stays)
    assert set(plainly._NOT_COPIED) == set(Withheld)
    assert {why.value for why in plainly._NOT_COPIED} >= {
        line.copied.value for line in register.lines() if isinstance(line.copied, Withheld)
    }


@pytest.mark.parametrize("rows", [plainly.staying, plainly.not_copied], ids=["staying", "not-copied"])
def test_an_owner_reads_no_developers_words(rows: object) -> None:
    said = [cell for row in rows() for cell in row]  # type: ignore[operator]
    assert said and [cell for cell in said if DEVELOPERS.search(cell)] == []
    assert DEVELOPERS.search("24 tháng (`SIGN_INS_KEPT_MONTHS`)") and DEVELOPERS.search("tự nhận ra (DP-08)")


@override_settings(DOSSIERS_KEPT_YEARS=20, LOOK_UPS_KEPT_MONTHS=36)
def test_the_periods_are_those_of_the_installation() -> None:
    said = " ".join(until for _, until, _ in plainly.staying())
    assert "20 năm" in said and "36 tháng" in said

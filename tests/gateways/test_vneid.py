"""VNeID over a real wire: who is named is believed only when everything that was begun here fits."""

import time
from collections.abc import Callable

import httpx
import pytest
from joserfc.jwk import ECKey
from tests.gateways import vneid_party as play
from tests.gateways.vneid_party import NUMBER

from motcua.accounts.vneid_port import (
    VneidLevelTooLow,
    VneidNotAPerson,
    VneidNotFinished,
    VneidNotGenuine,
    VneidSilent,
    VneidUnreadable,
)
from motcua.gateways import knocking, vneid
from motcua.kernel.refusal import Refusal

Told = dict[str, list[str]]


def test_a_person_is_named_with_number_name_birth_and_level(outside: httpx.Client, outside_url: str) -> None:
    play.enrol(outside)
    proved = play.whole(outside, play.portal(outside_url))
    person = proved.person
    assert (person.citizen_id.value, person.full_name.value, person.born_on.shown, person.level) == (
        NUMBER, "NGUYỄN VĂN MẪU", "01/02/1990", 2,
    )  # fmt: skip
    assert (proved.next, proved.strong) == ("/ca-nhan/", False)
    assert NUMBER not in repr(person) and "MẪU" not in repr(person) and person.tech_id not in repr(person)


def test_a_registered_key_proves_us_as_well_as_the_secret(outside: httpx.Client, outside_url: str) -> None:
    play.enrol(outside)
    key = ECKey.generate_key("P-256")
    key.ensure_kid()
    outside.put("/vneid/may-khach", json={"jwk": key.as_dict(private=False)})
    assert play.whole(outside, play.portal(outside_url, key=key)).person.level == 2
    other = ECKey.generate_key("P-256")
    other.ensure_kid()
    with pytest.raises(VneidSilent):
        play.whole(outside, play.portal(outside_url, key=other))


def test_the_address_tells_nothing_of_the_person_and_asks_for_s256(outside_url: str) -> None:
    address = play.portal(outside_url).begin("/ca-nhan/").address
    assert "code_challenge_method=S256" in address and "nonce=" in address and "scope=openid" in address
    assert "prompt=login" in address and "max_age=0" in address
    assert "/ca-nhan/" not in address and NUMBER not in address


def test_whom_it_named_is_kept_sealed_for_a_while(
    outside: httpx.Client, outside_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    play.enrol(outside)
    party = play.portal(outside_url)
    proved = play.whole(outside, party)
    kept = party.keep(proved)
    assert party.kept(kept) == proved and NUMBER not in kept
    for text in ("", "khac", kept[:-8] + "AAAAAAAA", party.begin("/").kept):
        with pytest.raises(VneidNotGenuine):
            party.kept(text)
    monkeypatch.setattr(vneid, "_WAITS", -1)
    with pytest.raises(VneidNotGenuine):
        party.kept(party.keep(proved))


def test_the_knock_hears_maintenance_and_believes_the_sign_ins_authorities(
    outside: httpx.Client, outside_url: str
) -> None:
    knocking.described(f"{outside_url}/vneid", None)
    play.fault(outside, "down")
    with pytest.raises(OSError):
        knocking.described(f"{outside_url}/vneid", None)
    with pytest.raises(OSError):
        knocking.described("http://127.0.0.1:1/vneid", None)


def test_tokens_that_are_refused_with_503_open_the_breaker(outside: httpx.Client, outside_url: str) -> None:
    play.enrol(outside)
    party = play.portal(outside_url)
    beginning = party.begin("/")
    came = play.consent(outside, beginning)
    play.fault(outside, "down")
    for _ in range(6):
        with pytest.raises(VneidSilent):
            party.finish(came, beginning.kept)
    play.fault(outside, "ok")
    with pytest.raises(VneidSilent):
        party.finish(came, beginning.kept)


def test_a_new_key_is_asked_for_and_believed(
    outside: httpx.Client, outside_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    play.enrol(outside)
    party = play.portal(outside_url)
    play.whole(outside, party)
    outside.post("/vneid/doi-khoa").raise_for_status()
    monkeypatch.setattr("motcua.gateways.portal_description._ASKED_AGAIN_SECONDS", 0)
    assert play.whole(outside, party).person.citizen_id.value == NUMBER


@pytest.mark.parametrize(
    ("state", "said"),
    [
        pytest.param("wrong_nonce", VneidNotGenuine, id="nonce"),
        pytest.param("other_audience", VneidNotGenuine, id="audience"),
        pytest.param("other_issuer", VneidNotGenuine, id="issuer"),
        pytest.param("expired", VneidNotGenuine, id="expired"),
        pytest.param("eternal", VneidNotGenuine, id="lives-too-long"),
        pytest.param("unsigned", VneidNotGenuine, id="alg-none"),
        pytest.param("own_secret", VneidNotGenuine, id="hs256-with-the-public-key"),
        pytest.param("strange_key", VneidNotGenuine, id="another-key"),
        pytest.param("other_subject", VneidNotGenuine, id="somebody-elses-claims"),
        pytest.param("other_token", VneidNotGenuine, id="at-hash"),
        pytest.param("remembering", VneidNotGenuine, id="whoever-was-signed-in-before"),
        pytest.param("no_auth_time", VneidNotGenuine, id="does-not-say-when"),
        pytest.param("half", VneidUnreadable, id="no-birth-date"),
        pytest.param("down", VneidSilent, id="down"),
        pytest.param("slow", VneidSilent, id="slow"),
    ],
)
def test_what_is_wrong_at_vneid_signs_nobody_in(
    outside: httpx.Client, outside_url: str, state: str, said: type[Refusal]
) -> None:
    play.enrol(outside)
    party = play.portal(outside_url)
    beginning = party.begin("/")
    came = play.consent(outside, beginning)
    play.fault(outside, state)
    begun = time.monotonic()
    with pytest.raises(said):
        party.finish(came, beginning.kept)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda told: play.without(told, "state"), id="no-state"),
        pytest.param(lambda told: {**told, "state": ["khac"]}, id="another-state"),
        pytest.param(lambda told: {**told, "state": told["state"] * 2}, id="state-twice"),
        pytest.param(lambda told: {**told, "iss": ["https://khac.example.vn"]}, id="mix-up"),
        pytest.param(lambda told: play.without(told, "code"), id="no-code"),
        pytest.param(lambda told: {**told, "code": ["khac"]}, id="another-code"),
        pytest.param(lambda told: {**told, "code": told["code"] * 2}, id="code-twice"),
    ],
)
def test_what_comes_back_changed_signs_nobody_in(
    outside: httpx.Client, outside_url: str, change: Callable[[Told], Told]
) -> None:
    play.enrol(outside)
    party = play.portal(outside_url)
    beginning = party.begin("/")
    came = change(play.consent(outside, beginning))
    with pytest.raises(VneidNotGenuine):
        party.finish(came, beginning.kept)


def test_a_code_serves_once_and_only_the_browser_that_began(outside: httpx.Client, outside_url: str) -> None:
    play.enrol(outside)
    party = play.portal(outside_url)
    mine, theirs = party.begin("/"), party.begin("/")
    came = play.consent(outside, mine)
    for kept in (theirs.kept, "", "khac", mine.kept[:-8] + "AAAAAAAA"):
        with pytest.raises(VneidNotGenuine):
            party.finish(came, kept)
    party.finish(came, mine.kept)
    with pytest.raises(VneidNotGenuine):
        party.finish(came, mine.kept)


def test_a_code_of_somebody_else_is_stopped_by_pkce(outside: httpx.Client, outside_url: str) -> None:
    """Login CSRF: an attacker's code under the victim's state."""
    play.enrol(outside)
    party = play.portal(outside_url)
    mine, attackers = party.begin("/"), party.begin("/")
    came = {**play.consent(outside, mine), "code": play.consent(outside, attackers)["code"]}
    with pytest.raises(VneidNotGenuine):
        party.finish(came, mine.kept)


def test_what_was_begun_lapses(
    outside: httpx.Client, outside_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    play.enrol(outside)
    monkeypatch.setattr(vneid, "_PATIENCE", -1)
    party = play.portal(outside_url)
    beginning = party.begin("/")
    with pytest.raises(VneidNotGenuine):
        party.finish(play.consent(outside, beginning), beginning.kept)


def test_a_person_who_says_no_is_not_signed_in(outside: httpx.Client, outside_url: str) -> None:
    play.enrol(outside)
    party = play.portal(outside_url)
    beginning = party.begin("/")
    with pytest.raises(VneidNotFinished):
        party.finish(play.consent(outside, beginning, deed="khong"), beginning.kept)


def test_a_wrong_secret_is_our_fault_and_not_the_persons(outside: httpx.Client, outside_url: str) -> None:
    play.enrol(outside)
    with pytest.raises(VneidSilent):
        play.whole(outside, play.portal(outside_url, secret="khac-khac-khac-khac"))


def test_a_line_that_is_down_rests_and_is_asked_no_more(outside: httpx.Client, outside_url: str) -> None:
    play.fault(outside, "down")
    party = play.portal(outside_url)
    for _ in range(6):
        with pytest.raises(VneidSilent):
            party.begin("/")
    play.fault(outside, "ok")
    with pytest.raises(VneidSilent):
        party.begin("/")  # the breaker is open: nobody waits on it


def test_an_algorithm_that_was_not_agreed_is_not_believed(outside: httpx.Client, outside_url: str) -> None:
    play.enrol(outside)
    for algorithm in ("PS256", "ES256"):
        with pytest.raises(VneidNotGenuine):
            play.whole(outside, play.portal(outside_url, algorithm=algorithm))


GOOD = {
    "LoaiTaiKhoan": "1", "SoDinhDanh": NUMBER, "HoVaTen": "NGUYỄN VĂN MẪU", "NgayThangNamSinh": "01/02/1990",
    "TechID": "abc-123", "loAs": "LoA2", "IAL": "2",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"loAs": "LoA1"}, VneidLevelTooLow, id="level-one"),
        pytest.param({"IAL": "1"}, VneidLevelTooLow, id="identity-level-one"),
        pytest.param({"loAs": "cao"}, VneidUnreadable, id="level-in-other-words"),
        pytest.param({"loAs": None, "IAL": None}, VneidUnreadable, id="no-level"),
        pytest.param({"LoaiTaiKhoan": "2"}, VneidNotAPerson, id="enterprise"),
        pytest.param({"LoaiTaiKhoan": "3"}, VneidNotAPerson, id="organisation"),
        pytest.param({"LoaiTaiKhoan": "9"}, VneidUnreadable, id="another-kind"),
        pytest.param({"SoDinhDanh": "123456789"}, VneidUnreadable, id="nine-digits"),
        pytest.param({"SoDinhDanh": 52090077001}, VneidUnreadable, id="a-number-that-lost-its-zero"),
        pytest.param({"SoDinhDanh": None}, VneidUnreadable, id="no-number"),
        pytest.param({"HoVaTen": ""}, VneidUnreadable, id="no-name"),
        pytest.param({"NgayThangNamSinh": "19900201"}, VneidUnreadable, id="a-date-that-reads-two-ways"),
        pytest.param({"TechID": "a" * 65}, VneidUnreadable, id="tech-id-too-long"),
        pytest.param({"TechID": "a b"}, VneidUnreadable, id="tech-id-with-spaces"),
        pytest.param({"TechID": None}, VneidUnreadable, id="no-tech-id"),
    ],
)
def test_half_a_person_is_nobody(change: dict[str, object], said: type[Refusal]) -> None:
    with pytest.raises(said):
        vneid.person_of({**GOOD, **change})


@pytest.mark.parametrize("level", ["2", "LoA2", "LoA3", "IAL3"])
def test_levels_are_read_in_the_words_that_are_known(level: str) -> None:
    assert vneid.person_of({**GOOD, "loAs": level, "IAL": "3"}).level >= 2

import base64
import copy
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from motcua.kernel.sealing import Keyring, KeysMissing, SealBroken

FILES = ["field.key", "file.key", "index.key", "journal.pem", "passcode.key", "receipt.pem", "token.pem"]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    Keyring.generate(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def keys(directory: Path) -> Keyring:
    return Keyring.from_directory(directory)


def test_what_is_sealed_opens_again_and_never_looks_the_same(keys: Keyring) -> None:
    first, second = (keys.seal("accounts.name", "7", "Nguyễn Thị Mẫu") for _ in range(2))
    assert first != second
    assert (
        keys.open("accounts.name", "7", first) == keys.open("accounts.name", "7", second) == "Nguyễn Thị Mẫu"
    )
    assert keys.open("accounts.name", "7", memoryview(first)) == "Nguyễn Thị Mẫu"
    assert "Nguyễn".encode() not in first
    assert (first[0], first[1]) == (1, 1)


def test_a_sealed_value_does_not_open_in_any_of_a_hundred_other_rows(keys: Keyring) -> None:
    sealed = [keys.seal("accounts.phone", str(row), f"+8490000{row:04}") for row in range(101)]
    for row in range(100):
        with pytest.raises(SealBroken):
            keys.open("accounts.phone", str(row), sealed[row + 1])


@pytest.mark.parametrize(("field", "row"), [("b", "1"), ("a", "2"), ("a1", ""), ("", "a1")])
def test_a_sealed_value_does_not_open_under_another_name(keys: Keyring, field: str, row: str) -> None:
    with pytest.raises(SealBroken):
        keys.open(field, row, keys.seal("a", "1", "x"))


def test_every_flipped_bit_is_noticed(keys: Keyring) -> None:
    sealed = keys.seal("a", "1", "052190000123")
    for bit in range(len(sealed) * 8):
        forged = bytearray(sealed)
        forged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealBroken):
            keys.open("a", "1", bytes(forged))


def test_every_shortened_value_is_noticed(keys: Keyring) -> None:
    sealed = keys.seal("a", "1", "052190000123")
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            keys.open("a", "1", sealed[:length])


def test_a_fingerprint_is_the_same_for_the_same_value_of_the_same_field_only(
    keys: Keyring, directory: Path
) -> None:
    fingerprint = keys.fingerprint("phone", "+84900000011")
    assert len(fingerprint) == 32
    assert fingerprint == Keyring.from_directory(directory).fingerprint("phone", "+84900000011")
    assert fingerprint != keys.fingerprint("citizen_number", "+84900000011")
    assert fingerprint != keys.fingerprint("phone", "+84900000012")


def test_two_installations_share_no_fingerprint(keys: Keyring, tmp_path: Path) -> None:
    other = Keyring.generate(tmp_path / "other")
    assert keys.fingerprint("phone", "+84900000011") != other.fingerprint("phone", "+84900000011")
    with pytest.raises(SealBroken):
        other.open("a", "1", keys.seal("a", "1", "x"))


def test_a_mac_knows_where_one_part_ends(keys: Keyring) -> None:
    macs = {
        keys.mac("otp", "ab", "c"),
        keys.mac("otp", "a", "bc"),
        keys.mac("otp", "abc"),
        keys.mac("otp", "abc", ""),
        keys.mac("limits", "abc"),
        keys.mac("otpa", "bc"),
    }
    assert len(macs) == 6
    assert keys.mac("otp", "abc") == keys.mac("otp", b"abc")
    assert {len(mac) for mac in macs} == {32}


def test_a_file_key_is_wrapped_for_one_file(keys: Keyring) -> None:
    wrapped = keys.wrap(b"k" * 32, context="file-1")
    assert keys.unwrap(wrapped, context="file-1") == b"k" * 32
    for context in ("", "file-2"):
        with pytest.raises(SealBroken):
            keys.unwrap(wrapped, context=context)


def test_an_appended_key_seals_and_the_old_one_still_opens(keys: Keyring, directory: Path) -> None:
    before = keys.seal("a", "1", "x")
    with (directory / "field.key").open("ab") as file:
        file.write(base64.b64encode(os.urandom(32)) + b"\n")
    renewed = Keyring.from_directory(directory)
    after = renewed.seal("a", "1", "x")
    assert (before[1], after[1]) == (1, 2)
    assert renewed.open("a", "1", before) == renewed.open("a", "1", after) == "x"
    assert keys.open("a", "1", after) == "x", "whoever started before reads the file again"
    with pytest.raises(SealBroken):
        keys.open("a", "1", after[:1] + b"\x03" + after[2:])


def test_a_file_that_is_being_copied_over_stops_nobody(
    keys: Keyring, directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """``cp`` empties the file, then writes it; and leaves it readable for everybody where the umask lets it."""
    file = directory / "field.key"
    whole = file.read_bytes() + base64.b64encode(os.urandom(32)) + b"\n"
    for content in (b"", whole[:60], whole[:20]):
        file.write_bytes(content)
        assert keys.seal("a", "1", "x")[1] == 1
    assert [record.kind for record in caplog.records] == ["field"]  # type: ignore[attr-defined]
    file.write_bytes(whole)
    file.chmod(0o644)
    assert keys.open("a", "1", keys.seal("a", "1", "x")) == "x"
    with pytest.raises(KeysMissing):
        assert keys.field_keys
    file.chmod(0o600)
    assert keys.seal("a", "1", "x")[1] == 2
    file.write_bytes(whole[:45])
    assert keys.seal("a", "1", "x")[1] == 2, (
        "a number never goes: the file of before was copied over this one"
    )


def test_a_lone_surrogate_is_refused_without_being_repeated(keys: Keyring) -> None:
    with pytest.raises(ValueError, match="surrogate") as refused:
        keys.seal("a", "1", "Nguyễn\ud800")
    assert "Nguyễn" not in str(refused.value)


def test_the_signing_keys_sign(keys: Keyring) -> None:
    signature = keys.journal_key.sign(b"x")
    keys.journal_key.public_key().verify(signature, b"x")
    assert keys.receipt_key.curve.name == "secp256r1"


@pytest.mark.parametrize("name", [name for name in FILES if name != "token.pem"])
def test_without_a_file_the_system_does_not_start(directory: Path, name: str) -> None:
    (directory / name).unlink()
    with pytest.raises(KeysMissing, match=name):
        Keyring.from_directory(directory)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_others_can_read_is_refused(directory: Path, name: str) -> None:
    (directory / name).chmod(0o604)
    with pytest.raises(KeysMissing, match=name):
        Keyring.from_directory(directory)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "content", [b"", b"\n", base64.b64encode(b"k" * 31), b"k" * 32, b"\xff\xfe", b"-----BEGIN-----"]
)
def test_a_spoilt_file_is_refused_and_not_repeated(directory: Path, name: str, content: bytes) -> None:
    (directory / name).write_bytes(content)
    with pytest.raises(KeysMissing, match=name) as refused:
        Keyring.from_directory(directory)
    assert "kkk" not in str(refused.value)


def test_a_key_of_another_kind_does_not_sign(directory: Path) -> None:
    (directory / "receipt.pem").write_bytes((directory / "journal.pem").read_bytes())
    with pytest.raises(KeysMissing, match=r"receipt\.pem"):
        Keyring.from_directory(directory)


def test_tokens_have_a_key_of_their_own_from_the_beginning(directory: Path) -> None:
    keys = Keyring.from_directory(directory)
    assert keys.keys_apart
    assert keys.token_key.private_numbers() != keys.receipt_key.private_numbers()


def test_a_directory_of_before_goes_on_with_the_key_it_had(directory: Path) -> None:
    """A key that nobody was told of signs nothing, however often the system starts."""
    (directory / "token.pem").unlink()
    for keys in (Keyring.generate(directory), Keyring.from_directory(directory)):
        assert not keys.keys_apart
        assert keys.token_key is keys.receipt_key
    assert not (directory / "token.pem").exists()


def test_generating_again_keeps_the_keys_and_replaces_what_is_missing(directory: Path) -> None:
    kept = (directory / "field.key").read_bytes()
    (directory / "file.key").unlink()
    Keyring.generate(directory)
    assert (directory / "field.key").read_bytes() == kept
    assert sorted(path.name for path in directory.iterdir()) == FILES
    assert {path.stat().st_mode & 0o777 for path in directory.iterdir()} == {0o600}
    assert directory.stat().st_mode & 0o777 == 0o700


@pytest.mark.race
def test_twenty_threads_starting_at_once_have_the_same_keys(tmp_path: Path) -> None:
    gate, found = threading.Barrier(20), []

    def start() -> None:
        gate.wait()
        keys = Keyring.generate(tmp_path / "keys")
        found.append(
            (
                keys.fingerprint("a", "x"),
                keys.mac("a", "x"),
                keys.journal_key.public_key().public_bytes_raw(),
                keys.token_key.private_numbers().private_value,
                keys.keys_apart,
            )
        )

    threads = [threading.Thread(target=start) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert len(set(found)) == 1
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == FILES


@pytest.mark.race
def test_processes_starting_at_once_have_the_same_keys(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from motcua.kernel.sealing import Keyring;"
        "print(Keyring.generate(Path(sys.argv[1])).fingerprint('a', 'x').hex())"
    )
    source = str(Path(__file__).parents[2] / "src")
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "keys")],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": source},
        )
        for _ in range(4)
    ]
    said = {process.communicate()[0].strip() for process in started}
    assert len(said) == 1
    assert len(said.pop()) == 64


def test_keys_are_neither_shown_nor_copied_out(keys: Keyring) -> None:
    assert repr(keys) == str(keys) == "Keyring(…)"
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leave(keys)

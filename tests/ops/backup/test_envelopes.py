"""What leaves the house opens for the holder of the key, whole, and for nobody else."""

import errno
import io
import secrets
import tarfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ops.backup import world as building

from motcua.ops.backup import envelopes, file_streams, keys_apart
from motcua.ops.backup.envelopes import Identity, Recipients
from motcua.ops.places import CannotStart


@pytest.fixture
def holder(tmp_path: Path) -> tuple[Recipients, Identity]:
    public = building.identity(tmp_path / "identity.txt")
    return Recipients([public]), Identity(tmp_path / "identity.txt")


def read(identity: Identity, path: Path) -> bytes:
    with identity.opened(path) as stream:
        return stream.read()


def test_a_stream_comes_back_as_it_went_and_says_its_size_and_hash(
    holder: tuple[Recipients, Identity], tmp_path: Path
) -> None:
    recipients, identity = holder
    content = [secrets.token_bytes(size) for size in (1, 0, 65_536, 300_000)]
    sealed = recipients.seal(content, tmp_path / "database.age")
    assert read(identity, tmp_path / "database.age") == b"".join(content)
    assert (sealed.size, sealed.sha256) == envelopes.digest_of(tmp_path / "database.age")
    assert b"".join(content)[1000:1032] not in (tmp_path / "database.age").read_bytes()
    assert (tmp_path / "database.age").stat().st_mode & 0o077 == 0


def test_neither_way_holds_more_than_a_few_blocks(
    holder: tuple[Recipients, Identity], tmp_path: Path
) -> None:
    recipients, identity = holder
    piece, pieces = secrets.token_bytes(1 << 20), 64

    def many() -> Iterator[bytes]:
        for _ in range(pieces):
            yield piece

    tracemalloc.start()
    try:
        recipients.seal(many(), tmp_path / "large.age")
        with identity.opened(tmp_path / "large.age") as stream:
            assert sum(len(block) for block in iter(lambda: stream.read(1 << 20), b"")) == pieces << 20
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 16 << 20


@pytest.mark.parametrize("fault", ["changed", "cut", "cut in its head", "for somebody else"])
def test_what_was_changed_cut_or_sealed_to_others_does_not_open(
    holder: tuple[Recipients, Identity], tmp_path: Path, fault: str
) -> None:
    recipients, identity = holder
    path = tmp_path / "files.age"
    recipients.seal([secrets.token_bytes(200_000)], path)
    whole = path.read_bytes()
    if fault == "changed":
        path.write_bytes(whole[:-100] + bytes([whole[-100] ^ 1]) + whole[-99:])
    elif fault == "cut":
        path.write_bytes(whole[:-70_000])
    elif fault == "cut in its head":
        path.write_bytes(whole[:60])
    else:
        building.identity(tmp_path / "other.txt")
        identity = Identity(tmp_path / "other.txt")
    with pytest.raises(CannotStart, match=r"Không mở được files\.age"):
        read(identity, path)


def test_a_full_disk_and_a_broken_source_say_so_themselves(
    holder: tuple[Recipients, Identity], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipients, _ = holder

    def broken() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise LookupError("the source")

    with pytest.raises(LookupError, match="the source"):
        recipients.seal(broken(), tmp_path / "one.age")

    def full(self: object, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    out = envelopes._Counted(io.BytesIO())
    monkeypatch.setattr(out, "_file", type("Full", (), {"write": full})())
    with pytest.raises(OSError, match="No space"):
        out.write(b"x")
    assert out.failure is not None


def test_an_identity_that_others_may_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "identity.txt"
    public = building.identity(path)
    assert public.startswith("age1") and path.stat().st_mode & 0o077 == 0
    assert "SECRET" not in repr(Identity(path))
    path.chmod(0o640)
    with pytest.raises(CannotStart, match="0600"):
        Identity(path)
    path.chmod(0o600)
    path.write_text("AGE-SECRET-KEY-1KHÔNGPHẢI\n", encoding="utf-8")
    with pytest.raises(CannotStart, match="không có khóa riêng"):
        Identity(path)
    with pytest.raises(CannotStart, match="khóa cũ được giữ nguyên"):
        envelopes.new_identity(path)
    for words in ([""], ["age1khongphai"]):
        with pytest.raises(CannotStart):
            Recipients(words)


def test_a_tar_of_strangers_is_not_unpacked(tmp_path: Path) -> None:
    """Nothing that somebody slipped into the stream leads out of the folder of files."""
    for name, kind in (("../../etc/cron.d/x", b"0"), ("ab/cd/" + "e" * 32, b"2"), ("ab/cd/x", b"0")):
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w") as tar:
            head = tarfile.TarInfo(name)
            head.type, head.linkname = kind, "/etc/passwd"
            tar.addfile(head)
        made.seek(0)
        with pytest.raises(CannotStart, match="nội dung lạ"):
            list(file_streams.places_in(made))
    with pytest.raises(CannotStart):
        list(file_streams.places_in(io.BytesIO(b"x" * 3000)))


def keys_of(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.iterdir()}


def test_keys_come_back_under_words_or_with_an_identity_and_replace_nothing(
    holder: tuple[Recipients, Identity], tmp_path: Path
) -> None:
    recipients, identity = holder
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "field.key").write_bytes(b"a key\n")
    (keys / "journal.pem").write_bytes(b"another\n")
    keys_apart.under_passphrase(keys, tmp_path / "one.age", building.PASSPHRASE)
    keys_apart.to_recipients(keys, tmp_path / "two.age", recipients)
    assert b"a key" not in (tmp_path / "one.age").read_bytes() + (tmp_path / "two.age").read_bytes()

    with pytest.raises(CannotStart, match="mật khẩu không đúng"):
        keys_apart.bring_back_under(tmp_path / "one.age", tmp_path / "none", "không phải mật khẩu này")
    keys_apart.bring_back_under(tmp_path / "one.age", tmp_path / "first", building.PASSPHRASE)
    keys_apart.bring_back_with(tmp_path / "two.age", tmp_path / "second", identity)
    assert keys_of(tmp_path / "first") == keys_of(tmp_path / "second") == keys_of(keys)
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "first").iterdir())
    keys_apart.bring_back_with(tmp_path / "two.age", keys, identity)  # the very same: a restore tried again
    (keys / "field.key").write_bytes(b"another key\n")
    with pytest.raises(CannotStart, match="không ghi đè"):
        keys_apart.bring_back_with(tmp_path / "two.age", keys, identity)
    assert (keys / "field.key").read_bytes() == b"another key\n"
    with pytest.raises(CannotStart, match="Đã có tệp"):
        keys_apart.to_recipients(keys, tmp_path / "two.age", recipients)
    with pytest.raises(CannotStart, match="16 ký tự"):
        keys_apart.under_passphrase(keys, tmp_path / "three.age", "ngắn quá")


def test_keys_whose_unpacking_was_stopped_are_there_wholly_or_not_at_all(
    holder: tuple[Recipients, Identity], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a folder would stand in the way of the command that is to be typed again."""
    recipients, identity = holder
    keys, there = tmp_path / "keys", tmp_path / "there"
    keys.mkdir()
    there.mkdir()
    (keys / "field.key").write_bytes(b"a key\n")
    (keys / "journal.pem").write_bytes(b"another\n")
    keys_apart.to_recipients(keys, tmp_path / "keys.age", recipients)
    write = keys_apart._write

    def full(path: Path, content: bytes) -> None:
        if path.name == "journal.pem":
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(keys_apart, "_write", full)
    with pytest.raises(OSError, match="No space"):
        keys_apart.bring_back_with(tmp_path / "keys.age", there, identity)
    assert list(there.iterdir()) == [] and not list(tmp_path.glob(".there*"))
    monkeypatch.undo()
    for _ in range(2):
        keys_apart.bring_back_with(tmp_path / "keys.age", there, identity)
        assert keys_of(there) == keys_of(keys)


def test_keys_come_back_into_a_folder_in_which_only_a_lock_lies(
    holder: tuple[Recipients, Identity], tmp_path: Path
) -> None:
    recipients, identity = holder
    keys, there = tmp_path / "keys", tmp_path / "there"
    keys.mkdir()
    there.mkdir()
    (keys / "field.key").write_bytes(b"a key\n")
    (there / ".changing").touch()
    keys_apart.to_recipients(keys, tmp_path / "keys.age", recipients)
    keys_apart.bring_back_with(tmp_path / "keys.age", there, identity)
    assert (there / "field.key").read_bytes() == b"a key\n"
    assert [path.name for path in tmp_path.glob(".there*")] == []

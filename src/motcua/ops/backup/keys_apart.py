"""The key folder, copied apart from the data: whoever finds one of the two can read nothing."""

import io
import os
import re
import secrets
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyrage

from motcua.ops.backup.envelopes import Identity, Recipients
from motcua.ops.places import CannotStart

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LARGEST: Final = 1 << 20
_SHORTEST: Final = 16


def to_recipients(keys_dir: Path, path: Path, recipients: Recipients) -> list[str]:
    """The names of the keys that are now in the file as well."""
    names, content = _packed(keys_dir)
    _refuse_taken(path)
    recipients.seal([content], path)
    return names


def under_passphrase(keys_dir: Path, path: Path, passphrase: str) -> list[str]:
    """The same under words that somebody remembers (scrypt); short ones are refused."""
    if len(passphrase) < _SHORTEST:
        raise CannotStart(f"Mật khẩu của bản sao khóa phải có ít nhất {_SHORTEST} ký tự.")
    names, content = _packed(keys_dir)
    _refuse_taken(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pyrage.passphrase.encrypt(content, passphrase))
        file.flush()
        os.fsync(file.fileno())
    return names


def bring_back_with(path: Path, keys_dir: Path, identity: Identity) -> list[str]:
    """The keys into an empty folder. Raises CannotStart."""
    with identity.opened(path) as stream:
        content = stream.read(_LARGEST)
    return _unpacked(content, keys_dir)


def bring_back_under(path: Path, keys_dir: Path, passphrase: str) -> list[str]:
    """The same with the words they were copied under."""
    try:
        content = pyrage.passphrase.decrypt(path.read_bytes(), passphrase)
    except OSError:
        raise CannotStart(f"Không đọc được bản sao khóa {path}.") from None
    except pyrage.DecryptError:
        raise CannotStart(f"Không mở được {path}: mật khẩu không đúng hoặc tệp bị sửa.") from None
    return _unpacked(content, keys_dir)


def _refuse_taken(path: Path) -> None:
    if path.exists():
        raise CannotStart(f"Đã có tệp {path}; hãy đặt tên khác.")


def _packed(keys_dir: Path) -> tuple[list[str], bytes]:
    files = sorted(_lying_in(keys_dir))
    if not files:
        raise CannotStart(f"Không có khóa nào ở {keys_dir}.")
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for file in files:
            content = file.read_bytes()
            head = tarfile.TarInfo(file.name)
            head.size, head.mode = len(content), 0o600
            tar.addfile(head, io.BytesIO(content))
    return [file.name for file in files], made.getvalue()


def _unpacked(content: bytes, keys_dir: Path) -> list[str]:
    members = dict(_members(content))
    there = {path.name: path.read_bytes() for path in _lying_in(keys_dir)}
    if there == members:  # a restore that is tried again
        return sorted(members)
    if there:
        raise CannotStart(f"Thư mục khóa {keys_dir} không trống; không ghi đè khóa nào.")
    keys_dir.parent.mkdir(parents=True, exist_ok=True)
    draft = keys_dir.with_name(f".{keys_dir.name}.{secrets.token_hex(8)}")
    draft.mkdir(mode=0o700)
    try:
        for name, key in members.items():
            _write(draft / name, key)
        _sync(draft)
        _put(draft, keys_dir)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    _sync(keys_dir.parent)
    return sorted(members)


def _lying_in(keys_dir: Path) -> list[Path]:
    """Drafts and locks begin with a dot: they are no keys."""
    return [path for path in keys_dir.glob("*") if path.is_file() and not path.name.startswith(".")]


def _put(draft: Path, keys_dir: Path) -> None:
    """All keys at once, or none: whoever is stopped half-way finds an empty folder and tries again."""
    try:
        draft.rename(keys_dir)
    except OSError:  # a lock of a key change lies in it, or it is a mount: one by one, then
        for path in sorted(draft.iterdir()):
            shutil.move(path, keys_dir / path.name)
        draft.rmdir()


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _members(content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() else None
                if file is None or not _NAME.fullmatch(member.name):
                    raise CannotStart("Bản sao khóa có nội dung lạ.")
                yield member.name, file.read()
    except tarfile.TarError:
        raise CannotStart("Bản sao khóa không đọc được.") from None

"""Where the trial's machines are: a bridge, a network namespace each, disks of their own that can be filled."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).resolve().parent.parent.parent
PLACE: Final = Path(os.environ.get("TRIAL_DIR", "/var/tmp/motcua-trial"))  # noqa: S108 - root only, 0711
NETWORK: Final = "10.77.7.0/24"
#: The machine that the trial itself is; here the world outside is played and the visitors come from.
OUTSIDE: Final = "10.77.7.1"
HOST: Final = "motcua.thu"
_BRIDGE: Final = "motcua-br"
NAMESPACES: Final = Path("/run/netns")


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine of the arrangement."""

    name: str
    address: str

    @property
    def namespace(self) -> str:
        return f"motcua-{self.name}"

    @property
    def home(self) -> Path:
        return PLACE / self.name

    def inside(self, command: Sequence[str]) -> list[str]:
        """The command as this machine runs it."""
        return ["ip", "netns", "exec", self.namespace, *command]

    def processes(self) -> list[int]:
        said = subprocess.run(
            ["ip", "netns", "pids", self.namespace], capture_output=True, text=True, check=True
        )
        return [int(word) for word in said.stdout.split()]

    def plug(self, in_it: bool) -> None:
        """The network cable."""
        _ip("link", "set", self._cable, "up" if in_it else "down")

    @property
    def _cable(self) -> str:
        return f"mc-{self.name}"

    def set_up(self) -> None:
        _ip("netns", "add", self.namespace)
        _ip("link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", self.namespace)
        _ip("link", "set", self._cable, "master", _BRIDGE, "up")
        _ip("-n", self.namespace, "addr", "add", f"{self.address}/24", "dev", "eth0")
        _ip("-n", self.namespace, "link", "set", "lo", "up")
        _ip("-n", self.namespace, "link", "set", "eth0", "up")
        self.home.mkdir(mode=0o711, exist_ok=True)


DB: Final = (Machine("db1", "10.77.7.11"), Machine("db2", "10.77.7.12"))
APP: Final = (Machine("app1", "10.77.7.21"), Machine("app2", "10.77.7.22"))
FRONT: Final = Machine("front", "10.77.7.31")
MACHINES: Final = (*DB, *APP, FRONT)
ETCD: Final = (*DB, FRONT)


@dataclass(frozen=True, slots=True)
class Disk:
    """A small file system of its own, so that it can be full without anybody else noticing."""

    name: str
    megabytes: int
    #: Kept on a loop device with a real file system, or in memory for what need not last.
    lasting: bool = True

    @property
    def path(self) -> Path:
        return PLACE / "disks" / self.name

    @property
    def _image(self) -> Path:
        return PLACE / "disks" / f"{self.name}.img"

    @property
    def _filler(self) -> Path:
        return self.path / ".filler"

    def mount(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        if not self.lasting:
            _run("mount", "-t", "tmpfs", "-o", f"size={self.megabytes}m,mode=1777", "none", str(self.path))
            return
        with self._image.open("wb") as image:
            image.truncate(self.megabytes * 1_000_000)
        _run("mkfs.ext4", "-q", "-m", "0", str(self._image))
        _run("mount", "-o", "loop", str(self._image), str(self.path))

    def unmount(self) -> None:
        if self.path.is_mount():
            _run("umount", "-l", str(self.path))
        self._image.unlink(missing_ok=True)

    def fill(self) -> None:
        """To the last byte; again and again, for whoever writes there may give some back."""
        handle = os.open(self._filler, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            for size in (1 << 20, 1 << 12, 1):
                _write_until_full(handle, size)
        finally:
            os.close(handle)

    def empty(self) -> None:
        self._filler.unlink(missing_ok=True)


FILES: Final = Disk("files", 200)
DATA: Final = {machine.name: Disk(machine.name, 1500) for machine in DB}
TEMPORARY: Final = Disk("tmp", 64, lasting=False)
LOG: Final = Disk("log", 200, lasting=False)
DISKS: Final = (FILES, *DATA.values(), TEMPORARY, LOG)


def _write_until_full(handle: int, size: int) -> None:
    block = b"\0" * size
    try:
        while True:
            os.write(handle, block)
    except OSError:
        return


def lay() -> None:
    """Bridge, machines and disks. Refuses when a trial is there already."""
    PLACE.mkdir(mode=0o711)
    _ip("link", "add", _BRIDGE, "type", "bridge")
    _ip("addr", "add", f"{OUTSIDE}/24", "dev", _BRIDGE)
    _ip("link", "set", _BRIDGE, "up")
    for machine in MACHINES:
        machine.set_up()
    for disk in DISKS:
        disk.mount()


def clear() -> None:
    """Nothing of the trial is left, however far it came."""
    for machine in MACHINES:
        subprocess.run(["ip", "netns", "del", machine.namespace], capture_output=True, check=False)
    subprocess.run(["ip", "link", "del", _BRIDGE], capture_output=True, check=False)
    for mounted in sorted(PLACE.glob("app*/var/files")):
        if mounted.is_mount():
            _run("umount", "-l", str(mounted))
    for disk in DISKS:
        disk.unmount()
    shutil.rmtree(PLACE, ignore_errors=True)


def _ip(*words: str) -> None:
    _run("ip", *words)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def surroundings(more: Mapping[str, str]) -> dict[str, str]:
    """What a process of the trial sees: nothing of who started the trial but where programs are."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return {**kept, "HOME": str(PLACE), **more}

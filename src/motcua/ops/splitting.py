"""`motcua run-split`: the portal and a desk as two installations, which know each other over HTTP only.

Each is `motcua run` in a process of its own with a database, keys and files of its own below VAR_DIR. The portal is
told beforehand which desk will call it (its public key); the desk starts once the portal answers.
"""

import http.client
import json
import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from motcua.ops import client_key, places, sign_ins, subscribers
from motcua.ops.places import CannotStart, Place
from motcua.ops.processes import die_with_parent
from motcua.ops.supervision import Stop, command

DESK: Final = "binh-dinh"
_READY_WITHIN: Final = 180.0
_LOOK_EVERY: Final = 0.2
_PATIENCE: Final = 15.0
_DATABASE: Final = ("DATABASE_URL", "DATABASE_URL_FILE", "DATABASE_PASSWORD_FILE")


@dataclass(slots=True)
class _Half:
    """One of the two, as a process."""

    name: str
    port: int
    surroundings: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            command("--end-with-parent", "run"),
            env={**{k: v for k, v in os.environ.items() if k not in _DATABASE}, **self.surroundings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )

    def wait(self, address: str, stop: Stop) -> None:
        """Until visitors may come. Raises CannotStart when it ends before, or takes too long."""
        until = time.monotonic() + _READY_WITHIN
        while not stop.asked and not _answers(address, self.port):
            if self.process is None or self.process.poll() is not None or time.monotonic() > until:
                raise CannotStart(f"Hệ thống {self.name} không khởi động được; xem thông báo ở trên.")
            time.sleep(_LOOK_EVERY)

    def end(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()


def run() -> None:
    """Both, until Ctrl-C or until one of them ends."""
    place = places.settle(places.DEVELOPMENT)
    desk_port = int(os.environ.get("DESK_PORT", str(place.port + 2)))
    stop = Stop()
    portal, desk = _halves(place, desk_port)
    try:
        for half in (portal, desk):
            half.start()
            half.wait(place.address, stop)
        if not stop.asked:
            subscribers.enrol(place)
            print(_words(place, desk_port, time.monotonic() - stop.since), flush=True)
        while not stop.asked:
            if any(half.process is None or half.process.poll() is not None for half in (portal, desk)):
                raise CannotStart("Một trong hai hệ thống đã dừng; xem thông báo ở trên.")
            time.sleep(_LOOK_EVERY)
    finally:
        desk.end()
        portal.end()


def _halves(place: Place, desk_port: int) -> tuple[_Half, _Half]:
    portal_dir, desk_dir = place.var_dir / "cong", place.var_dir / "mot-cua"
    portal_url, desk_url = place.url, f"http://{place.address}:{desk_port}"
    key = client_key.of(desk_dir / "keys")
    known = portal_dir / "sample-desks.json"
    portal_dir.mkdir(parents=True, exist_ok=True)
    known.write_text(
        json.dumps([{"client_id": DESK, "url": desk_url, "keys": json.loads(client_key.public_set(key))}]),
        encoding="utf-8",
    )
    both = {"DESK_URL": desk_url, "PORTAL_URL": portal_url, "SIM_PORT": str(place.sim_port)}
    portal = {
        **_own(portal_dir, place.port),
        "SYSTEMS": "portal",
        "DESK_NAME": "quốc gia",
        "SAMPLE_DESKS": str(known),
        "SIM_MAIL_PORT": str(place.mail_port),
    }
    desk = {**_own(desk_dir, desk_port), "SYSTEMS": "desk", "DESK_ID": DESK, "SIMULATORS": "off"}
    return (
        _Half("Cổng", place.port, {**both, **portal}),
        _Half("Một cửa", desk_port, {**both, **desk}),
    )


def _own(var_dir: Path, port: int) -> dict[str, str]:
    return {
        "VAR_DIR": str(var_dir),
        "KEYS_DIR": str(var_dir / "keys"),
        "PORT": str(port),
        "PUBLIC_URL": f"http://{os.environ.get('BIND_ADDRESS') or '127.0.0.1'}:{port}",
    }


def _answers(address: str, port: int) -> bool:
    line = http.client.HTTPConnection(address, port, timeout=2)
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _words(place: Place, desk_port: int, seconds: float) -> str:
    known = sign_ins.known()
    width = max(len(each.role) for each in known)
    desk = f"http://{place.address}:{desk_port}"
    return "\n".join(
        [
            "",
            f"Hai hệ thống đã sẵn sàng sau {seconds:.1f} giây. Dừng bằng Ctrl-C.",
            "",
            f"  Cổng dịch vụ công quốc gia   {place.url}/",
            f"  Cổng của tỉnh và Một cửa     {desk}/   {desk}/mot-cua/",
            f"  Quản trị tại Cổng, tại tỉnh  {place.url}/quan-tri/   {desk}/quan-tri/",
            f"  Điện thoại mô phỏng          {place.simulators_url}/",
            f"  Dữ liệu                      {place.var_dir}/cong   {place.var_dir}/mot-cua",
            "",
            "Đăng nhập mẫu (người hư cấu): vai trò, số CMND/CCCD, mật khẩu",
            *(f"  {each.role:<{width}}  {each.number}  {each.password}" for each in known),
        ]
    )

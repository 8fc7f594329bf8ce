"""Where this installation lives and listens, read from the surroundings."""

import importlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

DEVELOPMENT = "motcua.config.settings_dev"
PRODUCTION = "motcua.config.settings"
APP_ROLE = "motcua_app"  # who the running system is in the database


class CannotStart(Exception):
    """The sentence says what to do; no traceback is shown."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where this installation lives and listens."""

    var_dir: Path
    address: str
    port: int
    sim_port: int
    mail_port: int

    @property
    def sim_address(self) -> str:
        """Where the simulators listen; only this machine's own programs reach them where that is said."""
        return os.environ.get("SIM_BIND_ADDRESS") or self.address

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.port}"

    @property
    def simulators_url(self) -> str:
        return f"http://{self.sim_address}:{self.sim_port}"


def settle(settings_module: str) -> Place:
    """Make the surroundings complete, for this process and its children."""
    var_dir = Path(os.environ.get("VAR_DIR") or "var").absolute()
    os.environ["VAR_DIR"] = str(var_dir)
    os.environ.setdefault("KEYS_DIR", str(var_dir / "keys"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module)
    os.environ.setdefault("PORT", "8000")
    os.environ.setdefault("SIM_PORT", "8001")
    os.environ.setdefault("SIM_MAIL_PORT", str(_port("SIM_PORT") + 1000))
    address = os.environ.get("BIND_ADDRESS") or "127.0.0.1"
    return Place(var_dir, address, _port("PORT"), _port("SIM_PORT"), _port("SIM_MAIL_PORT"))


def _port(name: str) -> int:
    said = os.environ[name]
    if not (re.fullmatch(r"[0-9]{1,5}", said) and 0 < int(said) < 65536):
        raise CannotStart(f"Biến môi trường {name} phải là số cổng từ 1 đến 65535.")
    return int(said)


def read_settings() -> None:
    """Whether this installation may start at all, said once and before any process of it runs."""
    importlib.import_module(os.environ["DJANGO_SETTINGS_MODULE"])

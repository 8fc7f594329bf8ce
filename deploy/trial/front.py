"""nginx before the two nodes, from the template; a node is taken out and put back by `deploy/nginx-node`."""

import grp
import http.client
import os
import pwd
import shutil
import ssl
import subprocess
from typing import Final

from deploy import fill
from deploy.trial import authority, cluster, nodes, processes
from deploy.trial.ground import APP, FRONT, HOST, LOG, TEMPORARY, Machine

_CONF: Final = FRONT.home / "nginx.conf"
_NODES: Final = FRONT.home / "nodes.conf"


def values() -> dict[str, str]:
    return cluster.values_of(FRONT) | {
        "HOST": HOST,
        "FRONT_HTTP": "80",
        "FRONT_HTTPS": "443",
        "FRONT_CERTIFICATE": str(authority.certificate(FRONT)),
        "FRONT_KEY": str(authority.key_of(FRONT)),
        "FRONT_RUN": str(FRONT.home),
        "FRONT_TEMPORARY": str(TEMPORARY.path),
        "FRONT_LOG": str(LOG.path / "nginx-access.log"),
        "UPSTREAM_FILE": str(_NODES),
        "STATIC_DIR": str(FRONT.home / "static"),
        "AWAY_DIR": str(FRONT.home / "away"),
        "EACH_ADDRESS": "500",  # all visitors of the trial come from one address
    }


def prepare() -> None:
    fill.write("nginx.conf.in", _CONF, values())
    (FRONT.home / "away").mkdir()
    shutil.copy(fill.TEMPLATES / "away.html", FRONT.home / "away" / "away.html")
    shutil.copytree(APP[0].home / "var" / "static", FRONT.home / "static")
    for machine in APP:
        turn(machine, "add")
    www, group = pwd.getpwnam("www-data").pw_uid, grp.getgrnam("www-data").gr_gid
    os.chown(FRONT.home / "away", www, group)


def start() -> None:
    processes.start(FRONT, "nginx", ["nginx", "-c", str(_CONF), "-g", "user www-data; daemon off;"])


def turn(machine: Machine, what: str) -> None:
    """``add`` before nginx runs; ``out`` and ``in`` while it does."""
    command = [
        str(fill.TEMPLATES / "nginx-node"),
        str(_NODES),
        str(_CONF),
        what,
        f"{machine.address}:{nodes.PORT}",
    ]
    subprocess.run(FRONT.inside(command), check=True, capture_output=True, text=True)


def believed() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority.CA))


class Line(http.client.HTTPSConnection):
    """To nginx by its address, with its name."""

    def __init__(self, timeout: float = 20.0) -> None:
        super().__init__(HOST, timeout=timeout, context=believed())

    def connect(self) -> None:
        """The name is known to nobody else; it is still what the certificate has to say."""
        plain = self._create_connection((FRONT.address, 443), self.timeout, None)  # type: ignore[attr-defined]
        self.sock = self._context.wrap_socket(plain, server_hostname=HOST)  # type: ignore[attr-defined]


def status_of(path: str) -> int:
    line = Line(timeout=5)
    try:
        line.request("GET", path)
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        line.close()

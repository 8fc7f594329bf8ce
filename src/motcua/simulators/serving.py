"""The process that plays the outside."""

import os
import signal
import sys
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from motcua.simulators import mailboxes
from motcua.simulators.signed import DEVELOPMENT
from motcua.simulators.site import Site
from motcua.simulators.store import Store, default_file


class _Quiet(WSGIRequestHandler):
    """Addresses hold numbers here; nothing of them reaches a log."""

    timeout = 30

    def log_message(self, *_: object) -> None:
        return

    def address_string(self) -> str:
        return str(self.client_address[0])


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 256

    def server_bind(self) -> None:
        """Without asking for the machine's name, which may take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()


def server(host: str, port: int, file: Path) -> Server:
    """Listening; port 0 takes a free one."""
    made = Server((host, port), _Quiet)
    made.set_app(Site(Store(file)))
    return made


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    host = os.environ.get("SIM_BIND_ADDRESS") or os.environ.get("BIND_ADDRESS") or "127.0.0.1"
    mail_port = int(os.environ.get("SIM_MAIL_PORT") or "9001")
    password = os.environ.get("MAIL_PASSWORD") or DEVELOPMENT
    with (
        server(host, int(os.environ.get("SIM_PORT") or "8001"), default_file()) as made,
        mailboxes.serving(Store(default_file()), host, mail_port, password),
    ):
        try:
            made.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()

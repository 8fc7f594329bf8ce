"""The configurations of several machines: whole when filled, and right in the eyes of the programs that read them.

A program that is not on this machine is named in the output; the rest: docs/high-availability.md.
"""

import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy import fill

ALL = sorted(path.name for path in fill.TEMPLATES.glob("*.in"))
ETCD = ("127.77.7.11", "127.77.7.12", "127.77.7.31")
OF_THIS_MACHINE = {"NODE_NAME": "db1", "ETCD_NAME": "etcd1", "NODE_ADDRESS": ETCD[0]}
PASSWORDS = ("SUPERUSER_PASSWORD", "REPLICATION_PASSWORD", "PATRONI_PASSWORD", "APP_PASSWORD")


def example() -> dict[str, str]:
    return fill.read_values((fill.TEMPLATES / "values.example").read_text(encoding="utf-8"))


@pytest.fixture
def values(tmp_path: Path) -> dict[str, str]:
    """The example's, with paths that exist here and machines of the loopback network."""
    certificate, key = tls(tmp_path)
    for folder in ("temporary", "static", "away", "sockets"):
        (tmp_path / folder).mkdir()
    (tmp_path / "nodes.conf").write_text("server 127.77.7.21:8000;\nserver 127.77.7.22:8000;\n")
    told = example() | OF_THIS_MACHINE | dict.fromkeys(PASSWORDS, "mat-khau-de-kiem-thu")
    told |= dict(zip(("ETCD_1", "ETCD_2", "ETCD_3"), ETCD, strict=True))
    told |= {
        "INNER_CA": str(certificate),
        "NODE_CERTIFICATE": str(certificate),
        "NODE_KEY": str(key),
        "FRONT_CERTIFICATE": str(certificate),
        "FRONT_KEY": str(key),
        "FRONT_RUN": str(tmp_path),
        "FRONT_TEMPORARY": str(tmp_path / "temporary"),
        "FRONT_LOG": str(tmp_path / "access.log"),
        "FRONT_HTTP": "127.77.7.31:38080",
        "FRONT_HTTPS": "127.77.7.31:38443",
        "UPSTREAM_FILE": str(tmp_path / "nodes.conf"),
        "STATIC_DIR": str(tmp_path / "static"),
        "AWAY_DIR": str(tmp_path / "away"),
        "PG_DATA": str(tmp_path / "pg"),
        "PG_SOCKETS": str(tmp_path / "sockets"),
    }
    if postgres := shutil.which("postgres"):
        told["PG_BIN"] = str(Path(postgres).resolve().parent)
    return told


def tls(place: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "thu")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    certificate, secret = place / "node.pem", place / "node.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    secret.chmod(0o600)
    return certificate, secret


def judged(*command: str) -> tuple[int, str]:
    """What a program says of its configuration; nothing to say where it is not installed."""
    program = shutil.which(command[0]) or shutil.which(command[0], path="/usr/sbin:/usr/local/sbin")
    if program is None:
        print(f"không có ở máy này: {command[0]}")
        return 0, ""
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", ALL)
def test_each_template_says_which_values_it_wants(name: str, values: dict[str, str]) -> None:
    """In its first lines, so that nobody has to look for them."""
    text = (fill.TEMPLATES / name).read_text(encoding="utf-8")
    head = "\n".join(line for line in text.splitlines()[:8] if line.startswith("#"))
    named = set(re.findall(r"[A-Z][A-Z0-9_]+", head.replace("ETCD_1…3", "ETCD_1 ETCD_2 ETCD_3")))

    assert fill.names_in(text) - named == set()
    assert "@{" not in fill.filled(text, values)


def test_every_value_of_the_example_is_used_and_every_wanted_one_is_in_it() -> None:
    wanted = {
        each for name in ALL for each in fill.names_in((fill.TEMPLATES / name).read_text(encoding="utf-8"))
    }

    assert set(example()) - wanted - {"APP_1", "APP_2"} == set()
    assert wanted - set(example()) == set(OF_THIS_MACHINE)


@pytest.mark.parametrize("name", PASSWORDS)
def test_a_password_is_never_given_by_the_example(name: str) -> None:
    assert example()[name] == ""


def test_half_a_configuration_is_refused_and_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(fill.Unfilled, match=r"HOST, NODE_ADDRESS"):
        fill.write("motcua.env.in", tmp_path / "motcua.env", {**example(), "HOST": "", "APP_PASSWORD": "x"})
    assert list(tmp_path.iterdir()) == []


def test_what_holds_passwords_is_not_for_everybody(tmp_path: Path, values: dict[str, str]) -> None:
    (tmp_path / "values.env").write_text("\n".join(f"{name}={value}" for name, value in values.items()))
    assert fill.main([str(tmp_path / "values.env"), str(tmp_path / "out")]) == 0

    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()}
    assert len(modes) == len(ALL)
    holding = {path.name for path in (tmp_path / "out").iterdir() if "mat-khau" in path.read_text()}
    assert holding == {name.removesuffix(".in") for name in fill.SECRET}
    assert {modes[name] for name in holding} == {0o640}


def test_nginx_takes_it(tmp_path: Path, values: dict[str, str]) -> None:
    path = fill.write("nginx.conf.in", tmp_path / "nginx.conf", values)
    code, said = judged("nginx", "-t", "-q", "-c", str(path))
    assert code == 0, said


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_visitor_without_any_node_is_told_to_come_again(
    tmp_path: Path, values: dict[str, str], method: str
) -> None:
    """A form that was sent as well: nginx says 405 to it where its page of apology is a named place."""
    shutil.copy(fill.TEMPLATES / "away.html", tmp_path / "away")
    path = fill.write("nginx.conf.in", tmp_path / "nginx.conf", values)
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        print("không có ở máy này: nginx")
        return
    front = subprocess.Popen([program, "-c", str(path), "-g", "daemon off; master_process off;"])
    try:
        page, program_page = asked(values, method, "/dang-nhap/"), asked(values, method, "/api/v1/x")
    finally:
        front.terminate()
        front.wait(20)

    assert (page.status_code, page.headers["Retry-After"]) == (503, "30")
    assert "chọn gửi lại" in page.text
    assert (program_page.status_code, program_page.json()["code"]) == (503, "database_down")


def asked(values: dict[str, str], method: str, path: str) -> httpx.Response:
    believed = ssl.create_default_context(cafile=values["FRONT_CERTIFICATE"])
    believed.check_hostname = False  # asked by its address
    until = time.monotonic() + 60
    with httpx.Client(verify=believed, base_url=f"https://{values['FRONT_HTTPS']}", timeout=30) as visitor:
        while True:
            try:
                return visitor.request(method, path, headers={"Host": values["HOST"]})
            except httpx.ConnectError:
                assert time.monotonic() < until, "nginx does not answer"
                time.sleep(0.1)


def test_haproxy_takes_it(tmp_path: Path, values: dict[str, str]) -> None:
    path = fill.write("haproxy.cfg.in", tmp_path / "haproxy.cfg", values)
    code, said = judged("haproxy", "-c", "-f", str(path))
    assert code == 0, said


@pytest.fixture
def something_at_each_etcd() -> Iterator[None]:
    """Patroni calls a configuration wrong whose etcd it cannot reach."""
    doors = [socket.create_server((address, 2379)) for address in ETCD]
    yield
    for door in doors:
        door.close()


@pytest.mark.usefixtures("something_at_each_etcd")
def test_patroni_takes_it(tmp_path: Path, values: dict[str, str]) -> None:
    path = fill.write("patroni.yml.in", tmp_path / "patroni.yml", values)
    code, said = judged("patroni", "--validate-config", str(path))
    assert code == 0, said


@pytest.mark.parametrize(
    "name", ["motcua-web.service", "motcua-worker.service", "motcua-backup-files.service"]
)
def test_systemd_takes_it(tmp_path: Path, values: dict[str, str], name: str) -> None:
    here = values | {"APP_HOME": str(tmp_path), "APP_USER": "root", "VAR_DIR": str(tmp_path)}
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to("/bin/true")
    path = fill.write(f"{name}.in", tmp_path / name, here)
    code, said = judged("systemd-analyze", "verify", str(path))
    assert code == 0, said


def node(
    place: Path, what: str, address: str, *, conf: str = "/dev/null"
) -> "subprocess.CompletedProcess[str]":
    command = [str(fill.TEMPLATES / "nginx-node"), str(place / "nodes"), conf, what, address]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=30, env={"PATH": f"{place}:/usr/bin:/bin"}
    )


@pytest.fixture
def obedient_nginx(tmp_path: Path) -> Path:
    """Stands for nginx, and writes down what it was told."""
    program = tmp_path / "nginx"
    program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/told\n')
    program.chmod(0o755)
    return tmp_path


def test_a_node_is_taken_out_of_turn_and_put_back(obedient_nginx: Path) -> None:
    place = obedient_nginx
    for address in ("10.0.0.21:8000", "10.0.0.22:8000"):
        assert node(place, "add", address).returncode == 0

    assert node(place, "out", "10.0.0.21:8000").returncode == 0
    assert lines(place) == {"server 10.0.0.22:8000 max_fails=2 fail_timeout=5s;",
                            "server 10.0.0.21:8000 max_fails=2 fail_timeout=5s down;"}  # fmt: skip
    assert node(place, "in", "10.0.0.21:8000").returncode == 0
    assert not [line for line in lines(place) if "down" in line]
    assert (place / "told").read_text().splitlines() == ["-t -q -c /dev/null", "-s reload -c /dev/null"] * 2


def test_the_last_node_in_turn_stays(obedient_nginx: Path) -> None:
    place = obedient_nginx
    for address in ("10.0.0.21:8000", "10.0.0.22:8000"):
        node(place, "add", address)
    node(place, "out", "10.0.0.21:8000")
    before = lines(place)

    refused = node(place, "out", "10.0.0.22:8000")

    assert refused.returncode == 1
    assert "máy cuối cùng" in refused.stderr
    assert lines(place) == before


def lines(place: Path) -> set[str]:
    return set((place / "nodes").read_text().splitlines())

"""Letters over a real SMTP wire: to the simulated mail server, and to servers that misbehave."""

import datetime
import json
import socket
import sqlite3
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import IntegrityError, connection, transaction
from tests.running_town import free_port

from motcua.gateways.email_smtp import SmtpMail
from motcua.kernel.email_address import EmailAddress
from motcua.outbox import mailing
from motcua.outbox.clock import DbClock
from motcua.outbox.models import Letter
from motcua.outbox.ports import EmailGateway, LetterRejected, MailServerBusy
from motcua.simulators import faults, mailboxes
from motcua.simulators.store import Store

TO = EmailAddress.parse("chi.tam@example.vn")
SECRET = "chi-dung-khi-chay-thu"
State = Letter.State
on_the_database = pytest.mark.django_db(transaction=True)


class Post:
    """A simulated mail server, and the gateway that reaches it."""

    def __init__(self, store: Store, port: int) -> None:
        self.store = store
        self.port = port
        self.gateway: EmailGateway = SmtpMail(host="127.0.0.1", port=port, tls="none")

    def fault(self, state: str) -> None:
        faults.change(self.store, {"mail": state})

    def letters(self, to: EmailAddress = TO) -> list[dict[str, str]]:
        return [letter.as_json() for letter in mailboxes.inbox(self.store, to)]


@pytest.fixture
def post(tmp_path: Path, settings: Any) -> Iterator[Post]:
    settings.MAIL_FROM, settings.MAIL_FROM_NAME = "khong-tra-loi@example.vn", "Cổng Dịch vụ công"
    settings.MAIL_USER, settings.MAIL_PASSWORD = "motcua", SECRET
    store = Store(tmp_path / "outside.sqlite3")
    with mailboxes.serving(store, "127.0.0.1", free_port(), SECRET) as port:
        yield Post(store, port)


def send(
    gateway: EmailGateway, reference: str = "r1", subject: str = "Tiêu đề", text: str = "Chào ông/bà."
) -> str:
    return gateway.send(to=TO, subject=subject, text=text, reference=reference)


def promise(key: str = "tell:1", *, minutes: int | None = None) -> Letter:
    expires = None if minutes is None else datetime.datetime.now(datetime.UTC) + timedelta(minutes=minutes)
    with transaction.atomic():
        return mailing.enqueue(
            to=TO,
            subject="Hồ sơ đã được tiếp nhận",
            text="Hồ sơ 000.00.19.H08-261123-0001 đã được tiếp nhận.",
            purpose="dossier_received",
            dedupe_key=key,
            expires_at=expires,
        )


def let_time_pass(by: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_letter SET not_before = not_before - make_interval(secs => %s),"
            " expires_at = expires_at - make_interval(secs => %s),"
            " lease_until = lease_until - make_interval(secs => %s)",
            [by.total_seconds()] * 3,
        )


def test_a_letter_arrives_in_plain_vietnamese_from_our_address(post: Post) -> None:
    send(post.gateway, subject="Hồ sơ đã có kết quả", text="Kính gửi ông/bà,\nđã có kết quả.\n")

    [letter] = post.letters()
    assert letter["subject"] == "Hồ sơ đã có kết quả"
    assert letter["text"].splitlines() == ["Kính gửi ông/bà,", "đã có kết quả."]
    assert "khong-tra-loi@example.vn" in letter["from"]


def test_the_same_reference_twice_is_one_letter(post: Post) -> None:
    send(post.gateway)
    send(post.gateway)

    assert len(post.letters()) == 1


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r"])
def test_a_subject_cannot_start_a_header_of_its_own(post: Post, line_break: str) -> None:
    with pytest.raises(ValueError, match=r"linefeed|header"):
        send(post.gateway, subject=f"Chào{line_break}Bcc: nguoi.la@example.vn")

    assert post.letters() == []
    assert post.letters(EmailAddress.parse("nguoi.la@example.vn")) == []


def test_a_server_that_knows_no_such_mailbox_is_not_asked_again(post: Post) -> None:
    post.fault("refusing")

    with pytest.raises(LetterRejected):
        send(post.gateway)


def test_a_server_that_is_busy_is_asked_later(post: Post) -> None:
    post.fault("down")

    with pytest.raises(MailServerBusy):
        send(post.gateway)
    assert post.letters() == []


def test_a_wrong_password_of_ours_is_no_fault_of_the_letter(post: Post, settings: Any) -> None:
    settings.MAIL_PASSWORD = "sai"

    with pytest.raises(MailServerBusy):
        send(post.gateway)


def test_nobody_listens(settings: Any, post: Post) -> None:
    with pytest.raises(MailServerBusy):
        send(SmtpMail(host="127.0.0.1", port=free_port(), tls="none"))


def test_a_server_that_says_nothing_is_left_in_time(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motcua.gateways.email_smtp._PER_ANSWER", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(MailServerBusy):
        send(SmtpMail(host="127.0.0.1", port=silent.getsockname()[1], tls="none"))


def test_a_server_that_drips_is_cut_off(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each letter of its answer comes in time; only the whole takes for ever."""
    monkeypatch.setattr("motcua.gateways.email_smtp._IN_ALL", 0.5)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as slow:

        def drip() -> None:
            line, _ = slow.accept()
            with line:
                line.sendall(b"220 hello\r\n")
                while not over.wait(0.05):
                    try:
                        line.sendall(b"2")
                    except OSError:
                        return

        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        with pytest.raises(MailServerBusy):
            send(SmtpMail(host="127.0.0.1", port=slow.getsockname()[1], tls="none"))
        over.set()
        dripping.join(5)


# -- TLS -----------------------------------------------------------------------------------------------


def certificate(place: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = place / f"{name}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


@pytest.fixture
def behind_tls(tmp_path: Path, post: Post) -> Iterator[Any]:
    with ExitStack() as stack:

        def start(name: str) -> tuple[int, Path]:
            file = certificate(tmp_path, name)
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(file)
            port = free_port()
            stack.enter_context(mailboxes.serving(post.store, "127.0.0.1", port, SECRET, tls=tls))
            return port, file

        yield start


def test_the_line_is_encrypted_before_the_password_is_said(post: Post, behind_tls: Any) -> None:
    port, trusted = behind_tls("localhost")

    send(SmtpMail(host="localhost", port=port, tls="starttls", cafile=str(trusted)))
    assert len(post.letters()) == 1

    with pytest.raises(MailServerBusy):
        send(SmtpMail(host="localhost", port=port, tls="none"), "r2")


def test_a_server_with_somebody_elses_certificate_gets_nothing(post: Post, behind_tls: Any) -> None:
    port, trusted = behind_tls("thu.ke-xau.example.vn")

    with pytest.raises(MailServerBusy):
        send(SmtpMail(host="localhost", port=port, tls="starttls", cafile=str(trusted)))
    assert post.letters() == []


def test_a_server_that_hides_its_tls_gets_nothing(post: Post) -> None:
    with pytest.raises(MailServerBusy):
        send(SmtpMail(host="127.0.0.1", port=post.port, tls="starttls"))
    assert post.letters() == []


# -- the outbox over the wire --------------------------------------------------------------------------


@on_the_database
def test_a_letter_promised_in_a_transaction_that_fails_never_leaves(post: Post) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        mailing.enqueue(to=TO, subject="x", text="y", purpose="p", dedupe_key="k")
        raise ZeroDivisionError

    assert mailing.send_due(gateway=post.gateway) == 0
    assert post.letters() == []


@on_the_database
def test_a_letter_leaves_once_and_its_words_are_erased(post: Post) -> None:
    letter = promise()
    assert promise().pk == letter.pk

    assert mailing.send_due(gateway=post.gateway) == 1
    assert mailing.send_due(gateway=post.gateway) == 0

    letter.refresh_from_db()
    assert (letter.state, letter.subject_sealed, letter.body_sealed) == (State.SENT, None, None)
    assert [one["subject"] for one in post.letters()] == ["Hồ sơ đã được tiếp nhận"]


@on_the_database
def test_neither_address_nor_words_can_be_read_in_the_table() -> None:
    letter = promise()

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(l)::text FROM outbox_letter l")
        row = json.loads(cursor.fetchone()[0])
    for secret in ("chi.tam", "261123", TO.value.encode().hex(), b"261123".hex()):
        assert secret not in json.dumps(row)
    assert "chi.tam" not in f"{letter!r} {letter} {TO!r} {TO}"


@on_the_database
def test_a_subject_with_a_line_break_is_not_even_promised() -> None:
    with pytest.raises(mailing.UnsafeSubject):
        mailing.enqueue(to=TO, subject="a\nBcc: b@c.vn", text="y", purpose="p", dedupe_key="k")


class Unplugged(BaseException):
    """The worker's process is gone: nothing after this line runs."""


class DiesAfter:
    def __init__(self, gateway: EmailGateway) -> None:
        self._gateway = gateway

    def send(self, *, to: EmailAddress, subject: str, text: str, reference: str) -> str:
        self._gateway.send(to=to, subject=subject, text=text, reference=reference)
        raise Unplugged


@on_the_database
def test_a_worker_that_dies_after_handing_over_neither_loses_nor_doubles(post: Post) -> None:
    letter = promise()
    with pytest.raises(Unplugged):
        mailing.send_due(gateway=DiesAfter(post.gateway))
    assert mailing.send_due(gateway=post.gateway) == 0  # still leased

    let_time_pass(mailing.LEASE)
    assert mailing.send_due(gateway=post.gateway) == 1

    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (State.SENT, 2)
    assert len(post.letters()) == 1


@on_the_database
def test_a_worker_that_dies_before_handing_over_loses_nothing(post: Post) -> None:
    promise()
    assert mailing._claim() is not None  # and then the power fails
    let_time_pass(mailing.LEASE)

    assert mailing.send_due(gateway=post.gateway) == 1
    assert len(post.letters()) == 1


@on_the_database
def test_an_outage_delays_letters_and_ends_codes(post: Post) -> None:
    code, notice = promise("code", minutes=15), promise("notice")
    post.fault("down")
    for _ in range(20):
        mailing.send_due(gateway=post.gateway)
        let_time_pass(timedelta(minutes=1))
    post.fault("ok")
    let_time_pass(timedelta(minutes=10))

    assert mailing.send_due(gateway=post.gateway) == 1

    code.refresh_from_db()
    notice.refresh_from_db()
    assert (code.state, code.body_sealed) == (State.EXPIRED, None)
    assert (notice.state, notice.failure) == (State.SENT, "server_busy")


@on_the_database
def test_a_refused_address_is_not_tried_again(post: Post) -> None:
    letter = promise()
    post.fault("refusing")

    assert mailing.send_due(gateway=post.gateway) == 0
    let_time_pass(timedelta(hours=1))
    post.fault("ok")
    assert mailing.send_due(gateway=post.gateway) == 0

    letter.refresh_from_db()
    assert (letter.state, letter.failure, letter.body_sealed) == (State.FAILED, "rejected", None)


@on_the_database
def test_many_workers_send_each_letter_once(post: Post) -> None:
    for n in range(8):
        promise(f"tell:{n}")

    def work() -> int:
        try:
            return mailing.send_due(gateway=post.gateway)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        sent = sum(future.result() for future in [pool.submit(work) for _ in range(3)])

    assert sent == len(post.letters()) == 8


@on_the_database
def test_no_transaction_is_open_while_the_server_is_asked(post: Post) -> None:
    class Looks:
        def send(self, *, to: EmailAddress, subject: str, text: str, reference: str) -> str:
            assert not connection.in_atomic_block
            return post.gateway.send(to=to, subject=subject, text=text, reference=reference)

    promise()
    assert mailing.send_due(gateway=Looks()) == 1


@on_the_database
@pytest.mark.parametrize(
    "change",
    [
        "kind = 'CODE'",
        "state = 'SENT'",
        "body_sealed = NULL",
        "lease = gen_random_uuid()",
        "to_bi = 'x'",
        "state = 'GONE'",
    ],
)
def test_the_database_keeps_the_rules_of_a_letter(change: str) -> None:
    promise()

    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(f"UPDATE outbox_letter SET {change}")


@on_the_database
def test_a_letter_is_forgotten_on_its_day_and_not_before(post: Post) -> None:
    from motcua.outbox import retention

    promise()
    mailing.send_due(gateway=post.gateway)
    with pytest.raises(IntegrityError):
        Letter.objects.all().delete()
    erased: list[dict[str, int]] = []
    assert retention.purge_due(erased.append) == 0

    Letter.objects.update(created_at=DbClock() - timedelta(days=91))
    assert retention.purge_due(erased.append) == 1
    assert erased[0]["letters"] == 1


def test_the_store_of_an_older_run_gets_its_new_table(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "outside.sqlite3").close()

    assert mailboxes.known(Store(tmp_path / "outside.sqlite3")) == []

"""The addresses of the simulated outside (SPEC 14)."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, quote

from motcua.kernel.email_address import EmailAddress
from motcua.kernel.phone import Phone
from motcua.kernel.refusal import Refusal
from motcua.simulators import (
    app_pages,
    bank,
    bank_pages,
    dvcqg,
    dvcqg_store,
    faults,
    mail_pages,
    mailboxes,
    operator_desk,
    pages,
    phones,
    signed,
    sms_knobs,
    sms_providers,
    sms_soap,
    subscribers,
    vneid,
    vneid_pages,
)
from motcua.simulators.store import Store

_MOST_BYTES = 64 * 1024
_STATIC = {"outside.css": "text/css; charset=utf-8", "inbox.js": "text/javascript; charset=utf-8"}
_HEADERS = [
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
]


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    content_type: str
    wants_json: bool
    body: bytes
    at: str
    signature: str
    #: How whoever asks reaches us: pages of ours begin with it.
    base: str
    #: Which system behind NDXP/LGSP is meant.
    dstcode: str
    #: How a program proves who it is.
    authorization: str

    def json(self) -> dict[str, object]:
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):
            raise NotJson from None
        if not isinstance(said, dict):
            raise NotJson
        return said

    def form(self) -> dict[str, str]:
        fields = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
        return {name: values[-1] for name, values in fields.items()}

    @property
    def is_json(self) -> bool:
        return self.content_type == "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    status: HTTPStatus
    content_type: str
    body: bytes
    location: str = ""


class NotJson(Refusal):
    code = "not_json"
    status = 400
    message = "Nội dung gửi lên phải là một đối tượng JSON. Đề nghị kiểm tra lại."


class NoSuchAddress(Refusal):
    code = "no_such_address"
    status = 404
    message = "Không có địa chỉ này. Đề nghị mở trang đầu của hệ thống mô phỏng."


class NotSigned(Refusal):
    code = "not_signed"
    status = 401
    message = "Yêu cầu không có chữ ký đúng. Đề nghị kiểm tra khóa bí mật hai bên."


class Site:
    """A WSGI application over one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = _asked(environ)
        try:
            reply = self._answer(asked)
        except Refusal as refusal:
            reply = _refused(asked, refusal)
        except (UnicodeError, ValueError):
            reply = _refused(asked, NotJson())
        headers = [*_HEADERS, ("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body)))]
        if reply.location:
            headers.append(("Location", reply.location))
        start_response(f"{reply.status.value} {reply.status.phrase}", headers)
        return [] if asked.method == "HEAD" else [reply.body]

    def _answer(self, asked: Asked) -> Reply:
        head, _, rest = asked.path.strip("/").partition("/")
        match head, rest:
            case "", "":
                return _html(pages.home(phones.known(self._store)))
            case "healthz", "":
                return _json({"status": "ok"})
            case "static", name if name in _STATIC:
                return Reply(
                    HTTPStatus.OK, _STATIC[name], (files(__package__) / "static" / name).read_bytes()
                )
            case "su-co" | "su-co.json", "":
                return self._faults(asked, as_json=asked.wants_json or head.endswith(".json"))
            case "dien-thoai", "":
                return _to(f"/dien-thoai/{quote(Phone.parse(asked.query.get('so', '')).local)}")
            case "dien-thoai", _:
                return self._phone(asked, rest)
            case "hop-thu" | "ung-dung-xac-thuc", _:
                return self._mailbox(asked, rest) if head == "hop-thu" else _app(asked, rest)
            case "thue-bao" | "nha-cung-cap", _:
                return self._kept(asked, head, rest)
            case "sms" | "nha-mang" | "thanh-toan" | "dvcqg" | "vneid", _:
                return self._line(asked, head, rest)
        raise NoSuchAddress

    def _line(self, asked: Asked, head: str, rest: str) -> Reply:
        """What the system itself asks, signed; and the page that its payers are sent to."""
        match head, rest:
            case "sms", "messages":
                return self._signed(asked, "SMS_SECRET", sms_providers.take_text)
            case "sms", "templates":
                return self._signed(asked, "SMS_SECRET", sms_providers.take_template)
            case "sms", "bulkapi" if asked.method == "POST":
                status, told = sms_soap.take(self._store, asked.body)
                return Reply(status, "text/xml; charset=utf-8", told)
            case "nha-mang", "kiem-tra":
                return self._signed(asked, "OPERATORS_SECRET", operator_desk.check_owner)
            case "thanh-toan", "lenh":
                return self._signed(asked, "PAYMENT_SECRET", partial(bank.take_order, base=asked.base))
            case "thanh-toan", "hoi":
                return self._signed(asked, "PAYMENT_SECRET", bank.say)
            case "thanh-toan", _:
                return self._payment(asked, rest)
            case "dvcqg", _:
                return self._national(asked, rest)
            case "vneid", _:
                return self._vneid(asked, rest)
        raise NoSuchAddress

    def _national(self, asked: Asked, rest: str) -> Reply:
        """Cổng DVCQG: two addresses for a province, three for who plays with it."""
        match asked.method, rest:
            case "POST", "dang-nhap":
                status, said = dvcqg.log_in(self._store, asked.json(), dstcode=asked.dstcode)
            case "POST", "dich-vu":
                status, said = dvcqg.serve(self._store, asked.json(), dstcode=asked.dstcode)
            case "PUT", "tai-khoan":
                status, said = HTTPStatus.OK, dvcqg_store.enrol(self._store, asked.json())
            case "PUT", "giay-to":
                status, said = HTTPStatus.OK, dvcqg_store.lay_in(self._store, asked.json())
            case "GET", "ho-so.json":
                status, said = HTTPStatus.OK, dvcqg_store.arrived(self._store)
            case _:
                raise NoSuchAddress
        return _json(said, status)

    def _vneid(self, asked: Asked, rest: str) -> Reply:
        """VNeID: the page where somebody says who they are, three addresses for programs, two for who plays with it."""
        issuer = f"{asked.base}/vneid"
        match asked.method, rest:
            case "GET", "authorize":
                return _html(vneid_pages.asking(vneid.asked_by(asked.query), vneid.known(self._store)))
            case "POST", "authorize":
                return _html(vneid_pages.answered(vneid.decide(self._store, asked.form(), issuer=issuer)))
            case "PUT", "cong-dan":
                return _json(vneid.enrol(self._store, asked.json()))
            case "PUT", "may-khach":
                return _json(vneid.register(self._store, asked.json()))
            case "POST", "doi-khoa":
                return _json(vneid.rotate(self._store))
            case "GET", ".well-known/openid-configuration":
                status, said = vneid.describe(self._store, issuer)
            case "GET", "jwks":
                status, said = vneid.shown_keys(self._store)
            case "POST", "token":
                status, said = vneid.token(
                    self._store, asked.form(), authorization=asked.authorization, issuer=issuer
                )
            case "GET", "userinfo":
                status, said = vneid.userinfo(self._store, asked.authorization)
            case _:
                raise NoSuchAddress
        return _json(said, status)

    def _mailbox(self, asked: Asked, rest: str) -> Reply:
        if asked.method not in {"GET", "HEAD"}:
            raise NoSuchAddress
        if not rest:
            if wanted := asked.query.get("dia-chi", ""):
                return _to(f"/hop-thu/{quote(EmailAddress.parse(wanted).value)}")
            return _html(mail_pages.home(mailboxes.known(self._store)))
        address = EmailAddress.parse(rest.removesuffix(".json") if rest.endswith(".json") else rest)
        letters = mailboxes.inbox(self._store, address)
        if rest.endswith(".json") or asked.wants_json:
            return _json([letter.as_json() for letter in letters])
        return _html(mail_pages.inbox(address, letters))

    def _phone(self, asked: Asked, rest: str) -> Reply:
        phone = Phone.parse(rest.removesuffix(".json"))
        if asked.method == "POST":
            said = asked.json() if asked.is_json else asked.form()
            phones.send_to_1414(self._store, phone, str(said.get("text", ""))[:160])
            return _json({"sent": True}) if asked.is_json else _to(f"/dien-thoai/{phone.local}")
        texts = phones.inbox(self._store, phone)
        if rest.endswith(".json") or asked.wants_json:
            return _json([text.as_json() for text in texts])
        return _html(pages.inbox(phone, texts, subscribers.find(self._store, phone)))

    def _payment(self, asked: Asked, reference: str) -> Reply:
        if asked.method != "POST":
            return _html(bank_pages.order(bank.find(self._store, reference)))
        bank.decide(self._store, reference, asked.form().get("viec", ""))
        return _to(f"/thanh-toan/{quote(reference)}")

    def _subscriber(self, asked: Asked, rest: str) -> Reply:
        number, _, deed = rest.partition("/")
        phone = Phone.parse(number.removesuffix(".json"))
        if asked.method == "POST" and deed == "xoa":
            subscribers.remove(self._store, phone)
            return _to(f"/dien-thoai/{phone.local}")
        if deed:
            raise NoSuchAddress
        if asked.method == "DELETE":
            subscribers.remove(self._store, phone)
            return Reply(HTTPStatus.NO_CONTENT, "application/json", b"")
        if asked.method in {"PUT", "POST"}:
            by_program = asked.method == "PUT" or asked.is_json
            subscribers.enrol(
                self._store, phone, subscribers.parsed(asked.json() if by_program else asked.form())
            )
            if not by_program:
                return _to(f"/dien-thoai/{phone.local}")
        found = subscribers.find(self._store, phone)
        if found is None:
            raise NoSuchAddress
        return _json(found.as_json())

    def _kept(self, asked: Asked, head: str, rest: str) -> Reply:
        """What a program sets: who owns a phone, and how a provider misbehaves."""
        if head == "thue-bao":
            return self._subscriber(asked, rest)
        return self._knobs(asked, rest.removesuffix(".json"))

    def _knobs(self, asked: Asked, provider: str) -> Reply:
        if provider not in sms_knobs.PROVIDERS:
            raise NoSuchAddress
        if asked.method in {"PUT", "POST"}:
            return _json(sms_knobs.turn(self._store, provider, asked.json()))
        return _json(sms_knobs.current(self._store, provider))

    def _faults(self, asked: Asked, *, as_json: bool) -> Reply:
        if asked.method in {"GET", "HEAD"}:
            current = faults.current(self._store)
            return _json(current) if as_json else _html(pages.fault_board(current))
        try:
            current = faults.change(self._store, asked.json() if asked.is_json else dict(asked.form()))
        except faults.UnknownFault as unknown:
            return _json({"error": f"Không có sự cố như vậy: {unknown}."}, HTTPStatus.UNPROCESSABLE_ENTITY)
        if asked.is_json:
            return _json(current)
        return _html(pages.fault_board(current, notice="Đã lưu tình trạng đường truyền."))

    def _signed(
        self, asked: Asked, secret: str, answer: Callable[[Store, dict[str, object]], operator_desk.Answer]
    ) -> Reply:
        if asked.method != "POST" or not signed.is_genuine(
            secret, at=asked.at, signature=asked.signature, body=asked.body
        ):
            raise NotSigned
        status, said = answer(self._store, asked.json())
        return _json(said, status)


def _app(asked: Asked, rest: str) -> Reply:
    if asked.method not in {"GET", "HEAD"}:
        raise NoSuchAddress
    if not rest:
        typed = asked.query.get("khoa", "")
        return _to(f"/ung-dung-xac-thuc/{app_pages.secret_in(typed)}") if typed else _html(app_pages.home())
    secret = app_pages.secret_in(rest.removesuffix(".json"))
    if rest.endswith(".json") or asked.wants_json:
        return _json(app_pages.code(secret))
    return _html(app_pages.showing(secret))


def _asked(environ: dict[str, Any]) -> Asked:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    query = parse_qs(environ.get("QUERY_STRING", ""), max_num_fields=50)
    return Asked(
        method=environ["REQUEST_METHOD"],
        path=environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace"),
        query={name: values[-1] for name, values in query.items()},
        content_type=environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower(),
        wants_json="application/json" in environ.get("HTTP_ACCEPT", ""),
        body=environ["wsgi.input"].read(min(length, _MOST_BYTES)) if length > 0 else b"",
        at=environ.get("HTTP_X_MOTCUA_TIME", ""),
        signature=environ.get("HTTP_X_MOTCUA_SIGNATURE", ""),
        base=f"http://{environ.get('HTTP_HOST', '')}",
        dstcode=environ.get("HTTP_DSTCODE", ""),
        authorization=environ.get("HTTP_AUTHORIZATION", ""),
    )


def _refused(asked: Asked, refusal: Refusal) -> Reply:
    status = HTTPStatus(refusal.status)
    by_form = asked.method == "POST" and not asked.is_json
    by_address = asked.method in {"GET", "HEAD"} and not asked.path.startswith("/thue-bao/")
    if (by_form or by_address) and not asked.wants_json and not asked.path.endswith(".json"):
        return Reply(status, "text/html; charset=utf-8", pages.trouble(refusal.text).encode())
    return _json({"code": refusal.code, "error": refusal.text}, status)


def _html(page: str) -> Reply:
    return Reply(HTTPStatus.OK, "text/html; charset=utf-8", page.encode())


def _json(said: object, status: HTTPStatus = HTTPStatus.OK) -> Reply:
    return Reply(status, "application/json", json.dumps(said, ensure_ascii=False).encode())


def _to(address: str) -> Reply:
    return Reply(HTTPStatus.SEE_OTHER, "text/plain; charset=utf-8", b"", address)

"""Mẫu thông báo: what a notice says now, and what an administrator may make of it."""

import logging
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from motcua.kernel import plain_text
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox.clock import DbClock
from motcua.outbox.events import EVENTS, PARAMETERS, Event
from motcua.outbox.gsm7 import SEGMENT, NotGsm7, septets
from motcua.outbox.letters import Words
from motcua.outbox.models import NoticeWording

log = logging.getLogger(__name__)

Channel = NoticeWording.Channel
_HOLE: Final = re.compile(r"\{([a-z_]+)\}")
#: Anything a phone or a mail reader would turn into a link, or ask somebody to call.
_LINK: Final = re.compile(r"://|www\.|[\w-][.\u3002][^\W0-9_]{2,}|@|mailto:|tel:|sms:", re.IGNORECASE)
#: What stands right before an address becomes part of its host.
_GLUED: Final = re.compile(r"[\w.}-]\{(?:tra_cuu|trang_ca_nhan|ho_so_cua_toi)\}")
_LONG_NUMBER: Final = re.compile(r"[0-9](?:[ .-]{0,3}[0-9]){7,}")
_LONGEST_SUBJECT: Final = 120
_LONGEST_LETTER: Final = 2000


class UnknownParameter(Refusal):
    code = "notice_unknown_parameter"
    message = "Mẫu dùng tham số {hole} không có cho thông báo này. Đề nghị chỉ dùng các tham số trong bảng."


class StrayBrace(Refusal):
    code = "notice_stray_brace"
    message = "Mẫu có dấu ngoặc nhọn không thuộc tham số nào. Đề nghị xóa hoặc viết đúng tên tham số."


class ParameterMissing(Refusal):
    code = "notice_parameter_missing"
    message = "Mẫu phải có tham số {hole}, để người nhận biết thông báo về hồ sơ nào. Đề nghị bổ sung."


class LinkNotAllowed(Refusal):
    code = "notice_link_not_allowed"
    message = (
        "Mẫu không được có địa chỉ trang web, email hoặc chữ viết liền sau dấu chấm. "
        "Đề nghị dùng tham số tra_cuu, trang_ca_nhan hoặc ho_so_cua_toi."
    )


class NumberNotAllowed(Refusal):
    code = "notice_number_not_allowed"
    message = "Mẫu không được có số điện thoại, số giấy tờ hoặc dãy số dài. Đề nghị bỏ dãy số đó."


class TextTooLong(Refusal):
    code = "notice_text_too_long"
    message = (
        "Tin nhắn dài {count} ký tự khi các tham số dài nhất; chỉ được {most} ký tự để vừa một tin. "
        "Đề nghị rút ngắn."
    )


class TextWithMarks(Refusal):
    code = "notice_text_with_marks"
    message = "Tin nhắn phải viết không dấu và không có ký tự đặc biệt. Đề nghị sửa lại."


class SubjectWanted(Refusal):
    code = "notice_subject_wanted"
    message = "Email phải có tiêu đề. Đề nghị ông/bà nhập tiêu đề."


class BeginsInThePast(Refusal):
    code = "notice_begins_in_the_past"
    message = "Mẫu chỉ có hiệu lực từ nay về sau. Đề nghị chọn thời điểm khác hoặc để trống để áp dụng ngay."


class AlreadyInForce(Refusal):
    code = "notice_already_in_force"
    status = 409
    message = "Bản này đã có hiệu lực hoặc đã bỏ. Đề nghị ghi bản mới thay cho bản này."


@dataclass(frozen=True, slots=True)
class Line:
    """One version, for the history."""

    public_id: UUID
    subject: str
    body: str
    is_default: bool
    valid_from: datetime
    reason: str
    set_by: str
    withdrawn: bool
    in_force: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """A wording with its holes filled; ``septets`` only for a text, at its longest."""

    subject: str
    body: str
    septets: int


def event(code: str) -> Event:
    """Raises NotFound."""
    if code not in EVENTS:
        raise NotFound
    return EVENTS[code]


def default(code: str, channel: str) -> Words:
    """What this program came with."""
    known = event(code)
    return Words("", known.sms) if channel == Channel.SMS else Words(known.subject, known.letter)


def in_force(code: str, channel: str) -> Words:
    """The wording valid at this moment by the database's clock."""
    newest = (
        NoticeWording.objects.filter(
            event=code, channel=channel, withdrawn_at__isnull=True, valid_from__lte=DbClock()
        )
        .order_by("-valid_from", "-id")
        .first()
    )
    return Words(newest.subject, newest.body) if newest and newest.body else default(code, channel)


def text_of(notice: str, values: Mapping[str, str]) -> str:
    """The text to send. A wording that no longer fits (another host, a longer code) gives way to the default."""
    body = in_force(notice, Channel.SMS).text
    said = _filled(body, {**values, **addresses()})
    try:
        if septets(said) <= SEGMENT:
            return said
    except NotGsm7:
        pass
    log.error("outbox.wording_does_not_fit", extra={"kind": notice})
    return _filled(default(notice, Channel.SMS).text, {**values, **addresses()})


def letter_of(code: str, values: Mapping[str, str]) -> Words:
    """The letter to send, with what every letter ends with."""
    words = in_force(code, Channel.EMAIL)
    every = {**values, **addresses()}
    return Words(_filled(words.subject, every)[:_LONGEST_SUBJECT], _filled(words.text, every) + _ending())


def addresses() -> dict[str, str]:
    """The only addresses a notice may hold."""
    host = urlsplit(settings.PUBLIC_URL).netloc
    return {
        "tra_cuu": f"{host}/tra-cuu/",
        "trang_ca_nhan": f"{host}/ca-nhan/",
        "ho_so_cua_toi": f"{host}/ca-nhan/ho-so/",
    }


def previewed(code: str, channel: str, subject: str, body: str) -> Preview:
    """As it would be read, with sample values. Raises what ``check`` raises."""
    subject, body = check(code, channel, subject, body)
    if channel == Channel.SMS:
        longest = _longest(event(code))
        return Preview("", _filled(body, {**longest, **addresses()}), _septets(_filled(body, longest)))
    sample = {name: PARAMETERS[name].example for name in event(code).parameters} | addresses()
    return Preview(_filled(subject, sample), _filled(body, sample) + _ending(), 0)


def check(code: str, channel: str, subject: str, body: str) -> tuple[str, str]:
    """The wording, cleaned; a Refusal says what is wrong with it."""
    known = event(code)
    body = plain_text.clean(body.replace("\r\n", "\n"), max_length=_LONGEST_LETTER, lines=True)
    subject = plain_text.clean(subject, max_length=_LONGEST_SUBJECT) if subject.strip() else ""
    _check_holes(known, f"{subject} {body}", body)
    whole = _as_read(f"{subject}\n{body}")
    if _GLUED.search(whole) or _LINK.search(_HOLE.sub("x", whole)):
        raise LinkNotAllowed
    if _LONG_NUMBER.search(_HOLE.sub(" ", whole)):
        raise NumberNotAllowed
    if channel == Channel.SMS:
        _check_text(known, body)
        return "", body
    if not subject:
        raise SubjectWanted
    return subject, body


def write(
    *,
    code: str,
    channel: str,
    words: Words,
    valid_from: datetime | None,
    reason: str,
    by: str,
    unit_code: str,
) -> None:
    """A new version from that moment on (None: now); empty words return to the default.

    This room knows no powers and no journal: whoever asks has judged the one and writes the other.
    Raises what ``check`` raises, and BeginsInThePast.
    """
    event(code)
    if words.text:
        words = Words(*check(code, channel, words.subject, words.text))
    if valid_from is not None and valid_from <= timezone.now():
        raise BeginsInThePast
    NoticeWording.objects.create(
        event=code,
        channel=Channel(channel),
        subject=words.subject,
        body=words.text,
        valid_from=valid_from or DbClock(),
        reason=plain_text.clean(reason, max_length=200),
        set_by=by,
        unit_code=unit_code,
    )


def withdraw(public_id: UUID, *, by: str) -> tuple[str, str]:
    """Give up a version that is not in force yet; its event and channel. Raises AlreadyInForce."""
    won = NoticeWording.objects.filter(
        public_id=public_id, withdrawn_at__isnull=True, valid_from__gt=DbClock()
    ).update(withdrawn_at=DbClock(), withdrawn_by=by)
    if not won:
        raise AlreadyInForce
    wording = NoticeWording.objects.get(public_id=public_id)
    return wording.event, wording.channel


def history(code: str, channel: str) -> list[Line]:
    """Newest first."""
    rows = list(
        NoticeWording.objects.filter(event=code, channel=channel)
        .annotate(now=DbClock())
        .order_by("-valid_from", "-id")
    )
    current = next((row.pk for row in rows if row.withdrawn_at is None and row.valid_from <= row.now), None)
    return [
        Line(
            public_id=row.public_id,
            subject=row.subject,
            body=row.body,
            is_default=not row.body,
            valid_from=row.valid_from,
            reason=row.reason,
            set_by=row.set_by,
            withdrawn=row.withdrawn_at is not None,
            in_force=row.pk == current,
            may_withdraw=row.withdrawn_at is None and row.valid_from > row.now,
        )
        for row in rows
    ]


def changed() -> set[tuple[str, str]]:
    """Which (event, channel) say something else than they came with."""
    newest = (
        NoticeWording.objects.filter(withdrawn_at__isnull=True, valid_from__lte=DbClock())
        .order_by("event", "channel", "-valid_from", "-id")
        .distinct("event", "channel")
    )
    return {(row.event, row.channel) for row in newest if row.body}


def _as_read(text: str) -> str:
    """Wide letters and the digits of other scripts as a phone reads them."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(char, char)) for char in plain)


def _check_holes(known: Event, whole: str, body: str) -> None:
    for name in _HOLE.findall(whole):
        if name not in known.parameters:
            raise UnknownParameter(hole=name)
    if "{" in _HOLE.sub("", whole) or "}" in _HOLE.sub("", whole):
        raise StrayBrace
    for name in known.needed:
        if f"{{{name}}}" not in body:
            raise ParameterMissing(hole=name)


def _check_text(known: Event, body: str) -> None:
    longest = _longest(known)
    here = {**longest, **addresses()}
    for values in (longest, here):
        if (count := _septets(_filled(body, values))) > SEGMENT:
            raise TextTooLong(count=count, most=SEGMENT)


def _septets(text: str) -> int:
    if not text.replace("\n", "").isascii():
        raise TextWithMarks
    try:
        return septets(text)
    except NotGsm7:
        raise TextWithMarks from None


def _longest(known: Event) -> dict[str, str]:
    return {name: PARAMETERS[name].longest for name in known.parameters}


def _filled(template: str, values: Mapping[str, str]) -> str:
    """Each hole once; what is filled in is not looked at again, so no value can bring a hole of its own."""
    return _HOLE.sub(lambda hole: values.get(hole[1], ""), template)


def _ending() -> str:
    page = f"{addresses()['trang_ca_nhan']}thong-bao/"
    return (
        "\n\n--\nThư này được gửi tự động, đề nghị không trả lời.\n"
        f"Ông/bà đổi kênh nhận thông báo hoặc bỏ email tại {page}\n"
    )

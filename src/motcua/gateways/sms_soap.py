"""Texts to a bulk gateway that speaks SOAP 1.1, as Viettel's does (CPWebService, operation ``wsCpMt``).

The envelope names account, brand and receiver; the answer is a number and a sentence, and the sentences are what its
callers go by. It gives no id of a text and no news of it, and takes the same text to the same phone for a slip of the
sender. The password travels inside, which is why the settings take ``https`` or a tunnel that ends in this machine.
"""

import hashlib
from collections.abc import Mapping
from typing import Final, Self
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring  # defusedxml reads

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from motcua.gateways.wire import LineBroken, NotReached, Reply, Wire
from motcua.kernel.phone import Phone
from motcua.kernel.sms_provider import NotAProvider, SmsProvider
from motcua.outbox.ports import CannotCarry, MaybeTaken, NumberRejected, OperatorBusy, Throttled

ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
OPERATION: Final = "http://impl.bulkSms.ws/"
CONTENT_TYPE: Final = "text/xml; charset=utf-8"
TAKEN: Final = "1"
#: ContentType: letters without marks, and Unicode.
_PLAIN, _MARKED = "0", "1"
#: What an answer's sentence begins with, and what it means; the installation's own table (``errors``) comes first.
_MEANS: Final[Mapping[str, type[Exception]]] = {
    "Check ReceiverID": NumberRejected,
    "Length of ReceiverID": NumberRejected,
    "Unable to check telco": NumberRejected,
    "Check template": CannotCarry,
    "Check Content": CannotCarry,
    # The brand is not registered with this phone's operator: another provider may carry it.
    "Check ServiceID: ALIAS_INVALID": CannotCarry,
    # It has the same text for the same phone: ours, of which no answer came, or another just like it.
    "Check ServiceID: DUPLICATE": MaybeTaken,
}
_WORDS: Final[Mapping[str, type[Exception]]] = {
    "INVALID_NUMBER": NumberRejected,
    "CANNOT_CARRY": CannotCarry,
    "THROTTLED": Throttled,
    "BUSY": OperatorBusy,
}
_WANTED: Final = ("user", "cp_code", "service_id")


class SoapSms:
    """Implements ``outbox.ports.SmsGateway``. Nothing says that RequestID is read twice as one: nobody sends again.

    ``options``: ``user``, ``cp_code``, ``service_id`` (the registered brand); ``command_code`` if it is not bulksms;
    ``errors``, the beginning of a sentence → INVALID_NUMBER, CANNOT_CARRY, THROTTLED or BUSY.
    """

    repeatable = False

    def __init__(self, provider: SmsProvider) -> None:
        told = provider.options
        if missing := [name for name in _WANTED if not told.get(name)]:
            raise NotAProvider(f"{provider.code}: options thiếu {', '.join(missing)}.")
        self._account = {
            "User": str(told["user"]),
            "Password": provider.secret,
            "CPCode": str(told["cp_code"]),
        }
        self._brand = str(told["service_id"])
        self._command = str(told.get("command_code", "bulksms"))
        own = {str(begin): _WORDS[str(word)] for begin, word in told.get("errors", {}).items()}
        self._means = {**own, **{begin: kind for begin, kind in _MEANS.items() if begin not in own}}
        self._wire = Wire(provider.url, "")

    @classmethod
    def of(cls, provider: SmsProvider) -> Self:
        return cls(provider)

    def send(self, *, to: Phone, text: str, reference: str) -> str:
        """The number that this text was asked under: the provider gives it none of its own."""
        number = _number(reference)
        receiver = to.value.removeprefix("+")
        asked = {
            **self._account,
            "RequestID": number,
            "UserID": receiver,
            "ReceiverID": receiver,
            "ServiceID": self._brand,
            "CommandCode": self._command,
            "Content": text,
            "ContentType": _PLAIN if text.isascii() else _MARKED,
        }
        try:
            reply = self._wire.post(envelope(asked), content_type=CONTENT_TYPE, headers={"SOAPAction": '""'})
            if reply.status in {429, 503} or 300 <= reply.status < 500:
                raise Throttled if reply.status == 429 else OperatorBusy
            result, said = answered(reply)
        except NotReached as nobody:
            raise OperatorBusy from nobody
        except LineBroken as broken:
            raise MaybeTaken from broken
        if result == TAKEN:
            return number
        raise next((kind for begin, kind in self._means.items() if said.startswith(begin)), OperatorBusy)


def envelope(asked: Mapping[str, str]) -> bytes:
    """``wsCpMt`` with these fields, in this order."""
    whole = Element(f"{{{ENVELOPE}}}Envelope")
    operation = SubElement(SubElement(whole, f"{{{ENVELOPE}}}Body"), f"{{{OPERATION}}}wsCpMt")
    for field, value in asked.items():
        SubElement(operation, field).text = value
    return bytes(tostring(whole, encoding="utf-8", xml_declaration=True))


def answered(reply: Reply) -> tuple[str, str]:
    """``result`` and ``message``; LineBroken for whatever is no answer of the operation, faults included."""
    if reply.status != 200 or reply.content_type.partition(";")[0].strip().lower() not in {
        "text/xml",
        "application/soap+xml",
    }:
        raise LineBroken("no answer")
    try:
        whole = fromstring(reply.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError):
        raise LineBroken("not XML") from None
    found = whole.find(f"./{{{ENVELOPE}}}Body/{{{OPERATION}}}wsCpMtResponse/return")
    result = found.findtext("result") if found is not None else None
    if found is None or result is None:
        raise LineBroken("no result")
    return result.strip(), (found.findtext("message") or "").strip()


def _number(reference: str) -> str:
    """RequestID takes digits only; the same reference gives the same."""
    return str(int.from_bytes(hashlib.sha256(reference.encode()).digest()[:7]))

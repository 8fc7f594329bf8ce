"""The first provider once more, for whoever speaks SOAP to it: wsCpMt as Viettel's bulk gateway answers it."""

import hmac
import os
import re
import time
from http import HTTPStatus
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring  # defusedxml reads

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from motcua.kernel.phone import InvalidPhone, Phone
from motcua.simulators import faults
from motcua.simulators.signed import DEVELOPMENT
from motcua.simulators.sms_providers import Taken, Unwell, be_unwell, deliver
from motcua.simulators.store import Store

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
OPERATION = "http://impl.bulkSms.ws/"
#: The account and the brand that are registered here.
USER, CP_CODE, BRAND = "motcua", "MOTCUA", "DichVuCong"
Answer = tuple[HTTPStatus, bytes]


def take(store: Store, body: bytes) -> Answer:
    """One text. The same RequestID again is the same text."""
    try:
        be_unwell(store, "chinh", "gateway", {})
    except Unwell:
        return HTTPStatus.SERVICE_UNAVAILABLE, b""
    try:
        operation = fromstring(body, forbid_dtd=True).find(f"./{{{ENVELOPE}}}Body/{{{OPERATION}}}wsCpMt")
    except (ParseError, DefusedXmlException, ValueError):
        operation = None
    if operation is None:
        return HTTPStatus.INTERNAL_SERVER_ERROR, _fault()
    asked = {each.tag: each.text or "" for each in operation}
    if said := _wrong(asked):
        return HTTPStatus.OK, _answer("0", said)
    fault = faults.current(store)["gateway"]
    try:
        phone = Phone.parse(asked["ReceiverID"])
    except InvalidPhone:
        return HTTPStatus.OK, _answer("0", "Check ReceiverID: FORMAT_ERROR")
    if fault == "refusing":
        return HTTPStatus.OK, _answer("0", "Unable to check telco from input receiver")
    number = asked["RequestID"]
    deliver(store, Taken("chinh", f"soap-{number}", number, phone, asked["Content"]), fault)
    if fault == "slow":
        time.sleep(faults.SLOW_SECONDS)
    return HTTPStatus.OK, _answer("1", "Insert MT_QUEUE: OK")


def _wrong(asked: dict[str, str]) -> str:
    """The first thing that is not right, in the order in which the real one looks; empty for none."""
    secret = os.environ.get("SMS_SECRET") or DEVELOPMENT
    told = asked.get("Password", "")
    known = asked.get("User") == USER and hmac.compare_digest(told.encode(), secret.encode())
    checks = (
        (asked.get("CPCode") == CP_CODE, "CP_CODE_NOT_FOUND"),
        (known, "WRONG_INFORMATION_AUTHENTICATE"),
        (bool(re.fullmatch(r"[0-9]+", asked.get("RequestID", ""))), "Check RequestID: REQUEST_ID_NOT_NUMBER"),
        (bool(asked.get("ReceiverID")), "Check ReceiverID: NULL_OR_BLANK"),
        (asked.get("UserID") == asked.get("ReceiverID"), "UserID_NOT_EQUAL_ReceiverID"),
        (asked.get("ServiceID") == BRAND, "Check ServiceID: ALIAS_INVALID:TELCO=VT"),
        (asked.get("CommandCode") == "bulksms", "Check CommandCode: COMMAND_CODE_ERROR"),
        (bool(asked.get("Content")), "Check Content: NULL_OR_BLANK"),
        (
            asked.get("ContentType") == "1" or asked.get("Content", "").isascii(),
            "Check template: CONTENT_NOT_MATCH_TEMPLATE",
        ),
    )
    return next((said for right, said in checks if not right), "")


def _answer(result: str, message: str) -> bytes:
    whole = Element(f"{{{ENVELOPE}}}Envelope")
    body = SubElement(whole, f"{{{ENVELOPE}}}Body")
    told = SubElement(SubElement(body, f"{{{OPERATION}}}wsCpMtResponse"), "return")
    SubElement(told, "message").text = message
    SubElement(told, "result").text = result
    return bytes(tostring(whole, encoding="utf-8", xml_declaration=True))


def _fault() -> bytes:
    whole = Element(f"{{{ENVELOPE}}}Envelope")
    fault = SubElement(SubElement(whole, f"{{{ENVELOPE}}}Body"), f"{{{ENVELOPE}}}Fault")
    SubElement(fault, "faultcode").text = "Client"
    SubElement(fault, "faultstring").text = "Unmarshalling Error"
    return bytes(tostring(whole, encoding="utf-8", xml_declaration=True))

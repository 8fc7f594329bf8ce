"""Cho phép đăng nhập: a system sends somebody here, and they go back with a code, or with a no it can read.

A request is looked at whole each time it is taken up: when it comes, and again when the person has signed in and
agreed, so that a system that was stopped meanwhile gets nothing. Where the address to go back to is not one that two
officers agreed to, nobody is sent anywhere.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Final

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oidc.core.errors import ConsentRequiredError, LoginRequiredError
from django.db.models import QuerySet
from django.utils import timezone

from motcua.accounts import identity, sessions
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.visitor import Visitor
from motcua.keys.columns import ClockTimestamp
from motcua.signin import grants, hinting, sharing
from motcua.signin.entries import Entry
from motcua.signin.models import SignInRequest
from motcua.signin.own_issuer import issuer
from motcua.signin.scopes import split, words
from motcua.signin.server import Answer, Request
from motcua.signin.strength import TWO_FACTORS, strength_of

PATIENCE: Final = timedelta(minutes=30)
#: What is kept of a request; whatever else came with it is not read.
_KEPT: Final = (
    "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "prompt", "max_age", "response_mode", "acr_values",
    "id_token_hint",
)  # fmt: skip


class SignInNotAsked(Refusal):
    """The system is not known or names an address that was not agreed to: nobody is sent there."""

    code = "sign_in_not_asked_well"
    status = 400
    message = (
        "Hệ thống mà ông/bà vừa dùng gửi sang một yêu cầu đăng nhập không đúng đăng ký, nên Cổng không chuyển tiếp. "
        "Đề nghị quay lại hệ thống đó và báo cho đơn vị quản lý hệ thống."
    )


class SignInRequestOver(Refusal):
    code = "sign_in_request_over"
    status = 410
    message = (
        "Yêu cầu đăng nhập này đã được trả lời, đã quá 30 phút hoặc mở từ trình duyệt khác. "
        "Đề nghị quay lại hệ thống ông/bà muốn dùng và bấm đăng nhập lại."
    )


class Next(Enum):
    SIGN_IN = auto()
    CONSENT = auto()
    GO = auto()


@dataclass(frozen=True, slots=True)
class Looked:
    """A request that holds, and whose it is."""

    asked: Mapping[str, str] = field(repr=False)
    grant: Any = field(repr=False)

    @property
    def entry(self) -> Entry:
        entry: Entry = self.grant.request.client.entry
        return entry

    @property
    def scopes(self) -> frozenset[str]:
        return split(self.grant.request.scope)

    @property
    def wants_two_factors(self) -> bool:
        """``acr_values``: the system's own first choice is two factors; then a password alone does not do here."""
        return self.asked.get("acr_values", "").split()[:1] == [TWO_FACTORS]

    @property
    def prompts(self) -> frozenset[str]:
        return split(self.asked.get("prompt", ""))

    def means_another(self, visitor: Visitor) -> bool:
        """``id_token_hint``: the system means somebody else than whoever is signed in here."""
        if not (hint := self.asked.get("id_token_hint", "")):
            return False
        meant = hinting.subject_of(hint, client_id=self.entry.client.client_id)
        try:
            account = identity.account_of_subject(meant or "", self.entry.keys.audience)
        except NotFound:
            return True
        return account.pk != visitor.account_id


@dataclass(frozen=True, slots=True)
class Question:
    """What the person is asked before the first sign-in at a system."""

    name: str
    office: str
    purpose: str
    information: list[str]


def look(asked: Mapping[str, str], *, visitor: Visitor | None) -> Looked | Answer:
    """The request, or a no that goes back to the system. Raises SignInNotAsked."""
    kept = {name: asked[name] for name in asked if name in _KEPT or name in grants.NOT_READ}
    request = Request(method="GET", asked=kept)
    try:
        grant = grants.server().get_consent_grant(request, end_user=visitor)
    except OAuth2Error as no:
        return _told(no)
    except ValueError:  # an address or a word that the library cannot even repeat
        raise SignInNotAsked from None
    return Looked(asked=kept, grant=grant)


def next_step(looked: Looked, *, visitor: Visitor | None, since: datetime | None = None) -> Next | Answer:
    """What the person does next; ``since`` is when the request came, for whoever was to sign in afresh."""
    if visitor is None or _must_sign_in_again(looked, visitor, since):
        return _no(LoginRequiredError, looked) if "none" in looked.prompts else Next.SIGN_IN
    if looked.means_another(visitor):
        # Never answered with somebody else (OpenID Connect Core, 3.1.2.1): they sign in, or the system hears a no.
        is_afresh = since is not None and visitor.signed_in_at >= since
        return _no(LoginRequiredError, looked) if is_afresh or "none" in looked.prompts else Next.SIGN_IN
    asks = "consent" in looked.prompts
    if asks or sharing.is_needed(visitor, looked.entry, looked.scopes):
        return _no(ConsentRequiredError, looked) if "none" in looked.prompts else Next.CONSENT
    return Next.GO


def keep(looked: Looked, *, device: str) -> uuid.UUID:
    """Write the request down for this browser while the person signs in or thinks it over."""
    kept = SignInRequest.objects.create(
        client=looked.entry.client,
        device_hash=sessions.device_hash(device),
        asked={name: value for name, value in looked.asked.items() if name in _KEPT},
    )
    return kept.public_id


def kept(public_id: uuid.UUID, *, device: str) -> SignInRequest:
    """The request again, for the browser that brought it. Raises SignInRequestOver."""
    found = SignInRequest.objects.filter(
        public_id=public_id,
        device_hash=sessions.device_hash(device),
        answered_at=None,
        made_at__gt=ClockTimestamp() - PATIENCE,
    ).first()
    if found is None:
        raise SignInRequestOver
    return found


def answer(looked: Looked, *, visitor: Visitor | None, request: SignInRequest | None = None) -> Answer:
    """The way back with a code, or with ``access_denied`` when the person said no. Raises SignInRequestOver."""
    if request is not None:
        unanswered = SignInRequest.objects.filter(pk=request.pk, answered_at=None)
        if not unanswered.update(answered_at=ClockTimestamp()):
            raise SignInRequestOver
    said: Answer = grants.server().create_authorization_response(
        looked.grant.request, grant_user=visitor, grant=looked.grant
    )
    return _with_issuer(said)


def question(looked: Looked) -> Question:
    """In the words of the register."""
    entry = looked.entry
    return Question(
        name=entry.client.name,
        office=entry.keys.contact_office,
        purpose=entry.keys.purpose,
        information=words(looked.scopes),
    )


def forget_old() -> int:
    """Delete requests that nobody can answer any more; returns how many."""
    return _over().delete()[0]


def overdue(at_most: int) -> int:
    """How many of them are still here; counted no further than ``at_most``."""
    return _over().order_by()[:at_most].count()


def _over() -> "QuerySet[SignInRequest]":
    return SignInRequest.objects.filter(made_at__lt=ClockTimestamp() - timedelta(hours=2))


def _must_sign_in_again(looked: Looked, visitor: Visitor, since: datetime | None) -> bool:
    if looked.wants_two_factors and strength_of(visitor).acr != TWO_FACTORS:
        return True
    if since is not None and visitor.signed_in_at >= since:
        return False
    if "login" in looked.prompts:
        return True
    if (longest := looked.asked.get("max_age")) is None:
        return False
    return visitor.signed_in_at + timedelta(seconds=int(longest)) < timezone.now()


def _no(kind: type[OAuth2Error], looked: Looked) -> Answer:
    return _told(kind(redirect_uri=looked.grant.redirect_uri, state=looked.asked.get("state")))


def _told(no: OAuth2Error) -> Answer:
    if not no.redirect_uri:
        raise SignInNotAsked from no
    status, _, headers = no()
    return _with_issuer(Answer(status=status, body="", headers=dict(headers)))


def _with_issuer(said: Answer) -> Answer:
    """Every answer says whose it is, so that one portal's code is not taken to another (RFC 9207)."""
    location = add_params_to_uri(said.location, [("iss", issuer())])
    return Answer(status=said.status, body="", headers={"Location": location})

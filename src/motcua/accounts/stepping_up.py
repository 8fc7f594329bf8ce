"""Xác thực lại: whoever has a second factor proves it afresh before a sensitive act, and keeps what is enrolled."""

import uuid
from dataclasses import dataclass, field

from django.db import transaction

from motcua import journal
from motcua.accounts import authenticators, passkeys, second_factor, sessions, sign_in_history
from motcua.accounts.models import Account
from motcua.accounts.sealed_data import mac
from motcua.accounts.second_factor import Answer, Held
from motcua.accounts.sign_in_history import Result
from motcua.kernel.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page that asks again offers."""

    held: Held
    to_sign: str = field(repr=False)


def asked(visitor: Visitor) -> Asked:
    """What this officer can prove themselves with now."""
    account = _account(visitor)
    return Asked(second_factor.held(account), passkeys.to_sign(account, _challenge(visitor, "sign")))


def has_one(visitor: Visitor) -> bool:
    """Whether anything is enrolled that could be proved; also by people who hold no post here."""
    return second_factor.held(_account(visitor)).any


def prove(visitor: Visitor, answer: Answer, *, device_words: str) -> str:
    """The session is fresh for five minutes and goes on under another token, which is returned (threats A-60).

    Raises what ``second_factor.prove`` raises, NotFound when the session ended meanwhile.
    """
    account = _account(visitor)
    second_factor.prove(
        account, answer, challenge=_challenge(visitor, "sign"), device_words=device_words, known=True
    )
    with transaction.atomic():
        token = sessions.rotate(visitor, factor=answer.how)
        sign_in_history.note(
            account,
            how=answer.how,
            result=Result.AGAIN,
            device_words=device_words,
            known=True,
            audience=visitor.audience,
        )
        journal.record(
            "accounts.session.proved",
            subject=f"account:{account.pk}",
            facts={"session": visitor.session_id, "how": answer.how},
        )
    return token


@dataclass(frozen=True, slots=True)
class Offered:
    """The page of the own factors: what there is, and what can be added from this session."""

    held: Held
    secret: str = field(repr=False)
    secret_address: str = field(repr=False)
    passkey_to_make: str = field(repr=False)


def offered(visitor: Visitor) -> Offered:
    """For the owner's own page; looking at it writes nothing."""
    account = _account(visitor)
    name = f"•••{account.person.documents.filter(status='active').order_by('kind', 'pk')[0].last3}"
    secret = _secret(visitor)
    can = passkeys.are_offered()
    return Offered(
        held=second_factor.held(account),
        secret=secret,
        secret_address=authenticators.address_of(secret, name=name),
        passkey_to_make=passkeys.to_register(account, _challenge(visitor, "make"), name=name) if can else "",
    )


def add_app(visitor: Visitor, code: str) -> None:
    """Another app takes the place of the one before. Raises CodeNotAccepted, TooManyAttempts."""
    account = _account(visitor)
    second_factor.count_try(account)
    second_factor.enrol_app(account, secret=_secret(visitor), code=code, keep_session=visitor.session_id)


def add_passkey(visitor: Visitor, answer: str, *, device_words: str) -> None:
    """Raises PasskeyNotTaken."""
    second_factor.enrol_passkey(
        _account(visitor),
        challenge=_challenge(visitor, "make"),
        answer=answer,
        device_words=device_words,
        keep_session=visitor.session_id,
    )


def remove(visitor: Visitor, passkey: uuid.UUID | None) -> None:
    """Raises LastFactor, NotFound."""
    second_factor.remove(_account(visitor), passkey=passkey, keep_session=visitor.session_id)


def new_recovery_codes(visitor: Visitor) -> list[str]:
    """Ten, shown once; the earlier ones are void."""
    return second_factor.new_recovery_codes(_account(visitor))


def _account(visitor: Visitor) -> Account:
    return Account.objects.select_related("person").get(pk=visitor.account_id)


def _challenge(visitor: Visitor, what: str) -> bytes:
    return mac(f"passkey-{what}-in-session", sessions.place_of(visitor))


def _secret(visitor: Visitor) -> str:
    account = _account(visitor)
    nth = account.authenticators.count()
    return authenticators.proposed_secret(sessions.place_of(visitor), account.pk, nth)

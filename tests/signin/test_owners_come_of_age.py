"""Nobody signs in at another system, or lets one know anything, for an owner who came of age and has not come."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.accounts import guards
from tests.accounts.desk import authority_at
from tests.rule_by_rule import mark, only_by_trigger

from motcua.accounts import sessions, standing_sessions
from motcua.accounts.models import Account
from motcua.kernel.authority import Power
from motcua.signin import leaving
from motcua.signin.models import Client, Sharing, SignIn
from motcua.units.models import Unit

pytestmark = pytest.mark.django_db
RULE = "sign_in_waits_for_owner"


def test_on_the_day_every_system_hears_that_the_guardians_sign_in_is_over() -> None:
    account = guards.guarded(guards.child(of_age_in=1))
    _, session = sessions.begin(account, audience="CITIZEN", device="m", device_words="Máy")
    authority_at("so-ket-noi", Power.CONNECT_SYSTEMS)
    client = Client.objects.create(
        client_id="truong-hoc", name="Cổng trường học", unit=Unit.objects.get(code="so-ket-noi")
    )
    row = signed_in(account, client, session.public_id)
    assert leaving.end_what_is_over() == 0
    guards.born_on(account, guards.child(of_age_in=0).born_on)
    assert leaving.end_what_is_over() == 1
    row.refresh_from_db()
    assert row.ended_at is not None
    assert not standing_sessions.stands(session.public_id, longest=timedelta(hours=12))


def signed_in(account: Account, client: Client, session: uuid.UUID) -> SignIn:
    return SignIn.objects.create(
        account=account,
        client=client,
        session=session,
        sid="a" * 32,
        subject="b" * 32,
        scopes=["openid"],
        redirect_uri="https://truong.example.vn/ve",
        code_challenge="c" * 43,
        code_hash=mark(1),
        acr="LoA1",
        amr=["pwd"],
        signed_in_at=timezone.now(),
    )


def test_neither_signs_in_nor_agrees() -> None:
    account = guards.guarded(guards.child(of_age_in=0))
    authority_at("so-ket-noi", Power.CONNECT_SYSTEMS)
    unit = Unit.objects.get(code="so-ket-noi")
    client = Client.objects.create(client_id="truong-hoc", name="Cổng trường học", unit=unit)

    def share() -> object:
        return Sharing.objects.create(account=account, client=client, scopes=["profile"])

    def sign_in() -> object:
        return signed_in(account, client, uuid.uuid4())

    only_by_trigger("sharing_waits_for_owner", "signin_sharing", share, rule=RULE)
    only_by_trigger("sign_in_waits_for_owner", "signin_signin", sign_in)

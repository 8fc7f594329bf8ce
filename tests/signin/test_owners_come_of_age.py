"""Nobody signs in at another system, or lets one know anything, for an owner who came of age and has not come."""

import uuid

import pytest
from django.utils import timezone
from tests.accounts import guards
from tests.accounts.desk import authority_at
from tests.rule_by_rule import mark, only_by_trigger

from motcua.kernel.authority import Power
from motcua.signin.models import Client, Sharing, SignIn
from motcua.units.models import Unit

pytestmark = pytest.mark.django_db
RULE = "sign_in_waits_for_owner"


def test_neither_signs_in_nor_agrees() -> None:
    account = guards.guarded(guards.child(of_age_in=0))
    authority_at("so-ket-noi", Power.CONNECT_SYSTEMS)
    unit = Unit.objects.get(code="so-ket-noi")
    client = Client.objects.create(client_id="truong-hoc", name="Cổng trường học", unit=unit)

    def share() -> object:
        return Sharing.objects.create(account=account, client=client, scopes=["profile"])

    def sign_in() -> object:
        return SignIn.objects.create(
            account=account,
            client=client,
            session=uuid.uuid4(),
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

    only_by_trigger("sharing_waits_for_owner", "signin_sharing", share, rule=RULE)
    only_by_trigger("sign_in_waits_for_owner", "signin_signin", sign_in)

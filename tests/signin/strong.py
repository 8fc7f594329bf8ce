"""People who came in through a system with two factors, as its officers are asked to."""

import secrets
import uuid

from django.utils import timezone
from tests.api.calling import sign_people_in

from motcua.accounts.models import Account
from motcua.signin import entries
from motcua.signin.models import Client, SignIn


def came_in(client: Client, account: Account, subject: str, *, acr: str = "LoA2") -> None:
    """One finished sign-in."""
    if entries.standing_of(client) is None:
        sign_people_in(client)
    made = SignIn.objects.create(
        client=client,
        account=account,
        session=uuid.uuid4(),
        sid=uuid.uuid4().hex,
        subject=subject,
        scopes=["openid"],
        redirect_uri="https://mot-cua.example.gov.vn/xong",
        code_challenge="c" * 43,
        code_hash=secrets.token_bytes(32),
        acr=acr,
        amr=["pwd", "otp"],
        signed_in_at=timezone.now(),
    )
    SignIn.objects.filter(pk=made.pk).update(spent_at=timezone.now())

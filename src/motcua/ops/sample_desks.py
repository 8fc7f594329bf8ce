"""The sample desks of a portal that is run apart from them: each is registered and approved by two sample officers."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from motcua.kernel.authority import Authority, Power
from motcua.signin import clients, entries, keys
from motcua.signin.models import Registration
from motcua.signin.scopes import ClaimScope
from motcua.units import posts
from motcua.units.models import Post

_LIFE: Final = timedelta(days=365)
_SCOPES: Final = (
    "account.check",
    "owner.session",
    "owner.notice",
    "vault.lend",
    "vault.put",
    "officer.reset",
    "desk.standing",
    "owner.reveal",
)
_CALLBACK: Final = "/dang-nhap/tro-ve/"
_LOGGED_OUT: Final = "/dang-xuat/tu-cong/"


def register() -> int:
    """Those of the file that SAMPLE_DESKS names; none where nothing is named."""
    named = os.environ.get("SAMPLE_DESKS")
    if not named:
        return 0
    told: list[dict[str, Any]] = json.loads(Path(named).read_text(encoding="utf-8"))
    first, second = _two_officers()
    for each in told:
        _register(each, first, second)
    return len(told)


def _register(told: dict[str, Any], first: Authority, second: Authority) -> None:
    client = clients.ask_for_new(
        authority=first,
        client_id=told["client_id"],
        name="Một cửa điện tử tỉnh Bình Định (mẫu)",
        wanted=clients.Wanted(
            purpose="Tiếp nhận hồ sơ của chủ tài khoản đã được xác thực",
            scopes=tuple(scope for scope in Registration.Scope.values if scope in _SCOPES),
            jwks=keys.parse(json.dumps(told["keys"])),
            addresses="127.0.0.0/20",
            per_minute=6_000,
            per_day=1_000_000,
            contact_office="Bộ phận một cửa Sở Giáo dục và Đào tạo",
            contact_email="motcua@sogddt.example.vn",
            expires_on=timezone.localdate() + _LIFE,
        ),
    )
    clients.approve(authority=second, registration=client.registrations.get(decision="WAITING").public_id)
    entry = entries.ask(
        authority=first,
        client=client.public_id,
        wanted=entries.WantedEntry(
            redirect_uris=told["url"] + _CALLBACK,
            post_logout_uris=told["url"] + "/",
            logout_uri=told["url"] + _LOGGED_OUT,
            scopes=[
                ClaimScope.PROFILE.value,
                ClaimScope.OFFICER.value,
                ClaimScope.OWNER_SESSION.value,
                ClaimScope.OFFLINE.value,
            ],
            of_state=True,
        ),
    )
    entries.approve(authority=second, entry=entry.public_id)


def _two_officers() -> tuple[Authority, Authority]:
    today = timezone.localdate()
    holders = Post.objects.filter(powers__contains=[Power.CONNECT_SYSTEMS.value]).select_related("officer")
    one, two = sorted({post.officer.subject for post in holders})[:2]
    return posts.authority_of(one, on=today), posts.authority_of(two, on=today)

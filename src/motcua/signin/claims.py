"""Thông tin được chia sẻ: what a system learns of a person, no more than the scopes that were agreed and asked for.

The names of ``dvcqg`` are those of the national portal (LoaiTaiKhoan 1 citizen, 3 organisation); what is not kept here,
or says more than a desk needs (religion, family, blood group), is not offered.
"""

from typing import Any, Final

from motcua.accounts import identity, standing_sessions
from motcua.accounts.models import Account
from motcua.signin.models import SignIn

CITIZEN: Final = "1"
ORGANISATION: Final = "3"
#: By scope, for the portal's own description of itself.
NAMES: Final = {
    "openid": ("sub",),
    "profile": ("name", "organisation", "mandate_scope"),
    "desk.officer": ("desk_officer",),
    "dvcqg": (
        "LoaiTaiKhoan", "SoDinhDanh", "SoCMND", "MaSoThue", "HoVaTen", "NgayThangNamSinh",
        "SoDienThoai", "ThuDienTu", "TrangThai", "TechID", "loAs",
    ),
}  # fmt: skip
_AS_KIND: Final = {"CCCD12": "SoDinhDanh", "CMND9": "SoCMND", "MST": "MaSoThue"}


def of_token(sign_in: SignIn) -> dict[str, Any]:
    """What stands in the ID token itself, besides the times."""
    told: dict[str, Any] = {"sub": sign_in.subject, "sid": sign_in.sid}
    if "desk.officer" in sign_in.scopes:
        told["desk_officer"] = sign_in.as_officer
    return told


def of_person(sign_in: SignIn, scopes: frozenset[str]) -> dict[str, Any]:
    """What ``/oauth2/userinfo`` answers to a token for ``scopes``."""
    told: dict[str, Any] = {"sub": sign_in.subject}
    account = sign_in.account
    if "profile" in scopes:
        told["name"] = account.person.full_name
        told["organisation"] = account.person.kind == "ORGANISATION"
        if told["organisation"]:
            told["mandate_scope"] = _mandate_scope(sign_in)
    if "desk.officer" in scopes:
        told["desk_officer"] = sign_in.as_officer
    if "dvcqg" in scopes:
        told |= _of_the_national_portal(account, sign_in)
    return told


def _mandate_scope(sign_in: SignIn) -> list[str]:
    """The procedures in which the person behind an organisation's session acts for it; none: every one."""
    return sorted(standing_sessions.scope_of(sign_in.session).codes)


def _of_the_national_portal(account: Account, sign_in: SignIn) -> dict[str, str]:
    person = account.person
    phone = identity.primary_phone(account)
    told = {
        "LoaiTaiKhoan": ORGANISATION if person.kind == "ORGANISATION" else CITIZEN,
        "HoVaTen": person.full_name,
        "NgayThangNamSinh": _born(person),
        "SoDienThoai": phone.value if phone else "",
        "ThuDienTu": person.email,
        "TrangThai": "1",
        "TechID": sign_in.subject,
        "loAs": sign_in.acr,
    }
    for document in person.documents.filter(status="active"):
        told[_AS_KIND[document.kind]] = identity.number_of(document)
    return {name: value for name, value in told.items() if value}


def _born(person: Any) -> str:
    if person.born_on is None:
        return ""
    return f"{person.born_on:%Y}" if person.born_year_only else f"{person.born_on:%d/%m/%Y}"

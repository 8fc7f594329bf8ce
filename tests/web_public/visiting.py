"""A browser without a screen: cookies, forms, the little arithmetic before a text is sent."""

import base64
import hashlib
import html
import json
import re
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from motcua.accounts import identity
from motcua.accounts.models import Account
from motcua.accounts.sealed_data import PersonData
from motcua.kernel.authority import Power
from motcua.units import officers, posts
from motcua.units.models import Unit
from tests.accounts import people

_TASK = re.compile(r'data-challenge="([^"]+)"')
_CODE_PAGE = re.compile(r"/dang-ky/([0-9a-f-]{36})/ma-otp/")


class Browser:
    """Keeps its cookies; posts forms with the proof of work that the page asks for."""

    def __init__(self, **headers: str) -> None:
        self.client = Client(raise_request_exception=True, headers=headers or None)

    def get(self, address: str, **more: Any) -> Any:
        return self.client.get(address, **more)

    def post(self, address: str, data: Any = None, **more: Any) -> Any:
        return self.client.post(address, data or {}, **more)

    def fill(self, address: str, data: dict[str, Any]) -> Any:
        """Open the page, do its arithmetic, send the form."""
        return self.post(address, {**data, "proof": solved(self.get(address).content.decode())})

    # -- registration ----------------------------------------------------------------------------------

    def begin(self, person: PersonData, query: str = "") -> Any:
        return self.fill(f"/dang-ky/{query}", typed(person))

    def begun(self, person: PersonData, query: str = "") -> str:
        """The id in the address of the registration that was begun."""
        answer = self.begin(person, query)
        assert answer.status_code == 302, answer.content.decode()
        found = _CODE_PAGE.fullmatch(answer["Location"])
        assert found, answer["Location"]
        return found[1]

    def proved(self, person: PersonData, query: str = "") -> str:
        """The phone is proved and the operator was asked."""
        public_id = self.begun(person, query)
        self.post(f"/dang-ky/{public_id}/ma-otp/", {"code": people.newest_code(), "act": "go"})
        return public_id

    def register(self, person: PersonData, query: str = "") -> Any:
        """To the very end; the last answer."""
        public_id = self.proved(person, query)
        return self.post(
            f"/dang-ky/{public_id}/mat-khau/", {"password": people.STRONG, "again": people.STRONG}
        )

    def sign_in(self, person: PersonData, password: str = people.STRONG, tiep: str = "") -> Any:
        return self.post(
            "/dang-nhap/", {"number": person.citizen_id.value, "password": password, "tiep": tiep}
        )


def typed(person: PersonData) -> dict[str, str]:
    """What the person types into the form."""
    return {
        "full_name": person.full_name.value,
        "born_on": person.born_on.shown,
        "citizen_id": person.citizen_id.value,
        "phone": person.phone.local,
        "email": person.email,
    }


def solved(page: str) -> str:
    """The answer to the task on the page."""
    found = _TASK.search(page)
    assert found, "the page asks for no proof of work"
    task = json.loads(html.unescape(found[1]))
    number = next(
        n
        for n in range(task["maxNumber"] + 1)
        if hashlib.sha256(f"{task['salt']}{n}".encode()).hexdigest() == task["challenge"]
    )
    answer = {key: task[key] for key in ("algorithm", "challenge", "salt", "signature")} | {"number": number}
    return base64.b64encode(json.dumps(answer).encode()).decode()


def text_of(answer: Any) -> str:
    """The words of a page, without its markup."""
    page = answer.content.decode()
    body = re.sub(r"<(script|style|template)\b.*?</\1>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def errors_of(answer: Any) -> str:
    """What stands in the summary that takes the focus."""
    found = re.search(r"<error-summary.*?</error-summary>", answer.content.decode(), re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", found[0]))).strip() if found else ""


def let_pass(table: str, seconds: int, *columns: str, where: str = "TRUE") -> None:
    """Time passes for rows of a table, even for those that nobody may change."""
    shifted = ", ".join(f"{name} = {name} - interval '{seconds} seconds'" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"UPDATE {table} SET {shifted} WHERE {where}")
        cursor.execute("SET session_replication_role = origin")


def citizen(person: PersonData | None = None) -> tuple[PersonData, Account]:
    """Somebody with an account."""
    chosen = person or people.data()
    return chosen, people.account(chosen)


def officer(*powers: Power) -> tuple[PersonData, Account]:
    """Somebody with an account and a post at an office of their own."""
    person, account = citizen()
    code = f"don-vi-{account.pk}"
    Unit.objects.create(
        code=code,
        name="Sở Giáo dục và Đào tạo Mẫu",
        short_name="Sở GDĐT Mẫu",
        kind="SO",
        has_desk=True,
        dossier_prefix=f"003.{account.pk % 100:02d}.{account.pk // 100 % 100:02d}.H08",
        valid_from=date(2020, 1, 1),
    )
    held = officers.register(
        subject=identity.subject_of(account.public_id, settings.DESK_ID),
        full_name=person.full_name,
        phone=person.phone,
    )
    posts.bootstrap(
        officer_id=held.pk,
        unit_code=code,
        powers=powers or (Power.RECEIVE_DOSSIER, Power.OPEN_ACCOUNT),
        valid_from=date(2020, 1, 1),
        reason="thử",
    )
    return person, account

"""An organisation's own looks name who looked for it, as far as names are shown."""

import pytest
from django.db import connection
from tests.accounts import mandates, people
from tests.accounts.desk import authority_at
from tests.vault import papers

from motcua.accounts import identity, mandate_uses, organisations, sessions
from motcua.accounts.models import Account
from motcua.kernel.authority import Power
from motcua.kernel.tax_code import TaxCode
from motcua.kernel.visitor import Visitor
from motcua.vault import history, reading, viewing

pytestmark = pytest.mark.django_db(transaction=True)


def acting_for(organisation: Account, name: str) -> Visitor:
    holder = people.data(name=name)
    own = people.account(holder)
    by = authority_at(mandates.UNIT, Power.OPEN_ACCOUNT)
    mandate = mandates.granted(by, organisation, mandates.granting(holder.citizen_id))
    token, _ = sessions.begin(own, audience="CITIZEN", device="d" * 32, device_words="Chrome")
    visitor = sessions.visitor_of(token)
    assert visitor is not None
    token = organisations.act_for(visitor, mandate.public_id, device="d" * 32, device_words="Chrome")
    acting = sessions.visitor_of(token)
    assert acting is not None
    return acting


def test_each_representatives_look_is_told_apart() -> None:
    organisation = organisations.register(
        authority=authority_at(mandates.UNIT, Power.OPEN_ACCOUNT),
        tax_code=TaxCode.parse("0100233488"),
        name="Trung tâm Ngoại ngữ Mẫu",
    )
    (paper,) = papers.put(organisation, papers.new_paper())
    for name in ("Lê Văn Đại", "Trần Thị Hẹp"):
        who = mandate_uses.acting_subject(acting_for(organisation, name))
        viewing.view_own(organisation, paper, acting=who)
        reading.open_own(organisation, paper, acting=who)
    reading.open_own(organisation, paper)

    seen = history.looks_of(organisation)
    assert [look.acting for look in seen] == ["", *["Trần T** Hẹp"] * 2, *["Lê V** Đại"] * 2]
    assert {look.role for look in seen} == {"OWNER"}


def test_who_closed_the_account_since_has_no_name_and_the_history_is_read_all_the_same() -> None:
    organisation = organisations.register(
        authority=authority_at(mandates.UNIT, Power.OPEN_ACCOUNT),
        tax_code=TaxCode.parse("0100109106"),
        name="Trung tâm Ngoại ngữ Mẫu",
    )
    (paper,) = papers.put(organisation, papers.new_paper())
    who = mandate_uses.acting_subject(acting_for(organisation, "Lê Văn Quên"))
    viewing.view_own(organisation, paper, acting=who)
    with connection.cursor() as cursor:  # as the chore of closed accounts leaves it, thirty days later
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE accounts_person SET full_name = '' WHERE full_name = 'Lê Văn Quên'")
        cursor.execute("SET session_replication_role = origin")

    assert [look.acting for look in history.looks_of(organisation)] == [""]


def test_a_person_acts_for_nobody_and_a_stranger_has_no_name() -> None:
    own = people.account(people.data())
    token, _ = sessions.begin(own, audience="CITIZEN", device="d" * 32, device_words="Chrome")
    visitor = sessions.visitor_of(token)
    assert visitor is not None and mandate_uses.acting_subject(visitor) == ""
    subject = identity.subject_of(own.public_id, "binh-dinh")
    assert mandate_uses.masked_names([subject, "f" * 32, ""]) == {}

"""A citizen's browser, signed in."""

from django.test import Client

from motcua.accounts.sealed_data import PersonData
from tests.accounts import people


def signed_in(person: PersonData) -> Client:
    client = Client()
    answer = client.post("/dang-nhap/", {"number": person.citizen_id.value, "password": people.STRONG})
    assert answer.status_code == 302
    return client

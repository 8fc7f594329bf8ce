"""A checked owner's papers become a dossier."""


from tests.desk.town import NAME, OWNER, PREFIX, Town

from motcua.desk.models import AccountCheck, Dossier


def test_a_checked_owner_is_received_with_a_code_a_deadline_and_a_spent_check(town: Town) -> None:
    dossier = town.receive(town.draft(OWNER))

    stored = Dossier.objects.get(pk=dossier.pk)
    assert stored.code is not None and stored.code.startswith(f"{PREFIX}-") and stored.code.endswith("-0001")
    assert stored.owner_name == NAME
    assert stored.owner_subject == town.portal.people[OWNER].subject
    assert stored.due_at is not None and stored.due_at > stored.received_at
    assert AccountCheck.objects.get(pk=stored.account_check_id).spent_at is not None
    assert stored.components.count() == 3
    assert list(stored.events.values_list("kind", flat=True)) == ["received"]

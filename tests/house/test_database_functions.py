"""A rule that finds its tables by name finds the real ones: no temporary table stands before them."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

_WITHOUT_A_PATH = """
SELECT p.proname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
 WHERE p.pronamespace = 'public'::regnamespace AND l.lanname = 'plpgsql'
   AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e')
   AND NOT coalesce(p.proconfig, '{}') @> ARRAY['search_path=pg_catalog, public, pg_temp']
 ORDER BY 1
"""


def without_a_path() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_A_PATH)
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db
def test_every_function_of_ours_says_where_it_looks() -> None:
    assert without_a_path() == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER FUNCTION desk_dossier_guard() RESET search_path")
    assert without_a_path() == ["desk_dossier_guard"]


@pytest.mark.django_db
def test_a_temporary_table_does_not_stand_in_for_the_subjects_of_the_portal() -> None:
    def forge() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE accounts_pairwisesubject ON COMMIT DROP AS"
                " SELECT 7::bigint AS account_id, %s AS audience, %s AS subject",
                ["desk", "a" * 32],
            )
            cursor.execute("CREATE TEMP TABLE paper ON COMMIT DROP AS SELECT * FROM vault_paper")
            cursor.execute(
                "CREATE TRIGGER owner BEFORE INSERT ON paper"
                " FOR EACH ROW EXECUTE FUNCTION vault_paper_owner_from_receipt()"
            )
            cursor.execute(
                "INSERT INTO paper (public_id, owner_id, receipt_audience, receipt_subject)"
                " VALUES (%s, 7, 'desk', %s)",
                [uuid.uuid4(), "a" * 32],
            )
            transaction.set_rollback(True)

    with pytest.raises(IntegrityError, match="Chủ kho dữ liệu"):
        forge()
    with connection.cursor() as cursor:
        cursor.execute("ALTER FUNCTION vault_paper_owner_from_receipt() RESET search_path")
    forge()

"""What a moved paper had taken the place of stands again, and only that; versions are known however often they moved."""

import importlib

from django.db import migrations

# The row a paper was first laid in as: ids grow, so the order of first rows is the order in which versions came.
VERSIONS = """
CREATE FUNCTION vault_first_row(paper bigint) RETURNS bigint
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE back(id) AS (
        SELECT paper
        UNION
        SELECT c.paper_id FROM back b JOIN vault_correction c ON c.new_paper_id = b.id
    )
    SELECT min(id) FROM back
$$;

CREATE FUNCTION vault_versions(paper bigint) RETURNS SETOF bigint
    LANGUAGE sql STABLE ROWS 3 SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE family(id) AS (
        SELECT paper
        UNION
        SELECT n.id FROM family f CROSS JOIN LATERAL (
            SELECT p.replaces_id FROM vault_paper p WHERE p.id = f.id
            UNION ALL
            SELECT p.id FROM vault_paper p WHERE p.replaces_id = f.id
            UNION ALL
            SELECT c.paper_id FROM vault_correction c WHERE c.new_paper_id = f.id
            UNION ALL
            SELECT c.new_paper_id FROM vault_correction c WHERE c.paper_id = f.id
        ) AS n(id) WHERE n.id IS NOT NULL
    )
    SELECT id FROM family
$$;
"""
VERSIONS_BACK = """
DROP FUNCTION vault_versions(bigint);
DROP FUNCTION vault_first_row(bigint);
"""

# In its own vault: what came after it has gone on to another, all of it.
STANDS_AGAIN = """
CREATE FUNCTION vault_stands_again(paper vault_paper) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(bool_and(p.state = 'MOVED'), false)
      FROM vault_versions(paper.id) v(id) JOIN vault_paper p ON p.id = v.id
     WHERE p.owner_id = paper.owner_id AND vault_first_row(p.id) > vault_first_row(paper.id)
$$;
"""
STANDS_AGAIN_BACK = "DROP FUNCTION vault_stands_again(vault_paper);"

WRITTEN_ONCE_BACK = importlib.import_module("motcua.vault.migrations.0008_versions_move").WRITTEN_ONCE
WRITTEN_ONCE = WRITTEN_ONCE_BACK.replace(
    " AND NOT (OLD.state = 'SUPERSEDED' AND NEW.state = 'MOVED'))",
    " AND NOT (OLD.state = 'SUPERSEDED' AND NEW.state = 'MOVED')\n"
    "           AND NOT (OLD.state = 'SUPERSEDED' AND NEW.state = 'CURRENT' AND vault_stands_again(OLD)))",
)

# The version put right is named by the key; it follows the last of its line, which may have gone on meanwhile.
PUT_RIGHT_BACK = importlib.import_module("motcua.vault.migrations.0010_paper_corrections").PUT_RIGHT
PUT_RIGHT_BACK = PUT_RIGHT_BACK[: PUT_RIGHT_BACK.index("CREATE TRIGGER")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
PUT_RIGHT = PUT_RIGHT_BACK.replace(
    "WHERE p.id = NEW.replaces_id AND",
    "WHERE 'right:' || p.public_id = NEW.put_key AND p.owner_id = NEW.owner_id\n"
    "           AND NEW.replaces_id IN (SELECT vault_versions(p.id)) AND",
)


class Migration(migrations.Migration):
    dependencies = [("vault", "0010_paper_corrections")]
    operations = [
        migrations.RunSQL(VERSIONS, VERSIONS_BACK),
        migrations.RunSQL(STANDS_AGAIN, STANDS_AGAIN_BACK),
        migrations.RunSQL(WRITTEN_ONCE, WRITTEN_ONCE_BACK),
        migrations.RunSQL(PUT_RIGHT, PUT_RIGHT_BACK),
    ]

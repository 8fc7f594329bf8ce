"""What a room's migration says of a table with sealed columns, so that its key can change (ADR 0035).

An index by key number, a trigger that refuses a retired one, and one line in each rule that would forbid any change.
"""

from typing import Any, Final

from django.db import migrations, models

from motcua.keys.registry import oldest_key

#: Before everything else in the body of a rule. Looks at the setting first: all other writes pay nothing.
_LINE: Final = (
    "    IF TG_OP = 'UPDATE' AND current_setting('motcua.resealing', true) = 'on'"
    " AND keys_only_resealed(to_jsonb(OLD), to_jsonb(NEW), {columns}) THEN RETURN NEW; END IF;"
)
_PATCH: Final = """
DO $patch$
DECLARE
    body text := pg_get_functiondef('{function}()'::regprocedure);
    patched text := {patched};
BEGIN
    IF {done} THEN
        RETURN;  -- a migration that was stopped half-way and is given again
    END IF;
    IF patched = body THEN
        RAISE EXCEPTION 'keys: {function} is not what was expected';
    END IF;
    EXECUTE patched;
END $patch$;
"""
_AFTER_BEGIN: Final = r"regexp_replace(body, E'\nBEGIN\n', E'\nBEGIN\n' || $line${line}$line$ || E'\n')"
_HAS_IT: Final = "strpos(body, $line${line}$line$) > 0"
_WITHOUT: Final = r"replace(body, $line${line}$line$ || E'\n', '')"


#: The way back: rows in a cover fit no rule of before, so the first step says so rather than one in the middle.
_NO_COVER_YET: Final = """
DO $stands$
BEGIN
    IF EXISTS (SELECT 1 FROM keys_begunlookupkey) THEN
        RAISE EXCEPTION 'keys: marks lie in a cover already; a version of before is reached by a backup only';
    END IF;
END $stands$;
"""


def resealable(table: str, *columns: str) -> migrations.RunSQL:
    """Values are found by key number, and none under a retired one comes in.

    For a migration with ``atomic = False``: one table is locked at a time, for as long as its index is built, and
    nobody who holds another one can stand across it. It may be given again after any stop.
    """
    retired = " OR ".join(f"keys_is_retired(NEW.{column})" for column in columns)
    oldest = oldest_key(*columns)
    return migrations.RunSQL(
        f"""
        CREATE INDEX IF NOT EXISTS {table}_by_field_key ON {table} (({oldest})) WHERE {oldest} IS NOT NULL;
        CREATE OR REPLACE TRIGGER field_key_not_retired BEFORE INSERT OR UPDATE OF {", ".join(columns)} ON {table}
            FOR EACH ROW WHEN ({retired}) EXECUTE FUNCTION keys_refuse_retired();
        """,
        f"DROP TRIGGER IF EXISTS field_key_not_retired ON {table}; DROP INDEX IF EXISTS {table}_by_field_key;",
    )


def let_reseal(function: str, *columns: str) -> migrations.RunSQL:
    """One line at the beginning of a trigger's function: sealing anew is no change of the row.

    Whoever writes the function again later writes this line again: tests/keys/test_every_column.py finds it missing.
    """
    line = _LINE.format(columns=", ".join(f"'{column}'" for column in columns))
    return migrations.RunSQL(
        _PATCH.format(
            function=function, patched=_AFTER_BEGIN.format(line=line), done=_HAS_IT.format(line=line)
        ),
        _PATCH.format(
            function=function, patched=_WITHOUT.format(line=line), done=f"NOT {_HAS_IT.format(line=line)}"
        ),
    )


def covered(table: str, *columns: str) -> migrations.RunSQL:
    """Whoever writes a mark to these columns gives every form of it, and the row holds the one that counts now.

    The rule comes before all others (its name does), so that they see what the row will hold. For a migration with
    ``atomic = False``, as ``resealable``.
    """
    taken = "\n".join(
        f"    NEW.{column} := keys_mark_as_kept(NEW.{column}, CASE TG_OP WHEN 'UPDATE' THEN OLD.{column} END);"
        for column in columns
    )
    return migrations.RunSQL(
        f"""
        CREATE OR REPLACE FUNCTION {table}_marks_as_kept() RETURNS trigger LANGUAGE plpgsql
            SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN
        {taken}
            RETURN NEW;
        END $$;
        CREATE OR REPLACE TRIGGER _marks_as_kept BEFORE INSERT OR UPDATE OF {", ".join(columns)} ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_marks_as_kept();
        """,
        f"{_NO_COVER_YET} DROP TRIGGER IF EXISTS _marks_as_kept ON {table};"
        f" DROP FUNCTION IF EXISTS {table}_marks_as_kept();",
    )


class mark_fits(migrations.RunSQL):  # noqa: N801 - as the others here, a step of a migration
    """A mark may be as long as one in its cover; the rule of before, of the same name, goes in the same statement.

    Rows of before are looked at by ``ValidateConstraint`` in a migration of its own. An empty column passes. In the
    state one rule stands for the other without the models being made anew: thirty times would take half a minute.
    """

    def __init__(self, model: str, table: str, column: str, rule: models.CheckConstraint) -> None:
        self.model, self.table, self.column, self.rule = model, table, column, rule
        shape = f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {rule.name}, ADD CONSTRAINT {rule.name}"
        super().__init__(
            f"{shape} CHECK (octet_length({column}) IN (32, 49)) NOT VALID",
            f"{shape} CHECK (octet_length({column}) = 32)",
        )

    def deconstruct(self) -> Any:
        return self.__class__.__qualname__, (self.model, self.table, self.column, self.rule), {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        options = state.models[app_label, self.model].options
        options["constraints"] = [
            self.rule if each.name == self.rule.name else each for each in options["constraints"]
        ]

"""What the running system may do in the database: less than the owner who migrates it.

A break-in through the web process cannot change the journal, drop a rule or read another database.
"""

from django.db import connection, transaction
from psycopg import sql

from motcua.ops.places import APP_ROLE

# What is written once stays. Triggers say so too; here even switching them off is out of reach.
_WRITTEN_ONCE = frozenset(
    {
        "journal_event",
        "journal_seal",
        "journal_inspection",
        "units_unitchange",
        "units_postconfirmation",
        "vault_expirynotice",
        "accounts_noticechoice",
        "accounts_agreement",
        "limits_unlocking",
        "radar_lookedday",
        "radar_sighting",
        "radar_judgement",
    }
)
_READ_ONLY = frozenset(
    {
        "django_migrations",
        "django_content_type",
        "ops_milestone",
        "ops_hold",
        "files_knownfilekey",
        "keys_knownfieldkey",
        "keys_knownlookupkey",
        "keys_begunlookupkey",
        "keys_knownsecretkey",
        "keys_retiredfieldkey",
        "files_retiredfilekey",
        "training_world",
    }
)
# Tables whose rows the running system clears when they have lapsed.
_CLEARED: frozenset[str] = frozenset(
    {
        "limits_bucket",
        "health_pulse",
        "keys_machine",
        "limits_tally",
        "limits_minute",
        "accounts_passcode",
        "accounts_emailproof",
        "accounts_secondstep",
        "accounts_session",
        "guests_guestsession",
        "accounts_subscribercheck",
        "accounts_registration",
        "accounts_recovery",
        "accounts_restingreset",
        "accounts_tempcredential",
        "accounts_disavowal",
        "units_searchmemory",
        "signin_deskdossier",
        "accounts_classrow",
    }
)
# An owner's unsent form goes when it is sent, deleted by its owner, or lapsed.
_UNSENT: frozenset[str] = frozenset({"desk_filingdraft", "desk_filingfile"})
# Parts of a version that no dossier uses yet are written anew; triggers keep all others.
_REWRITTEN: frozenset[str] = frozenset(
    {"desk_component", "desk_procedureform", "desk_process", "desk_processstep"}
)
# Cleared as well, but triggers let no row go before its day.
_CLEARED_IN_TIME: frozenset[str] = frozenset(
    {
        "accounts_knowndevice",
        "accounts_lookup",
        "accounts_signin",
        "accounts_ownernews",
        "accounts_listexport",
        "accounts_assistapplication",
        "signin_keptanswer",
        "signin_callcount",
        "vault_look",
        "outbox_message",
        "outbox_letter",
        "outbox_errand",
        "outbox_handover",
        "outbox_deliverynews",
        "signin_usedassertion",
        "signin_usedproof",
        "signin_signinrequest",
        "signin_signin",
        "signin_refreshtoken",
    }
)
# What waits for a second officer may be declined; a trigger keeps what was approved.
_DECLINED: frozenset[str] = frozenset({"vault_correction"})

_LIMITS = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}


@transaction.atomic
def give(password: str | None) -> int:
    """Make the role, or bring it up to date after a migration; answers how many tables it may use.

    Without a password a role that exists keeps its own, and a new one cannot sign in.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('motcua grants'))")
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        _say(
            cursor,
            "{} ROLE {} NOSUPERUSER NOCREATEDB NOCREATEROLE",
            _verb(cursor.fetchone()),
            _name(APP_ROLE),
        )
        if password:
            _say(cursor, "ALTER ROLE {} LOGIN PASSWORD {}", _name(APP_ROLE), sql.Literal(password))
        for setting, value in _LIMITS.items():
            _say(cursor, "ALTER ROLE {} SET {} = {}", _name(APP_ROLE), _name(setting), sql.Literal(value))
        database = connection.settings_dict["NAME"]
        _say(cursor, "GRANT CONNECT ON DATABASE {} TO {}", _name(database), _name(APP_ROLE))
        # A temporary table could stand before a real one of the same name.
        _say(cursor, "REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC, {}", _name(database), _name(APP_ROLE))
        _say(cursor, "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}", _name(APP_ROLE))
        _say(cursor, "GRANT USAGE ON SCHEMA public TO {}", _name(APP_ROLE))
        _say(cursor, "GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA public TO {}", _name(APP_ROLE))
        _say(cursor, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}", _name(APP_ROLE))
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            _say(cursor, "GRANT {} ON {} TO {}", sql.SQL(_rights(table)), _name(table), _name(APP_ROLE))
    return len(tables)


def _rights(table: str) -> str:
    if table in _READ_ONLY:
        return "SELECT"
    if table in _WRITTEN_ONCE:
        return "SELECT, INSERT"
    clears = table in _CLEARED | _CLEARED_IN_TIME | _REWRITTEN | _UNSENT | _DECLINED
    return "SELECT, INSERT, UPDATE, DELETE" if clears else "SELECT, INSERT, UPDATE"


def _verb(found: object) -> sql.SQL:
    return sql.SQL("ALTER" if found else "CREATE")


def _name(name: str) -> sql.Identifier:
    return sql.Identifier(name)


def _say(cursor: object, template: str, *parts: sql.Composable) -> None:
    cursor.execute(sql.SQL(template).format(*parts))  # type: ignore[attr-defined]

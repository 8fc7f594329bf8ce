"""The numbers that the guides print: read from the rules themselves, so that a guide cannot grow old."""

from motcua.accounts import opening, signing_in
from motcua.accounts.passcodes import LIFE, TRIES
from motcua.accounts.sessions import IDLE
from motcua.kernel import password_rule
from motcua.web import uploading


def numbers() -> dict[str, int | str]:
    """Lengths of time in the unit that the sentence names."""
    return {
        "code_minutes": int(LIFE.total_seconds()) // 60,
        "code_tries": TRIES,
        "kept_hours": int(opening.KEPT.total_seconds()) // 3600,
        "one_time_hours": int(signing_in.ONE_TIME_LIFE.total_seconds()) // 3600,
        "password_shortest": password_rule.SHORTEST,
        "password_rule": password_rule.RULE,
        "file_megabytes": uploading.MAX_FILE // (1024 * 1024),
        "citizen_idle_minutes": int(IDLE["CITIZEN"].total_seconds()) // 60,
        "officer_idle_minutes": int(IDLE["OFFICER"].total_seconds()) // 60,
    }

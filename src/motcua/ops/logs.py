"""What the system says about itself: one JSON object a line, allowed fields only, no person in it."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

# A field that is not here does not reach the log, whoever passed it as ``extra``.
ALLOWED = frozenset(
    {"route", "method", "status", "ms", "queries", "request_id", "visitor"}
    | {"code", "kind", "count", "seconds", "errand", "errand_id", "child"}
    | {"quota", "times", "misses", "unit", "reason", "reference", "witness", "form", "client"}
)

# What a line never says is not found out for it (“Optimization” in Python's own Logging HOWTO).
logging._srcfile = None
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False

# The number of the request being answered, on every line written meanwhile.
current_request: ContextVar[str] = ContextVar("current_request", default="")

_HIDDEN = "•••"
_PHONE = r"(?:\+?84|0)(?:[ .-]?[0-9]){9}"
_LONG_NUMBER = r"[0-9](?:[ .-]?[0-9]){8,}"
# Numbers of people and their phones: nine digits or more in a row, however they are spaced.
_PERSONAL = re.compile(rf"(?<![0-9A-Za-z])(?:{_PHONE}|{_LONG_NUMBER})(?![0-9A-Za-z])")
_EMAIL = re.compile(r"[^\s@\"'<>]{1,64}@[^\s@\"'<>]{1,255}")
_QUERY = re.compile(r"\?[^\s\"']+")
# Whatever one of the three finds holds one of these; most lines of a busy day hold none.
_SUSPECT = re.compile(r"[@?]|[0-9](?:[ .-]?[0-9]){8}")


def mask(text: str) -> str:
    """The last net: hides what looks like a citizen number, a phone, an address's query or an e-mail."""
    if not _SUSPECT.search(text):
        return text
    return _PERSONAL.sub(_HIDDEN, _EMAIL.sub(_HIDDEN, _QUERY.sub("?" + _HIDDEN, text)))


class MaskedFilter(logging.Filter):
    """Masks the finished sentence, so that nothing hides in an argument."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            record.msg = mask(_sentence(record))
        except (TypeError, ValueError):
            record.msg = "unreadable log call"
        record.args = None
        return True


def _sentence(record: logging.LogRecord) -> str:
    """Django ends its own sentences about a request with the address; the route says it better."""
    if record.name.startswith("django.") and hasattr(record, "request") and isinstance(record.args, tuple):
        return str(record.args[0]) if record.args else str(record.msg).partition(":")[0]
    return record.getMessage()


class JsonFormatter(logging.Formatter):
    """One line for programs. json.dumps escapes CR and LF, so no text can start a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "text": record.getMessage(),
        }
        if number := current_request.get():
            line["request_id"] = number
        for name in ALLOWED & vars(record).keys():
            value = getattr(record, name)
            if isinstance(value, str | int | float):
                line[name] = mask(value) if isinstance(value, str) else value
        if record.exc_info and record.exc_info[1] is not None:
            line["raised"] = _where(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _where(raised: BaseException) -> list[str]:
    """The kind of error and its places. Never its text: a database error quotes the row it refused."""
    places = []
    at = raised.__traceback__
    while at is not None:
        code = at.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{at.tb_lineno} {code.co_name}")
        at = at.tb_next
    return [f"{type(raised).__module__}.{type(raised).__qualname__}", *places[-12:]]


class NoFarewell(logging.Filter):
    """Whoever stops the system waits for nobody: that a worker had to be ended by force is no news to them."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("Killing worker-")


def for_server(logger: str) -> dict[str, object]:
    """The web server's own messages by the same rules: its tracebacks would quote what raised."""
    return {
        "filters": {"masked": {"()": MaskedFilter}, "farewell": {"()": NoFarewell}},
        "formatters": {"json": {"()": JsonFormatter}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "filters": ["masked", "farewell"],
            },
        },
        "loggers": {logger: {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
    }


def to_stderr() -> None:
    """For a process without Django, such as the supervisor."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    handler.addFilter(MaskedFilter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])

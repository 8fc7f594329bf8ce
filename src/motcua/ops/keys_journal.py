"""What was done with keys, in the journal: the number, never the key."""

from motcua import journal
from motcua.journal.models import Event


def added(kind: str, number: int, *, waits: bool) -> None:
    match kind:
        case "file":
            journal.record(
                "ops.file_key.added", subject="room:ops", facts={"file_key": number, "waits": waits}
            )
        case "field":
            journal.record(
                "ops.field_key.added", subject="room:ops", facts={"field_key": number, "waits": waits}
            )
        case "lookup":
            journal.record(
                "ops.lookup_key.added", subject="room:ops", facts={"lookup_key": number, "waits": waits}
            )
        case _:
            journal.record(
                "ops.secret_key.added", subject="room:ops", facts={"secret_key": number, "waits": waits}
            )


def begun(kind: str, number: int) -> None:
    match kind:
        case "file":
            journal.record("ops.file_key.begun", subject="room:ops", facts={"file_key": number})
        case "field":
            journal.record("ops.field_key.begun", subject="room:ops", facts={"field_key": number})
        case "lookup":
            journal.record("ops.lookup_key.begun", subject="room:ops", facts={"lookup_key": number})
        case _:
            journal.record("ops.secret_key.begun", subject="room:ops", facts={"secret_key": number})


def retired(kind: str, number: int) -> None:
    match kind:
        case "file":
            journal.record("ops.file_key.retired", subject="room:ops", facts={"file_key": number})
        case "field":
            journal.record("ops.field_key.retired", subject="room:ops", facts={"field_key": number})
        case "lookup":
            _lookup_retired(number)
        case _:
            journal.record("ops.secret_key.retired", subject="room:ops", facts={"secret_key": number})


def _lookup_retired(number: int) -> None:
    """Once: the command is given again where the file could not be replaced, and no number comes back."""
    before = Event.objects.filter(subject="room:ops", event="ops.lookup_key.retired")
    if not before.filter(facts={"lookup_key": number}).exists():
        journal.record("ops.lookup_key.retired", subject="room:ops", facts={"lookup_key": number})


def given_up(count: int) -> None:
    journal.record("ops.field_key.values_lost", subject="room:ops", facts={"lost_values": count})

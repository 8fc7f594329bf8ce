"""How each simulated SMS provider misbehaves, finer than a fault: in hundredths of its texts, or milliseconds."""

from motcua.kernel.refusal import Refusal
from motcua.simulators.store import Store

#: For each knob its largest value.
KNOBS: dict[str, int] = {
    "latency_ms": 60_000,
    "error_percent": 100,
    "hang": 1,
    "dead": 1,
    "undelivered_percent": 100,
    "failed_percent": 100,
    "duplicate_percent": 100,
    "reorder_percent": 100,
    "forged_percent": 100,
    "receipt_ms": 60_000,
}
PROVIDERS = ("chinh", "phu")
_BY_ITSELF = {"receipt_ms": 300}


class NoSuchKnob(Refusal):
    code = "no_such_knob"
    status = 422
    message = "Không có núm chỉnh như vậy, hoặc giá trị ngoài khoảng cho phép. Đề nghị kiểm tra lại."


def current(store: Store, provider: str) -> dict[str, int]:
    with store.open() as db:
        rows = db.execute("SELECT name, value FROM knob WHERE provider = ?", [provider]).fetchall()
    kept = {row["name"]: int(row["value"]) for row in rows}
    return {name: kept.get(name, _BY_ITSELF.get(name, 0)) for name in KNOBS}


def turn(store: Store, provider: str, wanted: dict[str, object]) -> dict[str, int]:
    """Set the named knobs, leave the others. Raises NoSuchKnob."""
    if provider not in PROVIDERS:
        raise NoSuchKnob
    rows = []
    for name, value in wanted.items():
        number = int(value) if isinstance(value, bool | int) else -1
        if name not in KNOBS or not 0 <= number <= KNOBS[name]:
            raise NoSuchKnob
        rows.append((provider, name, number))
    with store.open() as db:
        db.executemany("INSERT OR REPLACE INTO knob (provider, name, value) VALUES (?, ?, ?)", rows)
    return current(store, provider)

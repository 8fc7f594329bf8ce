"""One figure as Prometheus reads it: a name, what it is, and its values by at most one label."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    about: str
    values: list[tuple[str, float]] = field(default_factory=list)
    label: str = ""


def one(name: str, about: str, value: float) -> Figure:
    return Figure(name, about, [("", float(value))])

"""`motcua health`: the same as the page “Tình trạng hệ thống”, for whoever stands at the machine."""

from typing import Final

from django.utils import timezone

from motcua.health import reading
from motcua.health.reading import Job, Part, State

_SIGNS: Final = {State.GOOD: "tốt", State.WARNING: "chú ý", State.BAD: "HỎNG", State.NONE: "-"}


def run() -> int:
    """0 when nothing is red, 1 else: for a script that watches."""
    found = reading.look()
    for part in found.parts:
        print(_of_part(part))
    for job in found.jobs:
        print(_of_job(job))
    print(f"{found.bad} phần hỏng." if found.bad else "Không phần nào hỏng.")
    return 1 if found.bad else 0


def _of_part(part: Part) -> str:
    todo = f" → {part.act}" if part.state is State.BAD and part.act else ""
    return f"{_SIGNS[part.state]:6} {part.title}: {part.said}{todo}"


def _of_job(job: Job) -> str:
    last = f"{timezone.localtime(job.last_at):%H:%M:%S %d/%m}" if job.last_at else "chưa lần nào"
    backlog = f"; còn {job.backlog}" if job.backlog is not None else ""
    todo = f" → {job.act}" if job.state is State.BAD and job.act else ""
    return f"{_SIGNS[job.state]:6} {job.title}: {job.said} Lần cuối {last}{backlog}{todo}"

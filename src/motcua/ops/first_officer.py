"""`motcua appoint`: the first officers of an installation, who appoint all others on screens.

Run as the database's owner: the running system may appoint nobody in the installation's name. What names the person
is read from standard input, so that it stands in no list of processes and in no history of commands.
"""

import sys
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, cast

from django.conf import settings
from django.utils.module_loading import import_string

from motcua.desk.ports import PURPOSE_APPOINTING, AccountRegistry, Found, NotFoundAnswer
from motcua.kernel.authority import POWER_WORDS, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.ops.places import CannotStart
from motcua.units import granting, officers, posts
from motcua.units.models import Officer, Unit

#: Who asks, while nobody holds a post yet.
NOBODY: Final = "0" * 32
#: Seconds; longer than a line that was silent is left alone.
_BETWEEN: Final = 2.0
_QUESTIONS: Final = ("Số CMND/CCCD: ", "Họ và tên: ", "Số điện thoại công vụ: ")


def run(unit_code: str, powers: Sequence[str], on: date, *, ask: Callable[[str], str] | None = None) -> int:
    """0 when the person holds the post; CannotStart says what is missing."""
    wanted = [Power(power) for power in powers]
    if idle := granting.without_effect() & set(wanted):
        names = ", ".join(POWER_WORDS[power] for power in idle)
        raise CannotStart(f"Quyền {names} không có tác dụng tại hệ thống này: đề nghị quản trị của Cổng cấp.")
    if not Unit.objects.filter(code=unit_code).exists():
        raise CannotStart(f"Chưa có đơn vị {unit_code}.")
    number, name, phone = (_line(question, ask) for question in _QUESTIONS)
    subject = subject_of(CitizenId.parse(number), unit_code)
    found = Officer.objects.filter(subject=subject).first()
    officer = found or officers.register(
        subject=subject, full_name=PersonName.parse(name), phone=Phone.parse(phone)
    )
    posts.bootstrap(
        officer_id=officer.pk, unit_code=unit_code, powers=wanted, valid_from=on, reason="motcua appoint"
    )
    print("Đã giao quyền: " + ", ".join(POWER_WORDS[power] for power in wanted) + ".")
    return 0


def subject_of(number: CitizenId, unit_code: str, *, patience: float = 0.0) -> str:
    """Who the portal says this is, for this desk; a silent one is asked again for ``patience`` seconds.

    Each time under the same reference: it is one question. Raises CannotStart.
    """
    registry = cast(AccountRegistry, import_string(settings.ACCOUNT_REGISTRY)())
    reference, until = str(uuid.uuid4()), time.monotonic() + patience
    while True:
        answer = registry.check(
            number=number,
            old_number=None,
            purpose=PURPOSE_APPOINTING,
            asked_by=NOBODY,
            unit_code=unit_code,
            reference=reference,
        )
        if isinstance(answer, Found | NotFoundAnswer) or time.monotonic() >= until:
            break
        time.sleep(_BETWEEN)
    if isinstance(answer, Found):
        return answer.subject
    if isinstance(answer, NotFoundAnswer):
        raise CannotStart("Người này chưa có tài khoản trên Cổng; đề nghị đăng ký tài khoản trước.")
    raise CannotStart(
        f"Cổng ở {settings.PORTAL_URL} chưa trả lời ({answer.reason_code});"
        " hãy kiểm tra Cổng đang chạy và đã đăng ký hệ thống này."
    )


def _line(question: str, ask: Callable[[str], str] | None) -> str:
    if ask is not None:
        return ask(question)
    if sys.stdin.isatty():
        return input(question)
    return sys.stdin.readline().strip()

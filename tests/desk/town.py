"""A small town hall for the desk's tests: units, officers, one catalogue, one portal, and short words for the steps."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from tests.desk.fake_portal import FakePortal

from motcua.desk import checks, exceptions, reception, sample
from motcua.desk.models import Dossier, GateException, Procedure
from motcua.desk.submission import HandedIn, How, Submission
from motcua.kernel.authority import Authority, Power
from motcua.kernel.citizen_id import CitizenId
from motcua.units.models import BOOTSTRAP_APPROVER, BOOTSTRAP_GRANTER, Officer, Post, Unit

PREFIX = "000.00.06.H08"
OWNER = "052190000001"
NAME = "Nguyễn Thị Mẫu"
PROCEDURE = "2.001914"
CATALOGUE = [
    {
        "code": PROCEDURE,
        "name": "Chỉnh sửa nội dung văn bằng, chứng chỉ",
        "levels": ["so", "phong"],
        "deadline": "5 working days",
        "components": ["Đơn đề nghị", "Bản chính văn bằng", "Giấy tờ chứng minh (khai sinh)"],
        "fee_vnd": None,
        "decided_by": "Sở",
        "result": "Quyết định chỉnh sửa",
    },
    {
        "code": "2.002479",
        "name": "Tiếp nhận học sinh về nước",
        "levels": ["so"],
        "deadline": None,
        "components": ["Đơn xin học", "Học bạ (bản dịch)"],
        "fee_vnd": 0,
        "decided_by": "Sở",
        "result": "Giấy giới thiệu tiếp nhận",
    },
]
_serial = count(1)


@dataclass
class Town:
    """One unit with officers; ``authority`` receives there."""

    portal: FakePortal
    unit: Unit
    officer: Officer
    authority: Authority
    numbers: "count[int]" = field(default_factory=lambda: count(2))

    def new_owner(self) -> str:
        number = f"05219{next(self.numbers):07d}"
        self.portal.enrol(number, NAME)
        return number

    def check(self, number: str = OWNER, by: Authority | None = None) -> checks.CheckView:
        return checks.check_owner(
            authority=by or self.authority,
            number=CitizenId.parse(number),
            registry=self.portal,
            now=timezone.now(),
        )

    def choose(
        self, check_id: uuid.UUID, procedure: str = PROCEDURE, by: Authority | None = None
    ) -> checks.Draft:
        return checks.choose_procedure(
            authority=by or self.authority,
            check_id=check_id,
            procedure_code=procedure,
            process_id=process_of(procedure),
            registry=self.portal,
            now=timezone.now(),
        )

    def draft(self, number: str = OWNER, by: Authority | None = None) -> uuid.UUID:
        return self.choose(self.check(number, by).public_id, by=by).check_id

    def receive(
        self, check_id: uuid.UUID, form: Submission | None = None, by: Authority | None = None
    ) -> Dossier:
        return reception.receive(
            authority=by or self.authority,
            check_id=check_id,
            form=form or a_form(),
            registry=self.portal,
            vault=self.portal,
            now=timezone.now(),
        )

    def received(self, number: str = OWNER) -> Dossier:
        return self.receive(self.draft(number))


def town(tmp_path: Path) -> Town:
    """Built anew for a test."""
    portal = FakePortal()
    portal.enrol(OWNER, NAME)
    unit = a_unit("so-gddt", PREFIX, kind=Unit.Kind.SO)
    who = an_officer()
    catalogue = tmp_path / "procedures.json"
    catalogue.write_text(json.dumps(CATALOGUE), encoding="utf-8")
    sample.load(catalogue)
    return Town(portal, unit, who, authority_of(who, unit))


def a_unit(code: str, prefix: str, kind: str = Unit.Kind.PHONG_GDDT, **more: object) -> Unit:
    values: dict[str, object] = {
        "name": f"Đơn vị {code}",
        "short_name": code,
        "kind": kind,
        "dossier_prefix": prefix,
        "has_desk": True,
        "valid_from": date(2020, 1, 1),
    }
    return Unit.objects.create(code=code, **{**values, **more})


def an_officer() -> Officer:
    subject = f"{next(_serial):032x}"
    return Officer.objects.create(
        subject=subject,
        full_name="Trần Văn Quầy",
        phone_sealed=settings.KEYRING.seal("officer.phone", subject, "+84913000009"),
        phone_masked="09*****000",
    )


def an_exception(town: Town) -> GateException:
    return exceptions.ask(
        authority=town.authority,
        reason_kind="PASSPORT",
        reason="Người nước ngoài chỉ có hộ chiếu",
        owner_name="Anna Mẫu",
        paper="Hộ chiếu X0000001",
    )


def authority_of(who: Officer, unit: Unit, *powers: Power) -> Authority:
    return Authority(
        officer_id=who.pk,
        subject=who.subject,
        unit_id=unit.pk,
        unit_code=unit.code,
        powers=frozenset(powers or (Power.RECEIVE_DOSSIER,)),
        subtree=(unit.pk,),
    )


def head_of(unit: Unit) -> Authority:
    """Somebody else, who may approve exceptions there."""
    head = an_officer()
    Post.objects.create(
        officer=head,
        grantee_subject=head.subject,
        unit=unit,
        powers=[Power.APPROVE_EXCEPTION],
        valid_from=date(2020, 1, 1),
        granted_by_subject=BOOTSTRAP_GRANTER,
        approved_by_subject=BOOTSTRAP_APPROVER,
    )
    return authority_of(head, unit, Power.APPROVE_EXCEPTION)


def process_of(procedure: str, order: int = 1) -> int:
    return Procedure.objects.get(code=procedure, valid_to=None).processes.get(order=order).pk


def a_form(
    procedure: str = PROCEDURE,
    *,
    key: uuid.UUID | None = None,
    papers: Sequence[HandedIn] = (),
    **more: object,
) -> Submission:
    given = papers or [HandedIn(order=1, how=How.PAPER, originals=1), HandedIn(order=2, how=How.SHOWN)]
    return Submission(
        key=key or uuid.uuid4(),
        procedure_code=procedure,
        process_id=process_of(procedure),
        papers=[*given, *_shown(procedure, {paper.order for paper in given})],
        **more,  # type: ignore[arg-type]
    )


def _shown(procedure: str, given: set[int]) -> list[HandedIn]:
    """What else the procedure cannot be received without."""
    necessary = Procedure.objects.get(code=procedure, valid_to=None).components.filter(necessity="REQUIRED")
    orders = necessary.exclude(order__in=given).values_list("order", flat=True).order_by("order")
    return [HandedIn(order=order, how=How.SHOWN) for order in orders]

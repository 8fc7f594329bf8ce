"""Danh mục thủ tục: procedures in versions, their papers, forms and processes. Rules that span rows: migration 0007.

Part of this room's tables; ``models`` imports this file.
"""

import uuid
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import BigIntegerField, F, Func, Q, Value
from django.db.models.expressions import RawSQL

from motcua.desk.catalogue_words import (
    STEP_POWERS,
    WITHOUT_AMOUNT,
    AfterSupplement,
    Asker,
    LeaveWhen,
    Level,
    Necessity,
    PaidWhen,
    TermUnit,
    UnitRole,
)
from motcua.kernel.term import Term
from motcua.kernel.term import TermUnit as KernelTermUnit
from motcua.units.models import Unit

_SUBJECT = r"\A[0-9a-f]{32}\Z"
_CODE = r"\A[0-9A-Za-z][0-9A-Za-z.-]{0,39}\Z"
_TYPE_CODE = r"\A[a-z0-9-]{0,80}\Z"
_POWERS = [power.value for power in STEP_POWERS]


def _known(column: str, words: type[models.TextChoices], *, never_empty: bool = False) -> Q:
    known = Q(**{f"{column}__contained_by": words.values})
    return known & ~Q(**{column: []}) if never_empty else known


def _term(channel: str) -> models.CheckConstraint:
    """SAME_DAY and NONE stand alone; every other unit counts something."""
    bare = [unit.value for unit in TermUnit if unit in WITHOUT_AMOUNT]
    counted = [unit.value for unit in TermUnit if unit not in WITHOUT_AMOUNT]
    unit, amount = f"term_{channel}_unit", f"term_{channel}_amount"
    return models.CheckConstraint(
        name=f"procedure_term_{channel}",
        condition=Q(**{f"{unit}__in": bare, amount: 0})
        | Q(**{f"{unit}__in": counted, f"{amount}__gte": 1, f"{amount}__lte": 999}),
        violation_error_message="Thời hạn giải quyết phải gồm số lượng và đơn vị tính.",
    )


def _same_code() -> Func:
    """A code as a range of one point: ranges exclude each other without the extension btree_gist.

    Two codes of one 64-bit hash would exclude each other too; that does not happen to a catalogue.
    """
    point = Func(F("code"), Value(0), function="hashtextextended", output_field=BigIntegerField())
    return Func(point, point, Value("[]"), function="int8range")


def _days() -> Func:
    return Func(
        F("valid_from"), F("valid_to"), Value("[]"), function="daterange", output_field=DateRangeField()
    )


class Procedure(models.Model):
    """One version of a thủ tục hành chính, as published, from its first to its last day.

    A code has as many rows as versions; their days do not overlap. A version that a dossier uses keeps its
    content for ever, only its last day may still be set.
    """

    code = models.TextField(db_index=True)
    name = models.TextField()
    name_folded = models.TextField(blank=True, default="")
    field = models.TextField(blank=True, default="")
    levels = ArrayField(models.TextField())
    deadline_words = models.TextField(blank=True, default="")
    term_direct_amount = models.PositiveSmallIntegerField(default=0)
    term_direct_unit = models.TextField(choices=TermUnit.choices, blank=True, default="")
    term_online_amount = models.PositiveSmallIntegerField(default=0)
    term_online_unit = models.TextField(choices=TermUnit.choices, blank=True, default="")
    after_supplement = models.TextField(choices=AfterSupplement.choices, default=AfterSupplement.ANEW)
    #: Lệ phí; NULL: set elsewhere, ``fee_words`` says where.
    fee_vnd = models.PositiveIntegerField(null=True, blank=True)
    #: Phí, likewise.
    charge_vnd = models.PositiveIntegerField(null=True, blank=True, default=0)
    fee_words = models.TextField(blank=True, default="")
    paid_when = models.TextField(choices=PaidWhen.choices, blank=True, default="")
    result = models.TextField(blank=True, default="")
    result_type_code = models.TextField(blank=True, default="")
    #: NULL: the result does not lapse.
    result_months = models.PositiveSmallIntegerField(null=True, blank=True)
    legal_basis = models.TextField(blank=True, default="")
    who_may_ask = ArrayField(models.TextField(), default=list)
    decided_by = models.TextField(blank=True, default="")
    is_sample = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "thủ tục"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="procedure_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực.",
            ),
            ExclusionConstraint(
                name="procedure_versions_apart",
                expressions=[
                    (_same_code(), RangeOperators.OVERLAPS),
                    (_days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Các phiên bản của một thủ tục không được có hiệu lực trùng ngày.",
            ),
            models.CheckConstraint(
                name="procedure_code_shape",
                condition=Q(code__regex=_CODE),
                violation_error_message="Mã thủ tục chỉ gồm chữ không dấu, chữ số, dấu chấm và dấu gạch nối.",
            ),
            models.CheckConstraint(
                name="procedure_known_words",
                condition=_known("levels", Level, never_empty=True)
                & _known("who_may_ask", Asker)
                & Q(after_supplement__in=AfterSupplement.values, paid_when__in=PaidWhen.values),
                violation_error_message="Cấp, đối tượng hoặc cách thu phí không có trong danh mục.",
            ),
            _term("direct"),
            _term("online"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def term_direct(self) -> Term | None:
        """For what is handed in at the desk or by post; None when the law sets none."""
        return _term_of(self.term_direct_amount, self.term_direct_unit)

    @property
    def term_online(self) -> Term | None:
        """For what is filed online."""
        return _term_of(self.term_online_amount, self.term_online_unit)

    @property
    def working_days(self) -> int | None:
        """The direct term where it counts working days; 0: the same day; None: counted otherwise or not at all."""
        if self.term_direct_unit == TermUnit.SAME_DAY:
            return 0
        return self.term_direct_amount if self.term_direct_unit == TermUnit.WORKING_DAYS else None


def _term_of(amount: int, unit: str) -> Term | None:
    return Term(amount, KernelTermUnit(unit)) if unit else None


class Component(models.Model):
    """Thành phần hồ sơ of a procedure; ``type_code`` is what the vault calls such a paper."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="components")
    order = models.PositiveSmallIntegerField()
    name = models.TextField()
    type_code = models.TextField()
    originals = models.PositiveSmallIntegerField(default=1)
    certified = models.PositiveSmallIntegerField(default=0)
    copies = models.PositiveSmallIntegerField(default=0)
    shown_only = models.BooleanField(default=False)
    digitise = models.BooleanField(default=True)
    necessity = models.TextField(choices=Necessity.choices, default=Necessity.REQUIRED)
    #: When a conditional component is asked for, in words.
    asked_when = models.TextField(blank=True, default="")
    #: Good for one request (đơn, tờ khai) or wanted as the very original: never taken from the vault.
    not_reused = models.BooleanField(db_default=False, default=False)

    class Meta:
        verbose_name = "thành phần hồ sơ"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["procedure", "order"], name="component_order_once"),
            models.CheckConstraint(
                name="component_shown_not_digitised",
                condition=Q(shown_only=False) | Q(digitise=False),
                violation_error_message="Giấy tờ chỉ xuất trình thì không số hóa.",
            ),
            models.CheckConstraint(
                name="component_asked_when",
                condition=Q(necessity="CONDITIONAL") & ~Q(asked_when="")
                | Q(necessity__in=["REQUIRED", "OPTIONAL"], asked_when=""),
                violation_error_message="Thành phần có điều kiện phải ghi rõ trường hợp cần nộp.",
            ),
            models.CheckConstraint(
                name="component_type_code_shape",
                condition=Q(type_code__regex=_TYPE_CODE),
                violation_error_message="Mã loại giấy tờ chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối.",
            ),
        ]

    def __str__(self) -> str:
        return f"component:{self.pk}"


class ProcedureForm(models.Model):
    """Mẫu đơn, tờ khai of a procedure: its name, and where it is (a link or words)."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="forms")
    order = models.PositiveSmallIntegerField()
    name = models.TextField()
    link = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "mẫu đơn"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["procedure", "order"], name="procedure_form_order_once"),
        ]

    def __str__(self) -> str:
        return f"procedure_form:{self.pk}"


class Process(models.Model):
    """Quy trình: one way of a dossier of this procedure through the house; its steps are rows of their own."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="processes")
    name = models.TextField()
    order = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "quy trình"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["procedure", "order"], name="process_order_once"),
        ]

    def __str__(self) -> str:
        return f"process:{self.pk}"


class ProcessStep(models.Model):
    """Bước: whose turn it is, with which right, for how long, and what must be true before it may be left.

    Orders run 1, 2, 3 … without a gap; the first step receives, the last hands out (a deferred trigger says so).
    """

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="steps")
    order = models.PositiveSmallIntegerField()
    name = models.TextField()
    unit_role = models.TextField(choices=UnitRole.choices, default=UnitRole.RECEIVING)
    #: Of a DEPARTMENT: a kind of unit below the receiving one ("" = the receiving unit's own specialists).
    unit_kind = models.TextField(blank=True, default="")
    #: Of an OTHER_AGENCY: its name.
    agency = models.TextField(blank=True, default="")
    power = models.TextField()
    working_minutes = models.PositiveIntegerField()
    leave_when = ArrayField(models.TextField(), default=list)

    class Meta:
        verbose_name = "bước của quy trình"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["process", "order"], name="process_step_order_once"),
            models.CheckConstraint(
                name="process_step_order_from_one",
                condition=Q(order__gte=1),
                violation_error_message="Thứ tự bước bắt đầu từ 1.",
            ),
            models.CheckConstraint(
                name="process_step_known_words",
                condition=Q(unit_role__in=UnitRole.values, power__in=_POWERS)
                & Q(unit_kind__in=["", *Unit.Kind.values])
                & _known("leave_when", LeaveWhen),
                violation_error_message="Đơn vị, quyền hoặc điều kiện của bước không có trong danh mục.",
            ),
            models.CheckConstraint(
                name="process_step_of_whom",
                condition=(
                    Q(unit_role="OTHER_AGENCY") & ~Q(agency="") | ~Q(unit_role="OTHER_AGENCY") & Q(agency="")
                )
                & (Q(unit_role="DEPARTMENT") | Q(unit_kind="")),
                violation_error_message="Bước của cơ quan khác phải ghi tên cơ quan đó.",
            ),
            models.CheckConstraint(
                name="process_step_time",
                condition=Q(working_minutes__gte=1, working_minutes__lte=480_000),
                violation_error_message="Thời gian làm việc của bước phải lớn hơn không.",
            ),
        ]

    def __str__(self) -> str:
        return f"process_step:{self.pk}"


class CatalogueDraft(models.Model):
    """Bản thảo: what an administrator is about to publish, from the screen or from a file. Applied once."""

    class Kind(models.TextChoices):
        EDIT = "EDIT", "Soạn trên màn hình"
        IMPORT = "IMPORT", "Nhập từ tệp"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.TextField(choices=Kind.choices)
    officer_subject = models.TextField()
    unit_code = models.TextField()
    entries = models.JSONField(default=list)
    changes = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "bản thảo danh mục"
        indexes: ClassVar = [
            models.Index(fields=["officer_subject", "-made_at"], name="catalogue_draft_of_officer"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="catalogue_draft_words",
                condition=Q(kind__in=["EDIT", "IMPORT"], officer_subject__regex=_SUBJECT),
                violation_error_message="Bản thảo danh mục phải có loại và cán bộ lập.",
            ),
        ]

    def __str__(self) -> str:
        return f"catalogue_draft:{self.public_id}"

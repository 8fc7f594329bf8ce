"""The words of the document that many operations share, and how they become values of the house."""

from datetime import date
from typing import Annotated, Final, Literal

from ninja import Header, Schema
from pydantic import BaseModel, ConfigDict, Field

from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.tax_code import TaxCode

SUBJECT: Final = "^[0-9a-f]{32}$"

Subject = Annotated[
    str,
    Field(pattern=SUBJECT, description="Mã riêng của một người ở hệ thống gọi; hai hệ thống không so được."),
]
OfficerId = Annotated[
    str, Field(pattern=SUBJECT, description="Mã riêng của cán bộ ở hệ thống gọi; người dân thấy ai đã hỏi.")
]
UnitCode = Annotated[
    str,
    Field(
        pattern="^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=64,
        description="Mã đơn vị của cán bộ: đơn vị đăng ký kết nối hoặc đơn vị trực thuộc.",
    ),
]
UnitCodeOrNone = Annotated[
    str,
    Field(
        pattern="^([a-z0-9]+(-[a-z0-9]+)*)?$",
        max_length=64,
        description="Như mã đơn vị; để trống khi chính chủ kho hỏi, trong phiên của mình.",
    ),
]
#: Free words on one line.
Words = Annotated[str, Field(pattern="^[^\\x00-\\x1f\\x7f]*$", max_length=200)]
ProcedureCode = Annotated[
    str, Field(pattern="^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$", description="Mã thủ tục hành chính.")
]
DossierCode = Annotated[
    str, Field(pattern="^[0-9A-Za-z][0-9A-Za-z.-]{0,63}$", description="Mã hồ sơ ở hệ thống gọi.")
]
#: As long as a catalogue may call a paper, and a vault keeps it.
TypeCode = Annotated[str, Field(pattern="^[0-9A-Za-z][0-9A-Za-z._-]{0,79}$", description="Mã loại giấy tờ.")]
Receipt = Annotated[
    str,
    Field(
        pattern="^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+$",
        max_length=4096,
        description="Biên nhận (JWS, ES256) mà cổng đã cấp cho hệ thống này.",
    ),
]
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern="^[A-Za-z0-9._:-]{8,128}$",
        description="Mã của việc này, do hệ thống gọi đặt. Gọi lại với cùng mã thì việc không làm lần thứ hai.",
    ),
]


class Asked(BaseModel):
    """A body that says nothing but what is described."""

    model_config = ConfigDict(extra="forbid")


class CitizenNumber(Asked):
    """Số CMND/CCCD."""

    kind: Literal["CITIZEN_ID"]
    number: str = Field(pattern="^([0-9]{9}|[0-9]{12})$", examples=["052090000101"])

    @property
    def value(self) -> CitizenId:
        """Raises InvalidCitizenId."""
        return CitizenId.parse(self.number)


class OrganisationNumber(Asked):
    """Mã số thuế, có chữ số kiểm tra."""

    kind: Literal["TAX_CODE"]
    number: str = Field(pattern="^([0-9]{10}|[0-9]{13})$", examples=["4100267298"])

    @property
    def value(self) -> TaxCode:
        """Raises InvalidTaxCode."""
        return TaxCode.parse(self.number)


class Done(Schema):
    """It is done, now or by an earlier call with the same key."""

    done: Literal[True] = True


Day = Annotated[date, Field(examples=["2026-11-30"])]

"""Đối soát: what this system brought on a day, by its own keys; nothing of a person."""

from typing import Annotated, Literal

from ninja import Router, Schema
from pydantic import Field

from motcua.api.guard import CallerRequest, Scope, SystemToken
from motcua.api.values import Asked, Day
from motcua.desk.ports_ledger import digest_of
from motcua.vault import arrivals

router = Router(tags=["Đối soát"])
_TOKEN = SystemToken(Scope.VAULT_PUT)
_PAGE = 500

Kind = Literal["NOTICES", "PAPERS", "RESULTS", "MOVES"]
Key = Annotated[str, Field(min_length=1, max_length=160, pattern="^[^\\x00-\\x1f\\x7f]+$")]


class DayAsked(Asked):
    day: Day


class KindDigest(Schema):
    """Số lượng, và SHA-256 trên các khóa đã sắp xếp, mỗi khóa một dòng."""

    kind: Kind
    count: int
    sha256: str


class DayDigests(Schema):
    digests: list[KindDigest]


@router.post(
    "/arrivals/digests",
    auth=_TOKEN,
    response={200: DayDigests},
    operation_id="digestArrivals",
    summary="Cổng đã nhận bao nhiêu tin báo, giấy tờ, kết quả trong một ngày",
)
def digests(request: CallerRequest, question: DayAsked) -> DayDigests:
    """Để so với số của hệ thống gọi; khác nhau thì hỏi tiếp listArrivals, missingArrivals."""
    found = []
    for kind in arrivals.KINDS:
        digest = digest_of(arrivals.on(question.day, audience=request.auth.audience, kind=kind))
        found.append(KindDigest(kind=kind, count=digest.count, sha256=digest.sha256))
    return DayDigests(digests=found)


class ArrivalsAsked(Asked):
    kind: Kind
    day: Day
    after: str = Field("", max_length=160, description="Khóa cuối của trang trước; để trống ở trang đầu.")


class Keys(Schema):
    keys: list[str]


@router.post(
    "/arrivals",
    auth=_TOKEN,
    response={200: Keys},
    operation_id="listArrivals",
    summary="Khóa của những gì đã đến trong một ngày",
)
def listing(request: CallerRequest, question: ArrivalsAsked) -> Keys:
    """Nhiều nhất 500 khóa một trang, theo thứ tự; trang rỗng là hết."""
    found = arrivals.on(question.day, audience=request.auth.audience, kind=question.kind)
    return Keys(keys=[key for key in found if key > question.after][:_PAGE])


class MissingAsked(Asked):
    kind: Kind
    keys: list[Key] = Field(min_length=1, max_length=500)


@router.post(
    "/arrivals/missing",
    auth=_TOKEN,
    response={200: Keys},
    operation_id="missingArrivals",
    summary="Trong các khóa này, khóa nào chưa từng đến",
)
def missing(request: CallerRequest, question: MissingAsked) -> Keys:
    """Vào bất kỳ ngày nào."""
    return Keys(keys=arrivals.missing(question.keys, audience=request.auth.audience, kind=question.kind))

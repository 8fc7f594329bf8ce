"""Chủ tài khoản đã gộp: under which id an owner is known now; nothing else of a person."""

from datetime import datetime
from typing import Annotated

from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from motcua.accounts import merge_feed
from motcua.api.guard import CallerRequest, Scope, SystemToken
from motcua.api.values import Asked, Subject

router = Router(tags=["Tài khoản"])


class MergedAsked(Asked):
    since: AwareDatetime | None = Field(
        None, description="Thời điểm cuối đã nhận; để trống ở lần đầu. Lời đáp có thể lặp lại thời điểm đó."
    )


class MergedOwner(Schema):
    """Từ lúc ``at``, chủ hồ sơ có mã ``was`` được biết dưới mã ``now``; đã tách lại thì ``now`` để trống."""

    was: Subject
    now: Annotated[str, Field(pattern="^([0-9a-f]{32})?$")]
    at: datetime


class MergedOwners(Schema):
    merged: list[MergedOwner]


@router.post(
    "/accounts/merged",
    auth=SystemToken(Scope.ACCOUNT_CHECK),
    response={200: MergedOwners},
    operation_id="listMergedOwners",
    summary="Chủ tài khoản nào đã gộp hoặc tách từ một thời điểm",
)
def merged(request: CallerRequest, question: MergedAsked) -> MergedOwners:
    """Theo thứ tự thời gian, nhiều nhất 500 dòng; chỉ những chủ hồ sơ mà hệ thống gọi đã biết."""
    found = merge_feed.since(request.auth.audience, question.since)
    return MergedOwners(merged=[MergedOwner(was=each.was, now=each.now, at=each.at) for each in found])

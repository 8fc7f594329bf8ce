"""Đặt lại xác thực hai bước: what holds wherever it is asked. Two administrators, an officer in reach, a reason."""

from datetime import date

from motcua.kernel import plain_text
from motcua.kernel.authority import Authority, NotAuthorised, Power
from motcua.kernel.refusal import NotFound, Refusal
from motcua.outbox import sending, texts
from motcua.units import officers, posts, staff


class ResetForYourself(Refusal):
    code = "factor_reset_for_yourself"
    status = 403
    message = (
        "Ông/bà không đặt lại xác thực hai bước cho chính mình được. Đề nghị quản trị viên khác thực hiện."
    )


class ResetSecondPersonNeeded(Refusal):
    code = "factor_reset_second_person_needed"
    status = 403
    message = "Người duyệt phải khác người đề nghị. Đề nghị quản trị viên thứ hai duyệt."


class ResetAlreadyAsked(Refusal):
    code = "factor_reset_already_asked"
    status = 409
    message = (
        "Cán bộ này đang có một đề nghị đặt lại chờ duyệt. Đề nghị ông/bà chờ đề nghị đó được quyết định."
    )


class ResetAlreadyDecided(Refusal):
    code = "factor_reset_already_decided"
    status = 409
    message = "Đề nghị này đã được quyết định. Đề nghị ông/bà tải lại danh sách."


class ResetReasonMissing(Refusal):
    code = "factor_reset_reason_missing"
    message = "Đề nghị ghi rõ lý do, ví dụ: mất điện thoại ngày 12/5, đã đối chiếu thẻ căn cước."


def reason_of(typed: str) -> str:
    """Raises ResetReasonMissing."""
    words = plain_text.clean(typed, max_length=300, lines=True)
    if len(words) < 10:
        raise ResetReasonMissing
    return words


def require_reach(authority: Authority, subject: str, *, on: date) -> None:
    """Raises ResetForYourself; NotFound for who works elsewhere, NotAuthorised for who works above or beside too."""
    if subject == authority.subject:
        raise ResetForYourself
    held = posts.posts_of(subject, on)
    inside = [post for post in held if post.unit_id in authority.subtree]
    if not inside:
        raise NotFound
    if len(inside) < len(held):
        raise NotAuthorised(power=Power.GRANT.value)


def is_in_reach(viewer: Authority, subject: str, *, on: date) -> bool:
    """For showing what can be done, never for deciding."""
    held = posts.posts_of(subject, on)
    return bool(held) and all(post.unit_id in viewer.subtree for post in held)


def tell_heads(subject: str, *, key: str, on: date) -> None:
    """The head of the desk where the officer works hears of it; in the caller's transaction."""
    units = {post.unit_code for post in posts.posts_of(subject, on)}
    heads = {
        one.subject
        for unit in units
        for one in staff.colleagues_of(subject, unit, on=on, power=Power.APPROVE_EXCEPTION)
    }
    for head in sorted(heads):
        sending.enqueue(
            to=officers.phone_of(head),
            text=texts.factor_reset_of_colleague(),
            purpose="factor_reset",
            dedupe_key=f"factor_reset_head:{key}:{head}",
        )

"""Who read or agreed to which version of which text, and when; whoever did not is asked (threats DP-02)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from motcua import journal
from motcua.accounts import notice_channels
from motcua.accounts.agreed_texts import VERSIONS, Text, Version, newest
from motcua.accounts.models import Agreement, NoticeChoice
from motcua.kernel.refusal import NotFound, Refusal
from motcua.kernel.visitor import Visitor


class TextChangedMeanwhile(Refusal):
    code = "text_changed_meanwhile"
    status = 409
    message = "Văn bản vừa có bản mới. Đề nghị ông/bà đọc bản mới rồi xác nhận lại."


class NotDeclinable(Refusal):
    code = "text_not_declinable"
    message = (
        "Thông báo này không cần đồng ý nên không từ chối được. Đề nghị ông/bà đọc rồi bấm “Tôi đã đọc”."
    )


class AnsweredOtherwise(Refusal):
    code = "text_answered_otherwise"
    status = 409
    message = (
        "Ông/bà đã trả lời khác cho bản này; câu trả lời trước vẫn được giữ. "
        "Để đổi kênh nhận thông báo, đề nghị ông/bà vào mục “Kênh nhận thông báo”."
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A text to be read now. ``optional``: not agreeing is an answer too."""

    text: Agreement.Text
    title: str
    version: Version
    optional: bool
    before: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """One line of the owner's history."""

    title: str
    version: str
    at: datetime
    words: str


def asked_of(account_id: int) -> list[Asked]:
    """What this person has to be shown, in order; nothing when everything shown is as it is now."""
    answered = dict(
        Agreement.objects.filter(account_id=account_id).order_by("pk").values_list("text", "version")
    )
    asked = []
    if answered.get(Text.PROCESSING) != newest(Text.PROCESSING).name:
        asked.append(_asked(Text.PROCESSING, answered, optional=False))
    if _agreed_to_older_words(account_id) and answered.get(Text.CHANNELS) != newest(Text.CHANNELS).name:
        asked.append(_asked(Text.CHANNELS, answered, optional=True))
    return asked


def answer(*, visitor: Visitor, text: str, version: str, agrees: bool) -> None:
    """Written once for each version. Who takes an optional consent back gets SMS from now on.

    Raises TextChangedMeanwhile when the version is not the newest any more, NotDeclinable for a text that only
    informs, AnsweredOtherwise when this version was answered the other way.
    """
    if text not in Text.values:
        raise NotFound
    known = Text(text)
    if newest(known).name != version:
        raise TextChangedMeanwhile
    if known is not Text.CHANNELS and not agrees:
        raise NotDeclinable
    with transaction.atomic():
        row, new = Agreement.objects.get_or_create(
            account_id=visitor.account_id, text=known.value, version=version, defaults={"agreed": agrees}
        )
        if row.agreed != agrees:
            raise AnsweredOtherwise
        if known is Text.CHANNELS and not agrees:
            notice_channels.choose(visitor=visitor, channels=NoticeChoice.Channels.SMS.value)
        if new:
            me = f"account:{visitor.account_id}"
            journal.record(
                "accounts.text.answered",
                subject=me,
                actor=me,
                facts={"text": known.value, "version": version, "agreed": agrees},
            )


def history_of(visitor: Visitor) -> list[Agreed]:
    """Everything the owner was shown here and answered, newest first."""
    own = [
        Agreed(row.get_text_display(), row.version, row.at, "đã đồng ý" if row.agreed else "không đồng ý")
        for row in Agreement.objects.filter(account_id=visitor.account_id)
    ]
    channels = [
        Agreed("Kênh nhận thông báo", row.words, row.chosen_at, row.get_channels_display())
        for row in NoticeChoice.objects.filter(account_id=visitor.account_id)
    ]
    return sorted([*own, *channels], key=lambda line: line.at, reverse=True)


def versions() -> Sequence[tuple[str, Version]]:
    """All that ever were, for whoever wants to read an old one."""
    return [(str(text.label), each) for text, known in VERSIONS.items() for each in known]


def _asked(text: Agreement.Text, answered: dict[str, str], *, optional: bool) -> Asked:
    return Asked(text, str(text.label), newest(text), optional, answered.get(text.value, ""))


def _agreed_to_older_words(account_id: int) -> bool:
    """Hears by e-mail, and chose that under words that are not the newest."""
    last = NoticeChoice.objects.filter(account_id=account_id).order_by("-id").first()
    sms = NoticeChoice.Channels.SMS
    return last is not None and last.channels != sms and last.words != newest(Text.CHANNELS).name

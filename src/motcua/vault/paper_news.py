"""Tin báo về giấy tờ trong kho: each owner hears what happened to their own papers, and nothing of anybody else's."""

from motcua.accounts import identity, notice_channels, notices
from motcua.accounts.models import Account
from motcua.outbox import texts
from motcua.vault.models import PaperCorrection, PaperReport

_PURPOSE = "paper_correction"


def put_right(done: PaperCorrection) -> None:
    """In the caller's transaction, as all of these."""
    _tell(done.paper.owner, texts.paper_put_right(host=notices.public_host()), f"{done.public_id}")


def moved(done: PaperCorrection, to: Account) -> None:
    host = notices.public_host()
    _tell(done.paper.owner, texts.paper_moved_away(host=host), f"{done.public_id}:away")
    _tell(to, texts.paper_moved_here(host=host), f"{done.public_id}:here")


def declined(done: PaperCorrection) -> None:
    _tell(done.paper.owner, texts.paper_left_as_it_is(host=notices.public_host()), f"{done.public_id}:no")


def answered(report: PaperReport) -> None:
    _tell(report.owner, texts.paper_report_answered(host=notices.public_host()), f"{report.public_id}")


def _tell(account: Account, text: str, key: str) -> None:
    """An organisation is reached through whoever acts for it."""
    for reader in notice_channels.readers(account):
        phone = identity.primary_phone(reader)
        if phone is not None:
            notices.tell(account=reader, to=phone, text=text, purpose=_PURPOSE, key=key)

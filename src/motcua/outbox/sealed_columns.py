"""Hộp thư đi: to whom and what, sealed until it is forgotten."""

from typing import Final

from motcua.keys.registry import Sealed

SEALED: Final = (
    Sealed("outbox.Letter", "to_sealed", "outbox.letter_to", row="{reference}", found_by="to_bi"),
    Sealed("outbox.Letter", "subject_sealed", "outbox.subject", row="{reference}"),
    Sealed("outbox.Letter", "body_sealed", "outbox.letter", row="{reference}"),
    Sealed("outbox.Message", "to_sealed", "outbox.to", row="{reference}", found_by="to_bi"),
    Sealed("outbox.Message", "body_sealed", "outbox.body", row="{reference}"),
)

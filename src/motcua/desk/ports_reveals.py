"""What a desk asks of the portal when an officer has to see an owner's whole number or phone."""

from typing import Protocol

from motcua.kernel.refusal import Refusal


class RevealRefused(Refusal):
    """The portal answered, and shows nothing of this owner: one answer for whatever the reason is."""

    code = "owner_reveal_refused"
    status = 409
    message = (
        "Cổng DVCQG không còn thông tin này của chủ hồ sơ, hoặc chưa biết chủ hồ sơ có hồ sơ đang giải quyết tại đây. "
        "Đề nghị ông/bà đối chiếu với giấy tờ gốc, hoặc thử lại sau ít phút."
    )


class OwnerReveals(Protocol):
    """The portal's own data of an owner, whole; the owner sees who looked."""

    def reveal(
        self, *, subject: str, dossier_code: str, what: str, asked_by: str, unit_code: str, key: str
    ) -> str:
        """``what``: NUMBER or PHONE. One line in the owner's history per key, however often it is asked.

        Raises RevealRefused, PortalUnavailable, TooManyAttempts.
        """
        ...

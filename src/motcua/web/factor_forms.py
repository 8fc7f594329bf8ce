"""The boxes of the second factor: what the app shows, a recovery code, what the browser's key signed."""

import re
from typing import Any, Final

from django import forms

from motcua.accounts.second_factor import Answer
from motcua.accounts.sign_in_history import How
from motcua.kernel.refusal import Refusal
from motcua.web.forms_base import Form, PasscodeField, PlainTextField, ValueField

_RECOVERY: Final = re.compile(r"[0-9A-Za-z]{10}")


class AppCodeField(PasscodeField):
    """→ str of six digits."""

    asked = "Ông/bà chưa nhập mã xác thực. Đề nghị nhập 6 chữ số đang hiện trên ứng dụng."

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "Mã xác thực", **kwargs})


class NotARecoveryCode(Refusal):
    code = "recovery_code_malformed"
    message = "Mã dự phòng gồm 10 chữ và số, ví dụ abcde-23456. Đề nghị ông/bà nhập lại."


class RecoveryCodeField(ValueField):
    """→ str of ten letters and digits."""

    autocomplete = "off"
    field_class = "field--short"
    asked = "Ông/bà chưa nhập mã dự phòng. Đề nghị nhập một mã trong danh sách đã lưu."

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "Mã dự phòng", **kwargs})

    def parse(self, raw: str) -> str:
        code = re.sub(r"[\s-]", "", raw)
        if not _RECOVERY.fullmatch(code):
            raise NotARecoveryCode
        return code.lower()


class Proof(Form):
    """One way to prove it."""

    def answer(self) -> Answer:
        """What is compared."""
        raise NotImplementedError


class AppCode(Proof):
    code = AppCodeField(help_text="6 chữ số đang hiện trên ứng dụng xác thực.")

    def answer(self) -> Answer:
        return Answer(How.TOTP, self.cleaned_data["code"])


class RecoveryCode(Proof):
    recovery = RecoveryCodeField(help_text="Mỗi mã chỉ dùng một lần.")

    def answer(self) -> Answer:
        return Answer(How.RECOVERY, self.cleaned_data["recovery"])


class ResetCode(Form):
    reset = PlainTextField(
        label="Mã đăng ký lại", max_length=20, help_text="8 chữ số trong tin nhắn mới nhất."
    )


class SignedByPasskey(Proof):
    """What <pass-key> put into the hidden box."""

    passkey = forms.CharField(widget=forms.HiddenInput, max_length=20_000, label="Khóa truy cập")

    def answer(self) -> Answer:
        return Answer(How.PASSKEY, self.cleaned_data["passkey"])


class Proofs:
    """The three ways to prove a second factor on one page: at most one of them is filled in."""

    def __init__(self, posted: Any = None, *, prefix: str = "") -> None:
        self.act_name = f"{prefix}-act" if prefix else "act"
        act = posted.get(self.act_name, "") if posted is not None else ""
        own = prefix or None
        self.app = AppCode(posted if act == "app" else None, prefix=own)
        self.recovery = RecoveryCode(posted if act == "recovery" else None, prefix=own)
        self.passkey = SignedByPasskey(posted if act == "passkey" else None, prefix=own)
        ways: dict[str, Proof] = {"app": self.app, "recovery": self.recovery, "passkey": self.passkey}
        self.sent = ways.get(act)
        if self.sent is None:
            self.app.fields["code"].widget.attrs["autofocus"] = True

    @property
    def answer(self) -> Answer | None:
        """What was sent, when it can be an answer at all."""
        if self.sent is None or not self.sent.is_valid():
            return None
        return self.sent.answer()

    def refuse(self, no: Refusal) -> None:
        """Beside the box that was filled in."""
        if self.sent is not None:
            box = next(iter(self.sent.fields))
            self.sent.refuse(no, None if box == "passkey" or no.status == 429 else box)

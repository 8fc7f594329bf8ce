"""Tài khoản: what of people and keys lies sealed here, and by what each value is bound to its row."""

from typing import Final

from motcua.keys.registry import Sealed

SEALED: Final = (
    Sealed("accounts.Adjustment", "data_sealed", "accounts_adjustment.data"),
    Sealed("accounts.AssistApplication", "data_sealed", "accounts_assistapplication.data"),
    Sealed("accounts.Authenticator", "secret_sealed", "accounts_authenticator.secret", row="{row_key}"),
    Sealed(
        "accounts.ClassRow", "typed_sealed", "accounts_classrow.typed", row="{class_list__public_id}:{nth}"
    ),
    Sealed(
        "accounts.EmailBinding",
        "email_sealed",
        "accounts_emailbinding.email",
        row="{row_key}",
        found_by="email_bi",
    ),
    Sealed("accounts.EmailProof", "email_sealed", "accounts_emailproof.email", found_by="email_bi"),
    Sealed(
        "accounts.IdentityDocument",
        "number_sealed",
        "accounts_identitydocument.number",
        row="{row_key}",
        found_by="number_bi",
    ),
    Sealed(
        "accounts.PhoneBinding",
        "phone_sealed",
        "accounts_phonebinding.phone",
        row="{row_key}",
        found_by="phone_bi",
    ),
    Sealed("accounts.ReceiptKey", "private", "accounts_receiptkey.private", row="{kid}"),
    Sealed("accounts.Recovery", "phone_sealed", "accounts_recovery.phone", found_by="phone_bi"),
    Sealed("accounts.Registration", "data_sealed", "accounts_registration.data"),
)

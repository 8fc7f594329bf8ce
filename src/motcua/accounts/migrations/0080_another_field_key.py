"""Rows of this room are sealed anew when the field key changes, past rules that keep them from any other change."""

from django.db import migrations

from motcua.keys.guarding import let_reseal, resealable


class Migration(migrations.Migration):
    atomic = False  # one table at a time: the running system goes on
    dependencies = [("accounts", "0071_identity_provider_rules"), ("keys", "0001_initial")]

    operations = [
        resealable("accounts_adjustment", "data_sealed"),
        resealable("accounts_assistapplication", "data_sealed"),
        resealable("accounts_authenticator", "secret_sealed"),
        resealable("accounts_classrow", "typed_sealed"),
        resealable("accounts_emailbinding", "email_sealed"),
        resealable("accounts_emailproof", "email_sealed"),
        resealable("accounts_identitydocument", "number_sealed"),
        resealable("accounts_phonebinding", "phone_sealed"),
        resealable("accounts_receiptkey", "private"),
        resealable("accounts_recovery", "phone_sealed"),
        resealable("accounts_registration", "data_sealed"),
        let_reseal("accounts_adjustment_moves", "data_sealed"),
        let_reseal("accounts_factor_moves", "secret_sealed"),
        let_reseal("accounts_class_row_written_once", "typed_sealed"),
        let_reseal("accounts_receipt_key_moves", "private"),
    ]
